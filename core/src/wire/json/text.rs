//! Texts: their escapes read.

use zeroize::Zeroizing;

use crate::text::{hexadecimal, split_at};

/// Writes what stands between two quotation marks into `own`, its escapes read. Whether it is Unicode: one with half a
/// surrogate pair is not. `None` when there is no such escape.
pub(super) fn unescape(quoted: &str, own: &mut Zeroizing<String>) -> Option<bool> {
    // It may be a token, so it must not leave a copy behind by outgrowing its memory.
    *own = Zeroizing::new(String::with_capacity(quoted.len()));
    let mut is_unicode = true;
    let mut rest = quoted;
    loop {
        let (plain, from) = split_at(rest, b'\\');
        own.push_str(plain);
        let Some(escape) = from.as_bytes().get(1) else {
            return Some(is_unicode);
        };
        rest = from.get(2..)?;
        let code = match escape {
            b'"' | b'\\' | b'/' => u32::from(*escape),
            b'b' => 8,
            b'f' => 12,
            b'n' => 10,
            b'r' => 13,
            b't' => 9,
            b'u' => code(&mut rest)?,
            _ => return None,
        };
        match char::from_u32(code) {
            Some(character) => own.push(character),
            None => is_unicode = false,
        }
    }
}

/// The number of a character, from one escape or from the two that make a surrogate pair.
fn code(rest: &mut &str) -> Option<u32> {
    let high = unit(rest)?;
    if (0xd800..0xdc00).contains(&high) {
        if let Some(after) = rest.strip_prefix("\\u") {
            *rest = after;
            let low = unit(rest)?;
            if (0xdc00..0xe000).contains(&low) {
                return Some(0x1_0000 + ((high - 0xd800) << 10) + low - 0xdc00);
            }
        }
    }
    Some(high)
}

/// The number in four hexadecimal digits.
fn unit(rest: &mut &str) -> Option<u32> {
    let (digits, after) = rest.split_at_checked(4)?;
    *rest = after;
    hexadecimal(digits.as_bytes())
}
