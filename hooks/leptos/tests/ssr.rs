//! On a server: nothing is dialled, and nothing depends on a thread.

use holdfast_ws_leptos::{Options, SendError, Target, use_websocket};
use leptos::prelude::*;

fn status_of(url: Target) -> String {
    let live = use_websocket(move || url.clone(), Options::new());
    view! { <p>{move || live.status.get().to_string()}</p> }.to_html()
}

#[test]
fn the_first_render_shows_connecting_and_closed_without_a_url() {
    let owner = Owner::new();
    owner.with(|| {
        assert!(status_of("/live".into()).contains("connecting"));
        assert!(status_of(Target::None).contains("closed"));
    });
}

#[test]
fn sending_is_an_error_and_there_is_no_message() {
    Owner::new().with(|| {
        let live = use_websocket(|| "/live", Options::new().on_message(|_| panic!("a message")));
        live.on_message(|_| panic!("a message"));
        assert_eq!(live.send("hello"), Err(SendError::Closed));
        assert_eq!(live.socket().err(), Some(SendError::Closed));
        assert_eq!(live.message(), None);
    });
}

#[test]
fn a_component_may_be_read_and_dropped_on_another_thread() {
    let owner = Owner::new();
    let live = owner.with(|| use_websocket(|| "/live", Options::new()));
    let other = std::thread::spawn(move || {
        assert_eq!(live.message(), None);
        assert_eq!(live.send("hello"), Err(SendError::Closed));
        drop(owner);
    });
    other.join().expect("no panic");
}

#[cfg(feature = "outbox")]
#[test]
fn nothing_is_pending() {
    Owner::new().with(|| {
        let unsaved = holdfast_ws_leptos::use_outbox(|| panic!("an outbox on a server"));
        assert!(unsaved.is_empty() && unsaved.pending().is_empty());
    });
}
