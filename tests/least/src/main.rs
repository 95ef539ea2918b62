//! A dependent of the crate, at the least versions of its dependencies.

use holdfast_ws::{ConnectError, WebSocket};

fn main() {
    let error = WebSocket::new("wss://example.com/live").expect_err("there is no browser");
    assert_eq!(error, ConnectError::NotInBrowser);
}
