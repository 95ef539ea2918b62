//! Sinks and streams driven through random polls: wakers replaced, halves dropped, connections lost, closes in the middle.
//!
//! The invariants: each message that a sink took is handed to the browser once, in order, or is reported in `unsent`; a sink that
//! says it is ready takes a message; a flush says `Ok` only of what was handed over; whatever waits is woken, by the waker
//! of its last poll and no other, when what it waits for has come, and not without pause; a stream gives each message once, all
//! of them unless it has lagged, and ends once.

mod sink;
#[path = "../../support/polls/tasks.rs"]
mod tasks;

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use futures_util::Stream;
use holdfast_ws::{Channel, Message, Queue, ReadyState, Reconnect, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use self::sink::{Op, Side};
use self::tasks::{Random, Task};
use crate::fake::{fresh, hear, patient, peer, sent, sleep};

const SEQUENCES: u64 = 500;
const STEPS: u64 = 40;

/// The least between two attempts in a row.
const PACE: Duration = Duration::from_millis(2);

/// The time that the engine takes between two looks at a buffer that drains, in milliseconds.
const LOOK: f64 = 20.0;

/// Longer than two of them.
const REST: u32 = 45;

struct World {
    random: Random,
    ws: WebSocket,
    /// The sink of the channel whose stream is read, and one of a channel that nobody reads.
    sinks: [Side; 2],
    /// The channel as its stream's half has it.
    reader: Option<Rc<RefCell<Channel>>>,
    stream: Task,
    /// The number of messages that the stream keeps for a slow reader.
    limit: usize,
    /// True if the browser's buffer fills and drains.
    buffers: bool,
    /// True if the native socket may have changed without an event, which the engine finds out when it looks.
    silent: bool,
    unsent: Rc<RefCell<Vec<String>>>,
    heard: Rc<RefCell<Vec<String>>>,
    /// The number of messages that were heard before the socket was closed for good, once that is so.
    ended: Rc<Cell<Option<usize>>>,
    given: Vec<String>,
    over: bool,
}

impl World {
    fn new(seed: u64) -> Self {
        fresh();
        let mut random = Random::new(seed);
        let queue = Queue::new().max_messages(random.pick(&[1, 2, 3]));
        let queue = queue.max_bytes(random.pick(&[12, 40, 1 << 20]));
        // Short, because `reconnect()` again and again is paced by it.
        let reconnecting = || patient().reconnect(Reconnect::new().min_delay(PACE).max_delay(PACE));
        let builder = match random.below(4) {
            0 => reconnecting().without_queue(),
            1 => patient().without_reconnect(),
            _ => reconnecting().queue(queue),
        };
        let ws = builder.connect().expect("a good URL");
        let unsent = Rc::new(RefCell::new(Vec::<String>::new()));
        let heard = Rc::new(RefCell::new(Vec::<String>::new()));
        let ended = Rc::new(Cell::new(None::<usize>));
        let (lost, so_far, end) = (Rc::clone(&unsent), Rc::clone(&heard), Rc::clone(&ended));
        ws.set_onclose(move |event| {
            let texts = event.unsent.iter().filter_map(Message::as_text);
            lost.borrow_mut().extend(texts.map(ToOwned::to_owned));
            if !event.will_reconnect && end.get().is_none() {
                end.set(Some(so_far.borrow().len()));
            }
        });
        let high_water = random.pick(&[0, 20, 1 << 18]);
        let limit = random.pick(&[1, 3, 100]);
        let channel = || ws.channel().with_limit(limit).with_high_water(high_water);
        let (channel, other) = (Rc::new(RefCell::new(channel())), Rc::new(RefCell::new(channel())));
        Self {
            random,
            sinks: [Side::new('a', Rc::clone(&channel)), Side::new('b', other)],
            reader: Some(channel),
            ws,
            stream: Task::default(),
            limit,
            buffers: seed.is_multiple_of(2),
            silent: false,
            unsent,
            heard,
            ended,
            given: Vec::new(),
            over: false,
        }
    }

    /// One of the sinks, more often the first.
    fn sink(&mut self) -> usize {
        usize::from(self.random.one_in(4))
    }

    fn poll(&mut self, op: Op) {
        let sink = self.sink();
        self.sinks[sink].poll(&mut self.random, op);
    }

    fn feed(&mut self) {
        let sink = self.sink();
        if let Some(Poll::Ready(Ok(()))) = self.sinks[sink].poll(&mut self.random, Op::Ready) {
            // A ready sink may be left ready for a while.
            if self.random.one_in(3) {
                self.fault();
            }
            let length = self.random.pick(&[1, 5, 30]);
            self.sinks[sink].send(length);
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

    /// Asserts that no task misses a wake-up.
    fn check_wakers(&mut self) {
        for sink in &mut self.sinks {
            sink.check_asleep(&mut self.random);
        }
        if self.stream.is_asleep() && self.reader.is_some() {
            self.read();
            assert!(self.stream.waits(), "the stream was not woken");
        }
    }

    /// Something of the network's or of somebody else's.
    fn fault(&mut self) {
        let what = self.random.below(9);
        self.silent = what == 3 || self.silent && what > 5;
        match what {
            0 | 1 => peer().open(),
            2 => peer().end(1006),
            3 => peer().closing(),
            4 => self.ws.close(),
            5 => self.reconnect(),
            6 if self.buffers => peer().set_buffered(if self.random.one_in(2) { 0.0 } else { 1e6 }),
            _ => {
                let text = format!("heard {}", self.heard.borrow().len());
                let received = self.ws.stats().received;
                hear(&text);
                if self.ws.stats().received > received {
                    self.heard.borrow_mut().push(text);
                }
            }
        }
    }

    fn reconnect(&mut self) {
        self.ws.reconnect();
        for sink in &mut self.sinks {
            sink.reconnected();
        }
    }

    /// Half of a channel is dropped, or a whole one.
    fn drop_something(&mut self) {
        match self.random.below(4) {
            0 => {
                self.sinks[0].drop_channel();
                self.reader = None;
            }
            1 => self.sinks[0].drop_channel(),
            2 => self.sinks[1].drop_channel(),
            _ => self.reader = None,
        }
    }

    async fn step(&mut self) {
        match self.random.below(16) {
            0..=3 => self.feed(),
            4 | 5 => self.poll(Op::Flush),
            6..=8 => self.read(),
            9 => self.poll(Op::Close),
            10 if self.random.one_in(8) => self.drop_something(),
            11 if self.random.one_in(4) => {
                sleep(1).await;
                if !self.buffers && !self.silent {
                    self.check_wakers();
                }
            }
            12 if self.random.one_in(15) => self.rest().await,
            _ => self.fault(),
        }
    }

    /// Waits for a while, in which tasks poll when they are woken, and not more often than the engine looks.
    async fn rest(&mut self) {
        if self.buffers && self.ws.ready_state() == ReadyState::Open {
            // A full buffer that drains, of which nothing tells.
            peer().set_buffered(1e6);
            self.poll(Op::Ready);
            peer().set_buffered(0.0);
        }
        let (before, mut in_vain) = (js_sys::Date::now(), [0.0; 2]);
        let passed = || js_sys::Date::now() - before;
        while passed() < f64::from(REST) {
            for (sink, in_vain) in self.sinks.iter_mut().zip(&mut in_vain) {
                *in_vain += f64::from(u8::from(sink.poll_if_woken(&mut self.random)));
            }
            sleep(1).await;
        }
        // Besides, for a few changes of the connection.
        let most = passed() / LOOK + 8.0;
        assert!(
            in_vain.iter().all(|&in_vain| in_vain <= most),
            "woken {in_vain:?} times in vain"
        );
        // A stall of the machine may have been all of that time. The engine's looks come before this.
        sleep(REST).await;
        self.check_wakers();
    }

    /// Opens a connection: the attempt may be made a little later.
    async fn open(&self) {
        for _ in 0..5_000 {
            if self.ws.ready_state() == ReadyState::Open {
                return;
            }
            peer().open();
            sleep(1).await;
        }
        panic!("no connection opens: {:?}", self.ws);
    }

    /// Lets everything come to rest, with a connection open at last, and looks at what became of all.
    async fn settle(mut self) {
        peer().set_buffered(0.0);
        self.reconnect();
        self.open().await;
        sleep(1).await;
        self.check_wakers();
        for sink in 0..self.sinks.len() {
            let (mut flushed, mut turns) = (self.sinks[sink].is_gone(), 0);
            while !flushed {
                turns += 1;
                assert!(turns < 5_000, "a flush comes to no end: {:?}", self.ws);
                let polled = self.sinks[sink].poll(&mut self.random, Op::Flush);
                flushed = polled.is_some_and(|flushed| flushed.is_ready());
                if !flushed {
                    self.open().await;
                    sleep(1).await;
                }
            }
        }
        self.check_messages();
        self.check_stream();
    }

    /// Asserts that each message that was taken is sent once, in order, or reported.
    fn check_messages(&self) {
        let (sent, unsent) = (sent(), self.unsent.borrow().clone());
        let mut all: Vec<_> = sent.iter().chain(&unsent).collect();
        let mut taken: Vec<_> = self.sinks.iter().flat_map(|sink| &sink.taken).collect();
        all.sort();
        taken.sort();
        assert_eq!(all, taken, "each once: sent {sent:?}, unsent {unsent:?}");
        for sink in &self.sinks {
            sink.check_order(&sent);
        }
    }

    /// Asserts that the stream gives all messages until the socket was closed, or those before it lagged.
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

#[wasm_bindgen_test]
async fn sinks_and_streams_keep_their_contracts_whatever_happens() {
    for seed in 1..=SEQUENCES {
        let mut world = World::new(seed);
        for _ in 0..STEPS {
            world.step().await;
        }
        world.settle().await;
    }
}
