//! A page of Dioxus over a WebSocket that stays connected: its status and the next attempt, the messages, a field to send from,
//! a typed request, and a button that breaks the connection.

use std::time::Duration;

use dioxus::prelude::*;
use gloo_timers::future::TimeoutFuture;
use holdfast_ws_dioxus::{
    Options, WebSocket,
    delivery::{IndexedDb, Outbox},
    use_outbox, use_websocket,
};

fn main() {
    dioxus::launch(App);
}

#[component]
fn App() -> Element {
    let mut mounted = use_signal(|| true);
    let mut version = use_signal(|| 0);
    rsx! {
        h1 { "holdfast-ws in Dioxus" }
        if mounted() {
            // Another version is another component. It takes the connection over.
            for version in [version()] {
                Live { key: "{version}" }
            }
        }
        Orders {}
        button { id: "remount", onclick: move |_| version += 1, "Remount" }
        button { id: "mount", onclick: move |_| mounted.toggle(),
            if mounted() { "Unmount" } else { "Mount" }
        }
    }
}

#[component]
fn Live() -> Element {
    let mut lines = use_signal(Vec::<String>::new);
    let mut text = use_signal(String::new);
    let mut error = use_signal(|| None::<String>);
    let mut sum = use_signal(|| None::<f64>);

    let options = Options::new().on_message(move |message| {
        if let Some(line) = message.as_text() {
            lines.push(line.to_owned());
        }
    });
    let live = use_websocket("/echo?endpoint=dioxus", options);
    let calculator = use_websocket("/rpc?endpoint=dioxus-rpc", Options::new());

    let now = use_clock();
    let next = live.retry_at().map(|at| {
        let wait = at.saturating_sub(now()).as_secs_f64().ceil();
        format!("attempt {} in {wait:.0} s", live.attempt())
    });
    let send = move |event: FormEvent| {
        event.prevent_default();
        // Also while there is no connection: the message waits in the queue.
        let sent = live.send(text());
        match sent {
            Ok(()) => text.set(String::new()),
            Err(refused) => error.set(Some(refused.to_string())),
        }
    };
    let add = move |_| async move {
        match calculator.call("add", &[2, 3]).await {
            Ok(result) => sum.set(Some(result)),
            Err(failed) => error.set(Some(failed.to_string())),
        }
    };

    rsx! {
        p { id: "status", "{live.status()}" }
        p { id: "next", {next} }
        p { id: "error", {error} }
        form { onsubmit: send,
            input { id: "text", value: "{text}", oninput: move |event| text.set(event.value()) }
            button { id: "send", "Send" }
        }
        button { id: "add", onclick: add, "2 + 3 = ", {sum().map(|sum| sum.to_string())} }
        button { id: "drop", onclick: |_| drop_connection("dioxus"), "Drop the connection" }
        ol { id: "lines",
            for (number, line) in lines.read().iter().enumerate() {
                li { key: "{number}", "{line}" }
            }
        }
    }
}

/// Orders that survive a lost connection and a reload, and how many of them have not reached the server.
#[component]
fn Orders() -> Element {
    let opening = use_resource(|| async {
        let socket = WebSocket::new("/boxes?endpoint=dioxus-boxes").ok()?;
        let store = IndexedDb::open("orders").await.ok()?;
        Some(Outbox::builder(&socket, "ada").store(store).start())
    });
    let outbox = opening().flatten();
    let unsaved = use_outbox(outbox.clone());
    let order = move |_| {
        if let Some(outbox) = &outbox {
            let _ = outbox.deliver(&std::collections::BTreeMap::from([("item", 7)]));
        }
    };
    rsx! {
        button { id: "order", onclick: order, "Order" }
        p { id: "unsaved",
            if !unsaved.is_empty() { "{unsaved.len()} not saved yet" }
        }
    }
}

/// The time, four times a second, for a countdown.
fn use_clock() -> Signal<Duration> {
    let mut now = use_signal(time);
    use_future(move || async move {
        loop {
            TimeoutFuture::new(250).await;
            now.set(time());
        }
    });
    now
}

fn time() -> Duration {
    Duration::from_secs_f64(js_sys::Date::now() / 1000.0)
}

/// Has the server of the examples reset the connection.
fn drop_connection(endpoint: &str) {
    let post = web_sys::RequestInit::new();
    post.set_method("POST");
    if let Some(window) = web_sys::window() {
        let _ = window.fetch_with_str_and_init(&format!("/endpoints/{endpoint}/drop"), &post);
    }
}
