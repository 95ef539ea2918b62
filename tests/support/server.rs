#![allow(dead_code)] // No suite uses all of it.
//! The project's own server, whose address the build is given.

use js_sys::{JsString, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

const SERVER: &str = match option_env!("HOLDFAST_SERVER") {
    Some(server) => server,
    None => "ws://127.0.0.1:8080",
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(url: &str, options: &JsValue) -> Promise;

    type Response;
    #[wasm_bindgen(method)]
    fn text(this: &Response) -> Promise;
}

/// Returns the URL of a role of the server, on this endpoint: `address("/echo", "endpoint-name")`.
pub(crate) fn address(path: &str, line: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{SERVER}{path}{joint}endpoint={line}")
}

async fn ask(method: &str, path: &str) -> String {
    let options = js_sys::Object::new();
    Reflect::set(&options, &"method".into(), &method.into()).expect("an object of ours");
    let url = format!("{}{path}", SERVER.replacen("ws", "http", 1));
    let response = JsFuture::from(fetch(&url, &options)).await.expect("the server answers");
    let text = response.unchecked_into::<Response>().text();
    let text = JsFuture::from(text).await.expect("all of it");
    text.unchecked_into::<JsString>().into()
}

/// Injects a fault: `inject_fault("endpoint-name", "drop")`.
pub(crate) async fn inject_fault(line: &str, action: &str) {
    ask("POST", &format!("/endpoints/{line}/{action}")).await;
}

/// Returns the messages that the server received on an endpoint, as JSON.
pub(crate) async fn received(line: &str) -> String {
    ask("GET", &format!("/endpoints/{line}/received")).await
}

/// Returns the URL of a file of the server.
pub(crate) fn file(path: &str) -> String {
    format!("{}{path}", SERVER.replacen("ws", "http", 1))
}

/// Returns the number of open connections of an endpoint.
pub(crate) async fn connections(line: &str) -> u32 {
    let summary = js_sys::JSON::parse(&ask("GET", &format!("/endpoints/{line}")).await).expect("JSON");
    let count = Reflect::get(&summary, &"live".into()).expect("an object");
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A small count.
    let count = count.as_f64().expect("a number") as u32;
    count
}
