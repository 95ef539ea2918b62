//! A page that a server renders, and the browser hydrates: two components that share a socket, and one without a URL.

use holdfast_ws_leptos::{Options, use_websocket};
use leptos::prelude::*;

#[component]
pub fn App() -> impl IntoView {
    let shown = RwSignal::new(true);
    view! {
        <main>
            <Live id="one"/>
            <Show when=move || shown.get()>
                <Live id="two"/>
            </Show>
            <button id="toggle" on:click=move |_| shown.update(|shown| *shown = !*shown)>"Toggle"</button>
        </main>
    }
}

#[component]
fn Live(id: &'static str) -> impl IntoView {
    let lines = RwSignal::new(Vec::<String>::new());
    let options = Options::new()
        .on_open(move |ws| _ = ws.send_with_str(id))
        .on_message(move |message| lines.update(|lines| lines.extend(message.as_text().map(ToOwned::to_owned))));
    let live = use_websocket(|| "/echo?endpoint=hydrated-leptos", options);
    let none = use_websocket(|| None::<String>, Options::new());
    view! {
        <p id=id>{move || live.status.get().to_string()} " " {move || none.status.get().to_string()}</p>
        <ul>{move || lines.get().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        {move || live.retry_at.get().map(|_| view! { <b>"waiting"</b> })}
        <button on:click=move |_| _ = live.send("hello")>"Hello"</button>
        <i>"after it"</i>
    }
}

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(App);
}
