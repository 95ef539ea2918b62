//! Options that can't be, and what needs a name.

use holdfast_ws::{ConnectError, Role, Tabs, Url, WebSocket};
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{address, connections, ms, until};

/// Keys, identities and the names that they make in this crate and in the npm package.
const NAMES: &str = include_str!("../support/tabs-names.json");

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = query)]
    fn query_locks() -> Promise;
}

/// Returns a field of an object.
fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object")
}

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

#[wasm_bindgen_test]
async fn tabs_have_the_same_name_as_those_of_the_npm_package_with_the_identity_as_it_is() {
    let names = js_sys::JSON::parse(NAMES).expect("JSON");
    let mut tabs = Vec::new();
    let mut expected = Vec::new();
    for case in Array::from(&names).iter() {
        let mut options = Tabs::new().key(field(&case, "key").as_string().expect("text"));
        if let Some(identity) = field(&case, "identity").as_string() {
            options = options.identity(identity);
        }
        let tab = WebSocket::builder(address("/echo", "z-names")).tabs(options);
        tabs.push(tab.connect().expect("a good URL"));
        expected.extend(field(&case, "name").as_string());
    }
    for tab in &tabs {
        until("open", || tab.role() == Role::Leader).await;
    }
    let all = JsFuture::from(query_locks()).await.expect("locks");
    let held: Vec<_> = Array::from(&field(&all, "held"))
        .iter()
        .filter_map(|lock| field(&lock, "name").as_string())
        .collect();
    for name in expected {
        assert!(held.contains(&name), "{name} is not among {held:?}");
    }
}
