//! Clients with one connection: what each sends and hears, and who has the connection.

use futures_util::StreamExt;
use holdfast_ws::{Builder, CloseEvent, EndReason, Event, Message, ReadyState, Role, Status, Tabs, Url, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Recorder, address, connections, inject_fault, quick, sleep, until, until_connections};
use crate::waits::{texts_of, until_received};

/// A tab with the connection of this endpoint.
pub(crate) fn tab(path: &str, line: &str) -> WebSocket {
    tab_with(path, line, |builder| builder)
}

pub(crate) fn tab_with(path: &str, line: &str, with: impl FnOnce(Builder) -> Builder) -> WebSocket {
    let builder = WebSocket::builder(address(path, line)).reconnect(quick());
    with(builder.tabs(Tabs::new().key(line))).connect().expect("a good URL")
}

/// Records the texts that a tab hears.
pub(crate) fn heard(ws: &WebSocket) -> Recorder<String> {
    let texts = Recorder::<String>::new();
    let recorder = texts.clone();
    ws.set_onmessage(move |message| recorder.record(message.as_text().expect("text")));
    texts
}

pub(crate) async fn until_open(tabs: &[&WebSocket]) {
    for tab in tabs {
        until("open", || tab.ready_state() == ReadyState::Open).await;
    }
}

fn numbers(from: u32, to: u32) -> Vec<String> {
    (from..to).map(|number| number.to_string()).collect()
}

#[wasm_bindgen_test]
async fn three_tabs_have_one_connection_and_each_hears_all_once_and_in_order() {
    let line = "x-three";
    let tabs = [tab("/echo", line), tab("/echo", line), tab("/echo", line)];
    let all: Vec<_> = tabs.iter().map(heard).collect();
    until_open(&tabs.each_ref()).await;
    let mut roles: Vec<_> = tabs.iter().map(|tab| tab.role().to_string()).collect();
    roles.sort();
    assert_eq!(roles, ["follower", "follower", "leader"]);
    for number in 0..60_usize {
        let tab = &tabs[number % 3];
        tab.send_with_str(&number.to_string()).expect("it may be sent");
        if number % 7 == 0 {
            sleep(1).await;
        }
    }
    for texts in &all {
        until("all messages", || texts.len() >= 60).await;
    }
    sleep(50).await;
    let first = all[0].entries();
    for (tab, texts) in tabs.iter().zip(&all) {
        assert_eq!(texts.entries(), first, "all hear the same");
        assert_eq!(tab.status(), Status::Open);
        assert_eq!(tab.url(), address("/echo", line));
    }
    for own in 0..3 {
        let of_one: Vec<_> = (0..60)
            .filter(|number| number % 3 == own)
            .map(|number| number.to_string())
            .collect();
        let mut heard_of_one = first.clone();
        heard_of_one.retain(|text| of_one.contains(text));
        assert_eq!(heard_of_one, of_one, "each tab's in order, once");
    }
    until_connections(line, 1).await;
}

#[wasm_bindgen_test]
async fn bytes_go_to_every_tab_and_memory_that_changes_after_is_not_seen() {
    let line = "x-bytes";
    let tabs = [tab("/echo", line), tab("/echo", line)];
    let all: Vec<_> = tabs
        .iter()
        .map(|tab| {
            let messages = Recorder::<Message>::new();
            tab.set_onmessage(messages.recorder());
            messages
        })
        .collect();
    until_open(&tabs.each_ref()).await;
    for tab in &tabs {
        let lent = js_sys::Uint8Array::from(&[1, 2, 3][..]);
        tab.send_with_array_buffer_view(&lent).expect("it may be sent");
        lent.set_index(0, 9);
    }
    for messages in &all {
        until("both messages", || messages.len() == 2).await;
        assert_eq!(
            messages.entries(),
            [Message::from(vec![1, 2, 3]), Message::from(vec![1, 2, 3])]
        );
    }
}

#[wasm_bindgen_test]
async fn if_the_leader_leaves_another_takes_over_and_nothing_is_lost_or_doubled() {
    let line = "x-leaves";
    let tabs = [tab("/echo", line), tab("/echo", line), tab("/echo", line)];
    until_open(&tabs.each_ref()).await;
    let leader = tabs
        .iter()
        .position(|tab| tab.role() == Role::Leader)
        .expect("one leads");
    let roles = Recorder::<Role>::new();
    let mut rest = Vec::new();
    for (place, tab) in tabs.into_iter().enumerate() {
        if place == leader {
            // Its last handle.
            drop(tab);
        } else {
            tab.set_onrolechange(roles.recorder());
            rest.push(tab);
        }
    }
    for number in 0..20_usize {
        rest[number % 2].send_with_str(&number.to_string()).expect("it waits");
        sleep(10).await;
    }
    until("a leader", || rest.iter().any(|tab| tab.role() == Role::Leader)).await;
    until_open(&rest.iter().collect::<Vec<_>>()).await;
    rest[0].send_with_str("20").expect("it may be sent");
    // What the two tabs have sent may come in any order.
    let all = |seen: &str| texts_of(seen).len() >= 21;
    let texts = texts_of(&until_received(line, "all that was sent", all).await);
    for own in 0..2 {
        let of_one: Vec<_> = (0..20)
            .filter(|number| number % 2 == own)
            .map(|number: u32| number.to_string())
            .collect();
        let mut seen = texts.clone();
        seen.retain(|text| of_one.contains(text));
        assert_eq!(seen, of_one, "each tab's in order, once: {texts:?}");
    }
    assert_eq!(roles.entries(), [Role::Leader]);
    until_connections(line, 1).await;
}

#[wasm_bindgen_test]
async fn a_connection_that_is_cut_closes_and_opens_in_every_tab() {
    let line = "x-cut";
    let tabs = [tab("/echo", line), tab("/echo", line)];
    let mut events: Vec<_> = tabs.iter().map(WebSocket::events).collect();
    until_open(&tabs.each_ref()).await;
    inject_fault(line, "drop").await;
    for (tab, events) in tabs.iter().zip(&mut events) {
        let mut seen = Vec::new();
        // From the first `open` on, which may have been before.
        while seen.last().is_none_or(|last| last != "open") || seen.len() < 3 {
            match events.next().await.expect("an event") {
                Event::Open => seen.push("open".to_owned()),
                Event::Close(close) => seen.push(format!("close {} {}", close.code, close.will_reconnect)),
                Event::Reconnecting(planned) => {
                    seen.push(format!("reconnecting {} {}", planned.attempt, planned.cause));
                }
                _ => {}
            }
        }
        assert_eq!(seen, ["open", "close 1006 true", "reconnecting 1 closed", "open"]);
        assert_eq!(tab.attempt(), tabs[0].attempt());
    }
    until_connections(line, 1).await;
}

#[wasm_bindgen_test]
async fn a_tab_that_leaves_leaves_the_connection_to_the_others_and_the_last_one_ends_it() {
    let line = "x-last";
    let tabs = [tab("/echo", line), tab("/echo", line)];
    until_open(&tabs.each_ref()).await;
    let ends = Recorder::<CloseEvent>::new();
    tabs[0].set_onclose(ends.recorder());
    tabs[0].send_with_str("before it leaves").expect("it may be sent");
    tabs[0].close_with_code_and_reason(4001, "enough").expect("a good code");
    until("its end", || ends.len() == 1).await;
    let end = &ends.entries()[0];
    assert_eq!(
        (end.code, end.reason.as_str(), end.will_reconnect),
        (4001, "enough", false)
    );
    assert_eq!((end.end, end.unsent.len()), (Some(EndReason::OwnClose), 0));
    until("the other leads", || {
        tabs[1].role() == Role::Leader && tabs[1].ready_state() == ReadyState::Open
    })
    .await;
    until_received(line, "what it sent", |seen| seen.contains("before it leaves")).await;
    tabs[1].close();
    until_connections(line, 0).await;
    // It may come back.
    tabs[0].reconnect();
    until_open(&[&tabs[0]]).await;
}

#[wasm_bindgen_test]
async fn a_tab_may_close_the_connection_for_all() {
    let line = "x-everyone";
    let tabs = [tab("/echo", line), tab("/echo", line), tab("/echo", line)];
    let ends: Vec<_> = tabs
        .iter()
        .map(|tab| {
            let ends = Recorder::<CloseEvent>::new();
            tab.set_onclose(ends.recorder());
            ends
        })
        .collect();
    until_open(&tabs.each_ref()).await;
    let follower = tabs
        .iter()
        .find(|tab| tab.role() == Role::Follower)
        .expect("one follows");
    follower.close_for_all_tabs(4000, "bye").expect("a good code");
    for ends in &ends {
        until("its end", || ends.len() == 1).await;
        let end = &ends.entries()[0];
        assert_eq!(
            (end.code, end.reason.as_str(), end.will_reconnect),
            (4000, "bye", false)
        );
        assert_eq!(end.end, Some(EndReason::OwnClose));
    }
    until_connections(line, 0).await;
}

#[wasm_bindgen_test]
async fn a_final_close_code_of_the_server_ends_every_tab_and_says_why() {
    let line = "x-final";
    let tabs = [tab("/echo", line), tab("/echo", line)];
    let ends: Vec<_> = tabs
        .iter()
        .map(|tab| {
            let ends = Recorder::<CloseEvent>::new();
            tab.set_onclose(ends.recorder());
            ends
        })
        .collect();
    until_open(&tabs.each_ref()).await;
    inject_fault(line, "close?code=4401&reason=expired").await;
    for ends in &ends {
        until("its end", || ends.len() == 1).await;
        let end = &ends.entries()[0];
        assert_eq!(
            (end.code, end.reason.as_str(), end.end),
            (4401, "expired", Some(EndReason::FinalCode))
        );
    }
    until_connections(line, 0).await;
    // None comes back.
    sleep(100).await;
    assert_eq!(connections(line).await, 0);
}

#[wasm_bindgen_test]
async fn a_tab_that_comes_later_gets_open_and_the_messages_before_it_that_it_asks_for() {
    let line = "x-replay";
    let replay = |builder: Builder| builder.tabs(Tabs::new().key("x-replay").replay(3));
    let first = tab_with("/echo", line, replay);
    let texts = heard(&first);
    until_open(&[&first]).await;
    for text in numbers(0, 5) {
        first.send_with_str(&text).expect("it may be sent");
    }
    until("its own echoes", || texts.len() == 5).await;
    let second = tab_with("/echo", line, replay);
    let texts = heard(&second);
    until("the last three", || texts.len() == 3).await;
    assert_eq!(texts.entries(), ["2", "3", "4"]);
    assert_eq!(second.ready_state(), ReadyState::Open);
}

#[wasm_bindgen_test]
async fn users_have_a_connection_each() {
    let line = "x-users";
    let of =
        |identity: &'static str| move |builder: Builder| builder.tabs(Tabs::new().key("x-users").identity(identity));
    let tabs = [
        tab_with("/echo", line, of("ann")),
        tab_with("/echo", line, of("bob")),
        tab_with("/echo", line, of("ann")),
    ];
    until_open(&tabs.each_ref()).await;
    assert_eq!(connections(line).await, 2);
    let texts = [heard(&tabs[0]), heard(&tabs[1]), heard(&tabs[2])];
    tabs[0].send_with_str("of ann").expect("it may be sent");
    until("the echo", || texts[0].len() == 1 && texts[2].len() == 1).await;
    sleep(50).await;
    assert_eq!(texts[1].len(), 0);
}

#[wasm_bindgen_test]
async fn any_tab_may_have_the_connection_made_anew() {
    let line = "x-anew";
    let tabs = [tab("/echo", line), tab("/echo", line)];
    until_open(&tabs.each_ref()).await;
    let opens = Recorder::<u8>::new();
    for tab in &tabs {
        let opens = opens.clone();
        tab.set_onopen(move || opens.record(0));
    }
    let follower = tabs
        .iter()
        .find(|tab| tab.role() == Role::Follower)
        .expect("one follows");
    follower.reconnect();
    until("both are open again", || opens.len() >= 2).await;
    until_open(&tabs.each_ref()).await;
    let texts = heard(&tabs[0]);
    tabs[1].send_with_str("after").expect("it may be sent");
    until("the echo", || texts.len() == 1).await;
    until_connections(line, 1).await;
}

#[wasm_bindgen_test]
async fn the_next_leader_resumes_from_the_token_of_the_tab_that_has_read_least() {
    let line = "x-resume";
    let asked = Recorder::<Option<String>>::new();
    let tab = || {
        let asked = asked.clone();
        let url = Url::from_fn(move |attempt| {
            asked.record(attempt.resume);
            address("/echo", line)
        });
        let builder = WebSocket::builder(url).reconnect(quick());
        let builder = builder.resume(|message| message.as_text()?.strip_prefix("token ").map(Into::into));
        builder.tabs(Tabs::new().key(line)).connect().expect("a good URL")
    };
    let tabs = [tab(), tab()];
    let texts = [heard(&tabs[0]), heard(&tabs[1])];
    until_open(&tabs.each_ref()).await;
    assert_eq!(asked.entries(), [None]);
    for text in ["token 1", "token 2", "none"] {
        tabs[0].send_with_str(text).expect("it may be sent");
    }
    until("all", || texts.iter().all(|texts| texts.len() == 3)).await;
    let [first, second] = tabs;
    let (leader, other, texts) = match first.role() {
        Role::Leader => (first, second, &texts[1]),
        _ => (second, first, &texts[0]),
    };
    let gaps = Recorder::<usize>::new();
    let recorder = gaps.clone();
    other.set_ongap(move |uncertain| recorder.record(uncertain.len()));
    drop(leader);
    until("it leads", || {
        other.role() == Role::Leader && other.ready_state() == ReadyState::Open
    })
    .await;
    assert_eq!(asked.entries(), [None, Some("2".to_owned())]);
    // The server says again what came after that.
    other.send_with_str("token 3").expect("it may be sent");
    until("it", || texts.len() == 4).await;
    assert_eq!(texts.entries(), ["token 1", "token 2", "none", "token 3"]);
    assert_eq!(gaps.len(), 0);
}

#[wasm_bindgen_test]
async fn without_tokens_a_gap_is_told_where_the_leader_was_lost() {
    let line = "x-gap";
    let tabs = [tab("/echo", line), tab("/echo", line)];
    until_open(&tabs.each_ref()).await;
    let [first, second] = tabs;
    let (leader, other) = match first.role() {
        Role::Leader => (first, second),
        _ => (second, first),
    };
    let mut events = other.events();
    drop(leader);
    loop {
        if let Event::Gap(uncertain) = events.next().await.expect("an event") {
            assert_eq!(uncertain, []);
            break;
        }
    }
}

#[wasm_bindgen_test]
async fn a_tab_that_reconnects_ends_the_wait_that_the_server_has_asked_for_in_every_tab() {
    let line = "x-waits";
    let tabs = [tab("/echo", line), tab("/echo", line)];
    until_open(&tabs.each_ref()).await;
    inject_fault(line, "close?code=4000&reason=%7B%22retryAfter%22%3A600000%7D").await;
    for tab in &tabs {
        until("it waits", || tab.status() == Status::Waiting).await;
        let left = tab.retry_in().expect("an attempt is planned");
        assert!(left.as_secs() > 500, "{left:?}");
    }
    let follower = tabs.iter().find(|tab| tab.role() == Role::Follower);
    follower.expect("one follows").reconnect();
    until_open(&tabs.each_ref()).await;
}
