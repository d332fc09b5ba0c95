//! Instants as the server prints them.

use jiff::Timestamp as Jiff;
use jiff::tz::Offset;

use crate::Timestamp;

/// Prints RFC 3339 with as many fractional digits as are needed, `Z` for UTC and the offset for any other zone.
pub(super) fn print(at: Timestamp, offset: Offset) -> String {
    if offset == Offset::UTC {
        return at.to_string();
    }
    // Printed and read again: the crate's own instant has no conversion without the feature `jiff`.
    match at.to_string().parse::<Jiff>() {
        Ok(instant) => instant.display_with_offset(offset).to_string(),
        Err(_) => at.to_string(),
    }
}

/// Reads an instant as Go does: with `T` and `Z` in upper case, and no leap seconds.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let shaped = text.as_bytes().get(10) == Some(&b'T') && !text.ends_with('z');
    let leap = text.get(17..19) == Some("60");
    (shaped && !leap)
        .then(|| Timestamp::parse(text).ok())
        .flatten()
}

/// Prints the date of an HTTP header, `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(super) fn http_date(at: Timestamp) -> String {
    let whole = Jiff::from_second(at.unix_seconds()).unwrap_or(Jiff::UNIX_EPOCH);
    let mut text = String::new();
    let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
    // A year before 0 cannot be printed, and no HTTP server has that date.
    match printer.print_timestamp_rfc9110(&whole, &mut text) {
        Ok(()) => text,
        Err(_) => "Thu, 01 Jan 1970 00:00:00 GMT".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_the_zone_of_the_server() {
        let at = Timestamp::parse("2026-11-23T09:49:10.151200Z").unwrap();
        assert_eq!(print(at, Offset::UTC), "2026-11-23T09:49:10.1512Z");
        assert_eq!(
            print(at, Offset::constant(1)),
            "2026-11-23T10:49:10.1512+01:00"
        );
        let india = Offset::from_seconds(19_800).unwrap();
        assert_eq!(print(at, india), "2026-11-23T15:19:10.1512+05:30");
    }

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

    #[test]
    fn prints_http_dates() {
        let at = Timestamp::parse("1994-11-06T08:49:37.9Z").unwrap();
        assert_eq!(http_date(at), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
