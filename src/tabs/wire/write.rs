//! Arrays from frames.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::super::frame::{Common, Down, Fence, Frame, Handed, Numbered, Up};
use super::super::ids::{Mark, TabId, Term};
use super::numbers::value;
use crate::engine::Failure;

fn array(values: impl IntoIterator<Item = JsValue>) -> Array {
    let array = Array::new();
    push(&array, values);
    array
}

fn push(array: &Array, values: impl IntoIterator<Item = JsValue>) {
    for value in values {
        array.push(&value);
    }
}

fn id(tab: TabId) -> JsValue {
    value(tab.get())
}

fn kind(number: u32) -> JsValue {
    number.into()
}

/// Returns the number and the hub.
fn term(term: Term) -> [JsValue; 2] {
    [value(term.number), id(term.hub)]
}

/// Returns the array of a frame.
#[must_use]
pub fn write(frame: Frame<JsValue, JsValue>) -> Array {
    match frame {
        Frame::Common(from, common) => {
            let made = array([kind(0), id(from)]);
            push_common(&made, common);
            made
        }
        Frame::Down(to, of, down) => {
            let [number, hub] = term(of);
            let made = array([kind(1), id(to), number, hub]);
            push_down(&made, down);
            made
        }
        Frame::Up(from, of, up) => {
            let [number, hub] = term(of);
            let made = array([kind(2), id(from), number, hub]);
            push_up(&made, up);
            made
        }
        Frame::Fence(tab, Fence::Join) => array([kind(3), id(tab)]),
        Frame::Fence(tab, Fence::Announced(of, upto)) => {
            let [number, hub] = term(of);
            array([kind(3), id(tab), number, hub, value(upto)])
        }
    }
}

fn push_common(made: &Array, common: Common<JsValue, JsValue>) {
    match common {
        Common::RollCall(number) => push(made, [kind(0), number.into()]),
        Common::Present {
            to,
            known,
            mark: read,
            handed: all,
        } => {
            let [number, hub] = term(known);
            let all = array(all.into_iter().map(|one| handed(one).into()));
            push(
                made,
                [
                    kind(1),
                    id(to.0),
                    to.1.into(),
                    number,
                    hub,
                    mark(read).into(),
                    all.into(),
                ],
            );
        }
        Common::Lead(of) => {
            let [number, hub] = term(of);
            push(made, [kind(2), number, hub]);
        }
        Common::Join {
            ticket,
            mark: read,
            numbered_in,
        } => {
            push(made, [kind(3), value(ticket), mark(read).into()]);
            if let Some((of, away)) = numbered_in {
                push(made, term(of));
                push(made, [away.into()]);
            }
        }
        Common::Away(times) => push(made, [kind(4), times.into()]),
        Common::Handed(one) => push(made, [kind(5), handed(one).into()]),
        Common::Leave => push(made, [kind(6)]),
        Common::End(payload) => push(made, [kind(7), payload]),
        Common::Unload => push(made, [kind(8)]),
    }
}

fn handed(handed: Handed) -> Array {
    let [number, hub] = term(handed.term);
    array([id(handed.tab), number, hub, handed.away.into(), value(handed.upto)])
}

/// An empty array, or the position; and behind it, a token and its position.
fn mark(mark: Mark<JsValue>) -> Array {
    let made = Array::new();
    if let Some(position) = mark.position {
        push(&made, term(position.term));
        push(&made, [value(position.seq)]);
    }
    if let Some((position, token)) = mark.token {
        push(&made, term(position.term));
        push(&made, [value(position.seq), token]);
    }
    made
}

fn push_down(made: &Array, down: Down<JsValue, JsValue>) {
    match down {
        Down::Welcome {
            ticket,
            taken,
            handed,
            before,
            gap,
            mark: read,
            state,
        } => {
            let before = before.map_or(JsValue::UNDEFINED, value);
            let state = state.unwrap_or(JsValue::UNDEFINED);
            let numbers = [kind(0), value(ticket), value(taken), value(handed)];
            push(made, numbers);
            push(made, [before, gap.into(), mark(read).into(), state]);
        }
        Down::Numbered(number, numbered) => {
            push(made, [kind(1), value(number)]);
            push_numbered(made, numbered);
        }
        Down::Handing(upto) => push(made, [kind(2), value(upto)]),
        Down::Here => push(made, [kind(3)]),
        Down::JoinAgain => push(made, [kind(4)]),
        Down::Buffered(bytes) => push(made, [kind(5), value(bytes)]),
    }
}

fn push_numbered(made: &Array, numbered: Numbered<JsValue, JsValue>) {
    match numbered {
        Numbered::Message(message) => {
            push(made, [kind(0), value(message.seq), message.payload]);
            if let Some(tab) = message.only {
                push(made, [message.token.unwrap_or(JsValue::UNDEFINED), id(tab)]);
            } else {
                push(made, message.token);
            }
        }
        Numbered::State(state) => push(made, [kind(1), state]),
        Numbered::Gap => push(made, [kind(2)]),
        Numbered::Reply { request, payload, last } => {
            push(made, [kind(3), value(request.get()), payload, last.into()]);
        }
        Numbered::Failed { request, failure, sent } => {
            let lost = failure == Failure::Lost;
            push(made, [kind(4), value(request.get()), lost.into(), sent.into()]);
        }
    }
}

fn push_up(made: &Array, up: Up<JsValue, JsValue>) {
    match up {
        Up::Send {
            number,
            payload,
            request,
        } => {
            push(made, [kind(0), value(number), payload]);
            if let Some(ask) = request {
                let request = ask.request;
                let timeout = request.timeout.as_millis_f64().into();
                push(made, [value(ask.number.get()), timeout, request.retry.into()]);
                push(made, [value(request.wire), request.streams.into(), request.kind.into()]);
            }
        }
        Up::Abort(request) => push(made, [kind(1), value(request.get())]),
        Up::Acknowledge(number) => push(made, [kind(2), value(number)]),
        Up::Question => push(made, [kind(3)]),
        Up::Handles { methods, visible } => push(made, [kind(4), array(methods).into(), visible.into()]),
    }
}
