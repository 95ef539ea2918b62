//! One tab's view of the connection: its socket opens, closes and receives as the hub tells.

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use core::cell::{Cell, RefCell};

use super::description::Description;
use crate::client::browser::tab_socket::TabSocket;
use crate::client::state::tab::Closing;
use crate::client::values::data::Data;
use crate::client::values::event::EndReason;
use crate::engine::{Close, ReadyState, Status};

/// The close code of a close without one.
const NO_CODE: u16 = 1005;

/// The state of the connection as a tab knows it, and the tab's socket.
pub(super) struct View {
    /// The connection, as the hub has described it last; [`None`] without a hub.
    pub(super) description: RefCell<Option<Description>>,
    /// Set if the connection has ended for good.
    final_end: Cell<Option<EndReason>>,
    /// How the application, or the end of the connection, closes the socket.
    closing: RefCell<Option<Closing>>,
    socket: RefCell<Option<Rc<TabSocket>>>,
    /// Messages that came before the socket has opened.
    held: RefCell<VecDeque<Data>>,
    /// The status that was dispatched last.
    status: Cell<Status>,
}

impl View {
    pub(super) fn new() -> Self {
        Self {
            description: RefCell::default(),
            final_end: Cell::new(None),
            closing: RefCell::default(),
            socket: RefCell::default(),
            held: RefCell::default(),
            status: Cell::new(Status::Connecting),
        }
    }

    pub(super) fn final_end(&self) -> Option<EndReason> {
        self.final_end.get()
    }

    /// The connection has ended for good.
    pub(super) fn finish(&self, closing: Closing, end: EndReason) {
        if self.final_end.get().is_none() {
            self.final_end.set(Some(end));
        }
        self.set_closing(closing);
    }

    /// The socket is about to be closed. What closes it first counts.
    pub(super) fn set_closing(&self, closing: Closing) {
        let mut known = self.closing.borrow_mut();
        if known.is_none() {
            *known = Some(closing);
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.borrow().is_some()
    }

    pub(super) fn attach(&self, socket: &Rc<TabSocket>) {
        let old = self.socket.replace(Some(Rc::clone(socket)));
        drop(old);
    }

    pub(super) fn detach(&self, socket: &Rc<TabSocket>) {
        let is_current = self
            .socket
            .borrow()
            .as_ref()
            .is_some_and(|current| Rc::ptr_eq(current, socket));
        if is_current {
            self.forget();
        }
    }

    /// The socket is the view's no longer.
    pub(super) fn forget(&self) {
        let old = self.socket.take();
        drop(old);
    }

    pub(super) fn socket(&self) -> Option<Rc<TabSocket>> {
        self.socket.borrow().clone()
    }

    fn open_socket(&self) -> Option<Rc<TabSocket>> {
        self.socket().filter(|socket| socket.ready_state() == ReadyState::Open)
    }

    pub(super) fn is_open(&self) -> bool {
        self.open_socket().is_some()
    }

    /// Opens the socket if the connection is open; what has come before follows. Of an ended connection it is closed.
    pub(super) fn open(&self, is_attached: bool) {
        let Some(socket) = self.socket() else { return };
        if self.final_end.get().is_some() && matches!(socket.ready_state(), ReadyState::Connecting | ReadyState::Open) {
            return self.close();
        }
        let connection = self.description.borrow().clone();
        let Some(connection) = connection.filter(|connection| is_attached && connection.status == Status::Open) else {
            return;
        };
        socket.open(&connection.protocol, &connection.extensions);
        while self.open_socket().is_some_and(|open| Rc::ptr_eq(&open, &socket)) {
            let Some(data) = self.held.borrow_mut().pop_front() else {
                return;
            };
            socket.receive(&data);
        }
    }

    /// A message for this tab has come.
    pub(super) fn receive(&self, data: Data) {
        match self.open_socket() {
            Some(socket) => socket.receive(&data),
            None => self.held.borrow_mut().push_back(data),
        }
    }

    /// Ends the socket as it is being closed.
    pub(super) fn close(&self) {
        let closing = self.closing.borrow().clone().unwrap_or_default();
        let code = closing.code.unwrap_or(NO_CODE);
        self.end(code, &closing.reason, code != Close::ABNORMAL.code);
    }

    pub(super) fn end(&self, code: u16, reason: &str, was_clean: bool) {
        let socket = self.socket.take();
        if let Some(socket) = socket {
            socket.end(code, reason, was_clean);
        }
    }

    /// Returns the status of the connection, or the socket's own, if that doesn't wait for it.
    pub(super) fn status(&self, own: Status) -> Status {
        let waits = |status| matches!(status, Status::Connecting | Status::Waiting | Status::Offline);
        let connection = self.description.borrow().as_ref().map(|connection| connection.status);
        let own_waits = matches!(own, Status::Connecting | Status::Waiting);
        connection.filter(|&status| own_waits && waits(status)).unwrap_or(own)
    }

    /// The same, if it has changed since.
    pub(super) fn take_status_change(&self, own: Status) -> Option<Status> {
        let status = self.status(own);
        (self.status.replace(status) != status).then_some(status)
    }
}

/// Returns the code of a socket that is closed on this side.
pub(super) fn code_or_none(code: Option<u16>) -> u16 {
    code.unwrap_or(NO_CODE)
}
