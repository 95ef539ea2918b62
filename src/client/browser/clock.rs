//! The browser's clocks, and its random numbers.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// [`performance.now()`](https://developer.mozilla.org/docs/Web/API/Performance/now)
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(crate) fn performance_now() -> f64;
    /// [`Date.now()`](https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Date/now)
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    pub(crate) fn date_now() -> f64;
    /// [`Math.random()`](https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Math/random)
    #[wasm_bindgen(js_namespace = Math)]
    pub(crate) fn random() -> f64;
}
