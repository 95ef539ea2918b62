//! Outputs and events as arrays: the number of its kind, as the wrapper's `tabs/numbers.ts` has it, and its parts.

use holdfast_ws::tabs::wire::numbers::value;
use holdfast_ws::tabs::wire::write;
use holdfast_ws::tabs::{Event, Output, Role, TabId};
use js_sys::Array;
use wasm_bindgen::JsValue;

/// Returns an array of values.
fn array(values: impl IntoIterator<Item = JsValue>) -> Array {
    let array = Array::new();
    for value in values {
        array.push(&value);
    }
    array
}

fn id(tab: TabId) -> JsValue {
    value(tab.get())
}

pub(crate) fn output(output: Output<JsValue, JsValue>) -> Array {
    let kind = |number: u32| JsValue::from(number);
    match output {
        Output::RequestLock => array([kind(0)]),
        Output::StealLock => array([kind(1)]),
        Output::ReleaseLock => array([kind(2)]),
        Output::QueryLock => array([kind(3)]),
        Output::Post(posted) => array([kind(4), write(posted).into()]),
        Output::OpenConnection(token) => array([kind(5), token.unwrap_or(JsValue::UNDEFINED)]),
        Output::DropConnection => array([kind(6)]),
        Output::CloseConnection(payload) => array([kind(7), payload.unwrap_or(JsValue::UNDEFINED)]),
        Output::Hand { tab, payload, request } => array([kind(8), id(tab), payload, request.is_some().into()]),
        Output::Cancel { wire, .. } => array([kind(9), value(wire)]),
        Output::Refuse(call) => array([kind(13), call]),
        Output::Watch(tab) => array([kind(10), id(tab)]),
        Output::Unwatch(tab) => array([kind(11), id(tab)]),
        Output::LookUp(tab) => array([kind(12), id(tab)]),
        Output::ReadBuffered => array([kind(14)]),
        Output::ReadSendable => array([kind(15)]),
        _ => Array::new(),
    }
}

pub(crate) fn event(event: Event<JsValue>) -> Array {
    let kind = |number: u32| JsValue::from(number);
    match event {
        Event::Role(role) => array([kind(0), (role == Role::Leader).into()]),
        Event::Lost => array([kind(1)]),
        Event::State { state, late } => array([kind(2), state, late.into()]),
        Event::Message(payload) => array([kind(3), payload]),
        Event::Gap => array([kind(4)]),
        Event::Uncertain(payloads) => array([kind(5), array(payloads).into()]),
        Event::Reply { request, payload, last } => array([kind(6), value(request.get()), payload, last.into()]),
        Event::Failed { request, .. } => array([kind(7), value(request.get())]),
        Event::Ended { everyone, unsent } => {
            array([kind(8), everyone.unwrap_or(JsValue::UNDEFINED), array(unsent).into()])
        }
        _ => Array::new(),
    }
}
