//! Messages of the subprotocol `ws+meta.nchan`: an id, perhaps a content type, an empty line, the message.

use alloc::string::String;
use core::num::NonZeroU64;

use crate::channels::adapter::Payload;

/// How many messages nchan can number within a second. Ids are a second and a number in it.
pub(super) const PER_SECOND: NonZeroU64 = NonZeroU64::MIN.saturating_add(65_535);

/// A message, and its place in the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// The second since 1970 in which it was published, by the server's clock.
    pub(super) second: u64,
    /// Its number within the second.
    pub(super) number: u64,
    /// The channel, by its place in the URL.
    pub(super) place: usize,
    /// The message.
    pub(super) body: Payload,
}

impl Frame {
    /// Returns the offset in the channel's stream.
    pub(super) const fn offset(&self) -> u64 {
        self.second.saturating_mul(PER_SECOND.get()).saturating_add(self.number)
    }
}

/// Returns the second in which the message with this offset was published.
pub(super) fn second(offset: u64) -> u64 {
    offset / PER_SECOND
}

/// Returns the message in a frame; [`None`] if it is none.
pub(super) fn parse(frame: &Payload) -> Option<Frame> {
    let bytes = frame.as_bytes();
    let end = bytes.windows(2).position(|pair| pair == b"\n\n")?;
    let head = core::str::from_utf8(bytes.get(..end)?).ok()?;
    let body = bytes.get(end + 2..)?;
    let id = head.lines().find_map(|line| line.strip_prefix("id: "))?;
    let (second, place, number) = parse_id(id)?;
    let body = match frame {
        Payload::Text(_) => Payload::Text(String::from(core::str::from_utf8(body).ok()?)),
        Payload::Binary(_) => Payload::Binary(body.into()),
    };
    Some(Frame {
        second,
        number,
        place,
        body,
    })
}

/// Reads `1450755280:3`, or `1450755280:-,[3],-` of several channels: the brackets show whose message it is.
fn parse_id(id: &str) -> Option<(u64, usize, u64)> {
    let (second, numbers) = id.trim().split_once(':')?;
    let second = second.parse().ok()?;
    if let Ok(number) = numbers.parse() {
        return Some((second, 0, number));
    }
    numbers.split(',').enumerate().find_map(|(place, number)| {
        let number = number.strip_prefix('[')?.strip_suffix(']')?;
        Some((second, place, number.parse().ok()?))
    })
}

/// Returns the offset that an id of one channel stands for.
pub(super) fn offset_of(id: &str) -> Option<u64> {
    let (second, place, number) = parse_id(id)?;
    let body = Payload::Text(String::new());
    let frame = Frame {
        second,
        number,
        place,
        body,
    };
    Some(frame.offset())
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn a_message_of_one_channel_and_one_of_several() {
        let one = parse(&"id: 1450755280:3\n\nhello\n\nworld".into()).unwrap();
        assert_eq!((one.second, one.number, one.place), (1_450_755_280, 3, 0));
        assert_eq!(one.body, "hello\n\nworld".into());
        let many = parse(&"id: 1450755280:-,[12],-\ncontent-type: text/plain\n\n".into()).unwrap();
        assert_eq!((many.number, many.place, many.body), (12, 1, "".into()));
        assert_eq!(second(many.second * PER_SECOND.get() + 12), many.second);
    }

    #[test]
    fn bytes_are_bytes_and_anything_else_is_no_message() {
        let frame = Payload::Binary(b"id: 5:0\ncontent-type: application/octet-stream\n\n\xff\x00".to_vec());
        assert_eq!(parse(&frame).unwrap().body, Payload::Binary(Vec::from([0xff, 0])));
        for text in ["pong", "", "id: x:1\n\n", "id: 5:-,3\n\n", "id: 5\n\n", "\n\n"] {
            assert_eq!(parse(&text.into()), None, "{text:?}");
        }
    }
}
