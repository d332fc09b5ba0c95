//! What is shown: one short line, without a secret.

use core::fmt::{Debug, Write};

use crate::Error;

/// Pieces of a token that are shorter than this are no secret.
const PIECE: usize = 6;

/// How a value is shown.
pub(super) fn debug(value: &impl Debug) -> String {
    let mut shown = String::new();
    let _ = write!(shown, "{value:?}");
    shown
}

/// How an error is shown, both ways, after it was looked at: one line, not too long, without control characters.
pub(super) fn error(error: &Error) -> String {
    let mut shown = String::new();
    let _ = write!(shown, "{error}\u{0}{error:?}");
    let lines = shown.replacen('\u{0}', " ", 1);
    assert!(!lines.chars().any(char::is_control), "more than one line");
    assert!(shown.len() < 8192, "too long");
    shown
}

/// Panics when six characters of the secret, one after the other, are in the text.
pub(super) fn assert_hidden(shown: &str, secret: &str) {
    let pieces = secret.as_bytes().windows(PIECE);
    for piece in pieces {
        let seen = shown
            .as_bytes()
            .windows(PIECE)
            .any(|window| window == piece);
        assert!(!seen, "a secret is shown: {shown}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "a secret is shown")]
    fn six_characters_are_noticed() {
        assert_hidden("token 456789 is bad", "0123456789ab");
    }

    #[test]
    fn five_are_not() {
        assert_hidden("token 45678 is bad", "0123456789ab");
    }

    #[test]
    #[should_panic(expected = "more than one line")]
    fn a_second_line_is_noticed() {
        error(&Error::invalid_input("a\nb"));
    }
}
