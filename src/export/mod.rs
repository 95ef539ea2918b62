//! What the npm package imports: [`Core`], one for each `WebSocket`. A hinge, no more: JavaScript's values in, the driver's
//! answers out. Names and messages live in the skin, where they cost least.

mod host;
mod options;
mod readings;
mod requests;
#[cfg(feature = "standalone")]
mod runtime;

use alloc::rc::Rc;

use wasm_bindgen::prelude::*;

use self::host::Host;
use crate::driver::Driver;
use crate::engine::{Question, SendError, Signal};

/// A WebSocket that holds, for the skin.
#[wasm_bindgen]
#[allow(missing_debug_implementations)]
pub struct Core(Rc<Driver<Host>>);

#[wasm_bindgen]
impl Core {
    /// Starts the first attempt. An undefined `url` is asked for ([`Host::provide`](host::Host)). `numbers` are the options,
    /// in the order of [`options::read`].
    ///
    /// # Errors
    /// A `TypeError` for an impossible option; what the browser throws for a bad URL or protocol.
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host, url: JsValue, protocols: JsValue, numbers: &[f64]) -> Result<Core, JsValue> {
        let config = options::read(numbers, url.is_undefined()).map_err(options::explain)?;
        Driver::start(host, config, (url, protocols), options::explain).map(Core)
    }

    /// Sends at once, or says that it can't.
    ///
    /// # Errors
    /// What the browser throws, without reconnection.
    pub fn send(&self, data: &JsValue) -> Result<bool, JsValue> {
        self.0.send(data)
    }

    /// Keeps a copy until a connection is open: 0 if it was taken, 1 if queueing is off, 2 if the queue is full.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count of bytes.
    pub fn queue(&self, copy: JsValue, bytes: f64) -> u32 {
        taken(self.0.queue(copy, bytes as u64))
    }

    /// Ends it.
    ///
    /// # Errors
    /// What the browser throws, without reconnection.
    pub fn close(&self, code: JsValue, reason: JsValue) -> Result<(), JsValue> {
        self.0.close(code, reason)
    }

    /// Connects anew.
    pub fn reconnect(&self) {
        self.0.reconnect();
    }

    /// The page tells: 0, it is online; 1, offline; anything else, awake.
    pub fn signal(&self, signal: u32) {
        self.0.signal(match signal {
            0 => Signal::Online,
            1 => Signal::Offline,
            _ => Signal::Wake,
        });
    }

    /// The application's provider has answered; it has failed if the URL is undefined.
    pub fn provided(&self, question: u32, url: JsValue, protocols: JsValue) {
        let target = (!url.is_undefined()).then_some((url, protocols));
        self.0.provided(Question(question), target);
    }

    /// What can be read as a number: see [`readings`].
    pub fn read(&self, what: u32) -> f64 {
        readings::number(&self.0, what)
    }

    /// What can be read as text, undefined before the first connection: see [`readings`].
    pub fn text(&self, what: u32) -> JsValue {
        readings::text(&self.0, what)
    }

    /// `binaryType`, checked by the skin.
    #[wasm_bindgen(setter, js_name = binaryType)]
    pub fn set_binary_type(&self, binary_type: JsValue) {
        self.0.set_binary_type(binary_type);
    }
}

/// Whether a message was taken, as the skin's errors are numbered.
fn taken(result: Result<(), SendError>) -> u32 {
    match result {
        Ok(()) => 0,
        Err(SendError::NotOpen) => 1,
        Err(SendError::Full) => 2,
    }
}
