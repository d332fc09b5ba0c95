//! Bodies, written member by member.

use crate::Payload;

/// Writes an object member by member; a member that is left out is left out on the wire.
pub(crate) struct ObjectWriter(Vec<u8>);

impl ObjectWriter {
    pub(crate) fn new() -> Self {
        // Large enough for every body of this crate, so that no copy of a secret is left behind by growing.
        let mut bytes = Vec::with_capacity(4096);
        bytes.push(b'{');
        Self(bytes)
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
        self.0.push(b'[');
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.0.push(b',');
            }
            self.quoted(value);
        }
        self.0.push(b']');
        self
    }

    pub(crate) fn optional_number(mut self, name: &'static str, value: Option<u32>) -> Self {
        if let Some(value) = value {
            self.name(name);
            self.0.extend_from_slice(value.to_string().as_bytes());
        }
        self
    }

    pub(crate) fn flag(mut self, name: &'static str, value: bool) -> Self {
        self.name(name);
        let word = if value { "true" } else { "false" };
        self.0.extend_from_slice(word.as_bytes());
        self
    }

    pub(crate) fn finish(mut self) -> Payload {
        self.0.push(b'}');
        Payload::new(self.0)
    }

    fn name(&mut self, name: &'static str) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        self.quoted(name);
        self.0.push(b':');
    }

    fn quoted(&mut self, text: &str) {
        self.0.push(b'"');
        for &byte in text.as_bytes() {
            let short = match byte {
                b'"' | b'\\' => byte,
                0x08 => b'b',
                0x09 => b't',
                0x0a => b'n',
                0x0c => b'f',
                0x0d => b'r',
                ..0x20 => {
                    let low = if byte & 15 < 10 { b'0' } else { b'a' - 10 } + (byte & 15);
                    let escape = [b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), low];
                    self.0.extend_from_slice(&escape);
                    continue;
                }
                _ => {
                    self.0.push(byte);
                    continue;
                }
            };
            self.0.extend_from_slice(&[b'\\', short]);
        }
        self.0.push(b'"');
    }
}
