//! The data of a message as the platform has it: a JavaScript value.

mod bytes;
mod js;

use self::js as platform;

pub(crate) use platform::{Data, IS_AVAILABLE, lent, message, of_blob, of_bytes, of_message, of_text, snapshot};
#[cfg(feature = "serde")]
pub(crate) use platform::{bracket, includes, text};
