//! The proof that no message is missing after a position.

use alloc::string::String;

use crate::channels::position::{Position, Recovered};

use super::answer::Answer;

/// The facts that are known of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stream {
    /// The stream's life: when it was created.
    pub epoch: String,
    /// The number of its first message.
    pub first: u64,
    /// The number of its last message.
    pub last: u64,
    /// How many messages of one subject it keeps, if there is a limit.
    pub per_subject: Option<u64>,
    /// Messages in the midst of it were deleted.
    pub has_holes: bool,
}

impl Stream {
    /// Returns what an answer says of its stream.
    #[must_use]
    pub fn new(answer: &Answer) -> Self {
        Self {
            epoch: answer.created.clone(),
            first: answer.state.first_seq,
            last: answer.state.last_seq,
            per_subject: u64::try_from(answer.config.max_msgs_per_subject)
                .ok()
                .filter(|limit| *limit > 0),
            has_holes: answer.state.num_deleted > 0,
        }
    }

    /// Says if all messages of a channel after `since` are in the stream.
    ///
    /// `before` is the number before the first one that the consumer can deliver. The server moves it if messages after `since` are gone,
    /// or if the stream ends before `since`. `pending` is the number of the channel's messages from there on.
    #[must_use]
    pub fn prove(&self, since: &Position<String>, before: u64, pending: u64) -> Recovered {
        if since.epoch != self.epoch || before != since.offset {
            return Recovered::No;
        }
        match self.per_subject {
            // As many as are kept may be what is left of more.
            Some(limit) if pending >= limit => Recovered::No,
            // An operator has deleted messages. They may have been this channel's.
            None if self.has_holes => Recovered::Unknown,
            _ => Recovered::Yes,
        }
    }
}
