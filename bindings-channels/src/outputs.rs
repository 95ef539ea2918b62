//! Actions and events as arrays: the number of its kind, as the wrapper's `channels/numbers.ts` has it, and its parts.

use holdfast_ws::channels::{Action, AdapterOutput, Can, Change, Event, Failure, Payload, Recovered};
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::values::{float, payload_value, position_value};

fn array(values: impl IntoIterator<Item = JsValue>) -> Array {
    values.into_iter().collect()
}

fn kind(number: u32) -> JsValue {
    number.into()
}

fn optional(payload: Option<&Payload>) -> JsValue {
    payload.map_or(JsValue::UNDEFINED, payload_value)
}

/// 0 no, 1 yes, 2 unknown.
fn recovery(recovered: Recovered) -> JsValue {
    kind(match recovered {
        Recovered::No => 0,
        Recovered::Yes => 1,
        Recovered::Unknown => 2,
    })
}

pub(crate) fn can(can: Can) -> Array {
    let facts = [
        can.history,
        can.publish,
        can.presence,
        can.wildcard,
        can.ack,
        can.tokens,
    ];
    let made = array([recovery(can.recovery)]);
    for fact in facts {
        made.push(&fact.into());
    }
    made
}

pub(crate) fn action(action: Action) -> Array {
    match action {
        Action::Adapter(AdapterOutput::Dial) => array([kind(0)]),
        Action::Adapter(AdapterOutput::Close) => array([kind(1)]),
        Action::Adapter(AdapterOutput::Send(payload)) => array([kind(2), payload_value(&payload)]),
        Action::Adapter(AdapterOutput::Request {
            request,
            method,
            url,
            headers,
            body,
        }) => {
            let headers = headers
                .into_iter()
                .map(|(name, value)| JsValue::from(array([name.into(), value.into()])));
            array([
                kind(3),
                float(request.get()),
                method.into(),
                url.into(),
                array(headers).into(),
                optional(body.as_ref()),
            ])
        }
        Action::Authorize(channel, question) => array([kind(4), float(channel.get()), float(question.get())]),
        Action::Load(channel, question) => array([kind(5), float(channel.get()), float(question.get())]),
        Action::Reconnect => array([kind(6)]),
        _ => Array::new(),
    }
}

/// 0 lost, 1 timed out, 2 full, 3 refused; and the reason.
fn failure(failure: &Failure<Payload>) -> [JsValue; 2] {
    let (number, reason) = match failure {
        Failure::TimedOut => (1, None),
        Failure::Full => (2, None),
        Failure::Refused(reason) => (3, Some(reason)),
        Failure::Failed(reason) => (0, Some(reason)),
        _ => (0, None),
    };
    [kind(number), optional(reason)]
}

pub(crate) fn event(event: Event<Payload, String>) -> Array {
    match event {
        Event::Message {
            channel,
            position,
            payload,
            replayed,
            skips,
        } => array([
            kind(0),
            float(channel.get()),
            position_value(position.as_ref()),
            payload_value(&payload),
            replayed.into(),
            array(skips.into_iter().map(|holder| float(holder.get()))).into(),
        ]),
        Event::Subscribed {
            channel,
            holder,
            recovered,
            replayed,
        } => array([
            kind(1),
            float(channel.get()),
            holder.map_or(JsValue::UNDEFINED, |holder| float(holder.get())),
            recovery(recovered),
            float(replayed),
        ]),
        Event::Gap { channel, after, before } => array([
            kind(2),
            float(channel.get()),
            position_value(after.as_ref()),
            position_value(before.as_ref()),
        ]),
        Event::Refused {
            channel,
            reason,
            retry_in,
        } => array([
            kind(3),
            float(channel.get()),
            optional(reason.as_ref()),
            retry_in.map_or(JsValue::UNDEFINED, |span| span.as_millis_f64().into()),
        ]),
        Event::Published { publication, position } => {
            array([kind(4), float(publication.get()), position_value(position.as_ref())])
        }
        Event::Unpublished {
            publication,
            failure: why,
            sent,
        } => {
            let [number, reason] = failure(&why);
            array([kind(5), float(publication.get()), number, reason, sent.into()])
        }
        Event::Member {
            channel,
            user,
            change,
            data,
        } => {
            let change = match change {
                Change::Join => 0,
                Change::Leave => 1,
                Change::Timeout => 2,
                Change::Back => 3,
            };
            array([
                kind(6),
                float(channel.get()),
                user.into(),
                kind(change),
                payload_value(&data),
            ])
        }
        Event::History { question, messages } => {
            let messages = messages.iter().map(|(position, payload)| {
                JsValue::from(array([position_value(position.as_ref()), payload_value(payload)]))
            });
            array([kind(7), float(question.get()), array(messages).into()])
        }
        Event::NoHistory { question, failure: why } => {
            let [number, reason] = failure(&why);
            array([kind(8), float(question.get()), number, reason])
        }
        Event::LoginRefused { reason } => array([kind(9), payload_value(&reason)]),
        Event::LoadOverdue { channel, after } => array([kind(10), float(channel.get()), after.as_millis_f64().into()]),
        _ => Array::new(),
    }
}
