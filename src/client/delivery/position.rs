//! The position of a message in a stream of the server.

use alloc::string::{String, ToString};

use serde_json::Value;

/// A position, whichever kind the stream has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A whole number that grows.
    Number(u64),
    /// An id.
    Id(String),
}

impl Place {
    /// The text that is stored.
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Number(number) => Value::from(*number),
            Self::Id(id) => Value::from(id.as_str()),
        }
        .to_string()
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match serde_json::from_str(text).ok()? {
            Value::Number(number) => number.as_u64().map(Self::Number),
            Value::String(id) => Some(Self::Id(id)),
            _ => None,
        }
    }
}

/// The position of a message in a stream: a whole number that grows (`u64`), or an id (`String`).
///
/// What comes again is left out: a number that is not above the last, an id that is among the last 1,000 or came in the last ten
/// minutes.
pub trait Position: sealed::Sealed + Sized + 'static {
    #[doc(hidden)]
    fn into_place(self) -> Place;
    /// `None` if the stream had positions of the other kind.
    #[doc(hidden)]
    fn from_place(place: &Place) -> Option<Self>;
}

impl Position for u64 {
    fn into_place(self) -> Place {
        Place::Number(self)
    }

    fn from_place(place: &Place) -> Option<Self> {
        match place {
            Place::Number(number) => Some(*number),
            Place::Id(_) => None,
        }
    }
}

impl Position for String {
    fn into_place(self) -> Place {
        Place::Id(self)
    }

    fn from_place(place: &Place) -> Option<Self> {
        match place {
            Place::Id(id) => Some(id.clone()),
            Place::Number(_) => None,
        }
    }
}

mod sealed {
    use alloc::string::String;

    pub trait Sealed {}
    impl Sealed for u64 {}
    impl Sealed for String {}
}
