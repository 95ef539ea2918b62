//! The data of a message as the platform has it: a JavaScript value, or in a [world](crate::testing) what its sockets carry.
//!
//! Each platform has the same functions.

#[cfg(not(all(feature = "testing", not(target_arch = "wasm32"))))]
mod bytes;
#[cfg(not(all(feature = "testing", not(target_arch = "wasm32"))))]
mod js;
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
mod world;

#[cfg(not(all(feature = "testing", not(target_arch = "wasm32"))))]
use self::js as platform;
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
use self::world as platform;

pub(crate) use platform::{Data, IS_AVAILABLE, lent, message, of_blob, of_bytes, of_message, of_text, snapshot};
#[cfg(feature = "serde")]
pub(crate) use platform::{bracket, includes, text};
