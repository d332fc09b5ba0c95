//! Texts parted into what is random or of the moment, and what stands between.

/// What kind of random value a piece is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Kind {
    /// What must be the same.
    Plain,
    /// A JSON Web Token.
    Token,
    Uuid,
    /// A client key.
    Key,
    /// The public beginning of a client key.
    Prefix,
    /// 43 characters of base64.
    RequestId,
    /// RFC 3339.
    Instant,
    /// Seconds since 1970, in the claims of a token.
    Seconds,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
}

/// Parts a text. Characters of URL-safe base64 that follow each other are looked at as one word.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (kind, length) = piece(rest);
        if kind != Kind::Plain {
            if plain < at {
                found.push(Piece {
                    kind: Kind::Plain,
                    text: &text[plain..at],
                });
            }
            found.push(Piece {
                kind,
                text: &rest[..length],
            });
            plain = at + length;
        }
        at += length;
    }
    if plain < text.len() {
        found.push(Piece {
            kind: Kind::Plain,
            text: &text[plain..],
        });
    }
    found
}

/// The piece at the beginning, and its length in bytes.
fn piece(text: &str) -> (Kind, usize) {
    let word = word(text);
    if word == 0 {
        return (Kind::Plain, text.chars().next().map_or(1, char::len_utf8));
    }
    let instant = instant(text);
    if instant > 0 {
        return (Kind::Instant, instant);
    }
    let first = &text[..word];
    if first.starts_with("eyJ") {
        let token = token(text, word);
        if token > 0 {
            return (Kind::Token, token);
        }
    }
    let kind = match word {
        36 if is_uuid(first) => Kind::Uuid,
        47 if first.starts_with("fbk_") && text[word..].starts_with('=') => return (Kind::Key, 48),
        12 if first.starts_with("fbk_") => Kind::Prefix,
        43 => Kind::RequestId,
        10 if first.bytes().all(|byte| byte.is_ascii_digit()) => Kind::Seconds,
        _ => Kind::Plain,
    };
    (kind, word)
}

fn word(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        .count()
}

fn token(text: &str, first: usize) -> usize {
    let mut end = first;
    for _ in 0..2 {
        if !text[end..].starts_with('.') {
            return 0;
        }
        let next = word(&text[end + 1..]);
        if next == 0 {
            return 0;
        }
        end += 1 + next;
    }
    end
}

fn is_uuid(word: &str) -> bool {
    word.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

/// The length of an instant at the beginning; zero when there is none.
fn instant(text: &str) -> usize {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00";
    let bytes = text.as_bytes();
    let shaped = bytes.len() > SHAPE.len()
        && SHAPE.iter().zip(bytes).all(|(&shape, &byte)| match shape {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        });
    if !shaped {
        return 0;
    }
    let mut end = SHAPE.len();
    if bytes[end] == b'.' {
        end += 1 + bytes[end + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
    }
    match bytes.get(end) {
        Some(b'Z') => end + 1,
        Some(b'+' | b'-') => end + 6,
        _ => 0,
    }
}

#[test]
fn parts_texts() {
    let id = "feaa167b-6dc4-48d6-8fde-00b3fdff3475";
    let text = format!(
        r#"{{"id":"{id}","at":"2026-11-23T10:30:14.225362Z","key":"fbk_{}=","x":"ключ"}}"#,
        "a".repeat(43)
    );
    let kinds: Vec<(Kind, usize)> = pieces(&text)
        .iter()
        .map(|piece| (piece.kind, piece.text.len()))
        .collect();
    assert_eq!(
        kinds,
        [
            (Kind::Plain, 7),
            (Kind::Uuid, 36),
            (Kind::Plain, 8),
            (Kind::Instant, 27),
            (Kind::Plain, 9),
            (Kind::Key, 48),
            (Kind::Plain, 17),
        ]
    );
    let kind = |text| pieces(text)[0].kind;
    assert_eq!(kind("eyJhbGciOiJIUzI1NiJ9.e30.c2ln"), Kind::Token);
    assert_eq!(kind("fbk_12345678"), Kind::Prefix);
    assert_eq!(kind("2026-11-23T10:49:10.151205+01:00"), Kind::Instant);
    assert_eq!(kind("1795430713"), Kind::Seconds);
    assert_eq!(kind("tables:read"), Kind::Plain);
}
