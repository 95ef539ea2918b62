//! A connection is authenticated before anything else is sent on it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::future;
use holdfast_ws::{
    Attempt, CloseCause, ConnectError, Connection, EndReason, Message, ReadyState, Reconnect, RequestError, SendError,
    Status, WebSocket,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{fresh, hear, js, last_id, ms, patient, peer, sent, sleep, until};
use crate::support::Recorder;

/// Records the events by name.
fn events(ws: &WebSocket) -> Recorder<String> {
    let events = Recorder::<String>::new();
    let (open, error, close) = (events.clone(), events.clone(), events.clone());
    ws.set_onopen(move || open.record("open"));
    ws.set_onerror(move || error.record("error"));
    ws.set_onclose(move |event| close.record(format!("close {} {}", event.code, event.will_reconnect)));
    events
}

/// A promise that the test resolves.
#[derive(Clone, Default)]
struct Gate(Rc<Cell<Option<bool>>>);

impl Gate {
    fn answer(&self, ok: bool) {
        self.0.set(Some(ok));
    }

    async fn wait(&self) -> bool {
        until("the answer", || self.0.get().is_some()).await;
        self.0.take().unwrap_or_default()
    }
}

/// A socket whose connections send `login` and wait for the gate. Returns the calls, and the number of futures that are there.
fn guarded(gate: &Gate, timeout: u64) -> (WebSocket, Recorder<Attempt>, Rc<()>) {
    fresh();
    let (calls, alive) = (Recorder::<Attempt>::new(), Rc::new(()));
    let (recorder, futures, gate) = (calls.clone(), Rc::clone(&alive), gate.clone());
    let minute = Reconnect::new().min_delay(ms(60_000)).max_delay(ms(60_000));
    let ws = WebSocket::builder("ws://fake/")
        .reconnect(minute.connect_timeout(ms(timeout)))
        .authenticate(async move |connection, attempt| {
            let _alive = Rc::clone(&futures);
            recorder.record(attempt);
            connection.send_with_str("login")?;
            if gate.wait().await {
                Ok(())
            } else {
                Err("refused".into())
            }
        })
        .connect()
        .expect("a good URL");
    (ws, calls, alive)
}

#[wasm_bindgen_test]
async fn the_queue_and_open_wait_until_a_connection_is_authenticated() {
    let gate = Gate::default();
    let (ws, calls, _) = guarded(&gate, 60_000);
    let events = events(&ws);
    let heard = Recorder::<Message>::new();
    ws.set_onmessage(heard.recorder());
    ws.send_with_str("before").expect("a queue");
    peer().open();
    until("the login", || sent() == ["login"]).await;
    ws.send_with_str("meanwhile").expect("a queue");
    hear("welcome");
    sleep(20).await;
    assert_eq!(heard.entries(), [Message::from("welcome")]);
    assert_eq!(
        (ws.ready_state(), ws.status()),
        (ReadyState::Connecting, Status::Connecting)
    );
    assert!(events.entries().is_empty());
    gate.answer(true);
    until("open", || events.entries() == ["open"]).await;
    assert_eq!(sent(), ["login", "before", "meanwhile"]);
    assert_eq!(ws.ready_state(), ReadyState::Open);
    assert_eq!(calls.len(), 1);
}

#[wasm_bindgen_test]
async fn an_error_fails_the_attempt_and_the_next_connection_is_authenticated_anew() {
    let gate = Gate::default();
    let (ws, calls, alive) = guarded(&gate, 60_000);
    let events = events(&ws);
    ws.send_with_str("waits").expect("a queue");
    peer().open();
    until("the login", || sent() == ["login"]).await;
    gate.answer(false);
    until("the end", || events.entries() == ["error", "close 1006 true"]).await;
    assert_eq!((ws.status(), Rc::strong_count(&alive)), (Status::Waiting, 2));
    ws.reconnect();
    peer().open();
    until("another login", || calls.len() == 2).await;
    gate.answer(true);
    until("open", || ws.status() == Status::Open).await;
    assert_eq!(sent(), ["login", "login", "waits"]);
    let [first, second] = &calls.entries()[..] else {
        panic!("two calls")
    };
    assert!(first.last_close.is_none() && first.number == 0);
    let last = second.last_close.as_ref().expect("the end of the first");
    assert_eq!((second.number, last.cause), (1, CloseCause::Failed));
}

#[wasm_bindgen_test]
async fn a_connection_sends_requests_ahead_of_the_queue() {
    fresh();
    let replies = Recorder::<String>::new();
    let recorder = replies.clone();
    let ws = patient()
        .authenticate(async move |connection: Connection, _| {
            let login = BTreeMap::from([("token", "secret")]);
            let reply: BTreeMap<String, u64> = connection.request(&login).await?;
            recorder.record(format!("{:?}", reply.get("ok")));
            let error = connection.call::<_, ()>("login", &["secret"]).await;
            recorder.record(format!("{:?}", matches!(error, Err(RequestError::Rpc(_)))));
            connection.send_json(&[1])?;
            connection.send(&vec![1, 2].into())?;
            Ok(())
        })
        .connect()
        .expect("a good URL");
    ws.send_with_str("queued").expect("a queue");
    peer().open();
    until("the request", || sent().len() == 1).await;
    hear(&format!(r#"{{"id":{},"ok":1}}"#, last_id()));
    until("the call", || sent().len() == 2).await;
    hear(&format!(
        r#"{{"jsonrpc":"2.0","id":{},"error":{{"code":1,"message":"no"}}}}"#,
        last_id()
    ));
    until("open", || ws.status() == Status::Open).await;
    assert_eq!(replies.entries(), ["Some(1)", "true"]);
    assert_eq!(sent()[2..], ["[1]", "[1,2]", "queued"]);
}

#[wasm_bindgen_test]
async fn a_call_of_the_server_is_answered_while_its_connection_is_authenticated() {
    let gate = Gate::default();
    let (ws, _, _) = guarded(&gate, 60_000);
    ws.handle("who", async |(): ()| Ok("me"));
    ws.send_with_str("queued").expect("a queue");
    peer().open();
    until("the login", || sent() == ["login"]).await;
    hear(r#"{"jsonrpc":"2.0","id":1,"method":"who"}"#);
    until("the answer", || sent().len() == 2).await;
    gate.answer(true);
    until("the queue", || sent().len() == 3).await;
    assert_eq!(sent()[1..], [r#"{"jsonrpc":"2.0","id":1,"result":"me"}"#, "queued"]);
}

#[wasm_bindgen_test]
async fn one_that_takes_too_long_is_dropped_and_the_attempt_has_failed() {
    let gate = Gate::default();
    let (ws, calls, alive) = guarded(&gate, 50);
    let events = events(&ws);
    peer().open();
    until("the end", || events.entries() == ["error", "close 1006 true"]).await;
    assert_eq!((calls.len(), Rc::strong_count(&alive)), (1, 2));
    gate.answer(true);
    sleep(20).await;
    assert_eq!(ws.status(), Status::Waiting);
}

#[wasm_bindgen_test]
async fn its_future_is_dropped_when_the_connection_ends_or_is_given_up() {
    for end in ["network", "reconnect", "close", "drop"] {
        let gate = Gate::default();
        let (ws, calls, alive) = guarded(&gate, 60_000);
        peer().open();
        until("the call", || calls.len() == 1).await;
        assert_eq!(Rc::strong_count(&alive), 3, "{end}");
        let mut kept = Some(ws);
        match (end, &kept) {
            ("network", _) => peer().end(1006),
            ("reconnect", Some(ws)) => ws.reconnect(),
            ("close", Some(ws)) => ws.close(),
            _ => kept = None,
        }
        let left = if kept.is_some() { 2 } else { 1 };
        until(end, || Rc::strong_count(&alive) == left).await;
    }
}

#[wasm_bindgen_test]
async fn it_may_close_the_socket_for_good() {
    fresh();
    let ws = patient()
        .authenticate(async |connection: Connection, _| {
            connection.close();
            Err("no such account".into())
        })
        .connect()
        .expect("a good URL");
    peer().open();
    let close = ws.closed().await;
    assert_eq!(close.end, Some(EndReason::OwnClose));
    assert_eq!(ws.ready_state(), ReadyState::Closed);
}

#[wasm_bindgen_test]
async fn it_may_drop_or_restart_its_socket() {
    for act in ["reconnect", "drop", "close"] {
        fresh();
        let (slot, calls) = (Rc::new(RefCell::new(None::<WebSocket>)), Rc::new(Cell::new(0)));
        let (mine, count) = (Rc::clone(&slot), Rc::clone(&calls));
        let ws = patient()
            .authenticate(async move |connection: Connection, _| {
                count.set(count.get() + 1);
                let ws = mine.take();
                match (act, &ws) {
                    ("reconnect", Some(ws)) if count.get() == 1 => {
                        ws.reconnect();
                        mine.replace(Some(ws.clone()));
                    }
                    ("close", Some(ws)) => ws.close(),
                    _ => {}
                }
                drop(ws);
                assert_eq!(connection.send_with_str("late"), Err(SendError::NotOpen));
                future::pending().await
            })
            .connect()
            .expect("a good URL");
        let weak = ws.downgrade();
        slot.replace(Some(ws));
        peer().open();
        until(act, || calls.get() == 1).await;
        if act == "reconnect" {
            peer().open();
            until("the second drops it", || weak.upgrade().is_none()).await;
        }
        sleep(20).await;
        assert!(sent().is_empty(), "{act}");
    }
}

#[wasm_bindgen_test]
async fn nothing_is_sent_on_a_connection_that_has_ended() {
    fresh();
    let slot = Rc::new(RefCell::new(None::<Connection>));
    let mine = Rc::clone(&slot);
    let ws = patient()
        .authenticate(async move |connection, _| {
            mine.replace(Some(connection));
            Ok(())
        })
        .connect()
        .expect("a good URL");
    peer().open();
    until("open", || ws.status() == Status::Open).await;
    let connection = slot.take().expect("it was called");
    assert_eq!(connection.send_with_str("one"), Ok(()));
    peer().end(1006);
    ws.reconnect();
    peer().open();
    until("open", || ws.status() == Status::Open).await;
    assert_eq!(connection.send_with_str("two"), Err(SendError::NotOpen));
    let request = connection.request::<_, ()>(&BTreeMap::from([("a", 1)])).await;
    assert_eq!(request, Err(RequestError::Send(SendError::NotOpen)));
    drop(ws);
    assert_eq!(connection.send_with_str("three"), Err(SendError::NotOpen));
    connection.close();
    assert_eq!(sent(), ["one"]);
}

#[wasm_bindgen_test]
fn it_needs_reconnection() {
    fresh();
    let error = patient()
        .without_reconnect()
        .authenticate(async |_, _| Ok(()))
        .connect()
        .expect_err("one connection");
    assert!(matches!(&error, ConnectError::Option { option, .. } if option == "authenticate"));
    assert_eq!(error.to_string(), "the option authenticate takes reconnection to be on");
    assert_eq!(js("fake.sockets.length"), 0);
}
