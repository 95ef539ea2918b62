//! The tab of a socket. It is made anew if the socket connects again after its end.

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::member::Member;
use super::payload::{Protocol, Request};
use super::settings::Settings;
use crate::client::browser::tab_socket::{Carrier, TabSocket};
use crate::client::state::pending::Kind;
use crate::client::state::shared::Shared;
use crate::client::state::tab::{Closing, Described, Tab, TabRequest};
use crate::client::values::data::Data;
use crate::client::values::event::EndReason;
use crate::client::values::tabs::Role;
use crate::engine::{RequestId, Status};

pub(super) struct Place {
    settings: Rc<Settings>,
    shared: RefCell<Weak<Shared>>,
    member: RefCell<Option<Rc<Member>>>,
    /// True if it has answered calls of the server.
    answers: Cell<bool>,
}

impl Place {
    pub(super) fn new(settings: Settings) -> Rc<Self> {
        Rc::new(Self {
            settings: Rc::new(settings),
            shared: RefCell::default(),
            member: RefCell::default(),
            answers: Cell::new(false),
        })
    }

    /// Joins the other tabs, for this socket.
    pub(super) fn join(&self, shared: &Rc<Shared>) {
        self.shared.replace(Rc::downgrade(shared));
        self.renew();
    }

    fn renew(&self) {
        let member = Member::new(&self.settings, self.shared.borrow().clone());
        let old = self.member.replace(Some(member));
        drop(old);
    }

    fn member(&self) -> Option<Rc<Member>> {
        self.member.borrow().clone()
    }

    fn with<R>(&self, run: impl FnOnce(&Rc<Member>) -> R) -> Option<R> {
        self.member().map(|member| run(&member))
    }
}

impl Carrier for Place {
    fn attach(&self, socket: &Rc<TabSocket>) {
        self.with(|member| member.attach(socket));
    }

    fn send(&self, data: &Data) -> bool {
        self.with(|member| member.send(data)) == Some(true)
    }

    fn buffered(&self) -> u64 {
        self.with(|member| member.buffered()).unwrap_or_default()
    }

    fn detach(&self, socket: &Rc<TabSocket>, code: Option<u16>, reason: &str) {
        self.with(|member| member.detach(socket, code, reason));
    }
}

impl Tab for Place {
    fn role(&self) -> Role {
        self.with(|member| member.role()).unwrap_or(Role::Own)
    }

    fn wrap(&self, request: &TabRequest<'_>, data: Data) -> Data {
        let protocol = match request.kind {
            Kind::Id => Protocol::Id,
            Kind::JsonRpc => Protocol::JsonRpc,
            Kind::Codec(_) => Protocol::Codec,
        };
        let request = Request {
            data,
            wire: request.id.get(),
            streams: request.streams,
            protocol,
        };
        request.wrap()
    }

    fn request_is_over(&self, id: RequestId) {
        self.with(|member| member.request_is_over(id));
    }

    fn answer_calls(&self, methods: Vec<String>) {
        if !methods.is_empty() || self.answers.get() {
            self.answers.set(true);
            self.with(|member| member.answer_calls(&methods));
        }
    }

    fn status(&self, own: Status) -> Status {
        self.with(|member| member.view.status(own)).unwrap_or(own)
    }

    fn take_status_change(&self, own: Status) -> Option<Status> {
        self.with(|member| member.view.take_status_change(own)).flatten()
    }

    fn described(&self) -> Option<Described> {
        let member = self.member()?;
        let connection = member
            .connection
            .borrow()
            .as_ref()
            .map(|connection| connection.description());
        let described = connection.or_else(|| member.view.description.borrow().clone())?;
        Some(Described {
            latency: described.latency(),
            attempt: described.attempt,
            retry_at: described.retry_at,
            url: described.url,
        })
    }

    fn end_reason(&self) -> Option<EndReason> {
        self.with(|member| member.view.final_end()).flatten()
    }

    fn close(&self, closing: Closing, everyone: bool) {
        self.with(|member| member.leave_by(closing, everyone));
    }

    fn reconnect(&self) {
        let Some(member) = self.member() else { return };
        if !member.is_ended() && member.view.final_end().is_none() {
            return member.reconnect();
        }
        member.leave();
        self.renew();
        if let Some(shared) = self.shared.borrow().upgrade() {
            shared.inspect();
        }
    }

    fn release(&self) {
        if let Some(member) = self.member() {
            member.view.forget();
            member.leave();
        }
    }
}
