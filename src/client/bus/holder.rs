//! A part of the application that uses a channel.

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::load::Load;
use super::token::AskFor;
use super::values::{ChannelEvent, ChannelMessage, ChannelStatus};
use crate::channels::{ChannelId, HolderId};
use crate::client::state::subscribers::Buffer;

/// So many messages wait for a reader that is slower than the channel.
pub(super) const BEHIND: usize = 1_000;

/// Takes the messages of a channel, for its stream.
pub(super) trait Sink {
    fn deliver(&self, message: ChannelMessage);
    fn finish(&self);
}

impl Sink for Buffer<ChannelMessage> {
    fn deliver(&self, message: ChannelMessage) {
        self.push(message);
    }

    fn finish(&self) {
        Self::finish(self);
    }
}

pub(super) struct Holder {
    pub(super) name: String,
    pub(super) id: HolderId,
    pub(super) channel: ChannelId,
    pub(super) status: Cell<ChannelStatus>,
    sink: Rc<dyn Sink>,
    pub(super) load: Option<Load>,
    pub(super) authorize: Option<AskFor>,
    events: RefCell<Vec<Weak<Buffer<ChannelEvent>>>>,
}

impl Holder {
    pub(super) fn new(
        name: &str,
        id: HolderId,
        channel: ChannelId,
        sink: Rc<dyn Sink>,
        load: Option<Load>,
        authorize: Option<AskFor>,
    ) -> Self {
        Self {
            name: name.into(),
            id,
            channel,
            status: Cell::new(ChannelStatus::Subscribing),
            sink,
            load,
            authorize,
            events: RefCell::default(),
        }
    }

    pub(super) fn listen(&self, buffer: &Rc<Buffer<ChannelEvent>>) {
        let mut events = self.events.borrow_mut();
        events.retain(|each| each.strong_count() > 0);
        events.push(Rc::downgrade(buffer));
    }

    /// Out of the list, which isn't borrowed while anybody is woken.
    fn listeners(&self) -> Vec<Rc<Buffer<ChannelEvent>>> {
        self.events.borrow().iter().filter_map(Weak::upgrade).collect()
    }

    pub(super) fn tell(&self, event: &ChannelEvent) {
        for buffer in self.listeners() {
            buffer.push(event.clone());
        }
        if let ChannelEvent::Message(message) = event {
            self.sink.deliver(message.clone());
        }
    }

    pub(super) fn finish(&self) {
        self.status.set(ChannelStatus::Left);
        self.sink.finish();
        for buffer in self.listeners() {
            buffer.finish();
        }
    }
}
