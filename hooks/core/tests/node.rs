//! Components in Node, over a socket that does what a test says.
#![cfg(target_arch = "wasm32")]

#[path = "../../../tests/node/fake.rs"]
#[allow(dead_code, reason = "the client's own tests need more of it")]
mod fake;

use std::{
    cell::RefCell,
    rc::Rc,
    sync::atomic::{AtomicU32, Ordering},
};

use fake::{fresh, hear, js, ms, peer, sent, sleep, until};
use holdfast_ws_hooks::{
    Component, Frontend, Options, State, Target,
    holdfast_ws::{Event, Message, Reconnect, SendError, Status, Url},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

type Log = Rc<RefCell<Vec<String>>>;

/// A framework that writes everything down.
struct Recorder(Log);

impl Frontend for Recorder {
    fn set_state(&self, state: State) {
        let error = state.error.map_or("", |_| " with an error");
        self.0.borrow_mut().push(format!("{}{error}", state.status));
    }

    fn set_message(&self, message: Option<&Message>) {
        let text = message.map(|message| message.as_text().unwrap_or("binary").to_owned());
        self.0.borrow_mut().push(format!("{text:?}"));
    }
}

/// Puts the fake in the place of the browser's class, and returns a URL that no other test uses: the socket of the one before
/// may still wait for another component.
fn begin() -> String {
    static TESTS: AtomicU32 = AtomicU32::new(0);
    fresh();
    format!("ws://fake/{}", TESTS.fetch_add(1, Ordering::Relaxed))
}

/// A second attempt would come after a minute.
fn patient() -> Options {
    let minute = Reconnect::new().min_delay(ms(60_000)).max_delay(ms(60_000));
    Options::new().socket(move |builder| builder.reconnect(minute.clone()))
}

fn mounted(target: impl Into<Target>, options: Options) -> (Rc<Component>, Log) {
    let log = Log::default();
    let component = Component::new(target.into(), options, Recorder(Rc::clone(&log)));
    component.start();
    (component, log)
}

fn sockets() -> u32 {
    js("fake.sockets").unchecked_into::<js_sys::Array>().length()
}

fn last(log: &Log) -> String {
    log.borrow().last().cloned().unwrap_or_default()
}

/// The browser's next task, and the one that closes a socket in it.
async fn next_task() {
    sleep(20).await;
}

fn status(component: &Component) -> Option<Status> {
    component.socket().ok().map(|ws| ws.status())
}

#[wasm_bindgen_test]
async fn components_with_the_same_url_and_options_share_a_socket_which_closes_with_the_last() {
    let url = &begin();
    let (one, log) = mounted(url, patient());
    let (other, _) = mounted(url, patient());
    assert_eq!(sockets(), 1);
    peer().open();
    until("open", || last(&log) == "open").await;
    let ws = one.socket().expect("a socket");
    drop(other);
    next_task().await;
    assert_eq!(ws.status(), Status::Open);
    one.end();
    until("closed", || matches!(ws.status(), Status::Closing | Status::Closed)).await;
    assert_eq!(one.socket().err(), Some(SendError::Closed));
    assert_eq!(last(&log), "open", "an unmounted component is told nothing");
}

#[wasm_bindgen_test]
async fn a_component_that_is_mounted_in_the_same_turn_takes_the_socket_over() {
    let url = &begin();
    let (one, log) = mounted(url, patient());
    peer().open();
    until("open", || last(&log) == "open").await;
    drop(one);
    let (other, log) = mounted(url, patient());
    assert_eq!(last(&log), "open");
    next_task().await;
    assert_eq!(status(&other), Some(Status::Open));
    assert_eq!(sockets(), 1);
}

#[wasm_bindgen_test]
async fn a_socket_waits_for_another_component_as_long_as_its_grace() {
    let url = &begin();
    let (one, _) = mounted(url, patient().grace(ms(60_000)));
    drop(one);
    next_task().await;
    let (other, _) = mounted(url, patient());
    assert_eq!(sockets(), 1);
    drop(other);
    next_task().await;
    let (_later, _) = mounted(url, patient());
    assert_eq!(sockets(), 2, "the grace is the last component's");
}

#[wasm_bindgen_test]
async fn other_options_another_url_a_function_and_share_false_are_sockets_of_their_own() {
    let url = &begin();
    let (_first, _) = mounted(url, patient());
    let (_options, _) = mounted(url, Options::new());
    let (_url, _) = mounted("ws://fake/other", patient());
    let (_function, _) = mounted(
        Url::from_fn({
            let url = url.clone();
            move |_| url.clone()
        }),
        patient(),
    );
    let (_alone, _) = mounted(url, patient().share(false));
    until("five sockets", || sockets() == 5).await;
}

#[wasm_bindgen_test]
async fn another_url_is_another_socket_and_no_url_is_none() {
    let url = &begin();
    let (component, log) = mounted(url, patient());
    peer().open();
    until("open", || last(&log) == "open").await;
    hear("one");
    let before = component.socket().expect("a socket");
    component.set_target(url.into());
    assert_eq!(sockets(), 1);
    component.set_target("ws://fake/other".into());
    assert_eq!(sockets(), 2);
    assert_eq!(
        log.borrow().get(2..),
        Some(&["Some(\"one\")", "None", "connecting"].map(str::to_owned)[..])
    );
    until("closed", || matches!(before.status(), Status::Closing | Status::Closed)).await;
    component.set_target(Target::None);
    assert_eq!(last(&log), "closed");
    assert_eq!(component.socket().err(), Some(SendError::Closed));
}

#[wasm_bindgen_test]
async fn one_who_comes_while_a_connection_is_open_is_told_so_once() {
    let url = &begin();
    let opened = Rc::new(RefCell::new(0));
    let count = |opened: &Rc<RefCell<u32>>| {
        let opened = Rc::clone(opened);
        patient().on_open(move |ws| {
            *opened.borrow_mut() += 1;
            ws.send_with_str("subscribe").expect("an open socket");
        })
    };
    let (_one, log) = mounted(url, count(&opened));
    peer().open();
    until("open", || last(&log) == "open").await;
    until("told", || *opened.borrow() == 1).await;
    let (_other, _) = mounted(url, count(&opened));
    until("told", || *opened.borrow() == 2).await;
    next_task().await;
    assert_eq!(*opened.borrow(), 2);
    assert_eq!(sent(), ["subscribe", "subscribe"]);
}

#[wasm_bindgen_test]
async fn a_component_can_send_before_it_is_mounted() {
    let url = &begin();
    let component = Component::new(url.into(), patient(), Recorder(Log::default()));
    component
        .socket()
        .expect("a socket")
        .send_with_str("early")
        .expect("room in the queue");
    component.start();
    component.set_target(url.into());
    assert_eq!(sockets(), 1);
    peer().open();
    until("sent", || sent() == ["early"]).await;
}

#[wasm_bindgen_test]
async fn a_callback_may_end_its_component_and_then_no_further_one_is_called() {
    let url = &begin();
    let own = Rc::new(RefCell::new(None::<Rc<Component>>));
    let heard = Log::default();
    let ends = Rc::clone(&own);
    let note = Rc::clone(&heard);
    let options = patient()
        .on_message(move |_| {
            if let Some(component) = ends.take() {
                component.end();
            }
        })
        .on_message(move |_| note.borrow_mut().push("after the end".into()));
    let (component, log) = mounted(url, options);
    own.replace(Some(component));
    peer().open();
    until("open", || last(&log) == "open").await;
    hear("end");
    hear("more");
    next_task().await;
    assert_eq!(*heard.borrow(), [""; 0]);
}

#[wasm_bindgen_test]
async fn the_next_attempt_and_what_happens_are_told_and_messages_are_decoded() {
    let url = &begin();
    let events = Log::default();
    let numbers = Rc::new(RefCell::new(Vec::new()));
    let (tells, decodes) = (Rc::clone(&events), Rc::clone(&numbers));
    let options = patient()
        .on_event(move |event| {
            tells.borrow_mut().push(match event {
                Event::Close(close) => format!("close {}", close.code),
                Event::Reconnecting(planned) => format!("attempt {}", planned.attempt),
                _ => return,
            });
        })
        .on_json::<u32>(move |number| decodes.borrow_mut().push(number.ok()));
    let (_component, log) = mounted(url, options);
    peer().open();
    until("open", || last(&log) == "open").await;
    hear("7");
    hear("seven");
    assert_eq!(*numbers.borrow(), [Some(7), None]);
    peer().end(1006);
    until("waiting", || last(&log) == "waiting").await;
    until("both", || events.borrow().len() == 2).await;
    assert_eq!(*events.borrow(), ["close 1006", "attempt 1"]);
}

#[wasm_bindgen_test]
fn an_impossible_url_is_an_error_of_the_state() {
    begin();
    let (component, log) = mounted("ftp://fake/", Options::new());
    assert_eq!(last(&log), "closed with an error");
    assert_eq!(component.socket().err(), Some(SendError::Closed));
}

#[wasm_bindgen_test]
async fn a_socket_that_was_closed_connects_again_with_the_next_component() {
    let url = &begin();
    let (one, log) = mounted(url, patient());
    peer().open();
    until("open", || last(&log) == "open").await;
    one.socket().expect("a socket").close();
    until("closed", || last(&log) == "closed").await;
    let (_other, _) = mounted(url, patient());
    until("connecting", || last(&log) == "connecting").await;
    assert_eq!(sockets(), 2);
}
