//! Bodies, written member by member.

use zeroize::Zeroizing;

use crate::{
    Payload, Secret,
    secret::append,
    text::{decimal, split_where},
};

/// Writes an object member by member; a member that is left out is left out on the wire.
///
/// It may hold passwords and tokens, so no memory that it outgrows keeps a copy.
pub(crate) struct ObjectWriter(Zeroizing<Vec<u8>>);

impl ObjectWriter {
    pub(crate) fn new() -> Self {
        // Most bodies are shorter.
        let mut bytes = Vec::with_capacity(512);
        bytes.push(b'{');
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn text(mut self, name: &'static str, value: &str) -> Self {
        self.name(name);
        self.quoted(value);
        self
    }

    pub(crate) fn optional_text(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(crate) fn texts<'t>(
        mut self,
        name: &'static str,
        values: impl Iterator<Item = &'t str>,
    ) -> Self {
        self.name(name);
        self.raw(b"[");
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.raw(b",");
            }
            self.quoted(value);
        }
        self.raw(b"]");
        self
    }

    pub(crate) fn optional_number(mut self, name: &'static str, value: Option<u32>) -> Self {
        if let Some(value) = value {
            self.name(name);
            self.raw(decimal(value.into()).as_bytes());
        }
        self
    }

    pub(crate) fn flag(mut self, name: &'static str, value: bool) -> Self {
        self.name(name);
        self.raw(if value { b"true" } else { b"false" });
        self
    }

    /// The object as the body of a request.
    pub(crate) fn finish(mut self) -> Payload {
        self.raw(b"}");
        Payload::kept(self.0)
    }

    /// The object as a text.
    pub(crate) fn finish_text(mut self) -> Secret {
        self.raw(b"}");
        Secret::written(self.0)
    }

    fn raw(&mut self, piece: &[u8]) {
        append(&mut self.0, piece);
    }

    fn name(&mut self, name: &'static str) {
        if self.0.len() > 1 {
            self.raw(b",");
        }
        self.quoted(name);
        self.raw(b":");
    }

    fn quoted(&mut self, text: &str) {
        self.raw(b"\"");
        let mut rest = text;
        loop {
            let (plain, from) = split_where(rest, is_escaped, true);
            self.raw(plain.as_bytes());
            // What is escaped is one byte long.
            let Some((escaped, after)) = from.split_at_checked(1) else {
                break;
            };
            self.escape(escaped.as_bytes());
            rest = after;
        }
        self.raw(b"\"");
    }

    fn escape(&mut self, escaped: &[u8]) {
        let digit = |value: u8| {
            if value < 10 {
                b'0' + value
            } else {
                b'a' - 10 + value
            }
        };
        match escaped {
            [8] => self.raw(b"\\b"),
            [b'\t'] => self.raw(b"\\t"),
            [b'\n'] => self.raw(b"\\n"),
            [12] => self.raw(b"\\f"),
            [b'\r'] => self.raw(b"\\r"),
            &[control @ ..b' '] => {
                self.raw(&[
                    b'\\',
                    b'u',
                    b'0',
                    b'0',
                    digit(control >> 4),
                    digit(control & 15),
                ]);
            }
            other => {
                self.raw(b"\\");
                self.raw(other);
            }
        }
    }
}

fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}
