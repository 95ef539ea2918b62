//! JSON is what `serde_json` makes of it, in both directions.

use std::collections::{BTreeMap, HashMap};

use futures_util::{FutureExt, StreamExt};
use holdfast_ws::{MessageError, RequestError, SendJsonError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{hear, last_id, opened, sent, until};

/// The text that a value is sent as.
fn written(value: &impl Serialize) -> Option<String> {
    let ws = opened();
    ws.send_json(value).ok()?;
    sent().pop()
}

/// Returns the value that a text is decoded as.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, MessageError> {
    let ws = opened();
    let mut stream = ws.messages();
    hear(text);
    stream.next().now_or_never().flatten().expect("a message")
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Floats {
    single: f32,
    double: f64,
}

#[wasm_bindgen_test]
fn a_float_is_written_as_short_as_it_can_be_read_again() {
    let floats = Floats {
        single: 0.1,
        double: 0.1,
    };
    let text = r#"{"single":0.1,"double":0.1}"#;
    assert_eq!(written(&floats).as_deref(), Some(text));
    assert_eq!(read(text), Ok(floats));
    // Numbers whose last bit a quick reader gets wrong.
    assert_eq!(read::<f64>("1.7976931348623157e308"), Ok(f64::MAX));
    assert_eq!(read::<f64>("31.245270191439438"), Ok(31.245_270_191_439_438));
    assert_eq!(written(&f64::NAN).as_deref(), Some("null"));
}

#[wasm_bindgen_test]
fn whole_numbers_are_exact_at_any_size() {
    for number in [i128::MAX, i128::MIN, i128::from(u64::MAX), (1 << 53) + 1, 0] {
        assert_eq!(written(&number), Some(number.to_string()));
        assert_eq!(read(&number.to_string()), Ok(number));
    }
    assert_eq!(read(&u128::MAX.to_string()), Ok(u128::MAX));
    assert_eq!(
        read(r#"{"id":1150000000000000001}"#),
        Ok(BTreeMap::from([("id".to_owned(), 1_150_000_000_000_000_001_u64)]))
    );
    assert!(matches!(
        read::<u64>("18446744073709551616"),
        Err(MessageError::Shape(_))
    ));
    assert!(matches!(read::<u64>("1e3"), Err(MessageError::Shape(_))));
}

#[wasm_bindgen_test]
fn maps_may_have_numbers_and_characters_for_keys() {
    let map = HashMap::from([(7_u32, "a".to_owned())]);
    assert_eq!(written(&map).as_deref(), Some(r#"{"7":"a"}"#));
    assert_eq!(read(r#"{"7":"a"}"#), Ok(map));
    let map = BTreeMap::from([('x', -1)]);
    assert_eq!(read(&written(&map).expect("JSON")), Ok(map));
    let lists = BTreeMap::from([(vec![1], 1)]);
    assert_eq!(written(&lists), None, "a list is no key");
}

#[wasm_bindgen_test]
fn a_key_is_a_key_whatever_it_means_to_javascript() {
    let map = BTreeMap::from([("__proto__".to_owned(), BTreeMap::from([("id".to_owned(), 1)]))]);
    let text = r#"{"__proto__":{"id":1}}"#;
    assert_eq!(written(&map).as_deref(), Some(text));
    assert_eq!(read(text), Ok(map.clone()));
    let ws = opened();
    assert_eq!(
        ws.request::<_, u8>(&map).now_or_never(),
        None,
        "it has no id of its own"
    );
    assert_eq!(sent(), [format!(r#"{{"id":{},"__proto__":{{"id":1}}}}"#, last_id())]);
}

/// Bytes, as serde has them.
#[derive(Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> serde::de::Visitor<'de> for Read {
            type Value = Bytes;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Bytes, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = list.next_element()? {
                    bytes.push(byte);
                }
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Read)
    }
}

#[wasm_bindgen_test]
fn bytes_are_a_list_of_numbers_both_ways() {
    let bytes = || Bytes(vec![1, 255]);
    assert_eq!(written(&bytes()).as_deref(), Some("[1,255]"));
    assert_eq!(read("[1,255]"), Ok(bytes()));
}

#[wasm_bindgen_test]
fn options_units_and_enums_are_as_serde_json_has_them() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Any {
        Unit,
        One(Option<u8>),
        Two(u8, String),
        Named { unit: (), text: char },
    }
    let all = || {
        vec![
            Any::Unit,
            Any::One(None),
            Any::Two(1, "ü\u{2028}\"\\".into()),
            Any::Named { unit: (), text: '😀' },
        ]
    };
    let text = serde_json::to_string(&all()).expect("JSON");
    assert_eq!(written(&all()), Some(text.clone()));
    assert_eq!(read(&text), Ok(all()));
}

#[wasm_bindgen_test]
fn what_is_no_json_is_told_from_what_is_no_t() {
    for text in ["", "no JSON", "\"text\" and more", r#"{"a":"text""#, "["] {
        assert!(matches!(read::<u8>(text), Err(MessageError::Syntax(_))), "{text}");
    }
    for text in ["\"text\"", "256", "-1", "{}", "null"] {
        assert!(matches!(read::<u8>(text), Err(MessageError::Shape(_))), "{text}");
    }
}

#[wasm_bindgen_test]
fn a_body_may_be_empty_and_parameters_are_what_json_rpc_allows() {
    let ws = opened();
    assert_eq!(ws.request::<_, u8>(&BTreeMap::<u8, u8>::new()).now_or_never(), None);
    assert_eq!(sent(), [format!(r#"{{"id":{}}}"#, last_id())]);
    assert_eq!(
        ws.request::<_, u8>(&()).now_or_never(),
        Some(Err(RequestError::NotAnObject))
    );
    assert_eq!(ws.notify("m", &"text"), Err(SendJsonError::NotAnObject));
    ws.notify("say \"hi\"", &()).expect("open");
    ws.notify("m", &[1]).expect("open");
    let wanted = [
        r#"{"jsonrpc":"2.0","method":"say \"hi\""}"#,
        r#"{"jsonrpc":"2.0","method":"m","params":[1]}"#,
    ];
    assert_eq!(sent()[1..], wanted);
}

/// A value of every kind, nested, from a seed.
fn generated(seed: &mut u64, depth: u32) -> serde_json::Value {
    let mut next = |bound: u64| {
        // xorshift64*
        *seed ^= *seed >> 12;
        *seed ^= *seed << 25;
        *seed ^= *seed >> 27;
        (seed.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) % bound
    };
    let texts = ["", "__proto__", "constructor", "id", "\"\\\u{0}\u{2028}", "é😀", "null"];
    let text = texts[usize::try_from(next(7)).expect("small")].to_owned();
    match next(if depth == 0 { 8 } else { 10 }) {
        0 => serde_json::Value::Null,
        1 => (next(2) == 0).into(),
        2 => (u64::MAX - next(1000)).into(),
        3 => (i64::MIN + i64::try_from(next(1000)).expect("small")).into(),
        4 => f32::from_bits(u32::try_from(next(1 << 32)).expect("32 bits")).into(),
        5 => f64::from_bits(next(1 << 53) << 11).into(),
        6 | 7 => text.into(),
        8 => (0..next(4)).map(|_| generated(seed, depth - 1)).collect(),
        _ => {
            let pairs = (0..next(4)).map(|turn| (format!("{text}{turn}"), generated(seed, depth - 1)));
            let mut object: serde_json::Map<_, _> = pairs.collect();
            object.insert(text, generated(seed, depth - 1));
            object.into()
        }
    }
}

#[wasm_bindgen_test]
async fn generated_values_are_written_read_and_answered_as_serde_json_has_them() {
    let mut seed = 42;
    for turn in 1..=100 {
        let value = generated(&mut seed, 3);
        let text = serde_json::to_string(&value).expect("JSON");
        let exact: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(written(&value).as_ref(), Some(&text));
        assert_eq!(read(&format!(" {text} ")), Ok(exact));
        let ws = opened();
        ws.handle("echo", async |[value]: [serde_json::Value; 1]| Ok(value));
        hear(&format!(
            r#"{{"jsonrpc":"2.0","id":{turn},"method":"echo","params":[{text}]}}"#
        ));
        until("the answer", || !sent().is_empty()).await;
        let answer = sent().pop().unwrap_or_default();
        assert_eq!(answer, format!(r#"{{"jsonrpc":"2.0","id":{turn},"result":{text}}}"#));
    }
}
