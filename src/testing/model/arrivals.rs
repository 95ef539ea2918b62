//! The browser's handling of what arrives from a server, and of what never does.

use alloc::string::String;

use super::happening::Happening;
use super::ids::SocketId;
use super::page::Task;
use super::payload::Payload;
use super::socket::{Packet, Stage, Way};
use super::state::Machine;
use super::step::Closed;

impl Machine {
    pub(super) fn client_hears(&mut self, id: SocketId, packet: Packet) {
        let now = self.now;
        let Some(socket) = self.sockets.get_mut(&id) else {
            return;
        };
        if socket.is_over() {
            if matches!(packet, Packet::Message(_)) {
                // Nobody is there any more.
                socket.up.push(now, Packet::Reset, 0);
            }
            return;
        }
        match packet {
            Packet::Accept(protocol) => self.hears_accept(id, protocol),
            Packet::Status(status) => {
                self.abort(id);
                self.fail_attempt(id, format_args!("is answered with status {status}"));
            }
            Packet::Message(payload) => self.hears_message(id, payload),
            Packet::CloseFrame(code, reason) => self.hears_close_frame(id, code, reason),
            Packet::End | Packet::Reset => self.hears_end(id, packet == Packet::Reset),
            Packet::Request => {}
        }
    }

    fn hears_accept(&mut self, id: SocketId, protocol: String) {
        let habits = self.habits;
        let Some(socket) = self.sockets.get_mut(&id) else {
            return;
        };
        socket.stage = Stage::Established;
        let Some(protocol) = habits.protocol(&socket.offered, protocol) else {
            self.abort(id);
            return self.fail_attempt(id, format_args!("is answered with another subprotocol"));
        };
        socket.protocol = protocol;
        self.admission.succeeded(&socket.address);
        self.leave_admission(id);
        self.page.queue(Task::Open(id));
    }

    fn hears_message(&mut self, id: SocketId, payload: Payload) {
        if self.sockets.get(&id).is_some_and(|socket| socket.heard_close.is_none()) {
            self.page.queue(Task::Message(id, payload));
        }
    }

    fn hears_close_frame(&mut self, id: SocketId, code: Option<u16>, reason: String) {
        let (now, habits) = (self.now, self.habits);
        let Some(socket) = self.sockets.get_mut(&id) else {
            return;
        };
        if socket.heard_close.is_some() {
            return;
        }
        if code.is_some_and(|code| !habits.takes_code(code)) {
            socket.up.push(now, Packet::CloseFrame(Some(1002), String::new()), 0);
            self.note(format_args!("{id} is closed with a code that breaks the protocol"));
            self.finish(id, Closed::lost(), true);
            return;
        }
        socket.heard_close = Some((code.unwrap_or(1005), reason));
        if !socket.said_close {
            socket.said_close = true;
            socket.up.push(now, Packet::CloseFrame(code, String::new()), 0);
        }
        if habits.closing_at_close_frame {
            self.page.queue(Task::Closing(id));
        }
        let timeout = now.saturating_add(habits.end_timeout);
        self.agenda.plan(timeout, Happening::EndTimeout(id));
    }

    fn hears_end(&mut self, id: SocketId, reset: bool) {
        let Some(socket) = self.sockets.get(&id) else {
            return;
        };
        if socket.heard_close.is_some() {
            self.finish_cleanly(id);
        } else if socket.stage == Stage::Established {
            self.lose(id, reset);
        } else {
            self.fail_attempt(id, format_args!("is dropped in its handshake"));
        }
    }

    /// An open connection is lost.
    pub(super) fn lose(&mut self, id: SocketId, reset: bool) {
        self.note(format_args!("{id} loses its connection"));
        self.count_failure(id, false);
        let opened = |task: &Task| *task == Task::Open(id);
        if reset && self.habits.drop_hides_open && self.page.tasks.iter().any(opened) {
            self.page.tasks.retain(|task| task.socket() != Some(id));
        }
        self.finish(id, Closed::lost(), self.habits.error_on_loss);
    }

    /// Both close frames have been sent.
    fn finish_cleanly(&mut self, id: SocketId) {
        let heard = self.sockets.get_mut(&id).and_then(|socket| socket.heard_close.clone());
        if let Some((code, reason)) = heard {
            let clean = true;
            self.finish(id, Closed { code, reason, clean }, false);
        }
    }

    pub(super) fn closing_is_due(&mut self, id: SocketId) {
        if self.sockets.get(&id).is_some_and(|socket| !socket.is_over()) {
            self.note(format_args!("{id} waited too long for the server's close frame"));
            self.abort(id);
            self.finish(id, Closed::lost(), false);
        }
    }

    pub(super) fn end_is_due(&mut self, id: SocketId) {
        if self.sockets.get(&id).is_some_and(|socket| !socket.is_over()) {
            self.abort(id);
            self.finish_cleanly(id);
        }
    }

    /// The TCP of one end gives the connection up. The other end is not told until it sends something.
    pub(super) fn give_up(&mut self, id: SocketId, way: Way) {
        match way {
            Way::Up if self.sockets.get(&id).is_some_and(|socket| !socket.is_over()) => self.lose(id, false),
            Way::Down => self.server_loses(id),
            Way::Up => {}
        }
    }
}
