//! Texts put together and searched.
//!
//! The formatting and the search of the standard library would make up a tenth of what a browser has to load, so the paths
//! that every call takes do without them.

/// The parts, one after the other.
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut text = String::new();
    push_all(&mut text, parts);
    text
}

/// Adds the parts, one after the other.
pub(crate) fn push_all(text: &mut String, parts: &[&str]) {
    for part in parts {
        text.push_str(part);
    }
}

/// A whole number in decimal digits.
pub(crate) fn decimal(number: u64) -> String {
    let mut text = String::new();
    push_decimal(&mut text, number);
    text
}

fn push_decimal(text: &mut String, number: u64) {
    if number > 9 {
        push_decimal(text, number / 10);
    }
    let digit = u8::try_from(number % 10).unwrap_or_default();
    text.push(char::from(b'0' + digit));
}

/// The whole number that decimal digits, and nothing else, write.
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    digits.first()?;
    let mut number = 0_u64;
    for byte in digits {
        let digit = char::from(*byte).to_digit(10)?;
        // A checked multiplication would be one of 128 bits.
        if number > u64::MAX / 10 {
            return None;
        }
        number = (number * 10).checked_add(digit.into())?;
    }
    Some(number)
}

/// The number that hexadecimal digits, of which there must be no more than eight, write.
pub(crate) fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let mut number = 0;
    for digit in digits {
        number = number << 4 | char::from(*digit).to_digit(16)?;
    }
    Some(number)
}

/// Whether all bytes are such.
pub(crate) fn all(text: &str, is: fn(u8) -> bool) -> bool {
    split_where(text, is, false).1.is_empty()
}

/// Whether the text has so many characters, all of them visible ASCII.
pub(crate) fn is_visible(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && all(text, |byte| byte.is_ascii_graphic())
}

/// What stands before the first byte that is such, or is not, and the rest from it on. The byte must not be in the middle of a
/// character.
pub(crate) fn split_where(text: &str, is: fn(u8) -> bool, such: bool) -> (&str, &str) {
    split(text, &|byte| is(byte) == such)
}

/// What stands before the first of these bytes, which must be ASCII, and the rest from it on.
pub(crate) fn split_at(text: &str, byte: u8) -> (&str, &str) {
    split(text, &|each| each == byte)
}

fn split<'t>(text: &'t str, is: &dyn Fn(u8) -> bool) -> (&'t str, &'t str) {
    let mut at = 0;
    while text.as_bytes().get(at).is_some_and(|byte| !is(*byte)) {
        at += 1;
    }
    text.split_at_checked(at).unwrap_or_default()
}

/// What stands before the first of these bytes, which must be ASCII, and what stands after it.
pub(crate) fn split_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    let (before, rest) = split_at(text, byte);
    Some((before, rest.get(1..)?))
}

/// What stands after this beginning, whatever the case of ASCII letters.
pub(crate) fn strip_in_any_case<'t>(text: &'t str, beginning: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(beginning.len())?;
    start.eq_ignore_ascii_case(beginning).then_some(rest)
}

/// Whether the part, which must not be empty, is somewhere in the text.
pub(crate) fn contains(text: &str, part: &str) -> bool {
    text.as_bytes()
        .windows(part.len())
        .any(|window| window == part.as_bytes())
}

/// As [`contains`], whatever the case of ASCII letters.
pub(crate) fn contains_in_any_case(text: &str, part: &str) -> bool {
    text.as_bytes()
        .windows(part.len())
        .any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "+1", "-1", " 1", "1 ", "1.0", "18446744073709551616"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        assert_eq!(number(b"007"), Some(7));
    }

    #[test]
    fn a_part_is_found_wherever_it_stands() {
        for (text, found) in [
            ("client", true),
            ("my client", true),
            ("clien", false),
            ("", false),
        ] {
            assert_eq!(contains(text, "client"), found, "{text}");
        }
        assert!(!contains("my Client", "client"));
        assert!(contains_in_any_case("my CLIENT", "client"));
    }

    proptest! {
        #[test]
        fn a_number_is_written_and_read_as_the_standard_library_does(value: u64) {
            let text = decimal(value);
            prop_assert_eq!(&text, &value.to_string());
            prop_assert_eq!(number(text.as_bytes()), Some(value));
        }
    }
}
