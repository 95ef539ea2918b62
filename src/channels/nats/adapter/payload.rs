//! Messages are text or bytes, as their publisher gave them.

use alloc::string::String;

use crate::channels::adapter::Payload;
use crate::channels::nats::protocol::Delivery;

/// A message that is bytes says so in a header field. Text has none.
pub(super) const BINARY: (&str, &str) = ("Content-Type", "application/octet-stream");

/// Returns the message as the publisher gave it.
pub(super) fn payload(delivery: Delivery) -> Payload {
    if delivery.headers.get(BINARY.0) == Some(BINARY.1) {
        return Payload::Binary(delivery.payload);
    }
    String::from_utf8(delivery.payload).map_or_else(|error| Payload::Binary(error.into_bytes()), Payload::Text)
}
