//! HTTP requests, by the browser's `fetch`.

use alloc::format;
use alloc::string::String;

use js_sys::futures::JsFuture;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::channels::Payload;
use crate::client::bus::{HttpRequest, HttpResponse};

/// A request that takes longer (ms) is given up.
const TIMEOUT: f64 = 10_000.0;

#[wasm_bindgen]
extern "C" {
    /// [`fetch`](https://developer.mozilla.org/docs/Web/API/Window/fetch)
    #[wasm_bindgen(catch, js_name = fetch)]
    fn js_fetch(url: &str, options: &Object) -> Result<Promise, JsValue>;
    /// [`AbortSignal.timeout()`](https://developer.mozilla.org/docs/Web/API/AbortSignal/timeout_static)
    #[wasm_bindgen(catch, js_namespace = AbortSignal, js_name = timeout)]
    fn abort_after(millis: f64) -> Result<JsValue, JsValue>;
}

/// Makes a request.
///
/// # Errors
/// Returns why there is no response.
pub(crate) async fn fetch(request: HttpRequest) -> Result<HttpResponse, String> {
    respond(request).await.map_err(|error| format!("{error:?}"))
}

async fn respond(request: HttpRequest) -> Result<HttpResponse, JsValue> {
    let options = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&options, &name.into(), value);
    let headers = Array::new();
    for (name, value) in &request.headers {
        headers.push(&Array::of2(&name.as_str().into(), &value.as_str().into()));
    }
    set("method", &request.method.into())?;
    set("headers", &headers)?;
    match &request.body {
        Some(Payload::Text(text)) => set("body", &text.as_str().into())?,
        Some(Payload::Binary(bytes)) => set("body", &Uint8Array::from(bytes.as_slice()))?,
        None => false,
    };
    // A browser without it waits for as long as the network does.
    if let Ok(signal) = abort_after(TIMEOUT) {
        set("signal", &signal)?;
    }
    let response = JsFuture::from(js_fetch(&request.url, &options)?).await?;
    let status = Reflect::get(&response, &"status".into())?.as_f64();
    let text: Function = Reflect::get(&response, &"text".into())?.dyn_into()?;
    let body: Promise = text.call0(&response)?.dyn_into()?;
    let body = JsFuture::from(body).await?.as_string().unwrap_or_default();
    Ok(HttpResponse {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Three digits.
        status: status.unwrap_or_default() as u16,
        body: Payload::Text(body),
    })
}
