//! Requests of tabs that share a connection, and calls of the server.

use futures_util::TryStreamExt;
use holdfast_ws::{Builder, Codec, Detail, Message, RequestError, RequestOptions, RpcError, Tabs};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Recorder, connections, ms, sleep, until};
use crate::tabs::{tab, tab_with, until_open};
use crate::waits::{until_received, until_told};

#[derive(Serialize)]
struct Ask<P> {
    method: &'static str,
    params: P,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Answer<T> {
    result: T,
}

#[wasm_bindgen_test]
async fn a_reply_comes_to_the_tab_that_asked_and_to_no_other() {
    let line = "y-reply";
    let tabs = [tab("/rpc", line), tab("/rpc", line), tab("/rpc", line)];
    let messages = Recorder::<Message>::new();
    for tab in &tabs {
        tab.set_onmessage(messages.recorder());
    }
    // Answered in reverse order, and asked before the connection is open.
    let ask = |value: u32| Ask {
        method: "shuffle",
        params: (value, 3),
    };
    let (one, two, three) = (ask(1), ask(2), ask(3));
    let replies = futures_util::future::join3(
        tabs[0].request::<_, Answer<u32>>(&one),
        tabs[1].request::<_, Answer<u32>>(&two),
        tabs[2].request::<_, Answer<u32>>(&three),
    );
    let (one, two, three) = replies.await;
    let results = [one, two, three].map(|reply| reply.expect("a reply").result);
    assert_eq!(results, [1, 2, 3]);
    for tab in &tabs {
        let sum: u32 = tab.call("add", &(20, 22)).await.expect("a result");
        assert_eq!(sum, 42);
        let parts: Vec<_> = tab
            .stream_call::<_, u32>("parts", &[3])
            .try_collect()
            .await
            .expect("parts");
        assert_eq!(parts, [1, 2, 3]);
        assert_eq!(tab.stats().pending_requests, 0);
    }
    sleep(50).await;
    assert_eq!(messages.len(), 0);
    assert_eq!(connections(line).await, 1);
}

#[wasm_bindgen_test]
async fn a_request_whose_leader_is_gone_is_lost_or_sent_again_and_settles_once() {
    let line = "y-lost";
    let tabs = [tab("/rpc", line), tab("/rpc", line)];
    until_open(&tabs.each_ref()).await;
    let (leader, follower) = if tabs[0].role() == holdfast_ws::Role::Leader {
        (0, 1)
    } else {
        (1, 0)
    };
    let mut tabs = tabs.map(Some);
    let follower = tabs[follower].take().expect("a tab");
    let (lost, kept) = (follower.clone(), follower.clone());
    let settled = Recorder::<String>::new();
    let (never, again) = (settled.clone(), settled.clone());
    wasm_bindgen_futures::spawn_local(async move {
        let reply = lost.call::<_, u32>("never", &()).await;
        never.record(format!("{}", reply == Err(RequestError::ConnectionLost { sent: true })));
    });
    wasm_bindgen_futures::spawn_local(async move {
        let options = RequestOptions::new().retry();
        let reply = kept.call_with::<_, u32>("wait", &(600, 7), options).await;
        again.record(format!("{reply:?}"));
    });
    let both = |seen: &str| seen.contains("never") && seen.contains("wait");
    until_received(line, "both", both).await;
    drop(tabs[leader].take());
    until("both", || settled.len() == 2).await;
    sleep(50).await;
    // On a busy machine the answer may have come before the leader left.
    let mut settled = settled.entries();
    settled.sort();
    assert_eq!(settled, ["Ok(7)", "true"]);
    assert_eq!(follower.stats().pending_requests, 0);
}

#[wasm_bindgen_test]
async fn a_request_that_times_out_in_its_tab_is_over_for_the_leader_too() {
    let line = "y-late";
    let tabs = [tab("/rpc", line), tab("/rpc", line)];
    let messages = Recorder::<Message>::new();
    for tab in &tabs {
        tab.set_onmessage(messages.recorder());
    }
    until_open(&tabs.each_ref()).await;
    for tab in &tabs {
        // Long enough to be handed over by the other tab on a busy machine.
        let options = RequestOptions::new().timeout(ms(1_000));
        let reply = tab.call_with::<_, u32>("wait", &(4_500, 7), options).await;
        assert_eq!(reply, Err(RequestError::TimedOut { sent: true }));
    }
    sleep(4_000).await;
    assert_eq!(messages.len(), 0, "late replies are no messages");
}

/// Texts such as `7=value`: a number, and what is asked or answered.
struct Equals;

#[derive(Deserialize)]
struct Head {
    id: u64,
}

impl Codec for Equals {
    fn encode<T: Serialize + ?Sized>(&self, value: &T) -> Result<Message, Detail> {
        Ok(Message::from(format!("#{}", serde_json::to_string(value)?)))
    }

    fn decode<T: DeserializeOwned>(&self, message: &Message) -> Result<T, Detail> {
        let text = message.as_text().and_then(|text| text.strip_prefix('#'));
        Ok(serde_json::from_str(text.ok_or(Detail::new("no text with #"))?)?)
    }

    fn decode_head(&self, message: &Message) -> Option<holdfast_ws::ReplyHead> {
        let Head { id } = self.decode(message).ok()?;
        Some(holdfast_ws::ReplyHead::new(id))
    }
}

#[wasm_bindgen_test]
async fn replies_by_a_codec_come_to_the_tab_that_asked() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Word {
        word: String,
    }
    let line = "y-codec";
    let with = |builder: Builder| builder.tabs(Tabs::new().key("y-codec").codec(Equals));
    // The server echoes.
    let tabs = [tab_with("/echo", line, with), tab_with("/echo", line, with)];
    let messages = Recorder::<Message>::new();
    for tab in &tabs {
        tab.set_onmessage(messages.recorder());
    }
    until_open(&tabs.each_ref()).await;
    for tab in &tabs {
        let word = Word { word: "same".into() };
        let reply: Word = tab.with_codec(Equals).request(&word).await.expect("a reply");
        assert_eq!(reply, word);
    }
    sleep(50).await;
    assert_eq!(messages.len(), 0);
}

#[wasm_bindgen_test]
async fn a_call_of_the_server_is_answered_once_by_a_tab_that_has_a_handler() {
    let line = "y-calls";
    // The server echoes: what one tab sends comes back as a call to all.
    let tabs = [tab("/echo", line), tab("/echo", line), tab("/echo", line)];
    until_open(&tabs.each_ref()).await;
    let leads = tabs
        .iter()
        .position(|tab| tab.role() == holdfast_ws::Role::Leader)
        .expect("one leads");
    let (one, other) = ((leads + 1) % 3, (leads + 2) % 3);
    let called = Recorder::<usize>::new();
    for place in [one, other] {
        let called = called.clone();
        tabs[place].handle("who", async move |(): ()| {
            called.record(place);
            Ok::<_, RpcError>(place)
        });
    }
    until_told(&tabs[leads], &[&tabs[one], &tabs[other]]).await;
    tabs[leads]
        .send_with_str(r#"{"jsonrpc":"2.0","id":"a","method":"who"}"#)
        .expect("it may be sent");
    until("an answer", || called.len() == 1).await;
    sleep(100).await;
    assert_eq!(called.len(), 1, "one tab answers");
    let result = r#"\"result\""#;
    let seen = until_received(line, "the answer", |seen| seen.contains(result)).await;
    assert_eq!(seen.matches(result).count(), 1, "{seen}");
    // Nobody has this one, and the tab that has handlers says so.
    tabs[leads]
        .send_with_str(r#"{"jsonrpc":"2.0","id":"b","method":"nobody"}"#)
        .expect("it may be sent");
    let seen = until_received(line, "the refusal", |seen| seen.contains("-32601")).await;
    assert_eq!(seen.matches("-32601").count(), 1, "{seen}");
}

#[wasm_bindgen_test]
async fn a_call_that_a_tab_has_not_answered_when_it_leaves_is_answered_by_another_and_then_by_nobody() {
    let line = "y-moves";
    let tabs = [tab("/echo", line), tab("/echo", line), tab("/echo", line)];
    until_open(&tabs.each_ref()).await;
    let leads = tabs.iter().position(|tab| tab.role() == holdfast_ws::Role::Leader);
    let leads = leads.expect("one leads");
    let mut tabs = tabs.map(Some);
    let leader = tabs[leads].take().expect("a tab");
    let [mut first, mut second] = [(leads + 1) % 3, (leads + 2) % 3].map(|place| tabs[place].take());
    let called = Recorder::<u8>::new();
    for (name, tab) in [(1, &first), (2, &second)] {
        let called = called.clone();
        tab.as_ref().expect("a tab").handle("slow", async move |(): ()| {
            called.record(name);
            sleep(100_000).await;
            Ok::<_, RpcError>(name)
        });
    }
    until_told(
        &leader,
        &[first.as_ref().expect("a tab"), second.as_ref().expect("a tab")],
    )
    .await;
    leader
        .send_with_str(r#"{"jsonrpc":"2.0","id":"a","method":"slow"}"#)
        .expect("it may be sent");
    until("a call", || called.len() == 1).await;
    let one = called.entries()[0];
    drop(if one == 1 { first.take() } else { second.take() });
    until("another call", || called.len() == 2).await;
    assert_eq!(called.entries()[1], 3 - one);
    drop((first, second));
    let seen = until_received(line, "the refusal", |seen| seen.contains("-32601")).await;
    assert_eq!(seen.matches("-32601").count(), 1, "nobody has it any more: {seen}");
}
