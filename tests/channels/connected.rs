//! The bus and an adapter as one machine.

use std::collections::VecDeque;

use holdfast_ws::channels::{
    Abilities, Action, Adapter, AdapterOutput, Bus, Can, ChannelConfig, ChannelId, Config, Connected, Event, Numbering,
    Output, Payload, Recovered, RequestId, Response, Start,
};
use holdfast_ws::engine::Instant;

use crate::world::at;

/// An adapter of a protocol in which frames are names: each is a channel subscribed or a message in it.
#[derive(Debug, Default)]
struct Names {
    token: Option<String>,
    subscribed: Vec<(ChannelId, String)>,
    outputs: VecDeque<AdapterOutput>,
    responses: Vec<u16>,
}

impl Adapter for Names {
    fn abilities(&self) -> Abilities {
        Abilities {
            numbering: Numbering::None,
            history: false,
            acknowledges: false,
            deduplicates: false,
            renews: false,
            resumes: false,
            publishes_apart: false,
        }
    }

    fn can(&self) -> Can {
        Can {
            recovery: Recovered::No,
            history: false,
            publish: true,
            presence: false,
            wildcard: false,
            ack: false,
            tokens: true,
        }
    }

    fn handle_start(&mut self, _: Instant, _: &mut Bus) {
        self.outputs.push_back(AdapterOutput::Dial);
    }

    fn handle_connection_token(&mut self, token: Option<String>) {
        self.token = token;
    }

    fn url(&mut self, base: &str) -> Option<String> {
        Some(format!("{base}?token={}", self.token.as_deref().unwrap_or_default()))
    }

    fn handle_open(&mut self, now: Instant, bus: &mut Bus) {
        bus.handle_connected(now);
    }

    fn handle_closed(&mut self, _: Instant, bus: &mut Bus) {
        bus.handle_disconnected();
    }

    fn handle_message(&mut self, now: Instant, frame: Payload, bus: &mut Bus) {
        for (id, name) in &self.subscribed {
            if Some(name.as_str()) == frame.as_text() {
                bus.handle_message(now, *id, None, frame.clone(), false);
            }
        }
    }

    fn handle_output(&mut self, now: Instant, output: Output<Payload, String>, bus: &mut Bus) {
        match output {
            Output::Subscribe(batch) => {
                for one in batch {
                    self.outputs.push_back(AdapterOutput::Send(one.name.as_str().into()));
                    self.subscribed.push((one.channel, one.name));
                    let start = Start {
                        position: None,
                        recovered: Recovered::No,
                        replays: false,
                    };
                    bus.handle_subscribed(now, one.channel, start);
                }
            }
            Output::Publish { payload, .. } => self.outputs.push_back(AdapterOutput::Send(payload)),
            _ => {}
        }
    }

    fn handle_response(&mut self, _: Instant, _: RequestId, response: Result<Response, String>, _: &mut Bus) {
        self.responses.extend(response.ok().map(|response| response.status));
    }

    fn poll_output(&mut self) -> Option<AdapterOutput> {
        self.outputs.pop_front()
    }
}

fn actions(machine: &mut Connected<Names>) -> Vec<Action> {
    core::iter::from_fn(|| machine.poll_output(at(0))).collect()
}

fn machine() -> Connected<Names> {
    Connected::new(at(0), Config::default(), Names::default(), 1)
}

#[test]
fn the_adapter_dials_and_its_url_has_the_connection_s_token() {
    let mut machine = machine();
    assert_eq!(actions(&mut machine), [Action::Adapter(AdapterOutput::Dial)]);
    assert!(machine.needs_token(at(0)));
    machine.handle_token(at(0), "t1".to_owned(), None);
    assert!(!machine.needs_token(at(0)));
    let url = machine.dial(at(0), "wss://a");
    assert_eq!(url.as_deref(), Some("wss://a?token=t1"));
}

#[test]
fn what_the_bus_wants_the_adapter_translates_and_messages_come_back_as_events() {
    let mut machine = machine();
    actions(&mut machine);
    let (news, _) = machine
        .bus_mut()
        .join(at(0), "news", ChannelConfig::default())
        .expect("one user");
    assert_eq!(actions(&mut machine), []);
    machine.handle_open(at(1));
    let sent = Action::Adapter(AdapterOutput::Send("news".into()));
    assert_eq!(actions(&mut machine), [sent]);
    machine.handle_message(at(2), "news".into());
    let events: Vec<_> = core::iter::from_fn(|| machine.poll_event()).collect();
    assert!(matches!(events[0], Event::Subscribed { channel, .. } if channel == news));
    assert!(matches!(&events[1], Event::Message { payload, .. } if payload.as_bytes() == b"news"));
}

#[test]
fn questions_to_the_application_pass_the_adapter_by() {
    let mut machine = machine();
    actions(&mut machine);
    let config = ChannelConfig {
        authorizes: true,
        loads: true,
        ..ChannelConfig::default()
    };
    let (news, _) = machine.bus_mut().join(at(0), "news", config).expect("one user");
    machine.handle_open(at(1));
    let asked = actions(&mut machine);
    let [Action::Authorize(channel, question)] = asked[..] else {
        panic!("{asked:?}");
    };
    assert_eq!(channel, news);
    machine
        .bus_mut()
        .handle_token(at(2), channel, question, "secret".into(), None);
    let asked = actions(&mut machine);
    let [Action::Load(channel, question), _] = asked[..] else {
        panic!("{asked:?}");
    };
    assert_eq!(channel, news);
    machine.bus_mut().handle_loaded(at(3), news, question, None);
    assert_eq!(machine.poll_timeout(), None);
}

#[test]
fn the_adapter_gets_the_responses_to_its_requests() {
    let mut machine = machine();
    let response = Response {
        status: 201,
        body: "".into(),
    };
    machine.handle_response(at(0), RequestId::new(1), Ok(response));
    machine.handle_response(at(0), RequestId::new(2), Err("no route".to_owned()));
    assert_eq!(machine.adapter().responses, [201]);
}
