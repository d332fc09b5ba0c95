//! What is JSON (RFC 8259), and where each part of it ends.

use zeroize::Zeroizing;

use super::{Show, Value, text::unquote};

/// A place in a text. Each method passes over what it is named for, or gives `None`.
pub(super) struct Cursor<'a> {
    text: &'a str,
    rest: &'a [u8],
    /// The part that was passed over last has an escape in it.
    escaped: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let rest = text.as_bytes();
        let mut this = Self {
            text,
            rest,
            escaped: false,
        };
        this.space();
        this
    }

    /// Whether only white space follows.
    pub(super) fn ends(&mut self) -> bool {
        self.space();
        self.rest.is_empty()
    }

    pub(super) fn object(&mut self, show: &mut dyn Show) -> Option<()> {
        self.word(b"{")?;
        if self.closes(b'}') {
            return Some(());
        }
        loop {
            let (mut own_name, mut own_text) = (Zeroizing::default(), Zeroizing::default());
            let name = unquote(self.part(Self::quoted)?, self.escaped, &mut own_name);
            self.colon()?;
            // A name that is no Unicode is none that anybody asks for.
            let name = name.unwrap_or_default();
            let json = self.part(Self::any)?;
            let text = unquote(json, self.escaped, &mut own_text);
            show.member(name, &Value { json, text });
            if self.closes(b'}') {
                return Some(());
            }
            self.word(b",")?;
            self.space();
        }
    }

    pub(super) fn array(&mut self, show: &mut dyn FnMut(&Value<'_>)) -> Option<()> {
        self.word(b"[")?;
        if self.closes(b']') {
            return Some(());
        }
        loop {
            self.value(show)?;
            if self.closes(b']') {
                return Some(());
            }
            self.word(b",")?;
            self.space();
        }
    }

    /// Passes over a value, then shows it.
    pub(super) fn value(&mut self, show: &mut dyn FnMut(&Value<'_>)) -> Option<()> {
        let json = self.part(Self::any)?;
        let mut own = Zeroizing::default();
        let text = unquote(json, self.escaped, &mut own);
        show(&Value { json, text });
        Some(())
    }

    /// What is passed over on the way.
    fn part(&mut self, pass: fn(&mut Self) -> Option<()>) -> Option<&'a str> {
        let start = self.text.len() - self.rest.len();
        self.escaped = false;
        pass(self)?;
        let end = self.text.len() - self.rest.len();
        self.text.get(start..end)
    }

    /// A value, however deep: the brackets that are open stand in a list, so there is no recursion.
    fn any(&mut self) -> Option<()> {
        let mut open = Vec::new();
        loop {
            match *self.rest.first()? {
                b'"' => self.quoted()?,
                bracket @ (b'[' | b'{') => {
                    self.byte();
                    // In ASCII a closing bracket comes two places after its opening one.
                    let closing = bracket + 2;
                    if !self.closes(closing) {
                        open.push(closing);
                        self.name_in(closing)?;
                        continue;
                    }
                }
                b't' => self.word(b"true")?,
                b'f' => self.word(b"false")?,
                b'n' => self.word(b"null")?,
                _ => self.number()?,
            }
            // After a value: what it stands in closes, or goes on.
            loop {
                let Some(&closing) = open.last() else {
                    return Some(());
                };
                if self.closes(closing) {
                    open.pop();
                    continue;
                }
                self.word(b",")?;
                self.space();
                self.name_in(closing)?;
                break;
            }
        }
    }

    /// In an object, the name of a member and its colon.
    fn name_in(&mut self, closing: u8) -> Option<()> {
        if closing == b'}' {
            self.quoted()?;
            self.colon()?;
        }
        Some(())
    }

    fn colon(&mut self) -> Option<()> {
        self.space();
        self.word(b":")?;
        self.space();
        Some(())
    }

    fn space(&mut self) {
        while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    /// White space, and whether this bracket follows at once.
    fn closes(&mut self, bracket: u8) -> bool {
        self.space();
        let closes = self.rest.first() == Some(&bracket);
        if closes {
            self.byte();
        }
        closes
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    /// A text with its quotation marks.
    fn quoted(&mut self) -> Option<()> {
        self.word(b"\"")?;
        loop {
            let special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
            self.rest = self.rest.get(self.rest.iter().position(special)?..)?;
            match self.byte()? {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        self.escaped = true;
        match self.byte()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
            b'u' => {
                let (digits, rest) = self.rest.split_at_checked(4)?;
                self.rest = rest;
                digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
            }
            _ => return None,
        }
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.word(b"-");
        if self.word(b"0").is_none() {
            self.digits()?;
        }
        if self.word(b".").is_some() {
            self.digits()?;
        }
        if let [b'e' | b'E', rest @ ..] = self.rest {
            self.rest = rest;
            if let [b'+' | b'-', rest @ ..] = self.rest {
                self.rest = rest;
            }
            self.digits()?;
        }
        Some(())
    }

    /// At least one digit.
    fn digits(&mut self) -> Option<()> {
        let mut found = None;
        while let [b'0'..=b'9', rest @ ..] = self.rest {
            self.rest = rest;
            found = Some(());
        }
        found
    }
}
