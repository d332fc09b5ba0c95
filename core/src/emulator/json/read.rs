//! Reading as `encoding/json` does.
//!
//! Names match whatever their case, unknown members are passed over, of several members of one name the last one counts,
//! `null` is as if absent, integers must be written plainly, and nothing may follow the value.

use super::text::{hex, unquote};

/// The nesting that Go's reader refuses.
const DEEPEST: usize = 10_000;

/// The text cannot be read into what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) struct Unreadable;

/// The members of a request's body, each with its value's text, in their order.
pub(in crate::emulator) struct Members<'a>(Vec<(String, &'a [u8])>);

impl<'a> Members<'a> {
    /// Reads an object, or `null` as an object without members.
    pub(in crate::emulator) fn read(json: &'a [u8]) -> Result<Self, Unreadable> {
        let mut reader = Reader { json, at: 0 };
        reader.space();
        let mut members = Vec::new();
        if reader.next_is(b'{') {
            reader.space();
            if !reader.next_is(b'}') {
                loop {
                    reader.space();
                    let name = reader.name()?;
                    members.push((name, reader.value()?));
                    reader.space();
                    if reader.next_is(b'}') {
                        break;
                    }
                    reader.expect(b',')?;
                }
            }
        } else if reader.value()? != b"null" {
            return Err(Unreadable);
        }
        reader.space();
        if reader.at < json.len() {
            return Err(Unreadable);
        }
        Ok(Self(members))
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.0
            .iter()
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
            .map(|&(_, value)| value)
    }

    /// A text; empty when absent, as Go's `string`. A later `null` leaves the earlier value.
    pub(in crate::emulator) fn text(&self, name: &str) -> Result<String, Unreadable> {
        let mut found = String::new();
        for value in self.named(name).filter(|value| *value != b"null") {
            found = unquote(value)?;
        }
        Ok(found)
    }

    /// A text that may be absent, as Go's `*string`.
    pub(in crate::emulator) fn optional_text(
        &self,
        name: &str,
    ) -> Result<Option<String>, Unreadable> {
        let mut found = None;
        for value in self.named(name) {
            found = if value == b"null" {
                None
            } else {
                Some(unquote(value)?)
            };
        }
        Ok(found)
    }

    /// An integer that may be absent.
    pub(in crate::emulator) fn optional_integer(
        &self,
        name: &str,
    ) -> Result<Option<i64>, Unreadable> {
        let mut found = None;
        for value in self.named(name) {
            found = if value == b"null" {
                None
            } else {
                let text = core::str::from_utf8(value).map_err(|_| Unreadable)?;
                // `+1` cannot stand here: it is no JSON number.
                Some(text.parse().map_err(|_| Unreadable)?)
            };
        }
        Ok(found)
    }

    /// An array of texts that may be absent; a `null` in it is an empty text.
    pub(in crate::emulator) fn optional_texts(
        &self,
        name: &str,
    ) -> Result<Option<Vec<String>>, Unreadable> {
        let mut found = None;
        for value in self.named(name) {
            found = if value == b"null" {
                None
            } else {
                Some(texts(value)?)
            };
        }
        Ok(found)
    }
}

/// The nesting of containers in a text that need not be JSON.
pub(in crate::emulator) fn depth(json: &[u8]) -> usize {
    let (mut now, mut most) = (0usize, 0usize);
    let (mut quoted, mut escaped) = (false, false);
    for &byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                now += 1;
                most = most.max(now);
            }
            b'}' | b']' if !quoted => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

fn texts(json: &[u8]) -> Result<Vec<String>, Unreadable> {
    let mut reader = Reader { json, at: 0 };
    reader.expect(b'[')?;
    let mut found = Vec::new();
    reader.space();
    if reader.next_is(b']') {
        return Ok(found);
    }
    loop {
        let element = reader.value()?;
        found.push(if element == b"null" {
            String::new()
        } else {
            unquote(element)?
        });
        reader.space();
        if reader.next_is(b']') {
            return Ok(found);
        }
        reader.expect(b',')?;
    }
}

struct Reader<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    fn next_is(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), Unreadable> {
        self.next_is(byte).then_some(()).ok_or(Unreadable)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// A member's name and the colon after it.
    fn name(&mut self) -> Result<String, Unreadable> {
        let start = self.at;
        self.string()?;
        let name = unquote(self.json.get(start..self.at).ok_or(Unreadable)?)?;
        self.space();
        self.expect(b':')?;
        Ok(name)
    }

    /// The text of one value, checked, without the white space around it. It does not call itself: depth costs no stack.
    fn value(&mut self) -> Result<&'a [u8], Unreadable> {
        self.space();
        let start = self.at;
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.space();
            if self.next_is(b'{') {
                self.space();
                if !self.next_is(b'}') {
                    self.name()?;
                    open.push(b'}');
                    continue;
                }
            } else if self.next_is(b'[') {
                self.space();
                if !self.next_is(b']') {
                    open.push(b']');
                    if open.len() > DEEPEST {
                        return Err(Unreadable);
                    }
                    continue;
                }
            } else {
                self.scalar()?;
            }
            // One value has ended: what encloses it goes on or ends too.
            loop {
                let Some(&end) = open.last() else {
                    return self.json.get(start..self.at).ok_or(Unreadable);
                };
                self.space();
                if self.next_is(end) {
                    open.pop();
                    continue;
                }
                self.expect(b',')?;
                if end == b'}' {
                    self.space();
                    self.name()?;
                }
                break;
            }
        }
    }

    fn scalar(&mut self) -> Result<(), Unreadable> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Unreadable> {
        let end = self.at + word.len();
        let found = self.json.get(self.at..end) == Some(word);
        self.at = end;
        found.then_some(()).ok_or(Unreadable)
    }

    fn number(&mut self) -> Result<(), Unreadable> {
        self.next_is(b'-');
        if !self.next_is(b'0') {
            self.digits()?;
        }
        if self.next_is(b'.') {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Unreadable> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(()).ok_or(Unreadable)
    }

    fn string(&mut self) -> Result<(), Unreadable> {
        self.expect(b'"')?;
        loop {
            let byte = self.peek().ok_or(Unreadable)?;
            self.at += 1;
            match byte {
                b'"' => return Ok(()),
                b'\\' => {
                    let escape = self.peek().ok_or(Unreadable)?;
                    self.at += 1;
                    match escape {
                        b'u' => {
                            let digits = self.json.get(self.at..self.at + 4).ok_or(Unreadable)?;
                            hex(digits).ok_or(Unreadable)?;
                            self.at += 4;
                        }
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                        _ => return Err(Unreadable),
                    }
                }
                0..=0x1f => return Err(Unreadable),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_whatever_their_case_and_the_last_one_counts() {
        let members =
            Members::read(br#" {"NAME":"a","name":"b","Name":null,"x":{"name":[1]}} "#).unwrap();
        assert_eq!(members.text("name").as_deref(), Ok("b"));
        assert_eq!(members.optional_text("name"), Ok(None));
        assert_eq!(members.text("absent").as_deref(), Ok(""));
    }

    #[test]
    fn null_is_an_object_without_members() {
        assert_eq!(
            Members::read(b"null").unwrap().text("name").as_deref(),
            Ok("")
        );
    }

    #[test]
    fn refuses_what_go_refuses() {
        for json in [
            "",
            "[]",
            "\"a\"",
            "1",
            "true",
            "{",
            "{}x",
            "{} {}",
            "{,}",
            r#"{"a":1,}"#,
            r#"{"a" 1}"#,
            "{a:1}",
            r#"{"a":01}"#,
            r#"{"a":.5}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u12g4"}"#,
            "{\"a\":\"\n\"}",
            r#"{"a":[1}"#,
            r#"{"a":tru}"#,
            "nul",
        ] {
            assert!(Members::read(json.as_bytes()).is_err(), "{json}");
        }
    }

    #[test]
    fn integers_are_written_plainly() {
        for (json, expected) in [
            ("100", Ok(Some(100))),
            ("-5", Ok(Some(-5))),
            ("-0", Ok(Some(0))),
            ("null", Ok(None)),
            ("3000000000", Ok(Some(3_000_000_000))),
            ("100.0", Err(Unreadable)),
            ("1e2", Err(Unreadable)),
            ("\"100\"", Err(Unreadable)),
            ("9223372036854775808", Err(Unreadable)),
        ] {
            let body = format!(r#"{{"n":{json}}}"#);
            let members = Members::read(body.as_bytes()).unwrap();
            assert_eq!(members.optional_integer("n"), expected, "{json}");
        }
    }

    #[test]
    fn depth_counts_containers_outside_of_strings() {
        assert_eq!(depth(br#"{"a":[[]],"b":"[[[["}"#), 3);
        assert_eq!(depth(b"]]]["), 1);
        let deep = "[".repeat(100_000);
        assert_eq!(depth(deep.as_bytes()), 100_000);
        let body = format!("{{\"x\":{deep}{}}}", "]".repeat(100_000));
        assert!(Members::read(body.as_bytes()).is_err());
    }
}
