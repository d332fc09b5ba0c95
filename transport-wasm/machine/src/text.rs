//! `Text`: JSON text that may hold secrets.

use core::fmt;

use zeroize::Zeroize;

/// JSON text, written piece by piece.
///
/// It may hold tokens and plaintext keys: growing leaves no copy of it behind, the memory is overwritten on drop, and
/// `Debug` shows the length alone.
#[derive(Default)]
pub struct Text(String);

impl Text {
    /// An empty text.
    pub(crate) const fn new() -> Self {
        Self(String::new())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Writes this as it is.
    pub(crate) fn raw(&mut self, piece: &str) {
        let length = self.0.len().saturating_add(piece.len());
        if length > self.0.capacity() {
            let mut larger = String::with_capacity(length.saturating_mul(2).max(256));
            larger.push_str(&self.0);
            self.0.zeroize();
            self.0 = larger;
        }
        self.0.push_str(piece);
    }

    /// Writes this as the next element of a list or of an object, or as the value of a member.
    pub(crate) fn item(&mut self, json: &str) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.raw(",");
        }
        self.raw(json);
    }

    /// Writes a text in quotation marks, as the next element or value.
    pub(crate) fn quoted(&mut self, text: &str) {
        self.item("\"");
        let mut rest = text;
        while let Some(at) = rest
            .bytes()
            .position(|byte| byte < b' ' || byte == b'"' || byte == b'\\')
        {
            // What is escaped is one byte long.
            let (plain, from) = rest.split_at_checked(at).unwrap_or_default();
            let (escaped, after) = from.split_at_checked(1).unwrap_or_default();
            self.raw(plain);
            match escaped.as_bytes() {
                &[control] if control < b' ' => {
                    self.raw("\\u00");
                    for digit in [control >> 4, control & 15] {
                        let digit = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                        self.raw(digit.encode_utf8(&mut [0; 4]));
                    }
                }
                _ => {
                    self.raw("\\");
                    self.raw(escaped);
                }
            }
            rest = after;
        }
        self.raw(rest);
        self.raw("\"");
    }

    /// Begins the next member of an object.
    pub(crate) fn name(&mut self, name: &str) {
        self.item("\"");
        self.raw(name);
        self.raw("\":");
    }

    /// Writes a member that is a text, if there is one.
    pub(crate) fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.name(name);
            self.quoted(value);
        }
    }

    /// Writes a member whose value is JSON already: a number, a truth value, an object.
    pub(crate) fn json(&mut self, name: &str, value: &str) {
        self.name(name);
        self.raw(value);
    }

    /// Writes a member that is a truth value.
    pub(crate) fn flag(&mut self, name: &str, value: bool) {
        self.json(name, if value { "true" } else { "false" });
    }

    /// Writes a member that is a whole number.
    pub(crate) fn number(&mut self, name: &str, value: u64) {
        self.name(name);
        self.digits(value);
    }

    /// Writes a whole number.
    pub(crate) fn digits(&mut self, value: u64) {
        let mut digits = [0; 20];
        let mut rest = value;
        let mut length = 0;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
            length += 1;
            if rest == 0 {
                break;
            }
        }
        let written = digits.get(20 - length..).unwrap_or_default();
        self.raw(core::str::from_utf8(written).unwrap_or("0"));
    }

    /// Writes a member that is a list of texts.
    pub(crate) fn list(&mut self, name: &str, values: &mut dyn Iterator<Item = &str>) {
        self.json(name, "[");
        for value in values {
            self.quoted(value);
        }
        self.raw("]");
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
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
            let mut written = Text::default();
            written.quoted(text);
            let read: String = serde_json::from_str(written.as_str()).unwrap();
            assert_eq!(read, text);
        }
    }

    #[test]
    fn members_and_elements_are_parted_by_commas() {
        let mut text = Text::default();
        text.raw("{");
        text.number("a", 0);
        text.number("b", u64::MAX);
        text.flag("c", true);
        text.text("d", None);
        text.text("e", Some(""));
        text.list("f", &mut ["x", "y"].into_iter());
        text.list("g", &mut [].into_iter());
        text.raw("}");
        assert_eq!(
            text.as_str(),
            r#"{"a":0,"b":18446744073709551615,"c":true,"e":"","f":["x","y"],"g":[]}"#
        );
    }

    #[test]
    fn nothing_of_it_is_printed() {
        let mut text = Text::default();
        text.quoted("hunter2");
        assert_eq!(format!("{text:?}"), "Text(9 bytes)");
    }
}
