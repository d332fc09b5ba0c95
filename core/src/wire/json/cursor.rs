//! What is JSON (RFC 8259), and where each part of it ends.

use zeroize::Zeroizing;

use super::{Show, Value, text::unescape};

/// A place in a text. Each method passes over what it is named for, or gives `None`.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// The byte there; at the end 0, which is nowhere in JSON.
    next: u8,
    /// Of the text that was passed over last, if it has escapes: whether it is Unicode.
    unescaped: Option<bool>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut this = Self {
            text,
            at: 0,
            next: 0,
            unescaped: None,
        };
        this.skip(0);
        this.space();
        this
    }

    /// Whether only white space follows.
    pub(super) fn ends(&mut self) -> bool {
        self.space();
        self.at == self.text.len()
    }

    /// The object or the array that this bracket opens. Each member is shown, or each element, which has no name.
    pub(super) fn items(&mut self, bracket: u8, show: &mut dyn Show) -> Option<()> {
        let (mut own_name, mut own_text) = (Zeroizing::default(), Zeroizing::default());
        self.byte(bracket)?;
        let closing = closing(bracket);
        if self.closes(closing) {
            return Some(());
        }
        loop {
            let mut name = "";
            if closing == b'}' {
                (self.next == b'"').then_some(())?;
                // A name that is no Unicode is none that anybody asks for.
                name = self.value(&mut own_name)?.text.unwrap_or_default();
                self.colon()?;
            }
            show.member(name, &self.value(&mut own_text)?);
            if self.closes(closing) {
                return Some(());
            }
            self.comma()?;
        }
    }

    /// A value, of which an escaped text is written into `own`.
    pub(super) fn value<'o>(&mut self, own: &'o mut Zeroizing<String>) -> Option<Value<'o>>
    where
        'a: 'o,
    {
        let start = self.at;
        let is_text = self.next == b'"';
        self.any(own)?;
        let json = self.text.get(start..self.at)?;
        let text = match self.unescaped {
            _ if !is_text => None,
            None => self.text.get(start + 1..self.at - 1),
            Some(whole) => whole.then_some(own.as_str()),
        };
        Some(Value { json, text })
    }

    /// A value, however deep: the brackets that are open stand in a list, so there is no recursion.
    fn any(&mut self, own: &mut Zeroizing<String>) -> Option<()> {
        let mut open = Vec::new();
        loop {
            match self.next {
                b'"' => self.quoted(own)?,
                bracket @ (b'[' | b'{') => {
                    self.skip(1);
                    let closing = closing(bracket);
                    if !self.closes(closing) {
                        open.push(closing);
                        self.name_in(closing, own)?;
                        continue;
                    }
                }
                b'a'..=b'z' => self.word()?,
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
                self.comma()?;
                self.name_in(closing, own)?;
                break;
            }
        }
    }

    /// In an object, the name of a member and its colon.
    fn name_in(&mut self, closing: u8, own: &mut Zeroizing<String>) -> Option<()> {
        if closing == b'}' {
            self.quoted(own)?;
            self.colon()?;
        }
        Some(())
    }

    fn colon(&mut self) -> Option<()> {
        self.space();
        self.byte(b':')?;
        self.space();
        Some(())
    }

    /// A comma, and white space after it.
    fn comma(&mut self) -> Option<()> {
        self.byte(b',')?;
        self.space();
        Some(())
    }

    fn space(&mut self) {
        while matches!(self.next, b' ' | b'\t' | b'\r' | b'\n') {
            self.skip(1);
        }
    }

    fn skip(&mut self, count: usize) {
        self.at += count;
        self.next = self.text.as_bytes().get(self.at).copied().unwrap_or(0);
    }

    fn byte(&mut self, byte: u8) -> Option<()> {
        (self.next == byte).then(|| self.skip(1))
    }

    /// White space, and whether this bracket follows at once.
    fn closes(&mut self, bracket: u8) -> bool {
        self.space();
        self.byte(bracket).is_some()
    }

    /// One of the three words, by its first letter.
    fn word(&mut self) -> Option<()> {
        let word = match self.next {
            b't' => "true",
            b'f' => "false",
            _ => "null",
        };
        for byte in word.bytes() {
            self.byte(byte)?;
        }
        Some(())
    }

    /// A text with its quotation marks. One that has escapes is written without them into `own`.
    fn quoted(&mut self, own: &mut Zeroizing<String>) -> Option<()> {
        self.byte(b'"')?;
        let start = self.at;
        let mut has_escapes = false;
        loop {
            let special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
            let rest = self.text.as_bytes().get(self.at..)?;
            self.skip(rest.iter().position(special)?);
            if self.next != b'\\' {
                break;
            }
            has_escapes = true;
            self.skip(2);
        }
        self.unescaped = None;
        if has_escapes {
            self.unescaped = Some(unescape(self.text.get(start..self.at)?, own)?);
        }
        self.byte(b'"')
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.byte(b'-');
        if self.byte(b'0').is_none() {
            self.digits()?;
        }
        if self.byte(b'.').is_some() {
            self.digits()?;
        }
        if matches!(self.next, b'e' | b'E') {
            self.skip(1);
            if matches!(self.next, b'+' | b'-') {
                self.skip(1);
            }
            self.digits()?;
        }
        Some(())
    }

    /// At least one digit.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.next.is_ascii_digit() {
            self.skip(1);
        }
        (self.at > start).then_some(())
    }
}

/// In ASCII a closing bracket comes two places after its opening one.
fn closing(opening: u8) -> u8 {
    opening + 2
}
