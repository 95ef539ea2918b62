//! A world with a NATS server.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use futures_util::Stream;
use holdfast_ws::Reconnect;
use holdfast_ws::bus::{Bus, BusBuilder, Channel, ChannelEvent, ChannelEvents, Nats};
use holdfast_ws::testing::{Browser, Connection, Server as Host, World};

use crate::server::Server;

pub(crate) const URL: &str = "wss://nats.test/";
pub(crate) const LONG: Duration = Duration::from_secs(60);

pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) host: Host,
    pub(crate) nats: Rc<RefCell<Server>>,
    /// How many connections there were.
    pub(crate) connections: Rc<Cell<u32>>,
    _entered: Box<dyn std::any::Any>,
}

impl Scene {
    pub(crate) fn new(seed: u64) -> Self {
        let world = World::new(Browser::Chromium, seed);
        let entered = world.enter();
        let nats = Rc::new(RefCell::new(Server::new(seed)));
        let current: Rc<RefCell<Option<Connection>>> = Rc::default();
        let connections = Rc::new(Cell::new(0));
        let (server, present, count) = (Rc::clone(&nats), Rc::clone(&current), Rc::clone(&connections));
        let host = world.server(URL, move |connection| {
            count.set(count.get() + 1);
            server.borrow_mut().close();
            server.borrow_mut().open();
            present.replace(Some(connection.clone()));
            let server = Rc::clone(&server);
            connection.on_message(move |message| match message {
                holdfast_ws::testing::Payload::Binary(bytes) => server.borrow_mut().hear(&bytes),
                // The heartbeat.
                other => server.borrow_mut().hear(other.as_text().expect("text").as_bytes()),
            });
        });
        let host = host.expect("a URL");
        let (server, clock) = (Rc::clone(&nats), world.clone());
        host.every(Duration::from_millis(1), move || {
            let mut server = server.borrow_mut();
            server.now = u64::try_from(clock.now().as_millis()).expect("a time") + 1;
            server.serve();
            server.deliver();
            let bytes = server.take_due();
            let connection = current.borrow();
            let Some(connection) = connection.as_ref().filter(|_| !bytes.is_empty()) else {
                return;
            };
            let refuses = bytes.starts_with(b"-ERR 'Authorization");
            connection.send(bytes);
            if refuses {
                connection.close(1008, "Authorization Violation");
            }
        });
        Self {
            world,
            host,
            nats,
            connections,
            _entered: Box::new(entered),
        }
    }

    pub(crate) fn builder(&self) -> BusBuilder {
        self.builder_with(Nats::new().idle(Duration::from_secs(1)))
    }

    #[allow(clippy::unused_self)] // A world must have been entered.
    pub(crate) fn builder_with(&self, nats: Nats) -> BusBuilder {
        let delays = Reconnect::new()
            .min_delay(Duration::from_millis(100))
            .max_delay(Duration::from_secs(1));
        Bus::builder(URL, nats).reconnect(delays)
    }

    pub(crate) fn bus(&self) -> Bus {
        self.builder().connect().expect("a bus")
    }

    /// Uses a channel, and waits until it is subscribed.
    pub(crate) fn subscribed(&self, bus: &Bus, name: &str) -> Channel {
        let channel = bus.channel(name).expect("a channel");
        let mut events = channel.events();
        self.event(&mut events, |event| matches!(event, ChannelEvent::Subscribed { .. }));
        channel
    }

    /// A back end publishes these numbers.
    pub(crate) fn say(&self, name: &str, numbers: impl IntoIterator<Item = u32>) {
        for number in numbers {
            self.nats.borrow_mut().say(name, &number.to_string());
        }
    }

    /// Waits for the next item of a stream.
    pub(crate) fn next<S: Stream + Unpin>(&self, stream: &mut S) -> Option<S::Item> {
        let next = poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx));
        self.world.run(next, LONG).expect("an item in time")
    }

    /// Waits for an event.
    pub(crate) fn event(&self, events: &mut ChannelEvents, is_it: impl Fn(&ChannelEvent) -> bool) -> ChannelEvent {
        loop {
            let event = self.next(events).expect("an event");
            if is_it(&event) {
                return event;
            }
        }
    }

    /// Waits for the next messages, and returns their numbers.
    pub(crate) fn numbers(&self, channel: &mut Channel, count: usize) -> Vec<u32> {
        (0..count)
            .map(|_| number(self.next(channel).expect("a message").data.as_text()))
            .collect()
    }
}

pub(crate) fn number(text: Option<&str>) -> u32 {
    text.and_then(|text| text.parse().ok()).expect("a number")
}

/// Returns the items that are there, without time.
pub(crate) fn present<S: Stream + Unpin>(stream: &mut S) -> Vec<S::Item> {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let mut all = Vec::new();
    while let Poll::Ready(Some(item)) = Pin::new(&mut *stream).poll_next(&mut cx) {
        all.push(item);
    }
    all
}
