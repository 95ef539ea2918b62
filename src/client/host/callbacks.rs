//! The socket's state as the driver's host: events become Rust's and go to handlers and streams; questions go to the
//! application's closures.

use alloc::vec::Vec;

use super::authenticate;
use super::provide;
use crate::client::platform::native::{self, Event};
#[cfg(feature = "serde")]
use crate::client::state::incoming;
#[cfg(feature = "serde")]
use crate::client::state::pending::End;
#[cfg(feature = "serde")]
use crate::client::state::request::send_cancel;
use crate::client::state::shared::Host;
use crate::client::values::data::{self, Data};
#[cfg(feature = "futures")]
use crate::client::values::event::Event as SocketEvent;
use crate::client::values::event::{CloseEvent, Reconnecting};
use crate::client::values::options::Pong;
use crate::driver;
use crate::engine::{Close, CloseCause, ConnectionId, Failure, RequestId, ResolveId, RetryCause, Span, Status};

impl driver::Host for Host {
    fn provide(&self, question: u32, attempt: u32) {
        provide::resolve(&self.0, ResolveId::new(question), attempt);
    }

    fn open(&self, _: &Event) -> bool {
        self.0.dispatch_open();
        true
    }

    fn authenticate(&self, connection: ConnectionId) {
        authenticate::authenticate(&self.0, connection);
    }

    fn authenticated(&self) {
        self.0.dispatch_open();
    }

    fn message(&self, event: &Event) {
        let data = event.data();
        #[cfg(feature = "tabs")]
        if self.0.on.raw.is_set() {
            let reads = self.0.resume.is_set();
            let token = reads.then(|| self.0.resume.remember(&data::message(&data)));
            return self.0.on.raw.call((data, token.flatten()));
        }
        if self.0.resume.is_set() && self.0.has_message_listener() {
            self.0.resume.remember(&data::message(&data));
        }
        #[cfg(feature = "futures")]
        self.0.subscribers.deliver(&data);
        if self.0.on.message.is_set() {
            self.0.on.message.call(data::message(&data));
        }
    }

    fn error(&self, _: Option<&Event>) {
        self.0.trace.error();
        #[cfg(feature = "futures")]
        self.0.subscribers.publish(&SocketEvent::Error);
        self.0.on.error.call(());
    }

    fn ended(&self, event: &Event) -> Close {
        let event = event.as_close();
        let close = Close {
            code: event.code(),
            clean: event.was_clean(),
            retry_after: driver::requested_delay(event.retry_after()),
        };
        self.0.ended.replace(Some(event));
        close
    }

    fn unsent(&self, payload: Data) {
        self.0.unsent.borrow_mut().push(data::message(&payload));
    }

    fn expired(&self) {
        let messages = self.0.unsent.take();
        self.0.trace.expired(messages.len());
        #[cfg(feature = "futures")]
        {
            self.0.sinks.expired(messages.len());
            self.0.subscribers.publish(&SocketEvent::Expired(messages.clone()));
            self.0.wakers.wake();
        }
        self.0.on.expired.call(messages);
    }

    fn close(&self, close: Close, cause: CloseCause, will_reconnect: bool) -> bool {
        let ended = self.0.ended.take();
        let mut event = close_event(ended.as_ref(), close, cause);
        event.will_reconnect = will_reconnect;
        event.end = (!will_reconnect).then(|| self.0.end_reason(&close));
        event.unsent = self.0.unsent.take();
        #[cfg(feature = "futures")]
        if !will_reconnect {
            let driver = self.0.driver();
            let held = self.0.sinks.gave_up(driver.as_deref(), event.unsent.len());
            event.unsent.extend(held.iter().map(data::message));
        }
        self.0.trace.closed(&event);
        self.0.cancel_stale_invocations();
        self.0.dispatch_close(event);
        true
    }

    fn reconnecting(&self, attempt: u32, delay: Span, cause: RetryCause) {
        // The tab that has the connection tells of its attempts.
        #[cfg(feature = "tabs")]
        if self.0.tab.get().is_some_and(|tab| tab.described().is_some()) {
            return;
        }
        self.0.dispatch_reconnecting(Reconnecting {
            attempt,
            delay: delay.into(),
            cause,
        });
    }

    fn status(&self, status: Status) {
        self.0.cancel_stale_invocations();
        self.0.dispatch_status(status);
    }

    fn ping(&self) -> Option<Data> {
        self.0.trace.ping();
        let ping = self.0.heartbeat.as_ref().and_then(|heartbeat| heartbeat.ping.as_ref());
        match ping {
            Some(ping) => data::of_message(&ping()).map(|(data, _)| data),
            None => Some(data::of_text("ping")),
        }
    }

    fn is_pong(&self, event: &Event) -> bool {
        let pong = self.0.heartbeat.as_ref().and_then(|heartbeat| heartbeat.pong.as_ref());
        let answers = match pong {
            Some(Pong::Text(pong)) => event.data() == *pong,
            Some(Pong::Matches(matches)) => matches(&data::message(&event.data())),
            None => false,
        };
        if answers {
            self.0.trace.pong();
        }
        answers
    }

    fn should_reconnect(&self, close: Close, cause: CloseCause, attempt: u32, would_reconnect: bool) -> bool {
        let ended = self.0.ended.borrow().clone();
        let mut event = close_event(ended.as_ref(), close, cause);
        event.will_reconnect = would_reconnect;
        let should = self.0.should_reconnect.as_ref();
        let decision = should.map_or(would_reconnect, |should| should(&event, attempt));
        self.0.declined.set(!decision);
        decision
    }

    fn is_reply(&self, event: &Event) -> bool {
        #[cfg(feature = "serde")]
        if let Some(driver) = self.0.driver() {
            return incoming::route(&self.0, &driver, &event.data());
        }
        let _ = event;
        false
    }

    fn failed(&self, request: RequestId, failure: Failure, sent: bool) {
        #[cfg(feature = "serde")]
        if let Some(pending) = self.0.pending_requests.fail(request, End::Failed(failure, sent))
            && failure == Failure::TimedOut
            && sent
            && let Some(driver) = self.0.driver()
        {
            send_cancel(&driver, &pending.kind, request);
        }
        // There may be room in the queue now.
        #[cfg(feature = "futures")]
        self.0.wakers.wake();
        let _ = (request, failure, sent);
    }

    #[cfg(feature = "serde")]
    fn is_busy(&self) -> bool {
        self.0.rpc_handlers.is_running()
    }

    fn drain(&self) {
        #[cfg(feature = "futures")]
        self.0.wakers.wake();
    }
}

fn close_event(event: Option<&native::CloseEvent>, close: Close, cause: CloseCause) -> CloseEvent {
    CloseEvent {
        code: close.code,
        reason: event.map_or_else(|| cause.reason().into(), native::CloseEvent::reason),
        was_clean: close.clean,
        cause,
        end: None,
        will_reconnect: false,
        unsent: Vec::new(),
    }
}
