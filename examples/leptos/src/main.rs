//! A screen of Leptos with a WebSocket that reconnects: its status, the messages, and an input to send from.

use holdfast_ws::{Message, Status, WebSocket};
use leptos::prelude::*;

fn main() {
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let status = RwSignal::new(Status::Connecting);
    let error = RwSignal::new(None::<String>);
    let lines = RwSignal::new(Vec::<String>::new());
    let text = RwSignal::new(String::new());
    // Local, because a socket stays on its thread. Dropped with the component, and then the connection closes.
    let socket = StoredValue::new_local(None::<WebSocket>);

    // An effect runs only in the browser, so that this also works in an app that is rendered on the server first.
    Effect::new(move || match WebSocket::new("/echo?endpoint=leptos") {
        Ok(ws) => {
            ws.set_onstatuschange(move |now| status.set(now));
            ws.set_onmessage(move |message| {
                if let Message::Text(line) = message {
                    lines.update(|lines| lines.push(line));
                }
            });
            socket.set_value(Some(ws));
        }
        Err(refused) => error.set(Some(refused.to_string())),
    });

    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // Without a connection, the message is queued until there is one.
        let sent = socket.with_value(|ws| ws.as_ref().map(|ws| ws.send_with_str(&text.get_untracked())));
        match sent {
            Some(Err(refused)) => error.set(Some(refused.to_string())),
            _ => text.set(String::new()),
        }
    };

    view! {
        <h1>"holdfast-ws in Leptos"</h1>
        <p id="status">{move || format!("{:?}", status.get())}</p>
        <p id="error">{move || error.get()}</p>
        <form on:submit=send>
            <input id="text" bind:value=text/>
            <button id="send">"Send"</button>
        </form>
        <ol id="lines">
            <For each=move || lines.get().into_iter().enumerate() key=|(number, _)| *number let((_, line))>
                <li>{line}</li>
            </For>
        </ol>
    }
}
