//! Instants as the server reads them.

use crate::Timestamp;

/// Reads an instant as Go does: with `T` and `Z` in upper case, and no leap seconds.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let shaped = text.as_bytes().get(10) == Some(&b'T') && !text.ends_with('z');
    let leap = text.get(17..19) == Some("60");
    (shaped && !leap)
        .then(|| Timestamp::parse(text).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        for (text, expected) in [
            ("2031-12-31T23:59:59Z", true),
            ("2031-12-31T23:59:59.123456789+02:00", true),
            ("2031-12-31t23:59:59Z", false),
            ("2031-12-31T23:59:59z", false),
            ("2031-12-31T23:59:60Z", false),
            ("2031-12-31", false),
            ("", false),
        ] {
            assert_eq!(parse(text).is_some(), expected, "{text}");
        }
    }
}
