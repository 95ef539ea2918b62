//! A page that a server renders, and the browser hydrates: two components that share a socket, and one without a URL.

use holdfast_ws_yew::{Options, use_websocket, use_websocket_messages};
use yew::prelude::*;

#[component]
pub fn App() -> Html {
    let shown = use_state(|| true);
    let toggle = {
        let shown = shown.clone();
        Callback::from(move |_| shown.set(!*shown))
    };
    html! {
        <main>
            <Live id="one"/>
            if *shown {
                <Live id="two"/>
            }
            <button id="toggle" onclick={toggle}>{ "Toggle" }</button>
        </main>
    }
}

#[derive(Properties, PartialEq)]
struct Props {
    id: &'static str,
}

#[component]
fn Live(props: &Props) -> Html {
    let id = props.id;
    let options = Options::new().on_open(move |ws| _ = ws.send_with_str(id));
    let live = use_websocket("/echo?endpoint=hydrated-yew", options);
    let none = use_websocket(None::<String>, Options::new());
    let lines = use_websocket_messages(&live, Vec::<String>::new, |lines, message| {
        lines.extend(message.as_text().map(ToOwned::to_owned));
    });
    let hello = Callback::from({
        let live = live.clone();
        move |_| _ = live.send("hello")
    });
    html! {
        <>
            <button onclick={hello}>{ "Hello" }</button>
            <p {id}>{ live.status().to_string() }{ " " }{ none.status().to_string() }</p>
            <ul>{ for lines.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
            if live.retry_at().is_some() {
                <b>{ "waiting" }</b>
            }
            <i>{ "after it" }</i>
        </>
    }
}

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    yew::Renderer::<App>::new().hydrate();
}
