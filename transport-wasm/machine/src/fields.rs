//! `Fields`: the arguments in an input buffer.

use fluxbase_client_keys::Error;

/// The length that stands for a field without a value.
const ABSENT: u32 = u32::MAX;

/// Where an operation's own arguments begin: its name and the deadline stand before them.
pub(crate) const FIRST: usize = 2;

/// A sequence of texts, some of which may be absent. What was left out at the end is absent too.
pub(crate) struct Fields<'a>(Vec<Option<&'a str>>);

impl<'a> Fields<'a> {
    /// Reads them all: for each its length in bytes, 32 bits, little end first, then the text in UTF-8.
    pub(crate) fn read(input: &'a [u8]) -> Result<Self, Error> {
        let mut fields = Vec::new();
        let mut rest = input;
        while !rest.is_empty() {
            let (field, after) = first(rest)
                .ok_or_else(|| Error::invalid_input("the arguments are cut or no UTF-8"))?;
            fields.push(field);
            rest = after;
        }
        Ok(Self(fields))
    }

    /// The field at this place, unless it is absent.
    pub(crate) fn get(&self, at: usize) -> Option<&'a str> {
        self.0.get(at).copied().flatten()
    }

    /// The text at this place; empty when it is absent.
    pub(crate) fn text(&self, at: usize) -> &'a str {
        self.get(at).unwrap_or_default()
    }

    /// Whether the field at this place says yes.
    pub(crate) fn flag(&self, at: usize) -> bool {
        self.get(at) == Some("1")
    }

    /// The whole number at this place, unless it is absent.
    pub(crate) fn number(&self, at: usize, name: &str) -> Result<Option<u64>, Error> {
        match self.get(at) {
            // `parse` would take a sign.
            Some(text) => match text.parse() {
                Ok(number) if !text.starts_with('+') => Ok(Some(number)),
                _ => Err(not_whole(name)),
            },
            None => Ok(None),
        }
    }

    /// The whole number of 32 bits at this place, unless it is absent.
    pub(crate) fn small(&self, at: usize, name: &str) -> Result<Option<u32>, Error> {
        match self.number(at, name)?.map(u32::try_from) {
            Some(Err(_)) => Err(not_whole(name)),
            Some(Ok(number)) => Ok(Some(number)),
            None => Ok(None),
        }
    }

    /// The texts from this place on.
    pub(crate) fn rest(&self, from: usize) -> impl Iterator<Item = &'a str> {
        self.0.iter().skip(from).copied().flatten()
    }
}

fn not_whole(name: &str) -> Error {
    let mut words = String::from(name);
    words.push_str(" must be a whole number, not negative, and not beyond what the server takes");
    Error::invalid_input(words)
}

fn first(input: &[u8]) -> Option<(Option<&str>, &[u8])> {
    let (length, rest) = input.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length);
    if length == ABSENT {
        return Some((None, rest));
    }
    let (text, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((Some(core::str::from_utf8(text).ok()?), rest))
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
        let fields = Fields::read(&bytes).unwrap();
        assert_eq!(
            [0, 1, 2, 3, 4, 5].map(|at| fields.get(at)),
            [Some("a"), None, Some(""), Some("ключ"), Some("1"), None]
        );
        assert!(fields.flag(4) && !fields.flag(0) && !fields.flag(9));
        assert_eq!(fields.rest(1).collect::<Vec<_>>(), ["", "ключ", "1"]);
    }

    #[test]
    fn what_is_cut_or_no_text_is_refused() {
        let whole = encoded(&[Some("abc"), Some("d")]);
        for end in 1..whole.len() {
            // Between two fields it is no cut: arguments at the end may be left out.
            assert_eq!(Fields::read(&whole[..end]).is_ok(), end == 7, "{end}");
        }
        assert!(Fields::read(&[1, 0, 0, 0, 0xff]).is_err());
        assert!(Fields::read(&[0xfe, 0xff, 0xff, 0xff, b'a']).is_err());
    }

    #[test]
    fn numbers_are_whole_and_in_range() {
        let read = |text: &str| {
            let bytes = encoded(&[Some(text)]);
            let fields = Fields::read(&bytes).unwrap();
            fields
                .small(0, "rate_limit_per_minute")
                .map_err(|error| error.to_string())
        };
        assert_eq!(read("0"), Ok(Some(0)));
        assert_eq!(read("4294967295"), Ok(Some(u32::MAX)));
        for text in [
            "",
            "-1",
            "+1",
            "1.5",
            "1e3",
            "NaN",
            "Infinity",
            "4294967296",
            "99999999999999999999",
            " 1",
        ] {
            let refused = read(text).unwrap_err();
            assert!(
                refused.starts_with("rate_limit_per_minute must be a whole number"),
                "{text}: {refused}"
            );
        }
    }
}
