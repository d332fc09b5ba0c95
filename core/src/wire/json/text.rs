//! Texts: their escapes read.

use core::str::Chars;

use zeroize::Zeroizing;

/// The text that a value in quotation marks stands for, written into `own` only where it is escaped; `None` when it has half a
/// surrogate pair, and for another value.
pub(super) fn unquote<'a>(
    json: &'a str,
    is_escaped: bool,
    own: &'a mut Zeroizing<String>,
) -> Option<&'a str> {
    let quoted = json.strip_prefix("\"")?.strip_suffix("\"")?;
    if !is_escaped {
        return Some(quoted);
    }
    // It may be a token, so it must not leave a copy behind by outgrowing its memory.
    *own = Zeroizing::new(String::with_capacity(quoted.len()));
    let mut rest = quoted.chars();
    while let Some(character) = rest.next() {
        own.push(match character {
            '\\' => escaped(&mut rest)?,
            plain => plain,
        });
    }
    Some(own.as_str())
}

/// The character that stands after a backslash.
fn escaped(rest: &mut Chars<'_>) -> Option<char> {
    Some(match rest.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let first = unit(rest)?;
            let Some(high) = first.checked_sub(0xd800).filter(|high| *high < 0x400) else {
                return char::from_u32(first);
            };
            if rest.next()? != '\\' || rest.next()? != 'u' {
                return None;
            }
            let low = unit(rest)?.checked_sub(0xdc00);
            char::from_u32(0x1_0000 + (high << 10) + low.filter(|low| *low < 0x400)?)?
        }
        other => other,
    })
}

/// The number in four hexadecimal digits.
fn unit(rest: &mut Chars<'_>) -> Option<u32> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit << 4 | rest.next()?.to_digit(16)?;
    }
    Some(unit)
}
