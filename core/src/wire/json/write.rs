//! JSON, written piece by piece.

use core::fmt;

use zeroize::Zeroizing;

use crate::{
    Payload, Secret,
    secret::append,
    text::{decimal, split_where, utf8},
};

/// JSON text, written piece by piece: for programs that hand what this crate gives to another language.
///
/// It may hold passwords, tokens and plaintext keys: no memory that it outgrows keeps a copy, what it has is overwritten on
/// drop, and `Debug` shows the length alone. The commas between elements come by themselves.
///
/// ```
/// use fluxbase_client_keys::JsonText;
///
/// let mut text = JsonText::new();
/// text.raw("{");
/// text.text("name", Some("a \"good\" one"));
/// text.text("description", None);
/// text.number("limit", 60);
/// text.list("scopes", ["tables:read", "tables:write"]);
/// text.raw("}");
/// assert_eq!(text.as_str(), r#"{"name":"a \"good\" one","limit":60,"scopes":["tables:read","tables:write"]}"#);
/// ```
#[derive(Default)]
pub struct JsonText(Zeroizing<Vec<u8>>);

impl JsonText {
    /// An empty text, with room for what is written mostly.
    #[must_use]
    pub fn new() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(512)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        utf8(&self.0).unwrap_or_default()
    }

    /// Writes this as it is.
    pub fn raw(&mut self, piece: &str) {
        append(&mut self.0, piece.as_bytes());
    }

    /// Writes this as the next element of a list or of an object, or as the value of a member.
    pub fn item(&mut self, json: &str) {
        if !matches!(self.0.last(), None | Some(b'{' | b'[' | b':')) {
            self.raw(",");
        }
        self.raw(json);
    }

    /// Writes a text in quotation marks, as the next element or value.
    pub fn quoted(&mut self, text: &str) {
        self.item("\"");
        let mut rest = text;
        loop {
            let (plain, from) = split_where(rest, is_escaped, true);
            self.raw(plain);
            // What is escaped is one byte long.
            let Some((escaped, after)) = from.split_at_checked(1) else {
                break;
            };
            self.escape(escaped);
            rest = after;
        }
        self.raw("\"");
    }

    fn escape(&mut self, escaped: &str) {
        let digit = |value: u8| {
            if value < 10 {
                b'0' + value
            } else {
                b'a' - 10 + value
            }
        };
        match escaped.as_bytes() {
            [8] => self.raw("\\b"),
            [b'\t'] => self.raw("\\t"),
            [b'\n'] => self.raw("\\n"),
            [12] => self.raw("\\f"),
            [b'\r'] => self.raw("\\r"),
            &[control @ ..b' '] => {
                self.raw("\\u00");
                append(&mut self.0, &[digit(control >> 4), digit(control & 15)]);
            }
            _ => {
                self.raw("\\");
                self.raw(escaped);
            }
        }
    }

    /// Begins the next member of an object, whose name needs no escapes.
    pub fn name(&mut self, name: &str) {
        self.item("\"");
        self.raw(name);
        self.raw("\":");
    }

    /// Writes a member that is a text, if there is one.
    pub fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.name(name);
            self.quoted(value);
        }
    }

    /// Writes a member whose value is JSON already, or the beginning of it.
    pub fn json(&mut self, name: &str, value: &str) {
        self.name(name);
        self.raw(value);
    }

    /// Writes a member that is a truth value.
    pub fn flag(&mut self, name: &str, value: bool) {
        self.json(name, if value { "true" } else { "false" });
    }

    /// Writes a member that is a whole number.
    pub fn number(&mut self, name: &str, value: u64) {
        self.json(name, &decimal(value));
    }

    /// Writes a member that is a whole number, negative or not.
    pub fn signed(&mut self, name: &str, value: i64) {
        self.json(name, if value < 0 { "-" } else { "" });
        self.raw(&decimal(value.unsigned_abs()));
    }

    /// Writes a member that is a list of texts.
    pub fn list<'t>(&mut self, name: &str, values: impl IntoIterator<Item = &'t str>) {
        self.json(name, "[");
        for value in values {
            self.quoted(value);
        }
        self.raw("]");
    }
}

impl AsRef<[u8]> for JsonText {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonText({} bytes)", self.0.len())
    }
}

/// Writes an object member by member; a member that is left out is left out on the wire.
pub(crate) struct ObjectWriter(JsonText);

impl ObjectWriter {
    pub(crate) fn new() -> Self {
        let mut text = JsonText::new();
        text.raw("{");
        Self(text)
    }

    pub(crate) fn text(self, name: &'static str, value: &str) -> Self {
        self.optional_text(name, Some(value))
    }

    pub(crate) fn optional_text(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.0.text(name, value);
        self
    }

    pub(crate) fn texts<'t>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = &'t str>,
    ) -> Self {
        self.0.list(name, values);
        self
    }

    pub(crate) fn optional_number(mut self, name: &'static str, value: Option<u32>) -> Self {
        if let Some(value) = value {
            self.0.number(name, value.into());
        }
        self
    }

    pub(crate) fn flag(mut self, name: &'static str, value: bool) -> Self {
        self.0.flag(name, value);
        self
    }

    /// The object as the body of a request.
    pub(crate) fn finish(mut self) -> Payload {
        self.0.raw("}");
        Payload::kept(self.0.0)
    }

    /// The object as a text.
    pub(crate) fn finish_text(mut self) -> Secret {
        self.0.raw("}");
        Secret::written(&self.0.0)
    }
}

fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back_as_it_was() {
        for text in [
            "",
            "plain",
            "\"",
            "a\"b\\c",
            "\u{0}\u{1}\n\u{1f}end",
            "ключ\u{2028}😀\\",
            "\\\\\"\"",
        ] {
            let mut written = JsonText::default();
            written.quoted(text);
            let read: String = serde_json::from_str(written.as_str()).unwrap();
            assert_eq!(read, text);
        }
    }

    #[test]
    fn members_and_elements_are_parted_by_commas() {
        let mut text = JsonText::default();
        text.raw("{");
        text.number("a", 0);
        text.number("b", u64::MAX);
        text.signed("h", i64::MIN);
        text.flag("c", true);
        text.text("d", None);
        text.text("e", Some(""));
        text.list("f", ["x", "y"]);
        text.list("g", []);
        text.raw("}");
        assert_eq!(
            text.as_str(),
            r#"{"a":0,"b":18446744073709551615,"h":-9223372036854775808,"c":true,"e":"","f":["x","y"],"g":[]}"#
        );
    }

    #[test]
    fn nothing_of_it_is_printed() {
        let mut text = JsonText::default();
        text.quoted("hunter2");
        assert_eq!(format!("{text:?}"), "JsonText(9 bytes)");
    }
}
