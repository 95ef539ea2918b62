//! The machine, and a server of nchan's protocol in a few lines.

use std::collections::BTreeSet;

use holdfast_ws::channels::nchan::{Nchan, NchanConfig};
use holdfast_ws::channels::{
    Action, AdapterOutput, ChannelConfig, ChannelId, Config, Connected, Event, Payload, Recovered, RequestId,
};

use crate::world::at;

pub(super) const BASE: &str = "wss://a/sub";

/// The machine, and a server that keeps messages and forbids some channels.
pub(super) struct World {
    pub(super) now: u64,
    pub(super) machine: Connected<Nchan>,
    pub(super) forbidden: BTreeSet<&'static str>,
    /// All messages: their channel, second, number and text.
    pub(super) kept: Vec<(String, u64, u64, String)>,
    /// The channels of the connection, in the order of its URL.
    pub(super) connected: Option<Vec<String>>,
    pub(super) urls: Vec<String>,
    pub(super) requests: Vec<(RequestId, String)>,
    pub(super) events: Vec<Event<Payload, String>>,
    /// The network: if not, all attempts fail.
    pub(super) reachable: bool,
}

impl World {
    pub(super) fn new() -> Self {
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

    pub(super) fn join(&mut self, name: &str, config: ChannelConfig<Payload, String>) -> ChannelId {
        self.machine
            .bus_mut()
            .join(at(self.now), name, config)
            .expect("one user")
            .0
    }

    /// Carries out everything, as the caller and the server do.
    pub(super) fn run(&mut self) {
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

    pub(super) fn dial(&mut self) {
        self.connected = None;
        self.now += 10;
        let Some(url) = self.machine.dial(at(self.now), BASE) else {
            return;
        };
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let channels: Vec<String> = path[BASE.len() + 1..].split(',').map(str::to_owned).collect();
        let since = query.strip_prefix("last_event_id=").map(|id| {
            let second = id.strip_suffix(":-").unwrap_or(id);
            second.strip_suffix(":0&after=1").unwrap_or(second)
        });
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

    pub(super) fn deliver(&mut self, name: &str, second: u64, number: u64, text: &str) {
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

    pub(super) fn say(&mut self, name: &str, second: u64, number: u64, text: &str) {
        self.kept.push((name.to_owned(), second, number, text.to_owned()));
        self.deliver(name, second, number, text);
        self.run();
    }

    pub(super) fn lose(&mut self) {
        self.connected = None;
        self.machine.handle_closed(at(self.now), true);
        self.run();
    }

    pub(super) fn texts(&self, of: ChannelId) -> Vec<String> {
        let text = |event: &Event<Payload, String>| match event {
            Event::Message { channel, payload, .. } if *channel == of => Some(payload.as_text()?.to_owned()),
            _ => None,
        };
        self.events.iter().filter_map(text).collect()
    }

    pub(super) fn subscribed(&self, of: ChannelId) -> Vec<(Recovered, u64)> {
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

    pub(super) fn refused(&self, of: ChannelId) -> usize {
        let refused = |event: &&Event<_, _>| matches!(event, Event::Refused { channel, .. } if *channel == of);
        self.events.iter().filter(refused).count()
    }
}

pub(super) fn plain() -> ChannelConfig<Payload, String> {
    ChannelConfig::default()
}
