//! The wire: JSON, with the box and the number beside the fields of the message.

use alloc::format;
use alloc::string::{String, ToString};

use serde_json::{Value, json};

/// A message of the server's about a box.
#[derive(Debug)]
pub(super) enum Answer {
    Hello(u64),
    Done(u64),
    Ok(u64, Value),
    Refused { number: u64, is_final: bool, error: Value },
}

pub(super) fn hello(name: &str, from: u64) -> String {
    json!({ "hello": { "box": name, "from": from } }).to_string()
}

/// `message` is the text of an object.
pub(super) fn frame(name: &str, number: u64, message: &str) -> String {
    let fields = message.trim_start().get(1..).unwrap_or("}");
    let comma = if fields.trim_start().starts_with('}') { "" } else { "," };
    format!(r#"{{"box":{},"n":{number}{comma}{fields}"#, Value::from(name))
}

/// Returns the fault of a message, if it can't be sent.
pub(super) fn fault(message: &str) -> Option<&'static str> {
    let Ok(Value::Object(fields)) = serde_json::from_str(message) else {
        return Some("a message is an object: a struct, or a map");
    };
    ["box", "n", "hello"]
        .iter()
        .any(|name| fields.contains_key(*name))
        .then_some("a message has no field box, n or hello: put it into a field")
}

/// Returns the box that an answer is about, and the answer. `None` for other messages.
pub(super) fn read(text: &str) -> Option<(String, Answer)> {
    if !text.contains("\"box\"") {
        return None;
    }
    let mut said: Value = serde_json::from_str(text).ok()?;
    if let Some(hello) = said.get("hello").filter(|hello| !hello.is_null()) {
        let done = Answer::Hello(hello.get("done")?.as_u64()?);
        return Some((hello.get("box")?.as_str()?.to_string(), done));
    }
    let name = said.get("box")?.as_str()?.to_string();
    if let Some(done) = said.get("done").and_then(Value::as_u64) {
        return Some((name, Answer::Done(done)));
    }
    let number = said.get("n")?.as_u64()?;
    let error = said.get_mut("error").map(Value::take).filter(Value::is_object);
    if let Some(error) = error {
        let is_final = error.get("final").and_then(Value::as_bool).unwrap_or(false);
        let refused = Answer::Refused {
            number,
            is_final,
            error,
        };
        return Some((name, refused));
    }
    // Some servers leave out a receipt that is null.
    let is_bare = said.as_object().is_some_and(|fields| fields.len() == 2);
    let receipt = said.get_mut("ok").map(Value::take);
    Some((name, Answer::Ok(number, receipt.or(is_bare.then_some(Value::Null))?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_the_fields_of_the_message_behind_the_box_and_the_number() {
        assert_eq!(frame("a/\"b", 7, r#"{"item":1}"#), r#"{"box":"a/\"b","n":7,"item":1}"#);
        assert_eq!(frame("a/b", 7, "{}"), r#"{"box":"a/b","n":7}"#);
    }

    #[test]
    fn an_answer_may_have_no_receipt_and_no_other_message_acknowledges() {
        let number = |text| match read(text) {
            Some((_, Answer::Ok(number, Value::Null))) => Some(number),
            _ => None,
        };
        assert_eq!(number(r#"{"box":"a/b","n":7}"#), Some(7));
        assert_eq!(number(r#"{"box":"a/b","n":7,"ok":null,"hello":null}"#), Some(7));
        assert_eq!(number(r#"{"box":"a/b","n":7,"progress":50}"#), None);
        assert_eq!(number(r#"{"box":"a/b","n":7,"error":"not now"}"#), None);
    }
}
