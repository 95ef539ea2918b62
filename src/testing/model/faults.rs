//! The faults of the network between the page and all servers.

use super::ids::SocketId;
use super::page::Task;
use super::socket::{Carries, Peer, Stage};
use super::state::Machine;
use super::step::{Closed, PageEvent, Step};
use super::time::{Instant, Span};

impl Machine {
    /// Sets how long everything takes from now on, to the server and back. Up to `jitter` is added to each packet; their order is kept.
    pub fn set_latency(&mut self, up: Span, down: Span, jitter: Span) {
        let (up_ms, down_ms) = (up.as_millis(), down.as_millis());
        self.note(format_args!(
            "network takes {up_ms} ms up, {down_ms} ms down, and up to {} ms more",
            jitter.as_millis()
        ));
        (self.network.up.latency, self.network.down.latency) = (up, down);
        (self.network.up.jitter, self.network.down.jitter) = (jitter, jitter);
        self.apply_quality();
    }

    /// Sets how many bytes a second each connection carries from now on, to the server and back; `None` means no limit.
    pub fn set_bandwidth(&mut self, up: Option<u64>, down: Option<u64>) {
        self.note(format_args!("network carries {up:?} bytes/s up, {down:?} down"));
        (self.network.up.rate, self.network.down.rate) = (up, down);
        self.apply_quality();
    }

    /// Nothing comes or goes, and nobody is told: connections are half-open. With false, what was lost is repeated.
    pub fn set_silent(&mut self, silent: bool) {
        if self.network.silent != silent {
            self.network.silent = silent;
            self.note(format_args!(
                "network {}",
                if silent { "falls silent" } else { "carries again" }
            ));
            self.apply_holds();
        }
    }

    /// The same of one connection.
    pub fn set_socket_silent(&mut self, id: SocketId, silent: bool) {
        if let Some(socket) = self.sockets.get_mut(&id)
            && socket.carries == if silent { Carries::Well } else { Carries::Nothing }
        {
            socket.carries = if silent { Carries::Nothing } else { Carries::Well };
            self.note(format_args!(
                "{id} {}",
                if silent { "falls silent" } else { "carries again" }
            ));
            self.apply_holds();
        }
    }

    /// The client has a new network address: its connections never carry anything again, and nobody is told.
    pub fn change_network(&mut self) {
        self.note(format_args!("network changes"));
        for id in self.sockets.carrying() {
            if let Some(socket) = self.sockets.get_mut(&id) {
                socket.carries = Carries::Never;
            }
        }
        self.apply_holds();
    }

    /// Resets every connection. Both ends know at once, and what was under way is lost.
    pub fn cut(&mut self) {
        self.note(format_args!("network cuts all connections"));
        for id in self.sockets.carrying() {
            self.cut_socket(id);
        }
    }

    /// The same of one connection.
    pub fn cut_socket(&mut self, id: SocketId) {
        let Some(socket) = self
            .sockets
            .get_mut(&id)
            .filter(|socket| socket.peer != Peer::Gone || !socket.is_over())
        else {
            return;
        };
        let (accepted, stage) = (socket.is_accepted(), socket.stage);
        self.buffered_amount(id);
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.up.clear();
            socket.down.clear();
            socket.peer = Peer::Gone;
        }
        self.note(format_args!("{id} is cut"));
        if accepted {
            self.told.push_back(Step::Left(id, Closed::lost()));
        }
        if stage == Stage::Established {
            self.lose(id, true);
        } else {
            self.fail_attempt(id, format_args!("is dropped in its handshake"));
        }
        self.forget_finished(id);
    }

    /// The browser loses its network, and says so: connections carry nothing, attempts fail at once. Or it has it back.
    pub fn set_offline(&mut self, offline: bool) {
        if self.network.offline != offline {
            self.network.offline = offline;
            self.note(format_args!(
                "network is {}",
                if offline { "offline" } else { "online" }
            ));
            self.apply_holds();
            self.page.queue(Task::Event(if offline {
                PageEvent::Offline
            } else {
                PageEvent::Online
            }));
        }
    }

    /// Returns `navigator.onLine`.
    #[must_use]
    pub const fn is_online(&self) -> bool {
        !self.network.offline
    }

    /// True if nothing comes or goes on a connection.
    pub(super) fn is_held(&self, id: SocketId) -> bool {
        let all = self.network.silent || self.network.offline || self.page.asleep_since.is_some();
        all || self
            .sockets
            .get(&id)
            .is_some_and(|socket| socket.carries != Carries::Well)
    }

    /// Brings every connection to what holds for it.
    pub(super) fn apply_holds(&mut self) {
        let now = self.now;
        for id in self.sockets.carrying() {
            self.apply_hold(now, id);
        }
    }

    pub(super) fn apply_hold(&mut self, now: Instant, id: SocketId) {
        let held = self.is_held(id);
        let asleep = self.page.asleep_since.is_some();
        if let Some(socket) = self.sockets.get_mut(&id) {
            // A client that sleeps gives nothing up.
            socket.up.hold(now, held, !asleep, &mut self.chance);
            socket.down.hold(now, held, true, &mut self.chance);
        }
    }

    fn apply_quality(&mut self) {
        let (now, up, down) = (self.now, self.network.up, self.network.down);
        for id in self.sockets.carrying() {
            if let Some(socket) = self.sockets.get_mut(&id) {
                socket.up.set_quality(now, up, &mut self.chance);
                socket.down.set_quality(now, down, &mut self.chance);
            }
        }
    }
}
