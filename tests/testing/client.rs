//! The real driver in the world, with the engine inside: the world is its platform, and the test its host.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use holdfast_ws::driver::{self, Driver, Host, Platform};
use holdfast_ws::engine::{
    Close, CloseCause, Config, ConnectionId, Engine, Failure, ReadyState, RequestId, ResolveId, RetryCause, SendError,
    Sent, Signal, Span, Status,
};
use holdfast_ws::testing::{Closed, PageEvent, Payload, Socket, TimerId, World};

/// The outcome of each message.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) accepted: Vec<Payload>,
    pub(crate) transmitted: Vec<Payload>,
    pub(crate) unsent: Vec<Payload>,
    pub(crate) heard: Vec<Payload>,
    pub(crate) closes: u32,
    /// Of them, those that the heartbeat has declared dead.
    pub(crate) declared_dead: u32,
    /// From `open` to `close`.
    pub(crate) is_open: bool,
    /// The server had begun to close the connection that was given up.
    peer_closes: bool,
    /// The page's time of the last proof of life.
    pub(crate) proved: Duration,
    /// The page's time of the last `beforeunload`, unless the page is back since.
    leaving: Option<Duration>,
    /// The same when the browser reported the connection's end, unless the page is back since. Leaving again doesn't hold it back for longer.
    held: Option<Duration>,
}

/// For so long after `beforeunload` the end of a connection is held back: a page that is being left would show it in vain.
const HELD_BACK: Duration = Duration::from_secs(5);

/// A connection that is silent for longer than interval and timeout of the heartbeat is sent nothing before it has answered.
const TRUSTED: Duration = Duration::from_secs(15);

/// An event of a socket.
pub(crate) enum Event {
    Plain,
    Message(Payload),
    Close(Closed),
}

/// The world as the driver's platform, and the application as its host.
pub(crate) struct Page {
    driver: RefCell<Weak<Driver<Page>>>,
    world: World,
    url: &'static str,
    line: RefCell<Option<(ConnectionId, Socket)>>,
    timer: Cell<Option<TimerId>>,
    /// The page's events are the driver's signals.
    watched: Cell<bool>,
    ledger: RefCell<Ledger>,
    received: Cell<u32>,
    lingering: Cell<u32>,
}

impl Page {
    fn driver(&self) -> Option<Rc<Driver<Self>>> {
        self.driver.borrow().upgrade()
    }

    fn socket(&self) -> Option<Socket> {
        self.line.borrow().as_ref().map(|(_, socket)| socket.clone())
    }

    fn on_native_close(&self) {
        let mut ledger = self.ledger.borrow_mut();
        ledger.held = ledger.leaving;
    }

    fn on_page(&self, event: PageEvent) {
        let hidden = self.world.page().is_hidden();
        match event {
            PageEvent::BeforeUnload => {
                let now = self.world.page_now();
                let leaving = &mut self.ledger.borrow_mut().leaving;
                // Another one doesn't hold an end back for longer.
                *leaving = leaving.filter(|&at| now < at + HELD_BACK).or(Some(now));
            }
            PageEvent::PageShow | PageEvent::Visible | PageEvent::Resume => {
                let mut ledger = self.ledger.borrow_mut();
                (ledger.leaving, ledger.held) = (None, None);
            }
            _ => {}
        }
        let signal = match event {
            PageEvent::Online => Signal::Online,
            PageEvent::Offline => Signal::Offline,
            PageEvent::Hidden => Signal::Hidden,
            PageEvent::Visible | PageEvent::Resume if hidden => Signal::Hidden,
            PageEvent::BeforeUnload => Signal::Leaving,
            PageEvent::PageHide { .. } => Signal::Left,
            PageEvent::PageShow if hidden => Signal::Restored,
            PageEvent::PageShow | PageEvent::Visible | PageEvent::Resume => Signal::Wake,
            PageEvent::Freeze => return,
        };
        if let Some(driver) = self.driver().filter(|_| self.watched.get()) {
            driver.signal(signal, 0);
        }
    }
}

impl Platform for Page {
    type Payload = Payload;
    type Event = Event;
    type Exception = ();

    #[allow(clippy::cast_precision_loss)] // Exact for 285 years.
    fn now(&self) -> f64 {
        self.world.page_now().as_micros() as f64 / 1_000.0
    }

    #[allow(clippy::cast_precision_loss)] // Exact for a long time yet.
    fn wall_time(&self) -> f64 {
        self.world.wall_now() as f64
    }

    #[allow(clippy::cast_precision_loss)] // 53 bits are exact.
    fn random(&self) -> f64 {
        (self.world.random() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn set_timer(&self, millis: i32) -> bool {
        self.clear_timer();
        let driver = self.driver.borrow().clone();
        let wait = std::time::Duration::from_millis(u64::try_from(millis).unwrap_or(0));
        let timer = self.world.set_timeout(wait, move || {
            if let Some(driver) = driver.upgrade() {
                driver.host().timer.set(None);
                driver.on_alarm();
            }
        });
        self.timer.set(Some(timer));
        true
    }

    fn clear_timer(&self) {
        if let Some(timer) = self.timer.take() {
            self.world.clear_timer(timer);
        }
    }

    fn watch_page(&self, on: bool) -> driver::Page {
        self.watched.set(on);
        let page = self.world.page();
        driver::Page {
            offline: !page.is_online(),
            hidden: page.is_hidden(),
        }
    }

    fn dial(&self, id: ConnectionId) -> bool {
        let live = self.socket().map(|socket| socket.ready_state());
        assert!(
            live.is_none_or(|state| state == ReadyState::Closed) || self.lingering.get() > 0,
            "a second connection beside one that is {live:?}"
        );
        let socket = self.world.socket(self.url, &[]).expect("a URL");
        let weak = self.driver.borrow().clone();
        let with = move |run: fn(&Driver<Self>, ConnectionId, &Event)| {
            let weak = weak.clone();
            move |event: Event| {
                if let Some(driver) = weak.upgrade() {
                    run(&driver, id, &event);
                }
            }
        };
        let (open, message, error, close) = (
            with(Driver::on_open),
            with(Driver::on_message),
            with(Driver::on_error),
            with(Driver::on_close),
        );
        socket.on_open(move || open(Event::Plain));
        socket.on_message(move |payload| message(Event::Message(payload)));
        socket.on_error(move || error(Event::Plain));
        let page = self.driver.borrow().clone();
        socket.on_close(move |closed| {
            if let Some(driver) = page.upgrade() {
                driver.host().on_native_close();
            }
            close(Event::Close(closed));
        });
        self.line.replace(Some((id, socket)));
        true
    }

    fn ready_state(&self) -> Option<ReadyState> {
        self.socket().map(|socket| socket.ready_state())
    }

    #[allow(clippy::cast_precision_loss)] // A count of bytes.
    fn buffered_amount(&self) -> f64 {
        self.socket().map_or(0.0, |socket| socket.buffered_amount() as f64)
    }

    fn transmit(&self, payload: &Payload) -> Result<(), ()> {
        let socket = self.socket().ok_or(())?;
        socket.send(payload.clone()).map_err(|_| ())?;
        if payload.as_text() != Some("ping") {
            assert_eq!(socket.ready_state(), ReadyState::Open, "the browser drops it silently");
            // The queue goes out with `open`, before the host is told.
            let silent = self.world.page_now().saturating_sub(self.ledger.borrow().proved);
            let open = self.ledger.borrow().is_open;
            assert!(
                !open || silent <= TRUSTED,
                "sent on a connection that is silent for {silent:?}"
            );
            self.ledger.borrow_mut().transmitted.push(payload.clone());
        }
        Ok(())
    }

    fn abandon(&self) -> bool {
        let Some(socket) = self.socket() else {
            return false;
        };
        self.ledger.borrow_mut().peer_closes = socket.ready_state() == ReadyState::Closing;
        socket.unlisten();
        socket.close(None, "").expect("no code");
        let lingers = socket.ready_state() != ReadyState::Closed;
        if lingers {
            self.lingering.set(self.lingering.get() + 1);
            let driver = self.driver.borrow().clone();
            socket.on_close(move |_| {
                if let Some(driver) = driver.upgrade() {
                    let page = driver.host();
                    page.lingering.set(page.lingering.get() - 1);
                    driver.on_linger_ended();
                }
            });
        }
        lingers
    }
}

impl Host for Page {
    fn provide(&self, question: u32, _: u32) {
        if let Some(driver) = self.driver() {
            driver.command(|engine, _| engine.handle_resolved(ResolveId::new(question)));
        }
    }

    fn open(&self, _: &Event) -> bool {
        self.world.write("engine is open");
        let mut ledger = self.ledger.borrow_mut();
        assert!(!ledger.is_open, "`open` before the last connection's `close`");
        (ledger.is_open, ledger.proved) = (true, self.world.page_now());
        true
    }

    fn message(&self, event: &Event) {
        if let Event::Message(payload) = event {
            self.received.set(self.received.get() + 1);
            self.ledger.borrow_mut().heard.push(payload.clone());
        }
    }

    fn error(&self, _: Option<&Event>) {}

    fn ended(&self, event: &Event) -> Close {
        let Event::Close(closed) = event else {
            return Close::ABNORMAL;
        };
        Close {
            code: closed.code,
            clean: closed.clean,
            retry_after: closed.reason.contains("retryAfter").then(|| Span::from_millis(500)),
        }
    }

    fn unsent(&self, payload: Payload) {
        self.ledger.borrow_mut().unsent.push(payload);
    }

    fn expired(&self) {}

    fn close(&self, _: Close, cause: CloseCause, will_reconnect: bool) -> bool {
        let mut ledger = self.ledger.borrow_mut();
        (ledger.closes, ledger.is_open) = (ledger.closes + 1, false);
        ledger.declared_dead += u32::from(cause == CloseCause::Heartbeat);
        let left = ledger.held.take().or(ledger.leaving);
        let left_for = left.map(|at| self.world.page_now().saturating_sub(at));
        assert!(
            cause != CloseCause::Closed || left_for.is_none_or(|left_for| left_for >= HELD_BACK),
            "an end is told to a page that is being left for {left_for:?}"
        );
        let peer_closes = std::mem::take(&mut ledger.peer_closes);
        assert!(
            !(peer_closes && cause == CloseCause::Heartbeat),
            "the server has spoken last, and owes no pong"
        );
        drop(ledger);
        let text = format!("engine ends a connection ({cause:?}), will reconnect: {will_reconnect}");
        self.world.write(&text);
        true
    }

    fn reconnecting(&self, attempt: u32, _: Span, cause: RetryCause) {
        self.world.write(&format!("engine plans attempt {attempt}: {cause:?}"));
    }

    fn status(&self, _: Status) {}

    fn ping(&self) -> Option<Payload> {
        Some("ping".into())
    }

    fn is_pong(&self, event: &Event) -> bool {
        let pong = matches!(event, Event::Message(payload) if payload.as_text() == Some("ping"));
        if pong {
            self.ledger.borrow_mut().proved = self.world.page_now();
            self.received.set(self.received.get() + 1);
        }
        pong
    }

    fn should_reconnect(&self, _: Close, _: CloseCause, _: u32, would_reconnect: bool) -> bool {
        would_reconnect
    }

    fn is_reply(&self, _: &Event) -> bool {
        false
    }

    fn failed(&self, _: RequestId, _: Failure, _: bool) {}

    fn drain(&self) {}
}

/// One WebSocket that reconnects, in the world's page.
pub(crate) struct Client(Rc<Driver<Page>>);

impl Client {
    pub(crate) fn start(world: &World, url: &'static str, config: Config) -> Rc<Self> {
        let page = Page {
            driver: RefCell::new(Weak::new()),
            world: world.clone(),
            url,
            line: RefCell::new(None),
            timer: Cell::new(None),
            watched: Cell::new(false),
            ledger: RefCell::default(),
            received: Cell::new(0),
            lingering: Cell::new(0),
        };
        let driver = Rc::new(Driver::new(page, config).expect("a possible configuration"));
        driver.host().driver.replace(Rc::downgrade(&driver));
        let weak = Rc::downgrade(&driver);
        world.page().on_event(move |event| {
            if let Some(driver) = weak.upgrade() {
                driver.host().on_page(event);
            }
        });
        assert!(driver.start(), "the world takes the URL");
        Rc::new(Self(driver))
    }

    /// Sends as the client does: at once, or by the queue.
    pub(crate) fn send(&self, payload: impl Into<Payload>) -> Result<(), SendError> {
        let payload = payload.into();
        let sent = self.0.send(&payload).expect("the world takes any payload");
        let sent = if sent {
            Sent::Transmitted
        } else {
            self.0.queue(payload.clone(), payload.len())?
        };
        // Messages sent after the end are discarded, as the standard has it.
        if sent != Sent::Discarded {
            self.ledger().borrow_mut().accepted.push(payload);
        }
        Ok(())
    }

    pub(crate) fn close(&self) {
        if let Some(socket) = self.0.host().socket() {
            socket.close(None, "").expect("no code");
        }
        self.0.command(Engine::close);
    }

    pub(crate) fn ready_state(&self) -> ReadyState {
        self.0.engine(|engine| engine.ready_state())
    }

    pub(crate) fn queued(&self) -> usize {
        self.0.engine(|engine| engine.outbox().len())
    }

    pub(crate) fn ledger(&self) -> &RefCell<Ledger> {
        &self.0.host().ledger
    }

    /// Returns how many messages came, answers to pings included.
    pub(crate) fn received(&self) -> u32 {
        self.0.host().received.get()
    }
}
