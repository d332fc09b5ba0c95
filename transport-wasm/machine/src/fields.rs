//! `Fields`: the arguments in an input buffer.

use core::time::Duration;

use fluxbase_client_keys::Error;

/// The length that stands for a field without a value.
const ABSENT: u32 = u32::MAX;

/// A sequence of texts, some of which may be absent, read one after the other. What was left out at the end is absent too,
/// and so is what cannot be read: [`check`](Self::check) tells.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
    wrong: bool,
}

impl<'a> Fields<'a> {
    /// For each field its length in bytes, 32 bits, little end first, then the text in UTF-8.
    pub(crate) fn new(input: &'a [u8]) -> Self {
        Self {
            rest: input,
            wrong: false,
        }
    }

    /// The next field, unless it is absent.
    pub(crate) fn optional(&mut self) -> Option<&'a str> {
        let Some((field, rest)) = first(self.rest) else {
            self.wrong |= !self.rest.is_empty();
            return None;
        };
        self.rest = rest;
        field
    }

    /// The next text; empty when it is absent.
    pub(crate) fn text(&mut self) -> &'a str {
        self.optional().unwrap_or_default()
    }

    /// Whether the next field says yes.
    pub(crate) fn flag(&mut self) -> bool {
        self.text() == "1"
    }

    /// The next whole number, unless it is absent.
    pub(crate) fn number(&mut self) -> Option<u64> {
        let number = whole(self.optional()?);
        self.wrong |= number.is_none();
        number
    }

    /// The same with 32 bits, to which a larger one is cut.
    pub(crate) fn small(&mut self) -> Option<u32> {
        let number = self.number()?;
        Some(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// The next time, in milliseconds, unless it is absent.
    pub(crate) fn time(&mut self) -> Option<Duration> {
        self.number().map(Duration::from_millis)
    }

    /// Whether all that was read so far made sense.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.wrong {
            return Err(Error::invalid_input(
                "the arguments are cut, no UTF-8 or no numbers",
            ));
        }
        Ok(())
    }
}

/// The number that these digits write.
fn whole(digits: &str) -> Option<u64> {
    let mut number = 0;
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 || number >= u64::MAX / 10 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    (!digits.is_empty()).then_some(number)
}

fn first(input: &[u8]) -> Option<(Option<&str>, &[u8])> {
    let (length, rest) = input.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length);
    if length == ABSENT {
        return Some((None, rest));
    }
    let (text, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((Some(utf8(text)?), rest))
}

/// The text that these bytes are in UTF-8, by the reader that core has in the module too.
pub(crate) fn utf8(bytes: &[u8]) -> Option<&str> {
    let valid = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    (valid.len() == bytes.len()).then_some(valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(fields: &[Option<&str>]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for field in fields {
            let length = field.map_or(ABSENT, |text| u32::try_from(text.len()).unwrap());
            bytes.extend(length.to_le_bytes());
            bytes.extend(field.unwrap_or_default().as_bytes());
        }
        bytes
    }

    #[test]
    fn texts_come_back() {
        let bytes = encoded(&[Some("a"), None, Some(""), Some("ключ"), Some("1")]);
        let mut fields = Fields::new(&bytes);
        assert_eq!(
            [(); 6].map(|()| fields.optional()),
            [Some("a"), None, Some(""), Some("ключ"), Some("1"), None]
        );
        assert!(fields.check().is_ok());
        let mut fields = Fields::new(&bytes);
        assert_eq!(
            [(); 6].map(|()| fields.flag()),
            [false, false, false, false, true, false]
        );
        let mut fields = Fields::new(&bytes);
        assert_eq!([(); 3].map(|()| fields.text()), ["a", "", ""]);
    }

    #[test]
    fn what_is_cut_or_no_text_is_refused() {
        let is_read = |bytes: &[u8]| {
            let mut fields = Fields::new(bytes);
            while fields.optional().is_some() {}
            fields.check().is_ok()
        };
        let whole = encoded(&[Some("abc"), Some("d")]);
        for end in 1..whole.len() {
            // Between two fields it is no cut: arguments at the end may be left out.
            assert_eq!(is_read(&whole[..end]), end == 7, "{end}");
        }
        assert!(!is_read(&[1, 0, 0, 0, 0xff]));
        assert!(!is_read(&[0xfe, 0xff, 0xff, 0xff, b'a']));
    }

    #[test]
    fn numbers_are_whole() {
        let read = |text: &str| {
            let bytes = encoded(&[Some(text)]);
            let mut fields = Fields::new(&bytes);
            let number = fields.small();
            fields.check().is_ok().then_some(number)
        };
        assert_eq!(read("0"), Some(Some(0)));
        assert_eq!(read("4294967294"), Some(Some(u32::MAX - 1)));
        assert_eq!(read("4294967295"), Some(Some(u32::MAX)));
        assert_eq!(read("4294967296"), Some(Some(u32::MAX)));
        for text in [
            "",
            "-1",
            "+1",
            "1.5",
            "1e3",
            "NaN",
            "Infinity",
            "99999999999999999999",
            " 1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
