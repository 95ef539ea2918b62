//! Numbers from JavaScript as ids of the engine's.

use holdfast_ws::engine::RequestId;

/// Returns the request of this number; 0, which no request has, for anything but a positive whole number.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp
)]
pub(super) fn request(id: f64) -> RequestId {
    let number = id as u64;
    RequestId::new(if number as f64 == id { number } else { 0 })
}
