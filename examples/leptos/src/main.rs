//! A page of Leptos over a WebSocket that stays connected: its status and the next attempt, the messages, a field to send from,
//! a typed request, and a button that breaks the connection.

use std::time::Duration;

use holdfast_ws_leptos::{
    Options, WebSocket,
    delivery::{IndexedDb, Outbox},
    use_outbox, use_websocket,
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

fn main() {
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let mounted = RwSignal::new(true);
    let version = RwSignal::new(0);
    view! {
        <h1>"holdfast-ws in Leptos"</h1>
        <Show when=move || mounted.get()>
            // Another version is another component. It takes the connection over.
            {move || {
                version.track();
                view! { <Live/> }
            }}
        </Show>
        <Orders/>
        <button id="remount" on:click=move |_| version.update(|version| *version += 1)>"Remount"</button>
        <button id="mount" on:click=move |_| mounted.update(|mounted| *mounted = !*mounted)>
            {move || if mounted.get() { "Unmount" } else { "Mount" }}
        </button>
    }
}

#[component]
fn Live() -> impl IntoView {
    let lines = RwSignal::new(Vec::<String>::new());
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let sum = RwSignal::new(None::<f64>);

    let options = Options::new().on_message(move |message| {
        if let Some(line) = message.as_text() {
            lines.update(|lines| lines.push(line.to_owned()));
        }
    });
    let live = use_websocket(|| "/echo?endpoint=leptos", options);
    let calculator = use_websocket(|| "/rpc?endpoint=leptos-rpc", Options::new());

    let now = use_clock();
    let next = move || {
        let wait = live.retry_at.get()?.saturating_sub(now.get());
        Some(format!(
            "attempt {} in {:.0} s",
            live.attempt.get(),
            wait.as_secs_f64().ceil()
        ))
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        // Also while there is no connection: the message waits in the queue.
        match live.send(text.get_untracked()) {
            Ok(()) => text.set(String::new()),
            Err(refused) => error.set(Some(refused.to_string())),
        }
    };
    let add = move |_| {
        spawn_local(async move {
            match calculator.call("add", &[2, 3]).await {
                Ok(result) => sum.set(Some(result)),
                Err(failed) => error.set(Some(failed.to_string())),
            }
        });
    };

    view! {
        <p id="status">{move || live.status.get().to_string()}</p>
        <p id="next">{next}</p>
        <p id="error">{move || error.get()}</p>
        <form on:submit=send>
            <input id="text" bind:value=text/>
            <button id="send">"Send"</button>
        </form>
        <button id="add" on:click=add>"2 + 3 = " {move || sum.get()}</button>
        <button id="drop" on:click=|_| drop_connection("leptos")>"Drop the connection"</button>
        <ol id="lines">
            <For each=move || lines.get().into_iter().enumerate() key=|(number, _)| *number let((_, line))>
                <li>{line}</li>
            </For>
        </ol>
    }
}

/// Orders that survive a lost connection and a reload, and how many of them have not reached the server.
#[component]
fn Orders() -> impl IntoView {
    let outbox = RwSignal::new_local(None::<Outbox>);
    let unsaved = use_outbox(move || outbox.get());
    spawn_local(async move {
        if let (Ok(socket), Ok(store)) = (
            WebSocket::new("/boxes?endpoint=leptos-boxes"),
            IndexedDb::open("orders").await,
        ) {
            outbox.set(Some(Outbox::builder(&socket, "ada").store(store).start()));
        }
    });
    let order = move |_| {
        if let Some(outbox) = outbox.get_untracked() {
            let _ = outbox.deliver(&std::collections::BTreeMap::from([("item", 7)]));
        }
    };
    view! {
        <button id="order" on:click=order>"Order"</button>
        <p id="unsaved">{move || (!unsaved.is_empty()).then(|| format!("{} not saved yet", unsaved.len()))}</p>
    }
}

/// The time, four times a second, for a countdown.
fn use_clock() -> ReadSignal<Duration> {
    let (now, set_now) = signal(time());
    Effect::new(move || {
        if let Ok(clock) = set_interval_with_handle(move || set_now.set(time()), Duration::from_millis(250)) {
            on_cleanup(move || clock.clear());
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
    let _ = window().fetch_with_str_and_init(&format!("/endpoints/{endpoint}/drop"), &post);
}
