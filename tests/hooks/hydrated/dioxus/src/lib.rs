//! A page that a server renders, and the browser hydrates: two components that share a socket, and one without a URL.

use dioxus::prelude::*;
use holdfast_ws_dioxus::{Options, use_websocket};

#[component]
pub fn App() -> Element {
    let mut shown = use_signal(|| true);
    rsx! {
        main {
            Live { id: "one" }
            if shown() {
                Live { id: "two" }
            }
            button { id: "toggle", onclick: move |_| shown.toggle(), "Toggle" }
        }
    }
}

#[component]
fn Live(id: &'static str) -> Element {
    let mut lines = use_signal(Vec::<String>::new);
    let options = Options::new()
        .on_open(move |ws| _ = ws.send_with_str(id))
        .on_message(move |message| {
            if let Some(line) = message.as_text() {
                lines.push(line.to_owned());
            }
        });
    let live = use_websocket("/echo?endpoint=hydrated-dioxus", options);
    let none = use_websocket(None::<String>, Options::new());
    rsx! {
        button { onclick: move |_| _ = live.send("hello"), "Hello" }
        p { id, "{live.status()} {none.status()}" }
        ul {
            for (number, line) in lines.read().iter().enumerate() {
                li { key: "{number}", "{line}" }
            }
        }
        if live.retry_at().is_some() {
            b { "waiting" }
        }
        i { "after it" }
    }
}

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    dioxus_web::launch::launch_cfg(App, dioxus_web::Config::new().hydrate(true));
}
