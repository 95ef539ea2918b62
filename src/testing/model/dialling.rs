//! An attempt on its way to the server: admission, TCP and TLS, and its failure.

use core::fmt;

use super::happening::Happening;
use super::ids::SocketId;
use super::page::Task;
use super::socket::{Packet, Socket, Stage};
use super::state::Machine;
use super::step::Closed;
use super::time::{Instant, Span};

/// A lost request for a TCP connection is repeated after this, then after twice as long, and so on.
const REPEATED_AFTER: u64 = 1_000;

/// So many repetitions at most: Linux's `tcp_syn_retries`.
const REPETITIONS: u32 = 6;

impl Machine {
    /// A new attempt: it begins at once, or in Firefox when it may.
    pub(super) fn admit(&mut self, id: SocketId) {
        if !self.habits.queues_attempts {
            self.agenda.plan(self.now, Happening::Dial(id));
            return;
        }
        if let Some(socket) = self.sockets.get(&id)
            && self.admission.enter(id, &socket.address)
        {
            self.plan_dial(id);
        }
    }

    fn plan_dial(&mut self, id: SocketId) {
        if let Some(socket) = self.sockets.get(&id) {
            let delay = self.admission.delay(self.now, &socket.address);
            self.agenda.plan(self.now.saturating_add(delay), Happening::Dial(id));
        }
    }

    /// An attempt has ended, well or not: the next to the same host may begin.
    pub(super) fn leave_admission(&mut self, id: SocketId) {
        if self.habits.queues_attempts
            && let Some(socket) = self.sockets.get(&id)
            && let Some(next) = self.admission.leave(id, &socket.address)
        {
            self.plan_dial(next);
        }
    }

    pub(super) fn dial(&mut self, id: SocketId) {
        let now = self.now;
        let offline = self.network.offline;
        let Some(socket) = self.sockets.get(&id).filter(|socket| !socket.is_over()) else {
            return;
        };
        if socket.address.is_blocked() {
            if self.habits.fails_blocked_ports {
                self.fail_attempt(id, format_args!("is blocked, because of its port"));
            }
        } else if offline {
            self.fail_attempt(id, format_args!("finds no network"));
        } else {
            self.note(format_args!("{id} dials"));
            let timeout = now.saturating_add(self.habits.handshake_timeout);
            self.agenda.plan(timeout, Happening::HandshakeTimeout(id));
            self.agenda.plan(self.arrives_up(now), Happening::Knock(id, 0));
        }
    }

    /// A request for a TCP connection arrives, or is lost.
    pub(super) fn knock(&mut self, id: SocketId, lost: u32) {
        let now = self.now;
        let held = self.is_held(id);
        let Some(socket) = self.sockets.get(&id).filter(|socket| !socket.is_over()) else {
            return;
        };
        if held {
            if lost < REPETITIONS {
                let after = Span::from_millis(REPEATED_AFTER << lost);
                self.agenda
                    .plan(now.saturating_add(after), Happening::Knock(id, lost + 1));
            } else {
                self.fail_attempt(id, format_args!("finds nobody"));
            }
            return;
        }
        let secure = socket.address.secure;
        let server = self
            .servers
            .iter()
            .position(|server| server.address.serves(&socket.address) && server.down_until <= now);
        let back = self.arrives_down(now);
        if server.is_none() {
            self.agenda.plan(back, Happening::Refused(id));
        } else {
            // TLS 1.3 takes one more round trip.
            let at = if secure {
                self.arrives_down(self.arrives_up(back))
            } else {
                back
            };
            self.agenda.plan(at, Happening::Connected(id));
        }
    }

    pub(super) fn connected(&mut self, id: SocketId) {
        let now = self.now;
        if let Some(socket) = self.sockets.get_mut(&id).filter(|socket| !socket.is_over()) {
            socket.up.push(now, Packet::Request, 0);
            self.sockets.begin_to_carry(id);
            self.apply_hold(now, id);
        }
    }

    pub(super) fn handshake_is_due(&mut self, id: SocketId) {
        if self
            .sockets
            .get(&id)
            .is_some_and(|socket| socket.stage == Stage::Attempt)
        {
            self.abort(id);
            self.fail_attempt(id, format_args!("waited too long for its handshake"));
        }
    }

    /// The attempt fails: `error` and `close` 1006, in every browser.
    pub(super) fn fail_attempt(&mut self, id: SocketId, why: fmt::Arguments<'_>) {
        if self.sockets.get(&id).is_some_and(|socket| !socket.is_over()) {
            self.note(format_args!("{id} {why}"));
            self.count_failure(id, false);
            self.finish(id, Closed::lost(), true);
        }
    }

    /// Notes a failure for the next attempt. `closed`: the page closed it.
    pub(super) fn count_failure(&mut self, id: SocketId, closed: bool) {
        if self.habits.queues_attempts
            && let Some(socket) = self.sockets.get(&id)
        {
            self.admission
                .failed(self.now, &socket.address, closed, &mut self.chance);
        }
    }

    /// Nothing of the network's changes the socket any more; its last events are queued.
    pub(super) fn finish(&mut self, id: SocketId, closed: Closed, error: bool) {
        let buffered = self.buffered_amount(id);
        let Some(socket) = self.sockets.get_mut(&id).filter(|socket| !socket.is_over()) else {
            return;
        };
        socket.stage = Stage::Over;
        socket.discarded = buffered;
        if error {
            self.page.queue(Task::Error(id));
        }
        self.page.queue(Task::Close(id, closed));
        self.leave_admission(id);
        self.forget_finished(id);
    }

    /// The client resets the TCP connection.
    pub(super) fn abort(&mut self, id: SocketId) {
        let now = self.now;
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.up.drop_queue(now, &mut self.chance);
            socket.up.push(now, Packet::Reset, 0);
        }
    }

    pub(super) fn forget_finished(&mut self, id: SocketId) {
        if self.sockets.get(&id).is_some_and(Socket::is_finished) {
            self.sockets.end_to_carry(id);
        }
    }

    fn arrives_up(&self, at: Instant) -> Instant {
        at.saturating_add(self.network.up.latency)
    }

    fn arrives_down(&self, at: Instant) -> Instant {
        at.saturating_add(self.network.down.latency)
    }
}
