//! The state of each part of the machine. The rules that change it are in [`machine`](super::machine).

mod hidden;
mod lingering;
mod liveness;
mod page;
mod phase;
mod status;

pub(crate) use hidden::Hiding;
pub(crate) use lingering::Lingering;
pub(crate) use liveness::{Liveness, PendingPing};
pub(crate) use page::{Held, Page};
pub(crate) use phase::{Ended, Phase};
pub use status::{ReadyState, Status};
