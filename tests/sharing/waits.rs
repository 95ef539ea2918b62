//! The messages that the server has received, and waiting for them and for what tabs have told.

use holdfast_ws::{Message, WebSocket};

use crate::support::{Recorder, received, sleep, until};

/// Returns the texts of the messages that the server has received.
pub(crate) fn texts_of(received: &str) -> Vec<String> {
    let all: Vec<serde_json::Value> = serde_json::from_str(received).expect("JSON");
    all.iter()
        .filter_map(|message| message.get("text").unwrap_or(message).as_str().map(Into::into))
        .collect()
}

/// Waits until an endpoint has received what is wanted, for thirty seconds at least. Returns all that it has received.
pub(crate) async fn until_received(line: &str, what: &str, wanted: impl Fn(&str) -> bool) -> String {
    let mut seen = String::new();
    for _ in 0..600 {
        seen = received(line).await;
        if wanted(&seen) {
            return seen;
        }
        sleep(50).await;
    }
    panic!("waited thirty seconds for {what}; received: {seen}");
}

/// Waits until the tab that leads knows what others have said before, such as their handlers: a text that they send afterwards comes back
/// from the server, which echoes. Takes the leader's `onmessage`.
pub(crate) async fn until_told(leader: &WebSocket, others: &[&WebSocket]) {
    let messages = Recorder::<Message>::new();
    leader.set_onmessage(messages.recorder());
    for (number, other) in others.iter().enumerate() {
        other.send_with_str(&format!("told {number}")).expect("it may be sent");
    }
    until("what others have told", || messages.len() == others.len()).await;
}
