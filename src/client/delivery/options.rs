//! The options of an outbox, as they were given.

use alloc::rc::Rc;
use alloc::string::String;
use core::time::Duration;

use serde_json::Value;

use super::store::Store;
use crate::outbox::Config;

/// Converts a stored message of another version.
pub(super) type Migrate = Rc<dyn Fn(Value, u32) -> Option<Value>>;

/// The options, as they were given.
#[derive(Clone)]
pub(super) struct Options {
    pub(super) user: String,
    pub(super) store: Rc<dyn Store>,
    pub(super) keep: Duration,
    pub(super) config: Config,
    pub(super) version: u32,
    pub(super) migrate: Option<Migrate>,
    pub(super) flush: Option<String>,
}
