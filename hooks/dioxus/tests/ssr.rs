//! On a server: nothing is dialled.

use dioxus::prelude::*;
use holdfast_ws_dioxus::{Options, SendError, Target, use_websocket, use_websocket_message};

#[component]
fn Live(url: Option<String>) -> Element {
    let live = use_websocket(Target::from(url), Options::new());
    use_websocket_message(live, |_| panic!("a message"));
    assert_eq!(live.send("hello"), Err(SendError::Closed));
    assert_eq!(live.message(), None);
    rsx! { p { "{live.status()}" } }
}

#[component]
fn App() -> Element {
    rsx! {
        Live { url: "/live" }
        Live {}
    }
}

#[test]
fn the_first_render_shows_connecting_and_closed_without_a_url() {
    let mut dom = VirtualDom::new(App);
    dom.rebuild_in_place();
    assert_eq!(dioxus_ssr::render(&dom), "<p>connecting</p><p>closed</p>");
}

#[cfg(feature = "outbox")]
#[test]
fn nothing_is_pending() {
    #[component]
    fn Unsaved() -> Element {
        let unsaved = holdfast_ws_dioxus::use_outbox(None);
        rsx! { p { "{unsaved.len()} {unsaved.is_empty()} {unsaved.pending().len()}" } }
    }
    let mut dom = VirtualDom::new(Unsaved);
    dom.rebuild_in_place();
    assert_eq!(dioxus_ssr::render(&dom), "<p>0 true 0</p>");
}
