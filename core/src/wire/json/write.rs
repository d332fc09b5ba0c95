//! Bodies, written member by member.

use crate::{Payload, text::decimal};

/// Writes an object member by member; a member that is left out is left out on the wire.
pub(crate) struct ObjectWriter(String);

impl ObjectWriter {
    pub(crate) fn new() -> Self {
        // Large enough for every body of this crate, so that no copy of a secret is left behind by growing.
        let mut text = String::with_capacity(4096);
        text.push('{');
        Self(text)
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
        self.0.push('[');
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            self.quoted(value);
        }
        self.0.push(']');
        self
    }

    pub(crate) fn optional_number(mut self, name: &'static str, value: Option<u32>) -> Self {
        if let Some(value) = value {
            self.name(name);
            self.0.push_str(&decimal(value.into()));
        }
        self
    }

    pub(crate) fn flag(mut self, name: &'static str, value: bool) -> Self {
        self.name(name);
        let word = if value { "true" } else { "false" };
        self.0.push_str(word);
        self
    }

    pub(crate) fn finish(self) -> Payload {
        Payload::new(self.finish_text())
    }

    pub(crate) fn finish_text(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn name(&mut self, name: &'static str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.quoted(name);
        self.0.push(':');
    }

    fn quoted(&mut self, text: &str) {
        self.0.push('"');
        for character in text.chars() {
            let short = match character {
                '"' | '\\' => character,
                '\u{8}' => 'b',
                '\t' => 't',
                '\n' => 'n',
                '\u{c}' => 'f',
                '\r' => 'r',
                ..' ' => {
                    let code = u32::from(character);
                    let digit = |value: u32| char::from_digit(value & 15, 16).unwrap_or_default();
                    self.0.push_str("\\u00");
                    self.0.push(digit(code >> 4));
                    self.0.push(digit(code));
                    continue;
                }
                _ => {
                    self.0.push(character);
                    continue;
                }
            };
            self.0.push('\\');
            self.0.push(short);
        }
        self.0.push('"');
    }
}
