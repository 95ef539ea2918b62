//! The state of one socket: what its handles, its streams and its driver have in common.

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, OnceCell, RefCell};
#[cfg(feature = "serde")]
use core::time::Duration;

use super::handlers::Handlers;
use super::invocation::Invocation;
#[cfg(feature = "serde")]
use super::pending::End;
#[cfg(feature = "serde")]
use super::pending_requests::PendingRequests;
#[cfg(feature = "serde")]
use super::rpc_handlers::RpcHandlers;
#[cfg(feature = "tabs")]
use super::tab::{Closing, Tab};
#[cfg(feature = "futures")]
use super::{sinks::Sinks, subscribers::Subscribers, wakers::WakerSet};
use crate::client::platform::{Browser, Destination, native};
use crate::client::trace::Trace;
use crate::client::values::authenticate::Authenticate;
use crate::client::values::error::ConnectError;
#[cfg(feature = "futures")]
use crate::client::values::event::Event as SocketEvent;
use crate::client::values::event::{CloseEvent, EndReason, Reconnecting};
#[cfg(feature = "serde")]
use crate::client::values::id_key::IdKey;
use crate::client::values::message::Message;
use crate::client::values::options::{BinaryType, Heartbeat, Options, ShouldReconnect};
use crate::client::values::protocols;
use crate::client::values::resume::Resume;
#[cfg(feature = "tabs")]
use crate::client::values::tabs::Role;
use crate::client::values::url::{Attempt, Provider};
use crate::driver::Driver;
#[cfg(feature = "serde")]
use crate::engine::Failure;
#[cfg(feature = "futures")]
use crate::engine::QueueLimits;
use crate::engine::{Close, ConnectionId, Engine, ReadyState, ResolveId, Status};

/// The URL and the subprotocols that the application's functions have given, as far as it has such functions.
pub(crate) type Target = (Option<String>, Option<Vec<String>>);

/// The application's functions for URL, subprotocols and authentication, as far as there are any.
#[derive(Default)]
pub(crate) struct Functions {
    pub(crate) url: Option<Provider>,
    pub(crate) protocols: Option<protocols::Provider>,
    pub(crate) authenticate: Option<Authenticate<Shared>>,
}

/// The state that a socket's handles, streams and driver share.
pub(crate) struct Shared {
    driver: OnceCell<Weak<Driver<Host>>>,
    pub(crate) browser: Browser,
    /// True while there is a connection that was not abandoned.
    has_connection: Cell<bool>,
    /// The number of abandoned connections that have not closed.
    lingering: Cell<u32>,
    /// The function that gives the URL.
    pub(crate) provider: Option<Provider>,
    /// The function that gives the subprotocols.
    pub(crate) protocols: Option<protocols::Provider>,
    pub(crate) resolving: Invocation<ResolveId, Option<Target>>,
    pub(crate) authenticate: Option<Authenticate<Shared>>,
    pub(crate) authenticating: Invocation<ConnectionId, bool>,
    pub(crate) should_reconnect: Option<ShouldReconnect>,
    pub(crate) heartbeat: Option<Heartbeat>,
    /// The URL and the subprotocols to dial with.
    pub(crate) target: RefCell<Destination>,
    /// Why the last dial was refused.
    pub(crate) refusal: Cell<Option<ConnectError>>,
    pub(crate) binary_type: Cell<BinaryType>,
    /// The event of the connection that has just ended, and what of it was never sent.
    pub(crate) ended: RefCell<Option<native::CloseEvent>>,
    pub(crate) unsent: RefCell<Vec<Message>>,
    /// True from the application's own close until the socket is closed.
    pub(crate) closes: Cell<bool>,
    /// True if the application declined the last attempt that it was asked about.
    pub(crate) declined: Cell<bool>,
    pub(crate) on: Handlers,
    pub(crate) trace: Trace,
    pub(crate) last_close: RefCell<Option<CloseEvent>>,
    pub(crate) resume: Resume,
    /// The limits of the queue; `None` also without reconnection.
    #[cfg(feature = "futures")]
    pub(crate) queue: Option<QueueLimits>,
    #[cfg(feature = "futures")]
    pub(crate) subscribers: Subscribers,
    #[cfg(feature = "futures")]
    pub(crate) wakers: WakerSet,
    #[cfg(feature = "futures")]
    pub(crate) sinks: Sinks,
    #[cfg(feature = "serde")]
    pub(crate) pending_requests: PendingRequests,
    #[cfg(feature = "serde")]
    pub(crate) rpc_handlers: RpcHandlers,
    #[cfg(feature = "outbox")]
    pub(crate) taps: super::taps::Taps,
    #[cfg(feature = "serde")]
    pub(crate) request_timeout: Duration,
    #[cfg(feature = "serde")]
    pub(crate) id_key: IdKey,
    /// Set if the connection is shared with other tabs.
    #[cfg(feature = "tabs")]
    pub(crate) tab: OnceCell<Rc<dyn Tab>>,
}

impl Shared {
    pub(crate) fn new(options: Options, target: Destination, functions: Functions) -> Self {
        Self {
            driver: OnceCell::new(),
            browser: Browser::default(),
            has_connection: Cell::new(false),
            lingering: Cell::new(0),
            provider: functions.url,
            protocols: functions.protocols,
            resolving: Invocation::default(),
            authenticate: functions.authenticate,
            authenticating: Invocation::default(),
            #[cfg(feature = "futures")]
            queue: options
                .queue
                .filter(|_| options.reconnect.is_some())
                .map(|queue| queue.0),
            should_reconnect: options.reconnect.and_then(|reconnect| reconnect.should),
            heartbeat: options.heartbeat,
            target: RefCell::new(target),
            refusal: Cell::new(None),
            binary_type: Cell::new(options.binary_type),
            ended: RefCell::new(None),
            unsent: RefCell::new(Vec::new()),
            closes: Cell::new(false),
            declined: Cell::new(false),
            on: Handlers::default(),
            trace: Trace::new(),
            last_close: RefCell::new(None),
            resume: options.resume,
            #[cfg(feature = "futures")]
            subscribers: Subscribers::default(),
            #[cfg(feature = "futures")]
            wakers: WakerSet::default(),
            #[cfg(feature = "futures")]
            sinks: Sinks::default(),
            #[cfg(feature = "serde")]
            pending_requests: PendingRequests::default(),
            #[cfg(feature = "serde")]
            rpc_handlers: RpcHandlers::default(),
            #[cfg(feature = "outbox")]
            taps: super::taps::Taps::default(),
            #[cfg(feature = "serde")]
            request_timeout: options.request_timeout,
            #[cfg(feature = "serde")]
            id_key: options.id_key,
            #[cfg(feature = "tabs")]
            tab: OnceCell::new(),
        }
    }

    /// To be called once, when the driver is made.
    pub(crate) fn join(&self, driver: &Rc<Driver<Host>>) {
        let _ = self.driver.set(Rc::downgrade(driver));
    }

    pub(crate) fn driver(&self) -> Option<Rc<Driver<Host>>> {
        self.driver.get()?.upgrade()
    }

    /// Notes that there is a connection, or that it has closed or was abandoned.
    pub(crate) fn connected(&self, on: bool) {
        self.has_connection.set(on);
        self.update_connected();
    }

    /// Notes that an abandoned connection lingers, or has closed.
    pub(crate) fn lingers(&self, on: bool) {
        let lingering = self.lingering.get();
        self.lingering
            .set(if on { lingering + 1 } else { lingering.saturating_sub(1) });
        self.update_connected();
    }

    fn update_connected(&self) {
        self.browser
            .set_connected(self.has_connection.get() || self.lingering.get() > 0);
    }

    /// Has every message inspected while the server may make calls that are answered, or send notifications that are read.
    #[cfg(feature = "serde")]
    pub(crate) fn inspect(&self) {
        if let Some(driver) = self.driver() {
            let wants = !self.rpc_handlers.is_empty() || self.subscribers.has_notification_streams();
            #[cfg(feature = "outbox")]
            let wants = wants || !self.taps.is_empty();
            driver.inspect(wants);
        }
        #[cfg(feature = "tabs")]
        if let Some(tab) = self.tab.get() {
            tab.answer_calls(self.rpc_handlers.methods());
        }
    }

    /// Called when the last handle is dropped.
    pub(crate) fn release(&self) {
        #[cfg(feature = "tabs")]
        if let Some(tab) = self.tab.get() {
            tab.release();
        }
        self.resolving.keep_only(None);
        self.authenticating.keep_only(None);
        self.on.clear();
        #[cfg(feature = "outbox")]
        self.taps.clear();
        #[cfg(feature = "serde")]
        {
            self.rpc_handlers.clear();
            self.pending_requests.fail_all(|id| {
                let driver = self.driver();
                let sent = driver.is_none_or(|driver| driver.engine(|engine| !engine.queues_request(id)));
                End::Failed(Failure::Lost, sent)
            });
        }
        #[cfg(feature = "futures")]
        {
            self.subscribers.finish_all();
            self.wakers.wake();
        }
    }

    /// Returns true if anybody receives messages.
    pub(crate) fn has_message_listener(&self) -> bool {
        #[cfg(feature = "futures")]
        if self.subscribers.has_message_streams() {
            return true;
        }
        self.on.message.is_set()
    }

    /// Returns the attempt of this number, as the application's functions have it.
    pub(crate) fn attempt(&self, number: u32) -> Attempt {
        Attempt {
            number,
            last_close: self.last_close.borrow().clone(),
            resume: self.resume.token(),
        }
    }

    /// Drops the futures of the application's functions that the engine no longer waits for.
    pub(crate) fn cancel_stale_invocations(&self) {
        let awaited = self.driver().map(|driver| {
            driver.engine(|engine| {
                let is_connecting = engine.ready_state() == ReadyState::Connecting;
                (engine.question(), engine.connection().filter(|_| is_connecting))
            })
        });
        let (question, connection) = awaited.unwrap_or_default();
        self.resolving.keep_only(question);
        self.authenticating.keep_only(connection);
    }

    /// Closes the connection, and makes no other.
    pub(crate) fn close(&self) {
        #[cfg(feature = "tabs")]
        if let Some(tab) = self.tab.get() {
            tab.close(Closing::default(), false);
        }
        if let Some(native) = self.browser.native() {
            // There is nothing to object to without a code.
            native.leave();
        }
        self.end();
    }

    /// Makes no other connection. The native socket is closed already.
    pub(crate) fn end(&self) {
        let Some(driver) = self.driver() else { return };
        if driver.engine(|engine| engine.status()) != Status::Closed {
            self.closes.set(true);
        }
        driver.command(Engine::close);
    }

    /// Returns why the socket is closed for good, by how its last connection ended.
    pub(crate) fn end_reason(&self, close: &Close) -> EndReason {
        let (closes, declined) = (self.closes.take(), self.declined.take());
        #[cfg(feature = "tabs")]
        if let Some(end) = self.tab.get().filter(|_| !closes).and_then(|tab| tab.end_reason()) {
            return end;
        }
        let reconnects = self
            .driver()
            .is_none_or(|driver| driver.engine(|engine| engine.reconnects()));
        if closes {
            EndReason::OwnClose
        } else if !reconnects {
            EndReason::ReconnectOff
        } else if declined {
            EndReason::Declined
        } else if self.should_reconnect.is_none() && close.is_final() {
            EndReason::FinalCode
        } else {
            EndReason::AttemptsSpent
        }
    }

    pub(crate) fn dispatch_reconnecting(&self, planned: Reconnecting) {
        self.trace.reconnecting(&planned);
        #[cfg(feature = "futures")]
        self.subscribers.publish(&SocketEvent::Reconnecting(planned));
        self.on.reconnecting.call(planned);
    }

    /// The status has changed: the socket's own, unless its connection is shared.
    pub(crate) fn dispatch_status(&self, status: Status) {
        #[cfg(feature = "futures")]
        self.wakers.wake();
        #[cfg(feature = "tabs")]
        let status = match self.tab.get() {
            Some(tab) => match tab.take_status_change(status) {
                Some(status) => status,
                None => return,
            },
            None => status,
        };
        #[cfg(feature = "futures")]
        self.subscribers.publish(&SocketEvent::Status(status));
        self.on.status.call(status);
    }

    #[cfg(feature = "tabs")]
    #[cfg_attr(all(feature = "testing", not(target_arch = "wasm32")), allow(dead_code))] // A world has one page.
    pub(crate) fn dispatch_role(&self, role: Role) {
        self.subscribers.publish(&SocketEvent::Role(role));
        self.on.role.call(role);
    }

    #[cfg(feature = "tabs")]
    #[cfg_attr(all(feature = "testing", not(target_arch = "wasm32")), allow(dead_code))] // A world has one page.
    pub(crate) fn dispatch_gap(&self, uncertain: Vec<Message>) {
        self.subscribers.publish(&SocketEvent::Gap(uncertain.clone()));
        self.on.gap.call(uncertain);
    }

    pub(crate) fn dispatch_open(&self) {
        self.trace.opened();
        #[cfg(feature = "futures")]
        {
            if let Some(driver) = self.driver() {
                self.sinks.opened(&driver);
            }
            self.subscribers.publish(&SocketEvent::Open);
            self.wakers.wake();
        }
        self.on.open.call(());
    }

    pub(crate) fn dispatch_close(&self, event: CloseEvent) {
        let mut remembered = event.clone();
        remembered.unsent.clear();
        self.last_close.replace(Some(remembered));
        #[cfg(feature = "futures")]
        {
            self.subscribers.publish(&SocketEvent::Close(event.clone()));
            if !event.will_reconnect {
                self.subscribers.finish_messages();
            }
            self.wakers.wake();
        }
        self.on.close.call(event);
    }
}

/// The state, as the driver's host: `impl driver::Host for Host` is in `client/host/callbacks.rs`.
pub(crate) struct Host(pub(crate) Rc<Shared>);
