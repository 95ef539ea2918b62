//! On a server: nothing is dialled.

use futures_executor::block_on;
use holdfast_ws_yew::{Options, SendError, Target, use_websocket, use_websocket_message};
use yew::{LocalServerRenderer, prelude::*};

#[derive(PartialEq, Properties)]
struct Props {
    #[prop_or_default]
    url: Option<&'static str>,
}

#[component]
fn Live(props: &Props) -> Html {
    let live = use_websocket(Target::from(props.url), Options::new());
    let message = use_websocket_message(&live);
    assert_eq!(live.send("hello"), Err(SendError::Closed));
    assert_eq!(message, None);
    html! { <p>{ live.status().to_string() }</p> }
}

#[component]
fn App() -> Html {
    html! { <><Live url={"/live"}/><Live/></> }
}

#[test]
fn the_first_render_shows_connecting_and_closed_without_a_url() {
    let html = block_on(LocalServerRenderer::<App>::new().hydratable(false).render());
    assert_eq!(html, "<p>connecting</p><p>closed</p>");
}

#[cfg(feature = "outbox")]
#[test]
fn nothing_is_pending() {
    #[component]
    fn Unsaved() -> Html {
        let unsaved = holdfast_ws_yew::use_outbox(None);
        html! { <p>{ unsaved.len() }</p> }
    }
    let html = block_on(LocalServerRenderer::<Unsaved>::new().hydratable(false).render());
    assert_eq!(html, "<p>0</p>");
}
