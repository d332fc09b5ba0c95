//! Writing as `encoding/json` does.

/// Writes one JSON text, member by member, in the order of the calls.
pub(in crate::emulator) struct Writer {
    out: Vec<u8>,
    /// Whether the next value of the innermost container needs a comma before it.
    comma: bool,
}

impl Writer {
    pub(in crate::emulator) fn new() -> Self {
        Self {
            out: Vec::new(),
            comma: false,
        }
    }

    pub(in crate::emulator) fn finish(self) -> Vec<u8> {
        self.out
    }

    /// Begins an object, as an element or after [`Writer::member`].
    pub(in crate::emulator) fn open(&mut self) {
        self.separate();
        self.out.push(b'{');
        self.comma = false;
    }

    pub(in crate::emulator) fn close(&mut self) {
        self.out.push(b'}');
        self.comma = true;
    }

    pub(in crate::emulator) fn open_array(&mut self) {
        self.separate();
        self.out.push(b'[');
        self.comma = false;
    }

    pub(in crate::emulator) fn close_array(&mut self) {
        self.out.push(b']');
        self.comma = true;
    }

    pub(in crate::emulator) fn null(&mut self) {
        self.separate();
        self.out.extend_from_slice(b"null");
    }

    /// Writes a member's name; its value must follow.
    pub(in crate::emulator) fn member(&mut self, name: &str) {
        self.separate();
        self.quote(name);
        self.out.push(b':');
        self.comma = false;
    }

    pub(in crate::emulator) fn text(&mut self, name: &str, value: &str) {
        self.member(name);
        self.quote(value);
        self.comma = true;
    }

    /// Writes nothing when there is no value: Go's `omitempty` on a pointer.
    pub(in crate::emulator) fn optional_text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    pub(in crate::emulator) fn number(&mut self, name: &str, value: i64) {
        self.member(name);
        self.out.extend_from_slice(value.to_string().as_bytes());
        self.comma = true;
    }

    pub(in crate::emulator) fn flag(&mut self, name: &str, value: bool) {
        self.member(name);
        self.out
            .extend_from_slice(if value { b"true" } else { b"false" });
        self.comma = true;
    }

    pub(in crate::emulator) fn texts<'a>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = &'a str>,
    ) {
        self.member(name);
        self.open_array();
        for value in values {
            self.separate();
            self.quote(value);
        }
        self.close_array();
    }

    fn separate(&mut self) {
        if self.comma {
            self.out.push(b',');
        }
        self.comma = true;
    }

    /// Quotes as Go does: `<`, `>`, `&` and the two line separators are escaped, other text is not.
    fn quote(&mut self, text: &str) {
        self.out.push(b'"');
        for character in text.chars() {
            let escaped = match character {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\u{8}' => "\\b",
                '\u{c}' => "\\f",
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                    let number = u32::from(character);
                    self.out
                        .extend_from_slice(format!("\\u{number:04x}").as_bytes());
                    continue;
                }
                other => {
                    self.out
                        .extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
            };
            self.out.extend_from_slice(escaped.as_bytes());
        }
        self.out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_as_go_does() {
        let mut json = Writer::new();
        json.open();
        json.text(
            "name",
            "ключ <b>&\u{2028}\u{2029} \"\\\n\r\t\u{8}\u{c}\u{1} 🔑",
        );
        json.close();
        assert_eq!(
            String::from_utf8(json.finish()).unwrap(),
            r#"{"name":"ключ \u003cb\u003e\u0026\u2028\u2029 \"\\\n\r\t\b\f\u0001 🔑"}"#
        );
    }

    #[test]
    fn separates_members_and_elements() {
        let mut json = Writer::new();
        json.open_array();
        for at in 0..2 {
            json.open();
            json.number("n", at);
            json.flag("f", true);
            json.texts("t", ["a", "b"]);
            json.optional_text("o", None);
            json.member("m");
            json.null();
            json.close();
        }
        json.close_array();
        assert_eq!(
            String::from_utf8(json.finish()).unwrap(),
            r#"[{"n":0,"f":true,"t":["a","b"],"m":null},{"n":1,"f":true,"t":["a","b"],"m":null}]"#
        );
    }
}
