//! The queues of a tab: its parts put here what they want done. Frames that the tab posts to itself are kept apart.

use crate::engine::Queue;

use super::frame::{Common, Frame, Handed};
use super::ids::TabId;
use super::output::{Event, Output};

#[derive(Debug)]
pub(super) struct Queues<P, T> {
    me: TabId,
    /// True while this tab is the hub: frames between it and its hub stay here.
    pub(super) leading: bool,
    outputs: Queue<Output<P, T>>,
    events: Queue<Event<P>>,
    local: Queue<Frame<P, T>>,
}

impl<P, T> Queues<P, T> {
    pub(super) const fn new(me: TabId) -> Self {
        Self {
            me,
            leading: false,
            outputs: Queue::new(),
            events: Queue::new(),
            local: Queue::new(),
        }
    }

    pub(super) fn output(&mut self, output: Output<P, T>) {
        self.outputs.push(output);
    }

    pub(super) fn event(&mut self, event: Event<P>) {
        self.events.push(event);
    }

    /// Posts a frame that is on the common channel for all tabs, or on the channel of one tab.
    pub(super) fn post(&mut self, frame: Frame<P, T>) {
        match frame {
            Frame::Down(tab, ..) | Frame::Up(tab, ..) if tab == self.me && self.leading => self.local.push(frame),
            frame => self.outputs.push(Output::Post(frame)),
        }
    }

    /// Posts a frame to the hub: to this tab alone, if that is the hub.
    pub(super) fn post_to_hub(&mut self, frame: Frame<P, T>) {
        if self.leading {
            self.local.push(frame);
        } else {
            self.outputs.push(Output::Post(frame));
        }
    }

    /// Tells all tabs, this one too, what was handed over of what a tab sent that is away.
    pub(super) fn announce(&mut self, handed: Handed) {
        self.outputs
            .push(Output::Post(Frame::Common(self.me, Common::Handed(handed))));
        self.local.push(Frame::Common(self.me, Common::Handed(handed)));
    }

    pub(super) fn take_local(&mut self) -> Option<Frame<P, T>> {
        self.local.pop()
    }

    pub(super) fn take_output(&mut self) -> Option<Output<P, T>> {
        self.outputs.pop()
    }

    pub(super) fn take_event(&mut self) -> Option<Event<P>> {
        self.events.pop()
    }
}
