//! A screen of Dioxus with a WebSocket that reconnects: its status, the messages, and an input to send from.

use dioxus::prelude::*;
use futures_util::StreamExt;
use holdfast_ws::{Event, Message, Status, WebSocket};

fn main() {
    dioxus::launch(App);
}

#[component]
fn App() -> Element {
    let mut status = use_signal(|| Status::Connecting);
    let mut error = use_signal(|| None::<String>);
    let mut lines = use_signal(Vec::<String>::new);
    let mut text = use_signal(String::new);
    // Dropped with the component, and then the connection closes. The tasks below end with it, too.
    let mut socket = use_signal(|| None::<WebSocket>);

    // A future runs only in the browser, so that this also works in an app that is rendered on the server first.
    use_future(move || async move {
        let ws = match WebSocket::new("/echo?endpoint=dioxus") {
            Ok(ws) => ws,
            Err(refused) => return error.set(Some(refused.to_string())),
        };
        let mut events = ws.events();
        let mut messages = ws.channel();
        socket.set(Some(ws));
        spawn(async move {
            while let Some(event) = events.next().await {
                if let Event::Status(now) = event {
                    status.set(now);
                }
            }
        });
        while let Some(message) = messages.next().await {
            if let Message::Text(line) = message {
                lines.write().push(line);
            }
        }
    });

    let send = move |event: FormEvent| {
        event.prevent_default();
        // Without a connection, the message is queued until there is one.
        match socket.read().as_ref().map(|ws| ws.send_with_str(&text.read())) {
            Some(Err(refused)) => error.set(Some(refused.to_string())),
            _ => text.set(String::new()),
        }
    };

    rsx! {
        h1 { "holdfast-ws in Dioxus" }
        p { id: "status", "{status:?}" }
        p { id: "error", {error} }
        form { onsubmit: send,
            input { id: "text", value: "{text}", oninput: move |event| text.set(event.value()) }
            button { id: "send", "Send" }
        }
        ol { id: "lines",
            for (number, line) in lines.read().iter().enumerate() {
                li { key: "{number}", "{line}" }
            }
        }
    }
}
