//! Input from the connection.

use crate::engine::Failure;

use super::super::ids::{RequestNumber, TabId};

/// Something from the connection.
#[derive(Debug)]
pub(crate) enum Incoming<P, T> {
    /// It takes messages from now on, or no longer.
    Ready(bool),
    State(P),
    Message {
        payload: P,
        bytes: u64,
        token: Option<T>,
    },
    Reply {
        tab: TabId,
        request: RequestNumber,
        payload: P,
        last: bool,
    },
    Failed {
        tab: TabId,
        request: RequestNumber,
        failure: Failure,
        sent: bool,
    },
}
