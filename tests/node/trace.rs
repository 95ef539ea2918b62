//! Spans and events for `tracing`: what a subscriber of the application's is told.
#![allow(clippy::cast_possible_truncation)] // Spans are counted from 1.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use futures_util::{FutureExt, StreamExt};
use holdfast_ws::{Heartbeat, Queue, RequestOptions, Status, Url, WebSocket};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{fresh, hear, last_id, ms, opened, patient, peer, sent, sleep, until};

/// Records spans and events as lines.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<String>,
    metadata: Vec<&'static Metadata<'static>>,
    open: Vec<u64>,
    entered: Vec<u64>,
    lines: Vec<String>,
}

impl Log {
    fn lines(&self) -> Vec<String> {
        self.0.lock().expect("one thread").lines.clone()
    }

    /// The names and fields of the spans that are not closed.
    fn open(&self) -> Vec<String> {
        let state = self.0.lock().expect("one thread");
        let open = state.open.iter().map(|id| state.spans[*id as usize - 1].clone());
        open.collect()
    }

    fn install(&self) -> DefaultGuard {
        set_default(self.clone())
    }

    fn clear(&self) {
        self.0.lock().expect("one thread").lines.clear();
    }
}

/// Fields as text.
struct Text<'a>(&'a mut String);

impl Visit for Text<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let written = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            // Not the same in each run.
            "id" => Ok(()),
            name => write!(self.0, " {name}={value:?}"),
        };
        written.expect("text takes all");
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("holdfast_ws") || metadata.name() == "application"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut state = self.0.lock().expect("one thread");
        let parent = match span.parent() {
            Some(parent) => Some(parent.into_u64()),
            None => state.entered.last().copied().filter(|_| span.is_contextual()),
        };
        let mut text = parent.map_or_else(String::new, |parent| {
            format!(
                "{}:",
                state.spans[parent as usize - 1].split(' ').next().unwrap_or_default()
            )
        });
        text += span.metadata().name();
        span.record(&mut Text(&mut text));
        state.spans.push(text);
        state.metadata.push(span.metadata());
        let id = state.spans.len() as u64;
        state.open.push(id);
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut state = self.0.lock().expect("one thread");
        values.record(&mut Text(&mut state.spans[span.into_u64() as usize - 1]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut state = self.0.lock().expect("one thread");
        let span = state.entered.last().map(|id| state.spans[*id as usize - 1].clone());
        let mut line = span.map_or_else(String::new, |span| {
            span.split(' ').next().unwrap_or_default().to_owned()
        });
        write!(line, " {}", event.metadata().level()).expect("text takes all");
        event.record(&mut Text(&mut line));
        state.lines.push(line);
    }

    fn enter(&self, span: &Id) {
        self.0.lock().expect("one thread").entered.push(span.into_u64());
    }

    fn exit(&self, span: &Id) {
        let mut state = self.0.lock().expect("one thread");
        assert_eq!(state.entered.pop(), Some(span.into_u64()));
    }

    fn current_span(&self) -> Current {
        let state = self.0.lock().expect("one thread");
        state.entered.last().map_or_else(Current::none, |id| {
            Current::new(Id::from_u64(*id), state.metadata[*id as usize - 1])
        })
    }

    fn try_close(&self, span: Id) -> bool {
        let mut state = self.0.lock().expect("one thread");
        let position = state.open.iter().rposition(|open| *open == span.into_u64());
        if let Some(position) = position {
            state.open.remove(position);
        }
        true
    }

    fn clone_span(&self, span: &Id) -> Id {
        // Each clone is one more that is open.
        self.0.lock().expect("one thread").open.push(span.into_u64());
        span.clone()
    }
}

#[wasm_bindgen_test]
async fn a_connection_has_a_span_without_the_query_of_its_url() {
    let log = Log::default();
    let guard = log.install();
    fresh();
    let application = tracing::info_span!("application");
    let ws = application.in_scope(|| WebSocket::new(Url::from_fn(|_| "ws://user:secret@fake/room/1?token=secret")));
    let ws = ws.expect("no URL yet");
    until("the dial", || log.lines().len() == 1).await;
    assert_eq!(log.lines(), ["application:connection DEBUG dialled"]);
    assert!(
        log.open()
            .contains(&"application:connection attempt=0 url=\"ws://fake/room/1\"".to_owned()),
        "{:?}",
        log.open()
    );
    peer().open();
    peer().end(1012);
    until("the plan", || log.lines().len() == 4).await;
    let lines = log.lines();
    assert_eq!(lines[1], "application:connection DEBUG open");
    assert_eq!(
        lines[2],
        "application:connection DEBUG closed code=1012 cause=closed will_reconnect=true"
    );
    assert!(
        lines[3].starts_with("application DEBUG reconnecting attempt=1 delay="),
        "{}",
        lines[3]
    );
    assert!(lines[3].ends_with(" cause=closed"), "{}", lines[3]);
    assert!(
        !log.open().iter().any(|span| span.contains("connection")),
        "{:?}",
        log.open()
    );
    drop((ws, guard));
}

#[wasm_bindgen_test]
async fn a_request_has_a_span_within_its_caller_s_until_it_settles() {
    let log = Log::default();
    let guard = log.install();
    let ws = opened();
    log.clear();
    let application = tracing::info_span!("application");
    let body = BTreeMap::from([("password", "secret")]);
    let mut request = Box::pin(ws.request::<_, BTreeMap<String, u64>>(&body));
    application.in_scope(|| assert!(request.as_mut().now_or_never().is_none()));
    assert!(log.open().contains(&"application:request protocol=\"id\"".to_owned()));
    hear(&format!("{{\"id\":{}}}", last_id()));
    assert!(request.now_or_never().is_some_and(|reply| reply.is_ok()));
    assert!(ws.call::<_, ()>("dropped", &()).now_or_never().is_none());
    let brief = RequestOptions::new().timeout(ms(20));
    assert!(ws.call_with::<_, ()>("late", &(), brief).await.is_err());
    let mut rows = ws.stream::<_, BTreeMap<String, u64>>(&body);
    assert!(rows.next().now_or_never().is_none());
    hear(&format!("{{\"id\":{}}}", last_id()));
    hear(&format!("{{\"id\":{},\"result\":null,\"done\":true}}", last_id()));
    assert!(rows.next().await.is_some_and(|row| row.is_ok()));
    assert!(rows.next().await.is_none());
    assert_eq!(
        log.lines(),
        [
            "application:request DEBUG replied",
            "request DEBUG cancelled",
            "request DEBUG failed error=no reply came in time: ask again, if it may run twice, or allow more time",
            "request TRACE part",
            "request DEBUG replied",
        ]
    );
    assert!(
        !log.open().iter().any(|span| span.contains("request")),
        "{:?}",
        log.open()
    );
    drop((ws, guard));
}

#[wasm_bindgen_test]
async fn the_queue_the_heartbeat_and_authentication_have_events_and_what_is_lost_a_warning() {
    let log = Log::default();
    let guard = log.install();
    fresh();
    let heartbeat = Heartbeat::new().interval(ms(40)).timeout(ms(60_000)).pong("pong");
    let ws = patient()
        .heartbeat(heartbeat)
        .authenticate(async |_, _| Ok(()))
        .connect()
        .expect("a good URL");
    ws.send_with_str("secret").expect("a queue");
    peer().open();
    until("open", || ws.status() == Status::Open).await;
    until("a ping", || sent().len() == 2).await;
    hear("pong");
    peer().end(1006);
    ws.send_with_str("secret").expect("a queue");
    until("the plan", || ws.status() == Status::Waiting).await;
    ws.close();
    ws.closed().await;
    let mut lines = log.lines();
    lines.retain(|line| !line.contains("reconnecting"));
    assert_eq!(
        lines,
        [
            "connection DEBUG dialled",
            " TRACE queued bytes=6",
            "connection DEBUG authenticated accepted=true",
            "connection DEBUG open",
            "connection TRACE ping",
            "connection TRACE pong",
            "connection DEBUG closed code=1006 cause=closed will_reconnect=true",
            " TRACE queued bytes=6",
            " WARN closed code=1006 cause=closed will_reconnect=false unsent=1",
        ]
    );
    log.clear();
    let ws = patient()
        .queue(Queue::new().max_age(ms(10)))
        .connect()
        .expect("a good URL");
    ws.send_with_str("secret").expect("a queue");
    until("the warning", || {
        log.lines().contains(&" WARN expired messages=1".to_owned())
    })
    .await;
    assert!(!log.lines().iter().any(|line| line.contains("secret")));
    drop((ws, guard));
}

#[wasm_bindgen_test]
async fn without_a_subscriber_nothing_is_told() {
    let log = Log::default();
    drop(log.install());
    let ws = opened();
    ws.send_with_str("text").expect("open");
    sleep(5).await;
    assert_eq!((log.lines().len(), log.open().len()), (0, 0));
}
