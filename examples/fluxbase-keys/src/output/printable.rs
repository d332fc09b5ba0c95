//! Names as a terminal may show them.

use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text with everything escaped that a terminal would obey or hide: controls, marks of direction, what has no width.
///
/// Names come from whoever may make a key, and must not be able to rewrite the lines around them.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        // What combines with the character before it is part of ordinary text.
        let combines =
            matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{1fff}' | '\u{a66f}'..='\u{aaff}');
        let visible = c.width().is_some_and(|width| width > 0) || combines;
        if visible && !is_directional(c) && c != '\\' {
            shown.push(c);
        } else if c == '\\' {
            shown.push_str("\\\\");
        } else {
            // Writing to a string cannot fail.
            let _ = write!(shown, "{}", c.escape_default());
        }
    }
    shown
}

/// The text in at most so many columns, with an ellipsis where it was cut.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        shown.push(c);
    }
    shown.push('…');
    shown
}

/// The text with spaces up to so many columns.
pub(super) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{text}{:missing$}", "")
}

fn is_directional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        for (text, expected) in [
            ("ci", "ci"),
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("a\\nb", "a\\\\nb"),
            ("\u{7f}\u{9b}31m", "\\u{7f}\\u{9b}31m"),
            ("abc\u{202e}def", "abc\\u{202e}def"),
            ("a\u{200b}b\u{ad}", "a\\u{200b}b\\u{ad}"),
            ("ключ 鍵 e\u{301} कि", "ключ 鍵 e\u{301} कि"),
        ] {
            assert_eq!(printable(text), expected, "{text:?}");
        }
    }

    #[test]
    fn columns_are_those_of_a_terminal() {
        assert_eq!(cut("鍵鍵鍵", 6), "鍵鍵鍵");
        assert_eq!(cut("鍵鍵鍵鍵", 6), "鍵鍵…");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(pad("鍵", 4), "鍵  ");
        assert_eq!(pad("abcdef", 4), "abcdef");
    }
}
