//! Strings as `encoding/json` reads them.

use super::read::Unreadable;

/// The text of a checked string. What is no Unicode becomes U+FFFD.
pub(super) fn unquote(json: &[u8]) -> Result<String, Unreadable> {
    let inner = json
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
        .ok_or(Unreadable)?;
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        let (plain, escape) = rest.split_at(at);
        push_lossy(&mut text, plain);
        let (character, length) = unescape(escape)?;
        text.push(character);
        rest = escape.get(length..).ok_or(Unreadable)?;
    }
    push_lossy(&mut text, rest);
    Ok(text)
}

fn push_lossy(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
}

/// The character of the escape at the beginning, and how many bytes it takes.
fn unescape(escape: &[u8]) -> Result<(char, usize), Unreadable> {
    let character = match escape.get(1).ok_or(Unreadable)? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let unit = escape.get(2..6).and_then(hex).ok_or(Unreadable)?;
            let low = escape
                .get(6..12)
                .filter(|next| next.starts_with(b"\\u"))
                .and_then(|next| next.get(2..).and_then(hex));
            if let (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) = (unit, low) {
                let number = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Ok((
                    char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER),
                    12,
                ));
            }
            return Ok((
                char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER),
                6,
            ));
        }
        &other => char::from(other),
    };
    Ok((character, 2))
}

/// The number that hexadecimal digits write.
pub(super) fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, &digit| {
        Some(number * 16 + char::from(digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::super::read::Members;

    #[test]
    fn texts_are_read_with_their_escapes() {
        let body = br#"{"t":["\u043a\n\/", null, "\ud83d\udd11", "\ud83d", "\u0000"]}"#;
        let members = Members::read(body).unwrap();
        let found = members.optional_texts("t").unwrap().unwrap();
        assert_eq!(found, ["к\n/", "", "🔑", "\u{fffd}", "\0"]);
        let members = Members::read(b"{\"t\":\"a\xff\xfeb\"}").unwrap();
        assert_eq!(members.text("t").as_deref(), Ok("a\u{fffd}\u{fffd}b"));
        assert!(
            Members::read(br#"{"t":"*"}"#)
                .unwrap()
                .optional_texts("t")
                .is_err()
        );
    }
}
