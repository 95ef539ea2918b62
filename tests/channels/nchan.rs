//! The adapter of nchan, against a server of its protocol in a few lines.

use std::collections::BTreeSet;

use holdfast_ws::channels::nchan::{Nchan, NchanConfig};
use holdfast_ws::channels::{
    Action, AdapterOutput, ChannelConfig, ChannelId, Config, Connected, Event, Payload, Position, Recovered, RequestId,
    Response,
};

use crate::world::at;

const BASE: &str = "wss://a/sub";

/// The machine, and a server that keeps messages and forbids some channels.
struct World {
    now: u64,
    machine: Connected<Nchan>,
    forbidden: BTreeSet<&'static str>,
    /// All messages: their channel, second, number and text.
    kept: Vec<(String, u64, u64, String)>,
    /// The channels of the connection, in the order of its URL.
    connected: Option<Vec<String>>,
    urls: Vec<String>,
    requests: Vec<(RequestId, String)>,
    events: Vec<Event<Payload, String>>,
    /// The network: if not, all attempts fail.
    reachable: bool,
}

impl World {
    fn new() -> Self {
        let config = NchanConfig {
            publish: Some("https://a/pub/{channel}".to_owned()),
            ..NchanConfig::default()
        };
        Self {
            now: 0,
            machine: Connected::new(at(0), Config::default(), Nchan::new(config), 1),
            forbidden: BTreeSet::new(),
            kept: Vec::new(),
            connected: None,
            urls: Vec::new(),
            requests: Vec::new(),
            events: Vec::new(),
            reachable: true,
        }
    }

    fn join(&mut self, name: &str, config: ChannelConfig<Payload, String>) -> ChannelId {
        self.machine.bus_mut().join(at(self.now), name, config).0
    }

    /// Carries out everything, as the caller and the server do.
    fn run(&mut self) {
        while let Some(action) = self.machine.poll_output(at(self.now)) {
            match action {
                Action::Adapter(AdapterOutput::Dial) => self.dial(),
                Action::Adapter(AdapterOutput::Close) => self.connected = None,
                Action::Adapter(AdapterOutput::Send(payload)) => {
                    assert_eq!(payload.as_text(), Some("ping"));
                    self.machine.handle_message(at(self.now), "pong".into());
                }
                Action::Adapter(AdapterOutput::Request { request, url, .. }) => self.requests.push((request, url)),
                other => panic!("{other:?}"),
            }
        }
        self.events.extend(core::iter::from_fn(|| self.machine.poll_event()));
    }

    fn dial(&mut self) {
        self.connected = None;
        self.now += 10;
        let Some(url) = self.machine.dial(at(self.now), BASE) else {
            return;
        };
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let channels: Vec<String> = path[BASE.len() + 1..].split(',').map(str::to_owned).collect();
        let since = query
            .strip_prefix("last_event_id=")
            .and_then(|id| id.strip_suffix(":-"));
        let since: Option<u64> = since.map(|second| second.parse().expect("a second"));
        self.urls.push(url.clone());
        let refused = channels.iter().any(|name| self.forbidden.contains(name.as_str()));
        if refused || !self.reachable {
            self.machine.handle_closed(at(self.now), true);
            return;
        }
        self.connected = Some(channels.clone());
        self.machine.handle_open(at(self.now));
        for (name, second, number, text) in self.kept.clone() {
            if channels.contains(&name) && since.is_some_and(|since| second >= since) {
                self.deliver(&name, second, number, &text);
            }
        }
    }

    fn deliver(&mut self, name: &str, second: u64, number: u64, text: &str) {
        let Some(channels) = &self.connected else { return };
        let Some(place) = channels.iter().position(|each| each == name) else {
            return;
        };
        let numbers: Vec<String> = (0..channels.len())
            .map(|each| {
                if each == place {
                    format!("[{number}]")
                } else {
                    "-".to_owned()
                }
            })
            .collect();
        let numbers = if channels.len() == 1 {
            number.to_string()
        } else {
            numbers.join(",")
        };
        let frame = format!("id: {second}:{numbers}\n\n{text}");
        self.machine.handle_message(at(self.now), frame.as_str().into());
    }

    fn say(&mut self, name: &str, second: u64, number: u64, text: &str) {
        self.kept.push((name.to_owned(), second, number, text.to_owned()));
        self.deliver(name, second, number, text);
        self.run();
    }

    fn lose(&mut self) {
        self.connected = None;
        self.machine.handle_closed(at(self.now), true);
        self.run();
    }

    fn texts(&self, of: ChannelId) -> Vec<String> {
        let text = |event: &Event<Payload, String>| match event {
            Event::Message { channel, payload, .. } if *channel == of => Some(payload.as_text()?.to_owned()),
            _ => None,
        };
        self.events.iter().filter_map(text).collect()
    }

    fn subscribed(&self, of: ChannelId) -> Vec<(Recovered, u64)> {
        let subscribed = |event: &Event<_, _>| match event {
            Event::Subscribed {
                channel,
                recovered,
                replayed,
                ..
            } if *channel == of => Some((*recovered, *replayed)),
            _ => None,
        };
        self.events.iter().filter_map(subscribed).collect()
    }

    fn refused(&self, of: ChannelId) -> usize {
        let refused = |event: &&Event<_, _>| matches!(event, Event::Refused { channel, .. } if *channel == of);
        self.events.iter().filter(refused).count()
    }
}

fn plain() -> ChannelConfig<Payload, String> {
    ChannelConfig::default()
}

#[test]
fn channels_that_are_joined_together_are_one_connection_and_get_their_own_messages() {
    let mut world = World::new();
    let (one, other) = (world.join("one", plain()), world.join("a b", plain()));
    world.run();
    assert_eq!(world.urls, ["wss://a/sub/one,a%20b"]);
    world.connected = Some(vec!["one".to_owned(), "other".to_owned()]);
    world.say("one", 100, 0, "x");
    world.say("other", 100, 0, "y");
    assert_eq!(
        (world.texts(one).concat(), world.texts(other).concat()),
        ("x".to_owned(), "y".to_owned())
    );
    assert_eq!(world.subscribed(one), [(Recovered::Yes, 0)]);
}

#[test]
fn a_channel_that_is_joined_later_is_another_connection_from_a_moment_before_the_last_message() {
    let mut world = World::new();
    let one = world.join("one", plain());
    world.run();
    world.say("one", 100, 0, "x");
    world.say("other", 100, 0, "before");
    let other = world.join("other", plain());
    world.run();
    assert_eq!(
        world.urls.last().map(String::as_str),
        Some("wss://a/sub/one,other?last_event_id=98:-")
    );
    world.say("other", 101, 0, "y");
    world.say("one", 101, 0, "z");
    assert_eq!(world.texts(one), ["x", "z"], "nothing comes twice");
    assert_eq!(world.subscribed(one).len(), 1);
    assert_eq!(world.texts(other), ["y"], "messages of before were not asked for");
}

#[test]
fn after_a_loss_what_was_missed_comes_first_and_nothing_is_proven() {
    let mut world = World::new();
    let one = world.join("one", plain());
    world.run();
    world.say("one", 100, 0, "x");
    world.lose();
    world.say("one", 100, 1, "y");
    world.say("one", 103, 0, "z");
    world.dial();
    world.run();
    assert_eq!(world.texts(one), ["x", "y", "z"]);
    assert_eq!(world.subscribed(one), [(Recovered::Yes, 0), (Recovered::Unknown, 2)]);
}

#[test]
fn a_channel_without_messages_yet_goes_on_with_all_that_the_buffer_has() {
    let mut world = World::new();
    let one = world.join("one", plain());
    world.run();
    world.lose();
    world.say("one", 100, 0, "x");
    world.dial();
    world.run();
    assert_eq!(world.texts(one), ["x"]);
}

#[test]
fn history_is_the_last_messages_of_the_buffer() {
    let mut world = World::new();
    for number in 0..10 {
        world.say("one", 100, number, &number.to_string());
    }
    let history = ChannelConfig { history: 3, ..plain() };
    let one = world.join("one", history);
    world.run();
    world.say("one", 101, 0, "live");
    assert_eq!(world.texts(one), ["7", "8", "9", "live"]);
    assert_eq!(world.subscribed(one), [(Recovered::Yes, 3)]);
}

#[test]
fn while_the_application_loads_nothing_is_left_out() {
    let mut world = World::new();
    let loads = ChannelConfig { loads: true, ..plain() };
    let one = world.join("one", loads);
    let mut asked = None;
    while let Some(action) = world.machine.poll_output(at(0)) {
        match action {
            Action::Load(_, question) => asked = Some(question),
            Action::Adapter(AdapterOutput::Dial) => {
                world.machine.dial(at(0), BASE);
                world.connected = Some(vec!["one".to_owned()]);
                world.machine.handle_open(at(0));
            }
            _ => {}
        }
    }
    world.deliver("one", 100, 0, "in the state");
    world.deliver("one", 100, 1, "after it");
    for _ in 0..2 {
        world.machine.handle_message(at(0), "pong".into());
    }
    let position = Some(Position {
        epoch: String::new(),
        offset: 100 * 65_536,
    });
    let question = asked.expect("the application is asked");
    world.machine.bus_mut().handle_loaded(at(0), one, question, position);
    world.events.extend(core::iter::from_fn(|| world.machine.poll_event()));
    assert_eq!(world.texts(one), ["after it"]);
}

#[test]
fn messages_of_before_that_come_after_a_pong_are_such_still() {
    let mut world = World::new();
    let history = ChannelConfig { history: 2, ..plain() };
    let one = world.join("one", history);
    while world.machine.poll_output(at(0)).is_some() {}
    world.machine.dial(at(0), BASE);
    world.connected = Some(vec!["one".to_owned()]);
    world.machine.handle_open(at(0));
    let pong = |world: &mut World| world.machine.handle_message(at(0), "pong".into());
    pong(&mut world);
    for number in 0..4 {
        world.deliver("one", 100, number, &number.to_string());
        pong(&mut world);
    }
    pong(&mut world);
    world.run();
    assert_eq!(world.texts(one), ["2", "3"]);
    assert_eq!(world.subscribed(one), [(Recovered::Yes, 2)]);
}

#[test]
fn a_position_of_before_is_gone_on_from() {
    let mut world = World::new();
    for number in 0..4 {
        world.say("one", 100, number, &number.to_string());
    }
    let since = ChannelConfig {
        since: Some(Position {
            epoch: String::new(),
            offset: 100 * 65_536 + 1,
        }),
        ..plain()
    };
    let one = world.join("one", since);
    world.run();
    assert_eq!(world.texts(one), ["2", "3"]);
    assert_eq!(world.subscribed(one), [(Recovered::Unknown, 2)]);
}

#[test]
fn a_refused_channel_among_many_is_found_and_the_others_are_subscribed() {
    let mut world = World::new();
    world.forbidden.insert("c5");
    let first = world.join("first", plain());
    world.run();
    let all: Vec<ChannelId> = (0..9).map(|each| world.join(&format!("c{each}"), plain())).collect();
    world.run();
    let refused: Vec<usize> = all.iter().map(|id| world.refused(*id)).collect();
    assert_eq!(refused, [0, 0, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(world.subscribed(first).len(), 1, "it is not touched");
    let connected = world.connected.clone().expect("a connection");
    assert_eq!(connected.len(), 9);
    assert!(world.urls.len() < 20, "{}", world.urls.len());
}

#[test]
fn after_three_refusals_a_channel_waits_for_the_application() {
    let mut world = World::new();
    world.forbidden.insert("secret");
    world.join("first", plain());
    let secret = world.join("secret", plain());
    world.run();
    for _ in 0..20 {
        if world.connected.is_none() {
            world.dial();
        }
        world.run();
        world.now += 1_000;
        world.machine.handle_timeout(at(world.now));
        world.run();
    }
    assert_eq!(world.refused(secret), 3);
    world.forbidden.clear();
    world.machine.bus_mut().retry(at(world.now), secret);
    world.run();
    assert_eq!(world.subscribed(secret).len(), 1);
}

#[test]
fn among_the_first_channels_a_refused_one_is_found_too() {
    let mut world = World::new();
    world.forbidden.insert("c2");
    let all: Vec<ChannelId> = (0..4).map(|each| world.join(&format!("c{each}"), plain())).collect();
    world.run();
    for _ in 0..10 {
        if world.connected.is_none() {
            world.dial();
        }
        world.run();
    }
    let refused: Vec<usize> = all.iter().map(|id| world.refused(*id)).collect();
    assert_eq!(refused, [0, 0, 1, 0]);
    assert_eq!(world.connected.as_ref().map(Vec::len), Some(3));
}

#[test]
fn an_outage_refuses_nobody() {
    let mut world = World::new();
    let all: Vec<ChannelId> = (0..8).map(|each| world.join(&format!("c{each}"), plain())).collect();
    world.run();
    world.lose();
    world.reachable = false;
    for _ in 0..10 {
        world.dial();
        world.run();
    }
    world.reachable = true;
    let before = world.urls.len();
    world.dial();
    world.run();
    assert_eq!(world.connected.as_ref().map(Vec::len), Some(8));
    assert!(world.urls.len() - before <= 3, "{:?}", &world.urls[before..]);
    assert_eq!(all.iter().map(|id| world.refused(*id)).sum::<usize>(), 0);
}

#[test]
fn the_256th_channel_is_refused_and_so_is_a_name_with_a_comma() {
    let mut world = World::new();
    let all: Vec<ChannelId> = (0..256).map(|each| world.join(&format!("c{each}"), plain())).collect();
    let odd = world.join("a,b", plain());
    world.run();
    let refused: Vec<usize> = all.iter().map(|id| world.refused(*id)).collect();
    assert_eq!(refused.iter().sum::<usize>(), 1);
    assert_eq!((refused[255], world.refused(odd)), (1, 1));
    assert_eq!(world.connected.as_ref().map(Vec::len), Some(255));
}

#[test]
fn a_channel_that_is_left_leaves_the_connection_and_the_last_one_ends_it() {
    let mut world = World::new();
    let (one, first) = world.machine.bus_mut().join(at(0), "one", plain());
    let (other, second) = world.machine.bus_mut().join(at(0), "other", plain());
    world.run();
    world.machine.bus_mut().leave(at(0), one, first);
    world.now = 5_000;
    world.machine.handle_timeout(at(5_000));
    world.run();
    assert_eq!(world.connected.clone().expect("a connection"), ["other"]);
    world.machine.bus_mut().leave(at(5_000), other, second);
    world.machine.handle_timeout(at(10_000));
    world.run();
    assert_eq!(world.connected, None);
    world.join("again", plain());
    world.run();
    assert_eq!(world.connected.clone().expect("a connection"), ["again"]);
}

#[test]
fn a_publication_is_a_post_and_outlives_a_lost_connection() {
    let mut world = World::new();
    world.join("one", plain());
    world.run();
    let publication = world.machine.bus_mut().publish(at(0), "a b", "x".into());
    let failed = world.machine.bus_mut().publish(at(0), "one", "y".into());
    world.run();
    assert_eq!(world.requests[0].1, "https://a/pub/a%20b");
    world.lose();
    let answer = |status, body: &str| {
        let body = body.into();
        Ok(Response { status, body })
    };
    let body = r#"{"messages": 5, "last_message_id": "100:4" }"#;
    world
        .machine
        .handle_response(at(1), world.requests[0].0, answer(202, body));
    world
        .machine
        .handle_response(at(1), world.requests[1].0, answer(403, ""));
    world.run();
    let ended = |event: &&Event<_, _>| matches!(event, Event::Published { .. } | Event::Unpublished { .. });
    let ended: Vec<_> = world.events.iter().filter(ended).collect();
    let offset = 100 * 65_536 + 4;
    assert!(
        matches!(ended[0], Event::Published { publication: id, position: Some(at) } if *id == publication && at.offset == offset)
    );
    assert!(matches!(ended[1], Event::Unpublished { publication: id, sent: true, .. } if *id == failed));
}

#[test]
fn publications_to_a_channel_are_posted_one_after_the_other_and_to_several_a_few_at_a_time() {
    let mut world = World::new();
    for _ in 0..3 {
        world.machine.bus_mut().publish(at(0), "one", "x".into());
    }
    world.run();
    assert_eq!(world.requests.len(), 1);
    for each in 0..10 {
        world.machine.bus_mut().publish(at(0), &format!("c{each}"), "x".into());
    }
    world.run();
    assert_eq!(world.requests.len(), 6);
    let answer = |status| {
        let body = "".into();
        Ok(Response { status, body })
    };
    for each in 0..13 {
        let (request, _) = world.requests[each];
        world.machine.handle_response(at(0), request, answer(202));
        world.run();
    }
    let ones: Vec<usize> = (0..13)
        .filter(|each| world.requests[*each].1.ends_with("/one"))
        .collect();
    assert_eq!((ones.len(), ones[0]), (3, 0));
}

#[test]
fn without_an_answer_to_the_heartbeat_the_messages_of_before_end_after_a_second() {
    let mut world = World::new();
    let one = world.join("one", plain());
    while world.machine.poll_output(at(0)).is_some() {}
    world.machine.dial(at(0), BASE);
    world.machine.handle_open(at(0));
    assert_eq!(world.machine.poll_timeout(), Some(at(1_000)));
    world.machine.handle_timeout(at(1_000));
    world.events.extend(core::iter::from_fn(|| world.machine.poll_event()));
    assert_eq!(world.subscribed(one).len(), 1);
}
