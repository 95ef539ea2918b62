//! The connection's own buffer. What is in it has been handed over, and has not left; `bufferedAmount` counts it in each tab.

use crate::engine::{Instant, Span};

use super::super::frame::{Down, Frame};
use super::super::output::Output;
use super::super::queues::Queues;
use super::Hub;

/// Fewer bytes are not told: they leave before the news of them comes.
const LEAST: u64 = 16 * 1_024;

/// While there are more they are read again after so long.
const AGAIN: Span = Span::from_millis(50);

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    /// So many bytes are in the connection's buffer. Tells the tabs, if they don't know.
    pub(crate) fn handle_buffered(&mut self, now: Instant, bytes: u64, queues: &mut Queues<P, T>) {
        let bytes = if bytes < LEAST { 0 } else { bytes };
        self.read_buffered_at = if bytes > 0 {
            now.saturating_add(AGAIN)
        } else {
            Instant::NEVER
        };
        if bytes == self.buffered {
            return;
        }
        self.buffered = bytes;
        for member in self.members.iter().filter(|member| member.is_reached()) {
            queues.post(Frame::Down(member.id, self.term, Down::Buffered(bytes)));
        }
    }

    /// Asks for it, if it is time.
    pub(crate) fn read_buffered_due(&mut self, now: Instant, queues: &mut Queues<P, T>) {
        if self.read_buffered_at <= now {
            self.read_buffered_at = Instant::NEVER;
            queues.output(Output::ReadBuffered);
        }
    }
}
