//! The server's half of an outbox: one number for each box, in memory, and the items of its messages in the order in which they were done.

use std::collections::HashMap;

use serde_json::{Value, json};

/// The boxes of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Boxes {
    last: HashMap<String, u64>,
    items: Vec<Value>,
}

impl Boxes {
    /// Returns the answer to a text. `None` if it is none of an outbox; `"items"` is answered with all items.
    pub(super) fn answer(&mut self, text: &str) -> Option<Value> {
        if text == "items" {
            return Some(json!({ "items": self.items }));
        }
        let frame: Value = serde_json::from_str(text).ok()?;
        let hello = &frame["hello"];
        if let (Some(name), Some(from)) = (hello["box"].as_str(), hello["from"].as_u64()) {
            let last = self.last.entry(name.to_owned()).or_default();
            let done = *last;
            *last = done.max(from.saturating_sub(1));
            return Some(json!({ "hello": { "box": name, "done": done } }));
        }
        let (name, number) = (frame["box"].as_str()?, frame["n"].as_u64()?);
        let last = self.last.entry(name.to_owned()).or_default();
        if number != *last + 1 {
            return Some(json!({ "box": name, "done": *last }));
        }
        *last = number;
        self.items.push(frame["item"].clone());
        Some(json!({ "box": name, "n": number, "ok": { "order": self.items.len() } }))
    }
}
