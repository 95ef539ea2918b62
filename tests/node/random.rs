//! Sinks and streams driven through random polls: wakers replaced, halves dropped, connections lost, closes in the middle.
//!
//! The invariants: each message that a sink took is handed to the browser once, in order, or is reported in `unsent`; a sink that
//! says it is ready takes a message; a flush says `Ok` only of what was handed over; whatever waits is woken, by the waker
//! of its last poll, when what it waits for has come; a stream gives each message once and ends once.

use std::cell::RefCell;
use std::collections::HashSet;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_util::{Sink, Stream};
use holdfast_ws::{Channel, Message, Queue, ReadyState, Reconnect, SendError, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{fresh, hear, patient, peer, sent, sleep};

const SEQUENCES: u64 = 1_000;
const STEPS: u64 = 40;

/// The least between two attempts in a row.
const PACE: Duration = Duration::from_millis(10);

/// Longer than the engine takes between two looks at a buffer that drains.
const REST: u32 = 45;

/// A small generator: the same seed gives the same sequence.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}

/// A waker that notes whether it was woken.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The operation that a sink's task waits for.
#[derive(Debug, Clone, Copy)]
enum Op {
    Ready,
    Flush,
    Close,
}

/// One half: what it waits for, if it does, and the flag of the last waker.
#[derive(Default)]
struct Task {
    flag: Arc<Flag>,
    waits: bool,
}

impl Task {
    /// Polls with the last waker or, as an executor may, with another.
    fn poll<T>(&mut self, random: &mut Random, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        if random.one_in(3) {
            self.flag = Arc::default();
        }
        self.flag.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&self.flag));
        let polled = poll(&mut Context::from_waker(&waker));
        self.waits = polled.is_pending();
        polled
    }

    fn is_asleep(&self) -> bool {
        self.waits && !self.flag.0.load(Ordering::Relaxed)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Sink,
    Stream,
}

/// A channel that its two halves share, as `split()` has it.
type Shared = Rc<RefCell<Channel>>;

struct World {
    random: Random,
    ws: WebSocket,
    channel: Option<Shared>,
    /// The half that is dropped: nobody polls it again.
    dropped: Option<Half>,
    sink: Task,
    op: Op,
    stream: Task,
    /// True if the browser's buffer fills and drains.
    buffers: bool,
    /// The messages that the sink took; losses are reported up to `reported`.
    taken: Vec<String>,
    reported: usize,
    unsent: Rc<RefCell<Vec<String>>>,
    heard: Vec<String>,
    given: Vec<String>,
    over: bool,
}

impl World {
    fn new(seed: u64) -> Self {
        fresh();
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let queue = Queue::new().max_messages(1 + u32::try_from(random.below(3)).expect("small"));
        let queue = queue.max_bytes([12, 40, 1 << 20][usize::try_from(random.below(3)).expect("small")]);
        // Short, because `reconnect()` again and again is paced by it.
        let reconnecting = || patient().reconnect(Reconnect::new().min_delay(PACE).max_delay(PACE));
        let builder = match random.below(4) {
            0 => reconnecting().without_queue(),
            1 => patient().without_reconnect(),
            _ => reconnecting().queue(queue),
        };
        let ws = builder.connect().expect("a good URL");
        let unsent = Rc::new(RefCell::new(Vec::new()));
        let notes = Rc::clone(&unsent);
        ws.set_onclose(move |event| {
            let texts = event.unsent.iter().filter_map(Message::as_text);
            notes.borrow_mut().extend(texts.map(ToOwned::to_owned));
        });
        let channel = ws
            .channel()
            .with_limit(8)
            .with_high_water([0, 20, 1 << 18][usize::try_from(seed % 3).expect("small")]);
        Self {
            random,
            ws,
            channel: Some(Rc::new(RefCell::new(channel))),
            dropped: None,
            sink: Task::default(),
            op: Op::Ready,
            stream: Task::default(),
            buffers: seed.is_multiple_of(2),
            taken: Vec::new(),
            reported: 0,
            unsent,
            heard: Vec::new(),
            given: Vec::new(),
            over: false,
        }
    }

    /// Polls the sink and returns what it says; `None` if it is gone.
    fn sink(&mut self, op: Op) -> Option<Poll<Result<(), SendError>>> {
        let channel = self.channel.clone().filter(|_| self.dropped != Some(Half::Sink))?;
        let mut channel = channel.borrow_mut();
        let sink = Pin::new(&mut *channel);
        self.op = op;
        let polled = self.sink.poll(&mut self.random, |cx| match op {
            Op::Ready => sink.poll_ready(cx),
            Op::Flush => sink.poll_flush(cx),
            Op::Close => sink.poll_close(cx),
        });
        match (op, polled) {
            (Op::Ready, _) | (_, Poll::Pending) => {}
            (_, Poll::Ready(Err(_))) => self.reported = self.taken.len(),
            (_, Poll::Ready(Ok(()))) => {
                let sent: HashSet<_> = sent().into_iter().collect();
                let missing = self.taken.iter().skip(self.reported).find(|text| !sent.contains(*text));
                assert_eq!(missing, None, "{op:?} is done, but not all was handed over");
            }
        }
        Some(polled)
    }

    /// Asserts that no task misses a wake-up.
    fn check_wakers(&mut self) {
        if self.sink.is_asleep() {
            let polled = self.sink(self.op);
            assert!(
                polled.is_none_or(|polled| polled.is_pending()),
                "{:?} was not woken",
                self.op
            );
        }
        if self.stream.is_asleep() && self.channel.is_some() && self.dropped != Some(Half::Stream) {
            let given = self.given.len();
            self.read();
            assert!(
                self.stream.waits && self.given.len() == given,
                "the stream was not woken"
            );
        }
    }

    fn feed(&mut self) {
        if let Some(Poll::Ready(ready)) = self.sink(Op::Ready) {
            if ready.is_err() {
                let state = self.ws.ready_state();
                assert!(matches!(state, ReadyState::Closing | ReadyState::Closed), "{state:?}");
                return;
            }
            // A ready sink may be left ready for a while.
            if self.random.one_in(3) {
                self.fault();
            }
            let length = [1, 5, 30][usize::try_from(self.random.below(3)).expect("small")];
            let text = format!("{}{}", self.taken.len(), "-".repeat(length));
            let channel = self.channel.clone().expect("it was polled");
            let taken = Pin::new(&mut *channel.borrow_mut()).start_send(Message::from(text.as_str()));
            match taken {
                Ok(()) => self.taken.push(text),
                Err(error) => assert_eq!(
                    error,
                    SendError::Closed,
                    "a ready sink refuses nothing but what is over"
                ),
            }
        }
    }

    fn read(&mut self) {
        let Some(channel) = self.channel.clone().filter(|_| self.dropped != Some(Half::Stream)) else {
            return;
        };
        let polled = self.stream.poll(&mut self.random, |cx| {
            Pin::new(&mut *channel.borrow_mut()).poll_next(cx)
        });
        match polled {
            Poll::Ready(Some(message)) => {
                assert!(!self.over, "nothing comes after the end");
                self.given.push(message.as_text().expect("text").to_owned());
            }
            Poll::Ready(None) => self.over = true,
            Poll::Pending => assert!(!self.over, "what has ended stays ended"),
        }
    }

    /// Something of the network's or of somebody else's.
    fn fault(&mut self) {
        match self.random.below(9) {
            0 | 1 => peer().open(),
            2 => peer().end(1006),
            3 => peer().closing(),
            4 => self.ws.close(),
            5 => self.ws.reconnect(),
            6 if self.buffers => peer().set_buffered(if self.random.one_in(2) { 0.0 } else { 1e6 }),
            _ => {
                let text = format!("heard {}", self.heard.len());
                let received = self.ws.stats().received;
                hear(&text);
                if self.ws.stats().received > received {
                    self.heard.push(text);
                }
            }
        }
    }

    async fn step(&mut self) {
        match self.random.below(16) {
            0..=3 => self.feed(),
            4 | 5 => _ = self.sink(Op::Flush),
            6..=8 => self.read(),
            9 => _ = self.sink(Op::Close),
            10 if self.random.one_in(12) => self.channel = None,
            13 if self.random.one_in(12) && self.dropped.is_none() => self.dropped = Some(Half::Sink),
            14 if self.random.one_in(12) && self.dropped.is_none() => self.dropped = Some(Half::Stream),
            11 if self.random.one_in(4) => {
                sleep(1).await;
                if !self.buffers {
                    self.check_wakers();
                }
            }
            12 if self.buffers && self.random.one_in(60) => {
                sleep(REST).await;
                self.check_wakers();
            }
            _ => self.fault(),
        }
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
        self.ws.reconnect();
        self.open().await;
        sleep(1).await;
        self.check_wakers();
        let (mut flushed, mut turns) = (self.channel.is_none() || self.dropped == Some(Half::Sink), 0);
        while !flushed {
            turns += 1;
            assert!(turns < 5_000, "a flush comes to no end: {:?}", self.ws);
            flushed = self.sink(Op::Flush).is_some_and(|flushed| flushed.is_ready());
            if !flushed {
                self.open().await;
                sleep(1).await;
            }
        }
        for _ in 0..=self.heard.len() {
            self.read();
        }
        let (sent, unsent) = (sent(), self.unsent.borrow().clone());
        let mut all: Vec<_> = sent.iter().chain(&unsent).collect();
        all.sort_by_key(|text| self.taken.iter().position(|taken| taken == *text));
        assert_eq!(
            all,
            self.taken.iter().collect::<Vec<_>>(),
            "each once: sent {sent:?}, unsent {unsent:?}"
        );
        let places: Vec<_> = sent
            .iter()
            .map(|text| self.taken.iter().position(|taken| taken == text))
            .collect();
        assert!(places.is_sorted(), "in order: {sent:?}");
        assert!(self.heard.starts_with(&self.given), "{:?} {:?}", self.heard, self.given);
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
