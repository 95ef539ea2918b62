//! Sinks and streams of the crate driven through random polls over a network, natively, in virtual time: what `tests/node/random`
//! does over a socket that obeys at once.
//!
//! The invariants: what a sink took arrives at the server at most once, in order on each connection, or is reported in `unsent`, and never both; if no
//! connection was lost, all of it arrives; what was flushed is never reported; whatever waits is woken, by the waker of its
//! last poll and no other; a stream gives each message once, all of them unless it has lagged, and ends with the socket.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use futures_util::{Sink, Stream};
use holdfast_ws::testing::{Browser, Connection, Server, World};
use holdfast_ws::{Channel, Message, Queue, ReadyState, Reconnect, SendError, WebSocket};

use self::tasks::{Random, Task};

#[path = "../../support/polls/tasks.rs"]
mod tasks;

const URL: &str = "ws://api.test/live";
const SEQUENCES: u64 = 1_000;
const STEPS: u64 = 60;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Ready,
    Flush,
    Close,
}

/// One sink: what it took, and how much of that it has said was handed over.
struct Side {
    name: char,
    channel: Option<Rc<RefCell<Channel>>>,
    task: Task,
    op: Op,
    taken: Vec<String>,
    /// Losses of the first of them are known.
    reported: usize,
    flushed: HashSet<String>,
}

impl Side {
    fn new(name: char, channel: Rc<RefCell<Channel>>) -> Self {
        Self {
            name,
            channel: Some(channel),
            task: Task::default(),
            op: Op::Ready,
            taken: Vec::new(),
            reported: 0,
            flushed: HashSet::new(),
        }
    }

    fn poll(&mut self, random: &mut Random, op: Op) -> Option<Poll<Result<(), SendError>>> {
        let mut channel = self.channel.as_ref()?.borrow_mut();
        let sink = Pin::new(&mut *channel);
        self.op = op;
        let polled = self.task.poll(random, |cx| match op {
            Op::Ready => sink.poll_ready(cx),
            Op::Flush => sink.poll_flush(cx),
            Op::Close => sink.poll_close(cx),
        });
        match polled {
            Poll::Ready(Ok(())) if op != Op::Ready => {
                self.flushed.extend(self.taken.iter().skip(self.reported).cloned());
                self.reported = self.taken.len();
            }
            Poll::Ready(Err(_)) if op != Op::Ready => self.reported = self.taken.len(),
            _ => {}
        }
        Some(polled)
    }

    fn send(&mut self, length: usize) {
        let Some(channel) = &self.channel else { return };
        let text = format!("{}{}{}", self.name, self.taken.len(), "-".repeat(length));
        match Pin::new(&mut *channel.borrow_mut()).start_send(Message::from(text.as_str())) {
            Ok(()) => self.taken.push(text),
            Err(error) => assert_eq!(error, SendError::Closed, "a ready sink refuses nothing else"),
        }
    }
}

struct Run {
    random: Random,
    world: World,
    server: Server,
    /// The messages that have arrived, by connection.
    received: Rc<RefCell<Vec<Vec<String>>>>,
    ws: WebSocket,
    sides: [Side; 2],
    reader: Option<Rc<RefCell<Channel>>>,
    stream: Task,
    limit: usize,
    given: Vec<String>,
    over: bool,
    heard: Rc<RefCell<Vec<String>>>,
    unsent: Rc<RefCell<Vec<String>>>,
    /// The number of messages that were heard before the socket was closed for good.
    ended: Rc<Cell<Option<usize>>>,
    said: u32,
    /// True if messages that the browser had may have been lost with a connection.
    lossy: bool,
}

impl Run {
    fn new(seed: u64, world: World) -> Self {
        let mut random = Random::new(seed);
        // An abandoned connection may deliver after the next one, so the order is that of each.
        let received = Rc::new(RefCell::new(Vec::<Vec<String>>::new()));
        let connections = Rc::clone(&received);
        let server = world.server(URL, move |connection| {
            let (connections, number) = (Rc::clone(&connections), connections.borrow().len());
            connections.borrow_mut().push(Vec::new());
            connection.on_message(move |message| {
                let text = message.as_text().expect("text").to_owned();
                connections.borrow_mut()[number].push(text);
            });
        });
        let server = server.expect("an address");
        let delay = ms(random.pick(&[1, 100, 3_000]));
        let reconnect = Reconnect::new().min_delay(delay).max_delay(delay * 2);
        let builder = WebSocket::builder(URL).reconnect(reconnect);
        let queue = Queue::new()
            .max_messages(random.pick(&[1, 3, 100]))
            .max_bytes(random.pick(&[12, 40, 1 << 20]));
        let builder = if random.one_in(4) {
            builder.without_queue()
        } else {
            builder.queue(queue)
        };
        let ws = builder.connect().expect("a good URL");
        let heard = Rc::new(RefCell::new(Vec::<String>::new()));
        let unsent = Rc::new(RefCell::new(Vec::<String>::new()));
        let ended = Rc::new(Cell::new(None::<usize>));
        let so_far = Rc::clone(&heard);
        ws.set_onmessage(move |message| so_far.borrow_mut().push(message.as_text().expect("text").to_owned()));
        let (lost, so_far, end) = (Rc::clone(&unsent), Rc::clone(&heard), Rc::clone(&ended));
        ws.set_onclose(move |event| {
            let texts = event.unsent.iter().filter_map(Message::as_text);
            lost.borrow_mut().extend(texts.map(ToOwned::to_owned));
            if !event.will_reconnect && end.get().is_none() {
                end.set(Some(so_far.borrow().len()));
            }
        });
        let (limit, high_water) = (random.pick(&[1, 3, 100]), random.pick(&[0, 20, 1 << 18]));
        let channel = || Rc::new(RefCell::new(ws.channel().with_limit(limit).with_high_water(high_water)));
        let (channel, other) = (channel(), channel());
        Self {
            sides: [Side::new('a', Rc::clone(&channel)), Side::new('b', other)],
            reader: Some(channel),
            random,
            world,
            server,
            received,
            ws,
            stream: Task::default(),
            limit,
            given: Vec::new(),
            over: false,
            heard,
            unsent,
            ended,
            said: 0,
            lossy: false,
        }
    }

    fn poll(&mut self, op: Op) -> Option<Poll<Result<(), SendError>>> {
        let side = usize::from(self.random.one_in(4));
        self.sides[side].poll(&mut self.random, op)
    }

    fn feed(&mut self) {
        let side = usize::from(self.random.one_in(4));
        if let Some(Poll::Ready(Ok(()))) = self.sides[side].poll(&mut self.random, Op::Ready) {
            if self.random.one_in(3) {
                self.fault();
            }
            let length = self.random.pick(&[1, 5, 30, 2_000]);
            self.sides[side].send(length);
        }
    }

    fn read(&mut self) {
        let Some(channel) = &self.reader else { return };
        let mut channel = channel.borrow_mut();
        let polled = self
            .stream
            .poll(&mut self.random, |cx| Pin::new(&mut *channel).poll_next(cx));
        match polled {
            Poll::Ready(Some(message)) => {
                assert!(!self.over, "nothing comes after the end");
                self.given.push(message.as_text().expect("text").to_owned());
            }
            Poll::Ready(None) => self.over = true,
            Poll::Pending => assert!(!self.over, "what has ended stays ended"),
        }
    }

    fn fault(&mut self) {
        let network = self.world.network();
        let what = self.random.below(16);
        self.lossy |= what < 6;
        match what {
            0 => network.cut(),
            1 => self.server.connections().iter().for_each(Connection::terminate),
            2 => self.ws.close(),
            3 => self.ws.reconnect(),
            4 => network.silence(),
            5 => self.server.restart(ms(50)),
            6 => network.restore(),
            7 => self.server.refuse(503),
            8 | 9 => self.server.accept(),
            10 => network.bandwidth(Some(self.random.pick(&[1_000, 1 << 20])), None),
            11 => self.world.advance(ms(self.random.pick(&[0, 1, 30, 1_000]))),
            _ => {
                self.said += 1;
                self.server.broadcast(format!("said {}", self.said));
                self.world.advance(ms(self.random.pick(&[0, 1, 15])));
            }
        }
    }

    fn step(&mut self) {
        match self.random.below(16) {
            0..=3 => self.feed(),
            4 | 5 => _ = self.poll(Op::Flush),
            6..=8 => self.read(),
            9 if self.random.one_in(3) => _ = self.poll(Op::Close),
            10 if self.random.one_in(8) => match self.random.below(4) {
                0 => (self.sides[0].channel, self.reader) = (None, None),
                1 => self.sides[0].channel = None,
                2 => self.sides[1].channel = None,
                _ => self.reader = None,
            },
            11 if self.random.one_in(4) => self.check_wakers(),
            _ => self.fault(),
        }
    }

    /// Asserts that no task misses a wake-up: once nothing has changed for longer than the engine takes to look, a task that nobody has
    /// woken has nothing to be told.
    fn check_wakers(&mut self) {
        let state = |run: &Self| (run.ws.buffered_amount(), run.ws.ready_state(), run.ws.attempt());
        let mut before = None;
        for _ in 0..20 {
            self.world.advance(ms(1_100));
            let now = Some(state(self));
            if now == before {
                break;
            }
            before = now;
        }
        if Some(state(self)) != before {
            return;
        }
        for side in &mut self.sides {
            if side.task.is_asleep() {
                let polled = side.poll(&mut self.random, side.op);
                assert!(
                    polled.is_none_or(|polled| polled.is_pending()),
                    "{:?} was not woken",
                    side.op
                );
            }
        }
        if self.stream.is_asleep() && self.reader.is_some() {
            self.read();
            assert!(self.stream.waits(), "the stream was not woken");
        }
    }

    fn settle(mut self) {
        self.world.network().restore();
        self.world.network().bandwidth(None, None);
        self.server.accept();
        let ws = self.ws.clone();
        let hour = ms(3_600_000);
        self.world
            .until(|| ws.ready_state() != ReadyState::Closing, hour)
            .expect("a close comes to an end");
        if ws.ready_state() == ReadyState::Closed {
            ws.reconnect();
        }
        for side in 0..self.sides.len() {
            let mut turns = 0;
            while self.sides[side]
                .poll(&mut self.random, Op::Flush)
                .is_some_and(|flushed| flushed.is_pending())
            {
                turns += 1;
                assert!(turns < 2_000, "a flush comes to no end: {:?}", self.ws);
                self.world.advance(ms(1_000));
            }
        }
        self.world
            .until(|| ws.ready_state() == ReadyState::Open, hour)
            .expect("it opens at last");
        self.world.advance(ms(60_000));
        self.check_wakers();
        self.check_messages();
        self.check_stream();
    }

    fn check_messages(&self) {
        let connections = self.received.borrow();
        let (received, unsent) = (connections.concat(), self.unsent.borrow());
        let arrived: HashSet<_> = received.iter().collect();
        let lost: HashSet<_> = unsent.iter().collect();
        assert_eq!(arrived.len(), received.len(), "each once: {received:?}");
        assert_eq!(lost.len(), unsent.len(), "each reported once: {unsent:?}");
        assert!(arrived.is_disjoint(&lost), "{received:?} {unsent:?}");
        for side in &self.sides {
            assert!(
                side.flushed.iter().all(|text| !lost.contains(text)),
                "flushed, and unsent"
            );
            let place = |text| side.taken.iter().position(|taken| taken == text);
            for received in &*connections {
                let places: Vec<_> = received.iter().filter_map(place).collect();
                assert!(places.is_sorted(), "in order: {places:?}");
            }
            let missing = side
                .taken
                .iter()
                .find(|text| !arrived.contains(text) && !lost.contains(text));
            assert!(
                self.lossy || missing.is_none(),
                "{missing:?} is neither sent nor reported"
            );
        }
    }

    fn check_stream(&mut self) {
        let heard = self.heard.take();
        for _ in 0..=heard.len() {
            self.read();
        }
        assert!(heard.starts_with(&self.given), "{heard:?} {:?}", self.given);
        let Some(channel) = self.reader.take() else { return };
        let all = self.ended.get().unwrap_or(heard.len());
        if channel.borrow().has_lagged() {
            assert!(
                (self.limit..all).contains(&self.given.len()),
                "{} of {all}",
                self.given.len()
            );
            assert!(self.over, "a stream that has lagged ends");
        } else {
            assert_eq!(self.given.len(), all);
            assert_eq!(self.over, self.ended.get().is_some(), "it ends with the socket");
        }
    }
}

#[test]
fn sinks_and_streams_keep_their_contracts_over_a_network() {
    for seed in 1..=SEQUENCES {
        let browser = if seed.is_multiple_of(2) {
            Browser::Chromium
        } else {
            Browser::Firefox
        };
        let world = World::new(browser, seed);
        let _entered = world.enter();
        println!("seed {seed}");
        let mut run = Run::new(seed, world.clone());
        for _ in 0..STEPS {
            run.step();
        }
        run.settle();
    }
}
