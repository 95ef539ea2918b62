//! The part of a reply by which its request is found.

use core::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::client::json::rpc::RpcError;

/// The part of a message that says which request it replies to, for [`Codec::decode_head`](crate::Codec::decode_head).
///
/// It can be read from any struct or map with the field `id`, a whole number, and optionally `done` and `result`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyHead {
    pub(crate) id: u64,
    pub(crate) done: bool,
    pub(crate) empty: bool,
    pub(crate) error: Option<RpcError>,
}

impl ReplyHead {
    /// The reply to the request of this number, or a part of it.
    #[must_use]
    pub fn new(id: u64) -> Self {
        Self {
            id,
            done: false,
            empty: false,
            error: None,
        }
    }

    /// This part is the last.
    #[must_use]
    pub fn done(mut self) -> Self {
        self.done = true;
        self
    }

    /// The message has no result. With [`done`](Self::done) it is no part, only the end.
    #[must_use]
    pub fn empty(mut self) -> Self {
        self.empty = true;
        self
    }

    /// The request has failed, with [`RequestError::Rpc`](crate::RequestError::Rpc).
    #[must_use]
    pub fn error(mut self, error: RpcError) -> Self {
        self.error = Some(error);
        self
    }
}

impl<'de> Deserialize<'de> for ReplyHead {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = ReplyHead;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a reply with an id")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ReplyHead, A::Error> {
        let (mut id, mut done, mut empty) = (None, false, false);
        while let Some(key) = map.next_key()? {
            match key {
                Key::Id => id = Some(map.next_value::<Number>()?.0),
                Key::Done => done = map.next_value::<Flag>()?.0,
                Key::Result => empty = map.next_value::<Option<IgnoredAny>>()?.is_none(),
                Key::Other => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        let head = ReplyHead::new(id.ok_or_else(|| A::Error::missing_field("id"))?);
        Ok(ReplyHead { done, empty, ..head })
    }
}

enum Key {
    Id,
    Done,
    Result,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyKey;
        impl Visitor<'_> for AnyKey {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
                Ok(match key {
                    "id" => Key::Id,
                    "done" => Key::Done,
                    "result" => Key::Result,
                    _ => Key::Other,
                })
            }

            fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<Key, E> {
                Ok(Key::Other)
            }

            // Binary formats have keys that are numbers.
            fn visit_u64<E: Error>(self, _: u64) -> Result<Key, E> {
                Ok(Key::Other)
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Key, E> {
                Ok(Key::Other)
            }
        }
        deserializer.deserialize_any(AnyKey)
    }
}

/// A whole number, in whichever form a server gives it back.
struct Number(u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyNumber;
        impl Visitor<'_> for AnyNumber {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
                Ok(Number(number))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
                u64::try_from(number).map(Number).map_err(E::custom)
            }

            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss
            )]
            fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
                let whole = number as u64;
                // A server in JavaScript has no other numbers.
                let exact = (whole as f64).to_bits() == number.to_bits();
                exact.then_some(Number(whole)).ok_or_else(|| E::custom("a fraction"))
            }
        }
        deserializer.deserialize_any(AnyNumber)
    }
}

/// True, or anything else.
struct Flag(bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyFlag;
        impl Visitor<'_> for AnyFlag {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }

            fn visit_bool<E: Error>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(flag))
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Flag, E> {
                Ok(Flag(false))
            }

            fn visit_str<E: Error>(self, _: &str) -> Result<Flag, E> {
                Ok(Flag(false))
            }

            fn visit_unit<E: Error>(self) -> Result<Flag, E> {
                Ok(Flag(false))
            }
        }
        deserializer.deserialize_any(AnyFlag)
    }
}
