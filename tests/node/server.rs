//! The roles of `server.js`, which stands for the project's own server.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::fake::js;

#[wasm_bindgen]
extern "C" {
    type Server;
    #[wasm_bindgen(method)]
    fn install(this: &Server);
    #[wasm_bindgen(method, js_name = injectFault)]
    fn inject_fault(this: &Server, line: &str, action: &str) -> js_sys::Promise;
    #[wasm_bindgen(method)]
    fn received(this: &Server, line: &str) -> String;
    #[wasm_bindgen(method)]
    fn connections(this: &Server, line: &str) -> u32;
}

fn server() -> Server {
    js(include_str!("server.js"));
    js("fakeServer").unchecked_into()
}

/// Returns the URL of a role of the server, with connections of its own: `address("/echo", "lines-name")`.
pub(crate) fn address(path: &str, line: &str) -> String {
    server().install();
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("ws://fake-server{path}{joint}endpoint={line}")
}

/// Orders a fault: `inject_fault("lines-name", "drop")`.
pub(crate) async fn inject_fault(line: &str, action: &str) {
    JsFuture::from(server().inject_fault(line, action))
        .await
        .expect("a fault that there is");
}

/// Returns the messages that the server received on a connection, as JSON.
#[allow(clippy::unused_async)] // As the real one is.
pub(crate) async fn received(line: &str) -> String {
    server().received(line)
}

/// How many connections a line has.
#[allow(clippy::unused_async)]
pub(crate) async fn connections(line: &str) -> u32 {
    server().connections(line)
}
