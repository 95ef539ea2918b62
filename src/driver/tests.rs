//! The driver in a real browser, against the project's own server, whose address the build is given.

use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::MessageEvent;

use super::{CloseEvent, Driver, Event, GlooTimeout, Host, Native, Refused, span};
use crate::engine::{
    Close, CloseCause, Config, ConfigError, Engine, Failure, Heartbeat, ReadyState, Reconnect, RequestId, ResolveId,
    RetryCause, Span, Status,
};

wasm_bindgen_test_configure!(run_in_browser);

const SERVER: &str = match option_env!("HOLDFAST_SERVER") {
    Some(server) => server,
    None => "ws://127.0.0.1:8080",
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(url: &str, options: &JsValue) -> Promise;
    #[wasm_bindgen(js_name = Object)]
    type Options;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> Options;
    #[wasm_bindgen(method, setter)]
    fn set_method(this: &Options, method: &str);

    #[wasm_bindgen(js_name = dispatchEvent)]
    fn dispatch_event(event: &web_sys::Event) -> bool;

    type Dialled;
    #[wasm_bindgen(constructor, js_class = "WebSocket", catch)]
    fn new(url: &JsValue) -> Result<Dialled, JsValue>;
}

/// Dials one address, and writes down what it hears.
#[derive(Clone)]
struct Diary {
    url: Rc<RefCell<String>>,
    entries: Rc<RefCell<Vec<String>>>,
    unsent: Rc<Cell<u32>>,
}

impl Diary {
    fn note(&self, entry: impl Into<String>) {
        self.entries.borrow_mut().push(entry.into());
    }

    fn entries(&self) -> Vec<String> {
        self.entries.borrow().clone()
    }

    fn of(url: &str) -> Self {
        Self {
            url: Rc::new(RefCell::new(url.to_string())),
            entries: Rc::default(),
            unsent: Rc::default(),
        }
    }

    fn count(&self, entry: &str) -> usize {
        self.entries().iter().filter(|noted| *noted == entry).count()
    }
}

impl Host for Diary {
    type Timeout = GlooTimeout;

    fn dial(&self) -> Option<Native> {
        let dialled = Dialled::new(&JsValue::from_str(&self.url.borrow()));
        if dialled.is_err() {
            self.note("refused");
        }
        dialled.ok().map(JsCast::unchecked_into)
    }
    fn provide(&self, _: u32, attempt: u32) {
        self.note(format!("provide {attempt}"));
    }
    fn open(&self, _: &Event) -> bool {
        self.note("open");
        true
    }
    fn message(&self, event: &Event) {
        let event: &MessageEvent = event.unchecked_ref();
        self.note(format!("message {}", event.data().as_string().unwrap_or_default()));
    }
    fn error(&self, _: Option<&Event>) {
        self.note("error");
    }
    fn ended(&self, _: &CloseEvent) -> f64 {
        f64::NAN
    }
    fn unsent(&self, _: JsValue) {
        self.unsent.set(self.unsent.get() + 1);
    }
    fn expired(&self) {
        let unsent = self.unsent.take();
        self.note(format!("expired {unsent}"));
    }
    fn close(&self, close: Close, _: CloseCause, will_reconnect: bool) -> bool {
        let unsent = self.unsent.take();
        self.note(format!("close {} {will_reconnect} {unsent}", close.code));
        true
    }
    fn reconnecting(&self, attempt: u32, _: Span, cause: RetryCause) {
        self.note(format!("reconnecting {attempt} {cause:?}"));
    }
    fn status(&self, _: Status) {}
    fn ping(&self) -> JsValue {
        "ping".into()
    }
    fn is_pong(&self, event: &Event) -> bool {
        let event: &MessageEvent = event.unchecked_ref();
        event.data() == "ping"
    }
    fn should_reconnect(&self, _: Close, _: CloseCause, _: u32, would_reconnect: bool) -> bool {
        would_reconnect
    }
    fn is_reply(&self, _: &Event) -> bool {
        false
    }
    fn failed(&self, request: RequestId, failure: Failure, _: bool) {
        self.note(format!("failed {} {failure:?}", request.get()));
    }
    fn drain(&self) {
        self.note("drain");
    }
}

fn dispatch(name: &str) {
    dispatch_event(&web_sys::Event::new(name).expect("an event"));
}

async fn sleep(millis: u32) {
    gloo_timers::future::TimeoutFuture::new(millis).await;
}

/// Waits until `holds`, for thirty seconds at least: a limit against hangs only.
async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        sleep(10).await;
    }
    panic!("waited thirty seconds for: {what}");
}

async fn hurt(line: &str, action: &str) {
    let options = Options::new();
    options.set_method("POST");
    let url = format!("{}/endpoints/{line}/{action}", SERVER.replacen("ws", "http", 1));
    JsFuture::from(fetch(&url, &options)).await.expect("the server answers");
}

fn quick() -> Config {
    let reconnect = Reconnect {
        min_delay: span(50.0),
        max_delay: span(100.0),
        ..Reconnect::default()
    };
    Config {
        reconnect: Some(reconnect),
        ..Config::default()
    }
}

fn connect(line: &str, config: Config) -> (Diary, Rc<Driver<Diary>>) {
    let diary = Diary::of(&format!("{SERVER}/echo?endpoint={line}"));
    let driver = Driver::start(diary.clone(), config).unwrap_or_else(|_| panic!("a good URL"));
    (diary, driver)
}

fn close(driver: &Driver<Diary>) {
    if let Some(native) = driver.native() {
        let _ = native.leave();
    }
    driver.command(Engine::close);
}

fn is_open(driver: &Driver<Diary>) -> bool {
    driver.ready_state() == ReadyState::Open as u32
}

#[wasm_bindgen_test]
async fn what_is_queued_goes_out_in_order_once_the_connection_opens() {
    let (diary, driver) = connect("rs-queue", quick());
    assert_eq!(driver.send(&"early".into()), Ok(false));
    assert_eq!(driver.queue("a".into(), 1), Ok(()));
    assert_eq!(driver.queue("b".into(), 1), Ok(()));
    until("two echoes", || diary.entries().len() >= 3).await;
    assert_eq!(diary.entries(), ["open", "message a", "message b"]);
    close(&driver);
}

#[wasm_bindgen_test]
async fn a_dropped_line_is_open_again_and_nothing_of_the_old_one_is_heard() {
    let (diary, driver) = connect("rs-drop", quick());
    until("open", || is_open(&driver)).await;
    hurt("rs-drop", "drop").await;
    until("open again", || diary.count("open") == 2).await;
    assert_eq!(diary.count("close 1006 true 0"), 1);
    assert_eq!(diary.count("reconnecting 1 Closed"), 1);
    close(&driver);
}

#[wasm_bindgen_test]
async fn a_frozen_line_is_found_dead_by_its_heartbeat_and_replaced() {
    let heartbeat = Heartbeat {
        interval: span(200.0),
        timeout: span(3_000.0),
        matches: true,
    };
    let (diary, driver) = connect(
        "rs-freeze",
        Config {
            heartbeat: Some(heartbeat),
            ..quick()
        },
    );
    until("a round trip", || driver.engine(|engine| engine.latency()).is_some()).await;
    hurt("rs-freeze", "freeze").await;
    until("open again", || diary.count("open") == 2).await;
    assert_eq!(diary.count("reconnecting 1 Heartbeat"), 1);
    assert!(!diary.entries().iter().any(|entry| entry.starts_with("message")));
    close(&driver);
}

#[wasm_bindgen_test]
async fn an_end_while_the_page_is_being_left_is_told_when_it_has_stayed() {
    let (diary, driver) = connect("rs-leave", quick());
    until("open", || is_open(&driver)).await;
    dispatch("beforeunload");
    hurt("rs-leave", "drop").await;
    sleep(1_000).await;
    assert_eq!(diary.count("close 1006 true 0"), 0, "the page may be going");
    until("the end", || diary.count("close 1006 true 0") == 1).await;
    until("open again", || diary.count("open") == 2).await;
    close(&driver);
}

#[wasm_bindgen_test]
async fn a_url_that_the_browser_refuses_at_the_first_dial_is_no_socket() {
    let diary = Diary::of("ftp:nowhere#");
    let refused = Driver::start(diary.clone(), quick()).err();
    assert_eq!(refused, Some(Refused::Dial));
    sleep(200).await;
    assert_eq!(diary.entries(), ["refused"], "no other attempt is made");
}

#[wasm_bindgen_test]
async fn an_impossible_option_is_named() {
    let reconnect = Reconnect {
        factor: 0.5,
        ..Reconnect::default()
    };
    let config = Config {
        reconnect: Some(reconnect),
        ..Config::default()
    };
    let diary = Diary::of(&format!("{SERVER}/echo"));
    let refused = Driver::start(diary.clone(), config).err();
    assert_eq!(refused, Some(Refused::Config(ConfigError::Factor)));
    assert!(diary.entries().is_empty());
}

#[wasm_bindgen_test]
async fn a_provider_is_asked_for_each_attempt_and_its_bad_url_is_a_failed_one() {
    let diary = Diary::of("");
    let config = Config {
        resolves: true,
        ..quick()
    };
    let driver = Driver::start(diary.clone(), config).unwrap_or_else(|_| panic!("no URL yet"));
    assert_eq!(diary.entries(), ["provide 0"]);
    diary.url.replace("ftp:nowhere".to_string());
    driver.command(|engine, _| engine.handle_resolved(ResolveId::new(1)));
    until("the next question", || diary.count("provide 1") == 1).await;
    assert_eq!(
        diary.entries(),
        [
            "provide 0",
            "refused",
            "error",
            "close 1006 true 0",
            "reconnecting 1 Failed",
            "provide 1"
        ]
    );
    close(&driver);
}

#[wasm_bindgen_test]
async fn without_reconnection_the_native_socket_speaks_for_itself() {
    let (diary, driver) = connect(
        "rs-once",
        Config {
            reconnect: None,
            ..Config::default()
        },
    );
    assert!(driver.send(&"too early".into()).is_err());
    until("open", || is_open(&driver)).await;
    hurt("rs-once", "close?code=4001").await;
    until("the end", || driver.ready_state() == ReadyState::Closed as u32).await;
    until("its event", || diary.count("close 4001 false 0") == 1).await;
}

#[wasm_bindgen_test]
async fn closing_while_waiting_tells_of_the_end_in_a_task_of_its_own() {
    let reconnect = Reconnect {
        min_delay: span(60_000.0),
        max_delay: span(60_000.0),
        ..Reconnect::default()
    };
    let config = Config {
        reconnect: Some(reconnect),
        ..Config::default()
    };
    let (diary, driver) = connect("rs-wait", config);
    until("open", || is_open(&driver)).await;
    hurt("rs-wait", "drop").await;
    until("waiting", || diary.count("reconnecting 1 Closed") == 1).await;
    driver.queue("kept".into(), 4).expect("room");
    close(&driver);
    assert_eq!(diary.count("close 1006 false 1"), 0, "not within the call");
    until("the end", || diary.count("close 1006 false 1") == 1).await;
    assert_eq!(driver.ready_state(), ReadyState::Closed as u32);
}
