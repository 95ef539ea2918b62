//! A small request server: JSON in, JSON out, in either of two dialects.
//!
//! A request with `"jsonrpc": "2.0"` is JSON-RPC 2.0 (<https://www.jsonrpc.org/specification>): its reply has that member, too,
//! and a request without `id` is a notification. In the other dialect, any object with an `id` is a request.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::outbox::Outbox;

/// The state of one connection: the replies that `shuffle` delays.
#[derive(Clone, Debug, Default)]
pub(super) struct Rpc {
    held: Vec<Value>,
}

impl Rpc {
    /// Answers one text. Text that isn't a JSON object gets the parse error of JSON-RPC.
    pub(super) fn answer(&mut self, text: &str, out: &Outbox) {
        let Ok(Value::Object(request)) = serde_json::from_str(text) else {
            return out.text(error(-32700, "parse error", None).with_id(Value::Null, true));
        };
        let jsonrpc = request.get("jsonrpc") == Some(&json!("2.0"));
        let Some(id) = request.get("id").cloned() else {
            return;
        };
        let method = request.get("method").and_then(Value::as_str).unwrap_or_default();
        let params = request.get("params").unwrap_or(&Value::Null);
        let first = || params.get(0).cloned().unwrap_or(Value::Null);
        let reply = match method {
            "add" => match (params[0].as_f64(), params[1].as_f64()) {
                (Some(a), Some(b)) => result(number(a + b)),
                _ => error(-32602, "add takes two numbers", None),
            },
            "echo" => result(first()),
            "wait" => {
                let wait = Duration::from_millis(params[0].as_u64().unwrap_or_default());
                let reply = result(params.get(1).cloned().unwrap_or_else(first));
                return out.text_in(wait, reply.with_id(id, jsonrpc));
            }
            "fail" => error(-32000, "failed on request", Some(first())),
            "never" => return,
            "parts" => return parts(params[0].as_u64().unwrap_or(1), &id, jsonrpc, out),
            "twice" => {
                out.text(result(first()).with_id(id.clone(), jsonrpc));
                result(first())
            }
            "shuffle" => return self.shuffle(params, id, jsonrpc, out),
            _ => error(-32601, "no such method", None),
        };
        out.text(reply.with_id(id, jsonrpc));
    }

    /// `shuffle(value, n)`: delays its reply until n replies are delayed, and then sends them in reverse order.
    fn shuffle(&mut self, params: &Value, id: Value, jsonrpc: bool, out: &Outbox) {
        self.held.push(json!(result(params[0].clone()).with_id(id, jsonrpc)));
        if self.held.len() as u64 >= params[1].as_u64().unwrap_or(2) {
            for reply in self.held.drain(..).rev() {
                out.text(reply.as_str().unwrap_or_default());
            }
        }
    }
}

/// A reply without its `id`.
struct Reply(Map<String, Value>);

impl Reply {
    fn with_id(mut self, id: Value, jsonrpc: bool) -> String {
        if jsonrpc {
            self.0.insert("jsonrpc".into(), json!("2.0"));
        }
        self.0.insert("id".into(), id);
        Value::Object(self.0).to_string()
    }
}

/// `parts(n)`: sends n replies, the last one with `done`.
fn parts(count: u64, id: &Value, jsonrpc: bool, out: &Outbox) {
    for number in 1..=count {
        let mut reply = result(json!(number));
        if number == count {
            reply.0.insert("done".into(), json!(true));
        }
        out.text(reply.with_id(id.clone(), jsonrpc));
    }
}

fn result(value: Value) -> Reply {
    Reply(Map::from_iter([("result".to_owned(), value)]))
}

fn error(code: i32, message: &str, data: Option<Value>) -> Reply {
    let mut error = json!({ "code": code, "message": message });
    if let Some(data) = data {
        error["data"] = data;
    }
    Reply(Map::from_iter([("error".to_owned(), error)]))
}

/// Returns an integer where the value is one: 3, not 3.0.
#[expect(clippy::cast_possible_truncation, reason = "only where it is exact")]
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}
