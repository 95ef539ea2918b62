//! Tabs in workers, which can be ended without a word, as a tab that crashes: of this crate, and of the npm package.
#![allow(unreachable_pub)] // JavaScript reaches it.

use std::cell::RefCell;
use std::rc::Rc;

use holdfast_ws::{ReadyState, Role, WebSocket};
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::server::file;
use crate::support::{Recorder, address, sleep, until, until_connections};
use crate::tabs::{heard, tab, tab_with};
use crate::waits::{texts_of, until_received};

#[wasm_bindgen]
extern "C" {
    type Worker;
    #[wasm_bindgen(constructor)]
    fn new(url: &str, options: &JsValue) -> Worker;
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &Worker, listener: &JsValue);
    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &Worker, message: &str);
    #[wasm_bindgen(method)]
    fn terminate(this: &Worker);

    type Blob;
    #[wasm_bindgen(constructor)]
    fn new(parts: &Array, options: &JsValue) -> Blob;
    #[wasm_bindgen(js_namespace = URL, js_name = createObjectURL)]
    fn url_of(blob: &Blob) -> String;

    #[wasm_bindgen(thread_local_v2, js_namespace = location, js_name = origin)]
    static ORIGIN: String;
}

/// A tab of this crate in a worker.
#[wasm_bindgen]
#[derive(Debug)]
pub struct WorkerTab(WebSocket, Rc<RefCell<Vec<String>>>);

/// Makes a tab. Called in a worker, by the code of [`of_the_crate`].
#[wasm_bindgen]
#[must_use]
pub fn tab_in_worker(path: &str, line: &str) -> WorkerTab {
    let ws = tab(path, line);
    let texts = Rc::new(RefCell::new(Vec::new()));
    let recorder = Rc::clone(&texts);
    ws.set_onmessage(move |message| recorder.borrow_mut().extend(message.as_text().map(Into::into)));
    WorkerTab(ws, texts)
}

#[wasm_bindgen]
impl WorkerTab {
    /// The role, whether it is open, and what it has heard.
    #[must_use]
    pub fn report(&self) -> Array {
        let texts = self
            .1
            .borrow()
            .iter()
            .map(|text| JsValue::from_str(text))
            .collect::<Array>();
        let open = self.0.ready_state() == ReadyState::Open;
        Array::of3(&self.0.role().to_string().into(), &open.into(), &texts)
    }

    /// Sends a text.
    pub fn send(&self, text: &str) {
        self.0.send_with_str(text).expect("it may be sent");
    }
}

/// A worker with a tab in it. It reports every 20 ms, and sends what is posted to it.
pub(crate) struct Tab {
    worker: Worker,
    last: Recorder<Array>,
    _listener: Closure<dyn FnMut(JsValue)>,
}

fn options(name: &str, value: &str) -> JsValue {
    let options = js_sys::Object::new();
    Reflect::set(&options, &name.into(), &value.into()).expect("an object");
    options.into()
}

impl Tab {
    /// `code` makes `tab`, with `report()` and `send(text)`.
    pub(crate) fn start(code: &str) -> Self {
        let code = format!(
            "{code}\nonmessage = ({{ data }}) => tab.send(data);\nsetInterval(() => postMessage(tab.report()), 20);"
        );
        let blob = Blob::new(&Array::of1(&code.into()), &options("type", "text/javascript"));
        let worker = Worker::new(&url_of(&blob), &options("type", "module"));
        let last = Recorder::<Array>::new();
        let recorder = last.clone();
        let listener = Closure::new(move |event: JsValue| {
            let data = Reflect::get(&event, &"data".into()).expect("an event");
            if let Some(report) = data.dyn_ref::<Array>() {
                recorder.record(report.clone());
            }
        });
        worker.set_onmessage(listener.as_ref());
        Self {
            worker,
            last,
            _listener: listener,
        }
    }

    fn report(&self) -> Option<(String, bool, Vec<String>)> {
        let report = self.last.entries().pop()?;
        let texts = report.get(2).unchecked_into::<Array>();
        let texts = texts.iter().filter_map(|text| text.as_string()).collect();
        Some((report.get(0).as_string()?, report.get(1).is_truthy(), texts))
    }

    pub(crate) async fn until_role(&self, role: &str) {
        until(role, || self.report().is_some_and(|(own, open, _)| own == role && open)).await;
    }

    pub(crate) fn send(&self, text: &str) {
        self.worker.post_message(text);
    }

    pub(crate) async fn until_heard(&self, texts: &[&str]) {
        until("what it hears", || {
            self.report().is_some_and(|(.., heard)| heard == texts)
        })
        .await;
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// The code of a tab of this crate.
pub(crate) fn of_the_crate(path: &str, line: &str) -> String {
    let origin = ORIGIN.with(String::clone);
    format!(
        "import init, {{ tab_in_worker }} from '{origin}/wasm-bindgen-test';
         await init({{ module_or_path: '{origin}/wasm-bindgen-test_bg.wasm' }});
         const tab = tab_in_worker('{path}', '{line}');"
    )
}

/// The code of a tab of the npm package.
fn of_npm(path: &str, line: &str) -> String {
    let (package, url) = (file("/pkg/dist/tabs.mjs"), address(path, line));
    format!(
        "import {{ WebSocket }} from '{package}';
         const texts = [];
         const ws = new WebSocket('{url}', [], {{ tabs: {{ key: '{line}' }}, request: {{ protocol: 'json-rpc' }} }});
         ws.onmessage = ({{ data }}) => texts.push(data);
         ws.handle('who', () => 'npm');
         const add = async (a, b) => texts.push(`sum ${{await ws.call('add', [a, b])}}`);
         const send = (text) => (text === 'add' ? add(20, 22) : ws.send(text));
         const tab = {{ report: () => [ws.role, ws.readyState === 1, texts], send }};"
    )
}

/// The tab of a worker leads, then ends without a word. That of this page takes over.
async fn takes_over_from(code: String, line: &str) {
    let other = Tab::start(&code);
    other.until_role("leader").await;
    let ws = tab("/echo", line);
    let texts = heard(&ws);
    until("open", || ws.ready_state() == ReadyState::Open).await;
    assert_eq!(ws.role(), Role::Follower);
    ws.send_with_str("by the worker").expect("it may be sent");
    other.send("of the worker");
    until("both", || texts.len() == 2).await;
    let mut both = texts.entries();
    both.sort();
    assert_eq!(both, ["by the worker", "of the worker"]);
    let order = texts.entries();
    other
        .until_heard(&order.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    until_connections(line, 1).await;

    let closes = Recorder::<bool>::new();
    let recorder = closes.clone();
    ws.set_onclose(move |close| recorder.record(close.will_reconnect));
    drop(other);
    ws.send_with_str("while").expect("it may be sent, or waits");
    ws.send_with_str("nobody").expect("it may be sent, or waits");
    until("it leads", || {
        ws.role() == Role::Leader && ws.ready_state() == ReadyState::Open
    })
    .await;
    ws.send_with_str("leads").expect("it may be sent");
    until("the rest", || texts.len() == 5).await;
    assert_eq!(texts.entries()[2..], ["while", "nobody", "leads"]);
    let received: Vec<_> = order
        .iter()
        .map(String::as_str)
        .chain(["while", "nobody", "leads"])
        .collect();
    until_received(line, "all, in order", |seen| texts_of(seen) == received).await;
    assert_eq!(closes.entries(), [true]);
    until_connections(line, 1).await;
}

#[wasm_bindgen_test]
async fn if_the_leader_crashes_another_tab_takes_over_and_nothing_is_lost_or_doubled() {
    let line = "w-crash";
    takes_over_from(of_the_crate("/echo", line), line).await;
}

#[wasm_bindgen_test]
async fn a_tab_of_the_npm_package_shares_its_connection_with_those_of_the_crate() {
    let line = "w-npm";
    takes_over_from(of_npm("/echo", line), line).await;
}

#[wasm_bindgen_test]
async fn a_tab_of_the_npm_package_uses_the_connection_of_one_of_the_crate() {
    let line = "w-serves-npm";
    let ws = tab_with("/echo", line, |builder| builder);
    let texts = heard(&ws);
    until("it leads", || {
        ws.role() == Role::Leader && ws.ready_state() == ReadyState::Open
    })
    .await;
    let other = Tab::start(&of_npm("/echo", line));
    other.until_role("follower").await;
    ws.send_with_str("one").expect("it may be sent");
    until("its echo", || texts.len() == 1).await;
    other.worker.post_message("two");
    other.until_heard(&["one", "two"]).await;
    assert_eq!(texts.entries(), ["one", "two"]);
    until_connections(line, 1).await;
    // The crate's leaves, and the package's has the connection.
    drop(ws);
    other.until_role("leader").await;
    other.worker.post_message("three");
    other.until_heard(&["one", "two", "three"]).await;
    until_connections(line, 1).await;
}

/// Requests of both go to the server and are answered, whichever has the connection.
async fn both_ask(code: &str, line: &str, other_leads: bool) {
    let first = other_leads.then(|| Tab::start(code));
    if let Some(first) = &first {
        first.until_role("leader").await;
    }
    let ws = tab("/rpc", line);
    let texts = heard(&ws);
    until("open", || ws.ready_state() == ReadyState::Open).await;
    let other = first.unwrap_or_else(|| Tab::start(code));
    other.until_role(if other_leads { "leader" } else { "follower" }).await;
    other.worker.post_message("add");
    assert_eq!(ws.call::<_, u32>("add", &(1, 2)).await, Ok(3));
    other.until_heard(&["sum 42"]).await;
    sleep(50).await;
    assert_eq!(texts.len(), 0);
    until_connections(line, 1).await;
}

#[wasm_bindgen_test]
async fn requests_of_the_npm_package_and_the_crate_are_answered_over_the_connection_of_either() {
    for (line, other_leads) in [("w-npm-asks", true), ("w-crate-asks", false)] {
        both_ask(&of_npm("/rpc", line), line, other_leads).await;
    }
}

#[wasm_bindgen_test]
async fn a_call_of_the_server_that_only_a_tab_of_the_npm_package_answers_goes_there() {
    let line = "w-calls-npm";
    let ws = tab("/echo", line);
    until("it leads", || {
        ws.role() == Role::Leader && ws.ready_state() == ReadyState::Open
    })
    .await;
    let other = Tab::start(&of_npm("/echo", line));
    other.until_role("follower").await;
    // Then the leader knows of the handler.
    let texts = heard(&ws);
    other.send("told");
    until("what it has told", || texts.len() == 1).await;
    ws.send_with_str(r#"{"jsonrpc":"2.0","id":1,"method":"who"}"#)
        .expect("it may be sent");
    let seen = until_received(line, "the answer", |seen| seen.contains("npm")).await;
    assert_eq!(
        texts_of(&seen).iter().filter(|text| text.contains("npm")).count(),
        1,
        "{seen}"
    );
}
