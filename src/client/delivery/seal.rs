//! Encrypts what is stored, with a key of the application's: AES-GCM, bound to the box and the record.
//! <https://developer.mozilla.org/docs/Web/API/SubtleCrypto/encrypt>

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

const IV_BYTES: u32 = 12;

#[wasm_bindgen]
extern "C" {
    type Crypto;
    type Subtle;

    #[wasm_bindgen(thread_local_v2, js_name = crypto)]
    static CRYPTO: Option<Crypto>;
    #[wasm_bindgen(method, getter)]
    fn subtle(this: &Crypto) -> Option<Subtle>;
    #[wasm_bindgen(method, catch, js_name = getRandomValues)]
    fn fill(this: &Crypto, bytes: &Uint8Array) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn encrypt(this: &Subtle, algorithm: &Object, key: &JsValue, data: &Uint8Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn decrypt(this: &Subtle, algorithm: &Object, key: &JsValue, data: &JsValue) -> Result<Promise, JsValue>;
}

/// There is no `crypto.subtle` in an insecure context.
fn subtle() -> Result<Subtle, JsValue> {
    let subtle = CRYPTO.with(|crypto| crypto.as_ref().and_then(Crypto::subtle));
    subtle.ok_or_else(|| "there is no crypto.subtle here".into())
}

fn algorithm(iv: &JsValue, bound_to: &str) -> Object {
    let pairs = [
        Array::of2(&"name".into(), &"AES-GCM".into()),
        Array::of2(&"iv".into(), iv),
        Array::of2(&"additionalData".into(), &Uint8Array::from(bound_to.as_bytes()).into()),
    ];
    Object::from_entries(&Array::from_iter(pairs)).unwrap_or_default()
}

/// Returns an object with the text, encrypted.
pub(super) async fn seal(key: &JsValue, bound_to: &str, text: &str) -> Result<JsValue, JsValue> {
    let iv = Uint8Array::new_with_length(IV_BYTES);
    CRYPTO
        .with(|crypto| crypto.as_ref().map(|crypto| crypto.fill(&iv)))
        .transpose()?;
    let encrypting = subtle()?.encrypt(&algorithm(&iv, bound_to), key, &Uint8Array::from(text.as_bytes()))?;
    let sealed = js_sys::futures::JsFuture::from(encrypting).await?;
    let pairs = [Array::of2(&"iv".into(), &iv), Array::of2(&"sealed".into(), &sealed)];
    Object::from_entries(&Array::from_iter(pairs)).map(JsValue::from)
}

/// Returns the text. Fails if it was sealed with another key.
pub(super) async fn unseal(key: &JsValue, bound_to: &str, sealed: &JsValue) -> Result<String, JsValue> {
    let part = |name: &str| Reflect::get(sealed, &name.into());
    let decrypting = subtle()?.decrypt(&algorithm(&part("iv")?, bound_to), key, &part("sealed")?)?;
    let bytes = js_sys::futures::JsFuture::from(decrypting).await?;
    let bytes: Vec<u8> = Uint8Array::new(&bytes).to_vec();
    String::from_utf8(bytes).map_err(|_| "it is no text".into())
}
