//! The driver over the machine of the world for tests.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

use holdfast_ws::driver::{self, Driver, Host, Platform};
use holdfast_ws::engine::{
    Close, CloseCause, ConnectionId, Engine, Event, Failure, ReadyState, RequestId, RetryCause, Status,
};
use holdfast_ws::testing::machine::{Instant, Machine, SocketId, Span, Step, TimerId};
use holdfast_ws::testing::{Browser, Closed, Payload};

use super::TURN;
use super::script::Script;
use crate::promises::Note;
use crate::server::Fate;
use crate::story::tell;
use crate::world::{SIZE, START};

const URL: &str = "ws://api.test/";

/// Something that the server does later.
enum Later {
    Accept(SocketId),
    Reject(SocketId),
    Close(SocketId, u16),
    Pong(SocketId),
}

/// An event of a socket.
pub(super) enum Told {
    Plain,
    Message(bool),
    Close(Closed),
}

/// The platform and the host of the driver, and the server.
pub(super) struct Page {
    driver: RefCell<Weak<Driver<Page>>>,
    machine: RefCell<Machine>,
    seed: u64,
    socket: Cell<Option<(ConnectionId, SocketId)>>,
    timer: Cell<Option<TimerId>>,
    fates: RefCell<VecDeque<Fate>>,
    otherwise: Fate,
    fate: RefCell<BTreeMap<SocketId, Fate>>,
    pong: Option<u64>,
    later: RefCell<BTreeMap<u32, Later>>,
    story: RefCell<String>,
}

const fn span(millis: u64) -> Span {
    Span::from_millis(millis)
}

impl Page {
    fn note(&self, line: &str) {
        let now = self
            .machine
            .borrow()
            .now()
            .saturating_since(Instant::ORIGIN)
            .as_millis();
        let begun = START.as_millis_f64();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A constant.
        let text = format!("{} {line}\n", now - begun as u64);
        self.story.borrow_mut().push_str(&text);
    }

    fn note_told(&self, event: Event<u32>) {
        self.note(&tell(&Note::Told(event)));
    }

    fn after(&self, millis: u64, what: Later) {
        let number = self.machine.borrow_mut().set_server_timer(span(millis));
        self.later.borrow_mut().insert(number, what);
    }

    /// The server has the request of a handshake.
    fn requested(&self, socket: SocketId) {
        match self.fate.borrow_mut().remove(&socket).unwrap_or(Fate::Silent) {
            Fate::Silent => {}
            Fate::Refused { after } => self.after(after, Later::Reject(socket)),
            Fate::Opens { after } => self.after(after, Later::Accept(socket)),
            Fate::Ends { after, lasts, close } => {
                self.after(after, Later::Accept(socket));
                self.after(after + lasts, Later::Close(socket, close.code));
            }
        }
    }

    fn carry_out_later(&self, number: u32) {
        let Some(later) = self.later.borrow_mut().remove(&number) else {
            return;
        };
        let mut machine = self.machine.borrow_mut();
        match later {
            Later::Accept(socket) => machine.accept(socket, ""),
            Later::Reject(socket) => machine.reject(socket, 503),
            Later::Close(socket, code) => machine.peer_close(socket, Some(code), ""),
            Later::Pong(socket) => machine.peer_send(socket, "pong".into()),
        }
    }

    /// Returns the connection of a socket that is listened to.
    fn connection(&self, socket: SocketId) -> Option<ConnectionId> {
        self.socket
            .get()
            .filter(|(_, other)| *other == socket)
            .map(|(id, _)| id)
    }
}

impl Platform for Page {
    type Payload = u32;
    type Event = Told;
    type Exception = ();

    #[allow(clippy::cast_precision_loss)] // Exact for a long time yet.
    fn now(&self) -> f64 {
        let now = self.machine.borrow().page_now().saturating_since(Instant::ORIGIN);
        now.as_micros() as f64 / 1_000.0
    }

    #[allow(clippy::cast_precision_loss)] // Exact for a long time yet.
    fn wall_time(&self) -> f64 {
        self.machine.borrow().wall_now() as f64
    }

    #[allow(clippy::cast_precision_loss)] // 53 bits are exact.
    fn random(&self) -> f64 {
        // The driver makes its seed of this.
        self.seed as f64 / 9_007_199_254_740_992.0
    }

    fn set_timer(&self, millis: i32) -> bool {
        self.clear_timer();
        let mut machine = self.machine.borrow_mut();
        let now = machine.now().saturating_since(Instant::ORIGIN).as_millis();
        let wait = match u64::try_from(millis).unwrap_or(0) {
            0 => 0,
            wait => (now + wait).div_ceil(TURN) * TURN - now,
        };
        let timer = machine.set_timer(i32::try_from(wait).unwrap_or(i32::MAX), false);
        self.timer.set(Some(timer));
        true
    }

    fn clear_timer(&self) {
        if let Some(timer) = self.timer.take() {
            self.machine.borrow_mut().clear_timer(timer);
        }
    }

    fn watch_page(&self, _: bool) -> driver::Page {
        driver::Page::default()
    }

    fn dial(&self, id: ConnectionId) -> bool {
        self.note("dial");
        let socket = self.machine.borrow_mut().open(URL, &[]).expect("a URL");
        self.socket.set(Some((id, socket)));
        let fate = self.fates.borrow_mut().pop_front().unwrap_or(self.otherwise);
        self.fate.borrow_mut().insert(socket, fate);
        true
    }

    fn ready_state(&self) -> Option<ReadyState> {
        let (_, socket) = self.socket.get()?;
        Some(self.machine.borrow().ready_state(socket))
    }

    #[allow(clippy::cast_precision_loss)] // A count of bytes.
    fn buffered_amount(&self) -> f64 {
        let amount = self
            .socket
            .get()
            .map(|(_, socket)| self.machine.borrow_mut().buffered_amount(socket));
        amount.unwrap_or_default() as f64
    }

    fn transmit(&self, payload: &u32) -> Result<(), ()> {
        let (_, socket) = self.socket.get().ok_or(())?;
        let ping = *payload == PING;
        let text = if ping { "ping".into() } else { payload.to_string() };
        let sent = self.machine.borrow_mut().send(socket, text.as_str().into());
        sent.map_err(drop)?;
        self.note(&if ping {
            "ping".into()
        } else {
            format!("transmit {payload}")
        });
        Ok(())
    }

    fn abandon(&self) -> bool {
        self.note("abandon");
        if let Some((_, socket)) = self.socket.take() {
            self.machine.borrow_mut().close(socket, None, "").expect("no code");
        }
        // The other world knows nothing of how long that takes.
        false
    }
}

const PING: u32 = u32::MAX;

impl Host for Page {
    fn provide(&self, _: u32, _: u32) {}

    fn open(&self, _: &Told) -> bool {
        self.note("open");
        true
    }

    fn message(&self, _: &Told) {}

    fn error(&self, _: Option<&Told>) {}

    fn ended(&self, event: &Told) -> Close {
        let Told::Close(closed) = event else {
            return Close::ABNORMAL;
        };
        Close {
            code: closed.code,
            clean: closed.clean,
            retry_after: None,
        }
    }

    fn unsent(&self, payload: u32) {
        self.note_told(Event::Unsent(payload));
    }

    fn expired(&self) {
        self.note_told(Event::Expired);
    }

    fn close(&self, close: Close, cause: CloseCause, will_reconnect: bool) -> bool {
        let then = if will_reconnect { "goes on" } else { "over" };
        self.note(&format!("ended {} {cause:?}, {then}", close.code));
        true
    }

    fn reconnecting(&self, attempt: u32, delay: holdfast_ws::engine::Span, cause: RetryCause) {
        self.note_told(Event::Reconnecting { attempt, delay, cause });
    }

    fn status(&self, status: Status) {
        self.note_told(Event::Status(status));
    }

    fn ping(&self) -> Option<u32> {
        Some(PING)
    }

    fn is_pong(&self, event: &Told) -> bool {
        matches!(event, Told::Message(true))
    }

    fn should_reconnect(&self, _: Close, _: CloseCause, _: u32, would_reconnect: bool) -> bool {
        would_reconnect
    }

    fn is_reply(&self, _: &Told) -> bool {
        false
    }

    fn failed(&self, _: RequestId, _: Failure, _: bool) {}

    fn drain(&self) {
        self.note_told(Event::Drain);
    }
}

/// The driver, and the world that it is in.
pub(super) struct Kit(Rc<Driver<Page>>);

impl Kit {
    pub(super) fn start(script: &Script) -> Self {
        let mut machine = Machine::new(Browser::Chromium, script.seed);
        machine.add_server(URL).expect("a URL");
        machine.set_latency(Span::ZERO, Span::ZERO, Span::ZERO);
        // Both clocks show the same.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A constant.
        let begun = span(START.as_millis_f64() as u64);
        assert_eq!(machine.next(Instant::ORIGIN.saturating_add(begun)), None);
        let page = Page {
            driver: RefCell::new(Weak::new()),
            machine: RefCell::new(machine),
            seed: script.seed,
            socket: Cell::new(None),
            timer: Cell::new(None),
            fates: RefCell::new(script.server.script.clone()),
            otherwise: script.server.otherwise,
            fate: RefCell::default(),
            pong: script.server.pong,
            later: RefCell::default(),
            story: RefCell::default(),
        };
        let driver = Rc::new(Driver::new(page, script.config.clone()).expect("a possible configuration"));
        driver.host().driver.replace(Rc::downgrade(&driver));
        assert!(driver.start(), "the world takes the URL");
        Self(driver)
    }

    fn page(&self) -> &Page {
        self.0.host()
    }

    /// Lets so long pass.
    pub(super) fn run(&self, long: holdfast_ws::engine::Span) {
        let page = self.page();
        let until = page.machine.borrow().now().saturating_add(span(long.as_millis()));
        loop {
            let step = page.machine.borrow_mut().next(until);
            let Some(step) = step else { break };
            self.carry_out(step);
        }
    }

    fn carry_out(&self, step: Step) {
        let (driver, page) = (&self.0, self.page());
        match step {
            Step::Timer(id) => {
                if page.timer.get() == Some(id) {
                    page.timer.set(None);
                    driver.on_alarm();
                }
            }
            Step::Request(socket) => page.requested(socket),
            Step::Tick(number) => page.carry_out_later(number),
            Step::Received(socket, payload) => {
                if let (Some("ping"), Some(pong)) = (payload.as_text(), page.pong) {
                    page.after(pong, Later::Pong(socket));
                }
            }
            Step::Open(socket) => self.told(socket, Driver::on_open, &Told::Plain),
            Step::Error(socket) => self.told(socket, Driver::on_error, &Told::Plain),
            Step::Message(socket, payload) => {
                let pong = payload == Payload::from("pong");
                self.told(socket, Driver::on_message, &Told::Message(pong));
            }
            Step::Close(socket, closed) => self.told(socket, Driver::on_close, &Told::Close(closed)),
            Step::Page(_) | Step::Left(..) => {}
        }
    }

    fn told(&self, socket: SocketId, run: fn(&Driver<Page>, ConnectionId, &Told), event: &Told) {
        if let Some(connection) = self.page().connection(socket) {
            run(&self.0, connection, event);
        }
    }

    pub(super) fn send(&self, payload: u32) {
        let sent = self.0.send(&payload).expect("the world takes any payload");
        if !sent {
            _ = self.0.queue(payload, SIZE);
        }
        self.settle();
    }

    pub(super) fn close(&self) {
        if let Some((_, socket)) = self.page().socket.get() {
            let mut machine = self.page().machine.borrow_mut();
            machine.close(socket, Some(1000), "").expect("a code");
        }
        self.0.command(Engine::close);
        self.settle();
    }

    pub(super) fn reconnect(&self) {
        self.0.command(Engine::reconnect);
        self.settle();
    }

    pub(super) fn cut(&self) {
        let open = self.0.engine(|engine| engine.ready_state()) == ReadyState::Open;
        if let Some((_, socket)) = self.page().socket.get().filter(|_| open) {
            self.page().machine.borrow_mut().set_socket_silent(socket, true);
        }
    }

    /// Lets everything happen that is due now: events are dispatched in a task of their own.
    fn settle(&self) {
        self.run(holdfast_ws::engine::Span::ZERO);
    }

    pub(super) fn story(self) -> String {
        self.page().story.take()
    }
}
