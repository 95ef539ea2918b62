//! A page of Yew over a WebSocket that stays connected: its status and the next attempt, the messages, a field to send from,
//! a typed request, and a button that breaks the connection.

use std::time::Duration;

use gloo_timers::callback::Interval;
use holdfast_ws_yew::{
    Options, WebSocket,
    delivery::{IndexedDb, Outbox},
    use_outbox, use_websocket, use_websocket_messages,
};
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

fn main() {
    yew::Renderer::<App>::new().render();
}

#[component]
fn App() -> Html {
    let mounted = use_state(|| true);
    let version = use_state(|| 0_u32);
    let toggle = Callback::from({
        let mounted = mounted.clone();
        move |_| mounted.set(!*mounted)
    });
    let remount = Callback::from({
        let version = version.clone();
        move |_| version.set(*version + 1)
    });
    html! {
        <>
            <h1>{ "holdfast-ws in Yew" }</h1>
            if *mounted {
                // Another version is another component. It takes the connection over.
                <Live key={*version}/>
            }
            <Orders/>
            <button id="remount" onclick={remount}>{ "Remount" }</button>
            <button id="mount" onclick={toggle}>{ if *mounted { "Unmount" } else { "Mount" } }</button>
        </>
    }
}

#[component]
fn Live() -> Html {
    let input = use_node_ref();
    let error = use_state(|| None::<String>);
    let sum = use_state(|| None::<f64>);

    let live = use_websocket("/echo?endpoint=yew", Options::new());
    let calculator = use_websocket("/rpc?endpoint=yew-rpc", Options::new());
    let lines = use_websocket_messages(&live, Vec::new, |lines: &mut Vec<String>, message| {
        lines.extend(message.as_text().map(str::to_owned));
    });

    let now = use_clock();
    let next = live.retry_at().map(|at| {
        let wait = at.saturating_sub(now).as_secs_f64().ceil();
        format!("attempt {} in {wait:.0} s", live.attempt())
    });
    let send = Callback::from({
        let (live, input, error) = (live.clone(), input.clone(), error.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let Some(input) = input.cast::<HtmlInputElement>() else {
                return;
            };
            // Also while there is no connection: the message waits in the queue.
            match live.send(input.value()) {
                Ok(()) => input.set_value(""),
                Err(refused) => error.set(Some(refused.to_string())),
            }
        }
    });
    let add = Callback::from({
        let (sum, error) = (sum.clone(), error.clone());
        move |_| {
            let (calculator, sum, error) = (calculator.clone(), sum.clone(), error.clone());
            spawn_local(async move {
                match calculator.call("add", &[2, 3]).await {
                    Ok(result) => sum.set(Some(result)),
                    Err(failed) => error.set(Some(failed.to_string())),
                }
            });
        }
    });

    html! {
        <>
            <p id="status">{ live.status().to_string() }</p>
            <p id="next">{ next }</p>
            <p id="error">{ (*error).clone() }</p>
            <form onsubmit={send}>
                <input id="text" ref={input}/>
                <button id="send">{ "Send" }</button>
            </form>
            <button id="add" onclick={add}>{ "2 + 3 = " }{ *sum }</button>
            <button id="drop" onclick={|_| drop_connection("yew")}>{ "Drop the connection" }</button>
            <ol id="lines">{ for lines.iter().map(|line| html! { <li>{ line }</li> }) }</ol>
        </>
    }
}

/// Orders that survive a lost connection and a reload, and how many of them have not reached the server.
#[component]
fn Orders() -> Html {
    let outbox = use_state(|| None::<Outbox>);
    let opened = outbox.setter();
    use_effect_with((), move |()| {
        spawn_local(async move {
            if let (Ok(socket), Ok(store)) = (
                WebSocket::new("/boxes?endpoint=yew-boxes"),
                IndexedDb::open("orders").await,
            ) {
                opened.set(Some(Outbox::builder(&socket, "ada").store(store).start()));
            }
        });
    });
    let unsaved = use_outbox((*outbox).clone());
    let order = Callback::from(move |_| {
        if let Some(outbox) = &*outbox {
            let _ = outbox.deliver(&std::collections::BTreeMap::from([("item", 7)]));
        }
    });
    html! {
        <>
            <button id="order" onclick={order}>{ "Order" }</button>
            <p id="unsaved">if !unsaved.is_empty() { { unsaved.len() }{ " not saved yet" } }</p>
        </>
    }
}

/// The time, four times a second, for a countdown.
#[hook]
fn use_clock() -> Duration {
    let now = use_state(time);
    let set = now.setter();
    use_effect_with((), move |()| {
        let clock = Interval::new(250, move || set.set(time()));
        move || drop(clock)
    });
    *now
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
