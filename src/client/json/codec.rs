//! JSON by `serde_json`, between its text and the application's types.
//!
//! Not by way of JavaScript's values: those have no whole numbers beyond 2^53, take `__proto__` for more than a key, and make
//! a double of each `f32`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::detail::Detail;

pub(crate) fn to_text(value: &(impl Serialize + ?Sized)) -> Result<String, Detail> {
    serde_json::to_string(value).map_err(|error| Detail::new(error.to_string()))
}

pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Detail> {
    serde_json::from_str(text).map_err(|error| Detail::new(error.to_string()))
}

/// Returns the reason if this is no JSON, else `None`.
pub(crate) fn syntax_error(text: &str) -> Option<Detail> {
    from_text::<IgnoredAny>(text).err()
}

/// The texts of an array's elements; `None` if this is no array.
pub(crate) fn elements(text: &str) -> Option<Vec<&str>> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    Some(elements.into_iter().map(RawValue::get).collect())
}

/// The texts of an object's own fields of these names, the last of each; `None` if this is no object.
pub(crate) fn fields<'a, const N: usize>(text: &'a str, names: [&str; N]) -> Option<[Option<&'a str>; N]> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let fields = deserializer.deserialize_map(Fields(names)).ok()?;
    deserializer.end().ok()?;
    Some(fields)
}

struct Fields<'n, const N: usize>([&'n str; N]);

impl<'de, const N: usize> Visitor<'de> for Fields<'_, N> {
    type Value = [Option<&'de str>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = [None; N];
        while let Some(place) = map.next_key_seed(Place(&self.0))? {
            match place.and_then(|place| fields.get_mut(place)) {
                Some(field) => *field = Some(map.next_value::<&RawValue>()?.get()),
                None => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(fields)
    }
}

/// Reads a key as its place among the names.
struct Place<'n>(&'n [&'n str]);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Place<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|name| *name == key))
    }
}
