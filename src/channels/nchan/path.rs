//! URLs: the channels in the path, and where they go on.

use alloc::string::String;
use core::fmt::Write;

use super::member::Member;

/// So many seconds are asked for again: a message may reach the connection later than one of another channel with a later id.
const OVERLAP: u64 = 2;

/// Returns why a name can't be a channel's; [`None`] if it can.
pub(super) fn fault(name: &str) -> Option<&'static str> {
    let odd = |character: char| matches!(character, ',' | '/' | '\\') || character.is_control();
    if name.is_empty() || matches!(name, "." | "..") {
        Some("a channel of nchan needs a name")
    } else if name.contains(odd) {
        Some("the name of a channel of nchan can't contain a comma, a slash or a control character")
    } else {
        None
    }
}

/// Percent-encodes all but letters, digits and `-._~`.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Returns the URL of a connection with these channels.
pub(super) fn url<'a>(base: &str, members: impl Iterator<Item = &'a Member> + Clone, token: Option<&str>) -> String {
    let (path, query) = base.split_once('?').map_or((base, ""), |(path, query)| (path, query));
    let mut url = String::from(path.trim_end_matches('/'));
    for (place, member) in members.clone().enumerate() {
        url.push(if place == 0 { '/' } else { ',' });
        url.push_str(&encode(&member.name));
    }
    let mut joint = '?';
    let mut add = |text: &str| {
        url.push(joint);
        url.push_str(text);
        joint = '&';
    };
    if !query.is_empty() {
        add(query);
    }
    if let Some(token) = token {
        add(&alloc::format!("token={}", encode(token)));
    }
    if members.clone().any(|member| member.token.is_some()) {
        let mut all = String::from("tokens=");
        for (place, member) in members.clone().enumerate() {
            if place > 0 {
                all.push(',');
            }
            all.push_str(&encode(member.token.as_deref().unwrap_or_default()));
        }
        add(&all);
    }
    // From this second on, for all channels. nchan reads no id that is longer than 128 bytes, so it can't have one for each.
    if let Some(second) = members.clone().filter_map(Member::complete).min() {
        let second = second.saturating_sub(OVERLAP).max(1);
        if second == 1 && members.count() == 1 {
            // Everything in the buffer. If that is empty, another id of one channel ends nchan's worker at every second connection. Where
            // the configuration adds a channel it is one of several, for which this id is wrong: that takes the other one.
            add("last_event_id=0:0&after=1:-");
        } else {
            add(&alloc::format!("last_event_id={second}:-"));
        }
    }
    url
}

/// Returns the id of the last message in nchan's answer to a publication, in JSON.
pub(super) fn last_id(body: &str) -> Option<&str> {
    let (_, rest) = body.split_once("\"last_message_id\":")?;
    let (_, rest) = rest.split_once('"')?;
    rest.split_once('"').map(|(id, _)| id)
}
