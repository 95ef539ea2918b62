//! Input from the connection.

use alloc::vec::Vec;

use super::Call;
use super::requests::Asked;

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
        wire: u64,
        payload: P,
        ends: bool,
    },
    Call {
        call: Call<P, T>,
        bytes: u64,
        token: Option<T>,
    },
    /// The connection was lost with these.
    Failed(Vec<Asked>),
    /// The tab is gone that had this call.
    Moved(Call<P, T>),
}
