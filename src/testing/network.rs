//! The network between the page and all servers.

use core::fmt;
use core::time::Duration;

use super::world::World;

/// The network between the page and all servers. A new one takes 10 ms each way and carries everything at once.
#[derive(Clone)]
pub struct Network(pub(super) World);

impl Network {
    /// Sets how long a packet takes, to the server and back. Up to `jitter` is added to each; their order is kept.
    pub fn latency(&self, up: Duration, down: Duration, jitter: Duration) {
        self.0
            .machine(|machine| machine.set_latency(up.into(), down.into(), jitter.into()));
    }

    /// Sets how many bytes a second each connection carries, to the server and back; `None` means no limit. `bufferedAmount` falls as the
    /// operating system takes data: it holds up to 64 KiB more than is on the wire.
    pub fn bandwidth(&self, up: Option<u64>, down: Option<u64>) {
        self.0.machine(|machine| machine.set_bandwidth(up, down));
    }

    /// Nothing comes or goes, and nobody is told: all connections are half-open. TCP gives one up after 15 minutes with data that is
    /// not acknowledged.
    pub fn silence(&self) {
        self.0.machine(|machine| machine.set_silent(true));
    }

    /// Ends the silence. TCP repeats what was lost, so it arrives now.
    pub fn restore(&self) {
        self.0.machine(|machine| machine.set_silent(false));
    }

    /// Resets all connections. What is in flight is lost, and both ends know at once.
    pub fn cut(&self) {
        self.0.machine(super::model::Machine::cut);
    }

    /// The browser has no network, and the page is told by `offline`. Connections carry nothing; attempts fail at once.
    pub fn offline(&self) {
        self.0.machine(|machine| machine.set_offline(true));
    }

    /// The browser has its network back, and the page is told by `online`. Connections carry again: see [`Network::change`].
    pub fn online(&self) {
        self.0.machine(|machine| machine.set_offline(false));
    }

    /// The client's address changes, as from a wireless network to a mobile one: connections carry nothing any more, and nobody is told.
    pub fn change(&self) {
        self.0.machine(super::model::Machine::change_network);
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let online = self.0.machine(|machine| machine.is_online());
        f.debug_struct("Network")
            .field("online", &online)
            .finish_non_exhaustive()
    }
}
