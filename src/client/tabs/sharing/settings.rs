//! The settings with which a tab of the application's joins, each time that it does.

use alloc::rc::Rc;
use alloc::string::String;

use super::route::Reader;
use crate::client::socket::builder::Builder;
use crate::client::state::tabs_options::Tabs;
use crate::client::values::id_key::IdKey;

pub(super) struct Settings {
    /// The name that tabs of one connection share; [`None`] where tabs can't find each other.
    pub(super) name: Option<String>,
    pub(super) tabs: Tabs,
    /// For the connection.
    pub(super) builder: Builder,
    /// The name of the field with a request's number.
    pub(super) key: IdKey,
}

impl Settings {
    pub(super) fn reader(&self) -> Reader {
        Reader {
            key: self.key.clone(),
            codec: self.tabs.codec.as_ref().map(Rc::clone),
        }
    }
}
