//! The world as the driver's platform and host: each method is noted, and may fail.

use alloc::format;

use super::world::{Eager, Fake, Fired, PING, PONG, Payload, Socket};
use crate::driver::{BypassMode, Host, Page, Platform, requested_delay};
use crate::engine::{Close, CloseCause, ConnectionId, Failure, ReadyState, Reply, RequestId, RetryCause, Span, Status};

impl Platform for Fake {
    type Payload = Payload;
    type Event = Fired;
    type Exception = ();

    fn now(&self) -> f64 {
        if self.0.call("now") {
            f64::NAN
        } else {
            self.0.time.get()
        }
    }

    fn wall_time(&self) -> f64 {
        if self.0.call("wall_time") {
            return f64::NAN;
        }
        self.0.time.get() + self.0.wall.get()
    }

    fn random(&self) -> f64 {
        if self.0.call("random") { f64::NAN } else { 0.5 }
    }

    fn set_timer(&self, millis: i32) -> bool {
        if self.0.call("set_timer") {
            return false;
        }
        self.0.timer.set(Some(self.0.time.get() + f64::from(millis)));
        if millis == 0 && self.0.eager.get() == Some(Eager::Fires) {
            self.0.advance(0.0);
        }
        true
    }

    fn clear_timer(&self) {
        self.0.call("clear_timer");
        self.0.timer.set(None);
    }

    fn watch_page(&self, _: bool) -> Page {
        self.0.call("watch_page");
        Page::default()
    }

    fn dial(&self, id: ConnectionId) -> bool {
        if self.0.call("dial") {
            return false;
        }
        let leaked = self.0.live();
        assert!(leaked.is_none(), "{id} is dialled while {leaked:?} is live");
        self.0.sockets.borrow_mut().push(Socket {
            id,
            state: ReadyState::Connecting,
            abandoned: false,
        });
        match self.0.eager.get() {
            Some(Eager::Opens) => self.0.fire(Fired::Open),
            Some(Eager::Refuses) => {
                self.0.eager.set(None);
                self.0.fire(Fired::Error);
                self.0.fire(Fired::Close(1006));
            }
            _ => {}
        }
        true
    }

    fn ready_state(&self) -> Option<ReadyState> {
        let fails = self.0.call("ready_state");
        let state = self.0.state();
        if fails {
            state.and(Some(ReadyState::Closed))
        } else {
            state
        }
    }

    fn buffered_amount(&self) -> f64 {
        self.0.call("buffered_amount");
        0.0
    }

    fn transmit(&self, payload: &Payload) -> Result<(), ()> {
        let fails = self.0.call("transmit");
        self.0.transmitted.borrow_mut().push(*payload);
        if fails {
            return Err(());
        }
        if self.0.eager.get() == Some(Eager::Answers) {
            self.0
                .fire(Fired::Message(if *payload == PING { PONG } else { *payload }));
        }
        Ok(())
    }

    fn abandon(&self) -> bool {
        // It is let go of first: what the application does within the call may dial anew.
        let state = self.0.sockets.borrow_mut().last_mut().map(|socket| {
            socket.abandoned = true;
            socket.state
        });
        !self.0.call("abandon") && state.is_some_and(|state| state != ReadyState::Closed)
    }
}

impl Host for Fake {
    fn provide(&self, _: u32, _: u32) {
        self.0.call("provide");
    }

    fn open(&self, _: &Fired) -> bool {
        !self.0.call("open")
    }

    fn allow_direct_send(&self, _: Option<f64>) {
        self.0.call("allow_direct_send");
    }

    fn set_bypass(&self, _: Option<BypassMode>) -> bool {
        !self.0.call("set_bypass")
    }

    fn last_bypassed_at(&self, _: bool) -> f64 {
        self.0.call("last_bypassed_at");
        f64::NAN
    }

    fn message(&self, _: &Fired) {
        self.0.call("message");
    }

    fn error(&self, _: Option<&Fired>) {
        self.0.call("error");
    }

    fn ended(&self, event: &Fired) -> Close {
        let fails = self.0.call("ended");
        match event {
            Fired::Close(code) if !fails => Close {
                code: *code,
                clean: false,
                retry_after: requested_delay(f64::NAN),
            },
            _ => Close::ABNORMAL,
        }
    }

    fn unsent(&self, payload: Payload) {
        self.0.call("unsent");
        self.0.unsent.borrow_mut().push(payload);
    }

    fn expired(&self) {
        self.0.call("expired");
    }

    fn close(&self, close: Close, cause: CloseCause, will_reconnect: bool) -> bool {
        !self.0.call(&format!("close {} {cause:?} {will_reconnect}", close.code))
    }

    fn reconnecting(&self, attempt: u32, _: Span, cause: RetryCause) {
        self.0.call(&format!("reconnecting {attempt} {cause:?}"));
    }

    fn status(&self, status: Status) {
        self.0.call(&format!("status {status:?}"));
    }

    fn ping(&self) -> Option<Payload> {
        (!self.0.call("ping")).then_some(PING)
    }

    fn is_pong(&self, event: &Fired) -> bool {
        !self.0.call("is_pong") && matches!(event, Fired::Message(PONG))
    }

    fn should_reconnect(&self, _: Close, _: CloseCause, _: u32, would_reconnect: bool) -> bool {
        !self.0.call("should_reconnect") && would_reconnect
    }

    fn is_reply(&self, event: &Fired) -> bool {
        let fails = self.0.call("is_reply");
        let (Fired::Message(number), Some(driver)) = (event, self.0.driver()) else {
            return false;
        };
        let number = *number;
        if fails || !self.0.requested.borrow().contains(&number) {
            return false;
        }
        let reply = driver.command(|engine, now| engine.handle_reply(now, RequestId::new(number), true));
        if reply == Reply::Matched {
            self.0.settled.borrow_mut().push(number);
        }
        true
    }

    fn failed(&self, request: RequestId, _: Failure, _: bool) {
        self.0.call("failed");
        self.0.failed.borrow_mut().push(request.get());
    }

    fn is_busy(&self) -> bool {
        self.0.call("is_busy")
    }

    fn drain(&self) {
        self.0.call("drain");
    }
}
