//! Texts: their escapes read.

use std::borrow::Cow;

use zeroize::Zeroizing;

/// The text between quotation marks, borrowed where it has no escapes; `None` when it has half a surrogate pair.
pub(super) fn unescape(quoted: &str) -> Option<Cow<'_, str>> {
    let Some((before, mut rest)) = quoted.split_once('\\') else {
        return Some(Cow::Borrowed(quoted));
    };
    // It may be a token, and is given up where it makes no sense.
    let mut text = Zeroizing::new(String::with_capacity(quoted.len()));
    text.push_str(before);
    loop {
        let (character, length) = character(rest.as_bytes())?;
        text.push(character);
        let plain = rest.get(length..)?;
        let Some((before, after)) = plain.split_once('\\') else {
            text.push_str(plain);
            return Some(Cow::Owned(core::mem::take(&mut *text)));
        };
        text.push_str(before);
        rest = after;
    }
}

/// The character that an escape stands for, and how many bytes it takes after its backslash.
fn character(escape: &[u8]) -> Option<(char, usize)> {
    let character = match *escape.first()? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let unit = unit(escape)?;
            if let Some(high) = unit.checked_sub(0xd800).filter(|high| *high < 0x400) {
                let low = self::unit(escape.get(5..)?.strip_prefix(b"\\")?)?;
                let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                return Some((char::from_u32(0x1_0000 + (high << 10) + low)?, 11));
            }
            return Some((char::from_u32(unit)?, 5));
        }
        other => other.into(),
    };
    Some((character, 1))
}

/// The number in `u` and four hexadecimal digits.
fn unit(escape: &[u8]) -> Option<u32> {
    let digits = escape.strip_prefix(b"u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, &digit| {
        Some(unit << 4 | char::from(digit).to_digit(16)?)
    })
}
