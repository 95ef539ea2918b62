//! Options that can't be, and what needs a name.

use holdfast_ws::{ConnectError, Role, Tabs, Url, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{address, connections, ms, until};

/// Returns the name of the option that is refused.
fn refused(result: Result<WebSocket, ConnectError>) -> String {
    match result {
        Err(ConnectError::Option { option, .. }) => option,
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
fn what_can_not_be_is_refused_by_the_name_of_the_option() {
    let builder = || WebSocket::builder(address("/echo", "z-options"));
    let tabs = Tabs::new;
    assert_eq!(
        refused(builder().tabs(tabs()).without_reconnect().connect()),
        "reconnect"
    );
    assert_eq!(refused(builder().tabs(tabs()).lazy().connect()), "lazy");
    let short = tabs().take_over_after(ms(999));
    assert_eq!(refused(builder().tabs(short).connect()), "tabs.take_over_after");
    assert_eq!(refused(builder().tabs(tabs().replay(1_025)).connect()), "tabs.replay");
    let unnamed = WebSocket::builder(Url::from_fn(|_| "wss://example.com"));
    assert_eq!(refused(unnamed.tabs(tabs()).connect()), "tabs.key");
    let bad = WebSocket::builder("ftp://example.com").tabs(tabs()).connect();
    assert_eq!(bad.expect_err("no such scheme"), ConnectError::Refused);
}

#[wasm_bindgen_test]
async fn without_a_key_tabs_with_the_same_url_and_options_share_and_others_do_not() {
    let line = "z-unnamed";
    let tab = |idle| {
        let builder = WebSocket::builder(address("/echo", line)).tabs(Tabs::new());
        builder.idle_timeout(ms(idle)).connect().expect("a good URL")
    };
    let tabs = [tab(60_000), tab(60_000), tab(70_000)];
    for tab in &tabs {
        until("open", || tab.ready_state() == holdfast_ws::ReadyState::Open).await;
    }
    assert_eq!(connections(line).await, 2);
    assert_eq!(tabs[2].role(), Role::Leader);
}

#[wasm_bindgen_test]
fn a_socket_that_shares_nothing_has_a_connection_of_its_own() {
    let ws = WebSocket::new(address("/echo", "z-own")).expect("a good URL");
    assert_eq!(ws.role(), Role::Own);
}
