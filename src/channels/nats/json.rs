//! Reads the JSON of a server's answers.
//!
//! An answer is an object with a few known fields, and with many others that are skipped. `serde_json` would do the same, and makes
//! the module 16 KB larger (brotli).

use alloc::string::String;
use alloc::vec::Vec;

/// The deepest nesting of what is skipped.
const MOST_DEPTH: usize = 64;

/// The rest of a text. Each method reads one value from its beginning, and returns [`None`] if there is another, or an error.
#[derive(Debug)]
pub(super) struct Json<'a> {
    rest: &'a [u8],
}

impl<'a> Json<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    /// Reads an object. `field` reads or skips the value of each field.
    pub(super) fn object(&mut self, field: &mut dyn FnMut(&str, &mut Self) -> Option<()>) -> Option<()> {
        self.symbol(b'{')?;
        if self.symbol(b'}').is_some() {
            return Some(());
        }
        loop {
            let name = self.string()?;
            self.symbol(b':')?;
            field(&name, self)?;
            if self.symbol(b'}').is_some() {
                return Some(());
            }
            self.symbol(b',')?;
        }
    }

    /// Reads a string.
    pub(super) fn string(&mut self) -> Option<String> {
        self.symbol(b'"')?;
        let mut bytes = Vec::new();
        loop {
            match self.next()? {
                b'"' => return String::from_utf8(bytes).ok(),
                b'\\' => {
                    let mut utf8 = [0; 4];
                    bytes.extend_from_slice(self.escaped()?.encode_utf8(&mut utf8).as_bytes());
                }
                0..=0x1F => return None,
                byte => bytes.push(byte),
            }
        }
    }

    /// Reads a whole number; of one that is negative, or greater than fits, the nearest that fits.
    pub(super) fn whole(&mut self) -> Option<u64> {
        Some(u64::try_from(self.signed()?).unwrap_or_default())
    }

    /// Reads a number with a sign, without its fraction; of one that is too great, the nearest that fits.
    pub(super) fn signed(&mut self) -> Option<i128> {
        self.space();
        let negative = self.symbol(b'-').is_some();
        let mut number: i128 = 0;
        let mut digits = 0;
        while let Some(digit @ b'0'..=b'9') = self.rest.first().copied() {
            self.next();
            digits += 1;
            number = (number * 10 + i128::from(digit - b'0')).min(u64::MAX.into());
        }
        if digits == 0 {
            return None;
        }
        // The servers write none of these where a number is read.
        while matches!(self.rest.first(), Some(b'.' | b'e' | b'E' | b'+' | b'-' | b'0'..=b'9')) {
            self.next();
        }
        Some(if negative { -number } else { number })
    }

    /// Reads `true` or `false`.
    pub(super) fn boolean(&mut self) -> Option<bool> {
        self.space();
        self.word(b"true")
            .map(|()| true)
            .or_else(|| self.word(b"false").map(|()| false))
    }

    /// Skips a value of any kind.
    pub(super) fn skip(&mut self) -> Option<()> {
        self.skip_to(MOST_DEPTH)
    }

    fn skip_to(&mut self, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.space();
        match self.rest.first()? {
            b'"' => self.string().map(drop),
            b'{' => self.object(&mut |_, value| value.skip_to(depth)),
            b'[' => self.array(depth),
            b't' | b'f' => self.boolean().map(drop),
            b'n' => self.word(b"null"),
            _ => self.signed().map(drop),
        }
    }

    /// Skips an array, and returns true if there is anything in it.
    pub(super) fn is_filled_array(&mut self) -> Option<bool> {
        self.space();
        let before = self.rest;
        self.array(MOST_DEPTH)?;
        let mut again = Self::new(before);
        again.symbol(b'[')?;
        Some(again.symbol(b']').is_none())
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.symbol(b'[')?;
        if self.symbol(b']').is_some() {
            return Some(());
        }
        loop {
            self.skip_to(depth)?;
            if self.symbol(b']').is_some() {
                return Some(());
            }
            self.symbol(b',')?;
        }
    }

    /// Reads what follows a backslash.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            _ => return None,
        })
    }

    /// Reads four digits, or two times four of a surrogate pair. Half a pair is a replacement character.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xD800..0xDC00).contains(&first) || self.word(b"\\u").is_none() {
            return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let second = self.hex()?;
        if !(0xDC00..0xE000).contains(&second) {
            return Some(char::REPLACEMENT_CHARACTER);
        }
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }

    fn hex(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |number, _| {
            Some(number * 16 + char::from(self.next()?).to_digit(16)?)
        })
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    /// Skips this symbol, with the space around it. [`None`], and nothing but space is skipped, if there is another.
    fn symbol(&mut self, symbol: u8) -> Option<()> {
        self.space();
        let rest = self.rest.strip_prefix(&[symbol])?;
        self.rest = rest;
        Some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn next(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};

    use super::Json;

    fn string(json: &str) -> Option<String> {
        Json::new(json.as_bytes()).string()
    }

    #[test]
    fn a_string_is_what_serde_json_writes_of_it() {
        for text in [
            "",
            "a b",
            "\"\\/\u{8}\u{C}\n\r\t\u{1}",
            "größer 香港 😀",
            "\u{7FF}\u{800}\u{FFFF}\u{10FFFF}",
        ] {
            let written = serde_json::to_string(text).unwrap();
            assert_eq!(string(&written).as_deref(), Some(text), "{written}");
        }
        assert_eq!(string(r#""\ud83d\ude00\u00e9""#).as_deref(), Some("😀é"));
        assert_eq!(string(r#""\ud83d""#).as_deref(), Some("\u{FFFD}"));
        assert_eq!(string(r#""\ude00""#).as_deref(), Some("\u{FFFD}"));
    }

    #[test]
    fn what_is_no_string_is_none() {
        for text in ["", "\"", "\"a", "1", "\"\\x\"", "\"\\u12\"", "\"\n\"", "null"] {
            assert_eq!(string(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_the_nearest_that_fits() {
        let whole = |text: &str| Json::new(text.as_bytes()).whole();
        assert_eq!(whole(" 12 "), Some(12));
        assert_eq!(whole(&u64::MAX.to_string()), Some(u64::MAX));
        assert_eq!(
            whole("99999999999999999999999999999999999999999999999999"),
            Some(u64::MAX)
        );
        assert_eq!(whole("-1"), Some(0));
        assert_eq!(whole("x"), None);
        assert_eq!(Json::new(b"-1").signed(), Some(-1));
    }

    #[test]
    fn fields_of_all_kinds_are_skipped_and_the_one_wanted_is_read() {
        let text =
            r#" { "a" : [ 1 , -2.5e+3, [ ], {} , null ] , "b":{"seq":1,"c":"\"}"},"d":true,"seq":7 , "e":false} "#;
        let mut seq = 0;
        let read = Json::new(text.as_bytes()).object(&mut |name, value| match name {
            "seq" => value.whole().map(|number| seq = number),
            _ => value.skip(),
        });
        assert_eq!((read, seq), (Some(()), 7));
    }

    #[test]
    fn no_beginning_of_an_object_is_taken_for_a_whole_one() {
        let text = r#"{"a":[1,{"b":"c"}],"d":null}"#;
        for end in 0..text.len() {
            let part = &text[..end];
            assert_eq!(
                Json::new(part.as_bytes()).object(&mut |_, value| value.skip()),
                None,
                "{part}"
            );
        }
    }

    #[test]
    fn a_nesting_that_is_too_deep_is_none() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        let read = |text: &str| Json::new(text.as_bytes()).object(&mut |_, value| value.skip());
        assert_eq!(read(&nested(60)), Some(()));
        assert_eq!(read(&nested(100_000)), None);
    }
}
