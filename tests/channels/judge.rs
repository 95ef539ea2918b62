//! Judges if the events of one channel keep the promises.

use holdfast_ws::channels::{Event, Numbering, Position, Recovered};

use crate::world::{Epoch, Payload};

#[derive(Debug)]
pub(crate) struct Judge {
    numbering: Numbering,
    /// How far the application is.
    pub(crate) at: Option<Position<Epoch>>,
    /// A gap was reported since the last message.
    gap: bool,
    /// A gap was reported since the channel was last subscribed.
    gap_since: bool,
    pub(crate) messages: Vec<Position<Epoch>>,
    pub(crate) gaps: usize,
    pub(crate) subscribed: Vec<(Recovered, u64)>,
}

impl Judge {
    pub(crate) const fn new(numbering: Numbering, since: Option<Position<Epoch>>) -> Self {
        Self {
            numbering,
            at: since,
            gap: false,
            gap_since: false,
            messages: Vec::new(),
            gaps: 0,
            subscribed: Vec::new(),
        }
    }

    /// The application has loaded its state.
    pub(crate) const fn loaded(&mut self, position: Position<Epoch>) {
        self.at = Some(position);
        self.gap = false;
    }

    /// The broker has answered the subscription.
    pub(crate) const fn begin(&mut self) {
        self.gap_since = false;
    }

    pub(crate) fn see(&mut self, event: &Event<Payload, Epoch>) {
        match event {
            Event::Message { position, payload, .. } => {
                assert_eq!(*position, Some(*payload), "a message comes with its own position");
                self.message(*payload);
            }
            Event::Gap { after, .. } => {
                if let (Some(after), Some(at)) = (after, self.at.filter(|_| !self.gap)) {
                    assert_eq!(*after, at, "a gap begins where the application is");
                }
                self.gap = true;
                self.gap_since = true;
                self.gaps += 1;
            }
            Event::Subscribed {
                recovered,
                replayed,
                holder: None,
                ..
            } => {
                if *recovered == Recovered::Yes {
                    assert!(!self.gap_since, "recovered, but a gap was reported");
                }
                self.subscribed.push((*recovered, *replayed));
            }
            _ => {}
        }
    }

    fn message(&mut self, next: Position<Epoch>) {
        if let Some(last) = self.at {
            if last.epoch == next.epoch {
                assert!(
                    next.offset > last.offset,
                    "{next:?} after {last:?}: twice or not in order"
                );
                if self.numbering == Numbering::Dense && next.offset != last.offset + 1 {
                    assert!(self.gap, "{next:?} after {last:?}, and no gap was reported");
                }
            } else {
                assert!(self.gap, "{next:?} after {last:?}, and no gap was reported");
            }
        }
        self.at = Some(next);
        self.gap = false;
        self.messages.push(next);
    }
}
