use proptest::prelude::*;

use super::*;

#[test]
fn reads_every_offset_and_fraction() {
    for (text, expected) in [
        ("2026-11-23T09:49:10Z", "2026-11-23T09:49:10Z"),
        ("2026-11-23T09:49:10.1Z", "2026-11-23T09:49:10.1Z"),
        (
            "2026-11-23T15:19:10.151205+05:30",
            "2026-11-23T09:49:10.151205Z",
        ),
        (
            "2031-06-30T23:59:59.123456789+02:00",
            "2031-06-30T21:59:59.123456789Z",
        ),
        (
            "2031-06-30T23:59:59.1234567891234-02:00",
            "2031-07-01T01:59:59.123456789Z",
        ),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("2026-11-23t09:49:10z", "2026-11-23T09:49:10Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("2026-11-23T00:00:00-00:00", "2026-11-23T00:00:00Z"),
    ] {
        let read = Timestamp::parse(text).unwrap_or_else(|_| panic!("{text}"));
        assert_eq!(read.to_string(), expected, "{text}");
    }
}

#[test]
fn refuses_what_the_servers_refuse() {
    for text in [
        "",
        "2025-12-31",
        "2025-12-31T23:59",
        "2025-12-31T23:59:59",
        "2025-12-31 23:59:59Z",
        "2031-12-31T23:59Z",
        "12025-12-31T23:59:59Z",
        "2025-12-31T23:59:59Z[UTC]",
        "1956528000",
        "2025-12-31T23:59:59.Z",
        "2025-12-31T23:59:59,5Z",
        "2025-12-31T23:59:59+0100",
        "2025-12-31T23:59:59+01",
        "2025-12-31T23:59:59+24:00",
        "2025-12-31T23:59:59ZZ",
        "2025-12-31T23:59:61Z",
        "2025-12-31T24:00:00Z",
        "2025-02-29T00:00:00Z",
        "+025-12-31T23:59:59Z",
        "20é-12-31T23:59:59Z",
        "2025-13-31T23:59:59Z",
    ] {
        assert_eq!(Timestamp::parse(text), Err(TimestampError), "{text}");
    }
}

#[test]
fn goes_through_system_time_and_back() {
    for text in ["2026-11-23T09:49:10.151205Z", "1969-12-31T23:59:59.5Z"] {
        let read = Timestamp::parse(text).unwrap();
        assert_eq!(Timestamp::try_from(SystemTime::from(read)), Ok(read));
    }
}

#[test]
fn goes_no_further_than_rfc_3339() {
    let last = Timestamp::parse("9999-12-31T23:59:59.999999999Z").unwrap();
    assert_eq!(last, Timestamp::LAST);
    assert_eq!(last.to_string(), "9999-12-31T23:59:59.999999999Z");
    let first = Timestamp::parse("0000-01-01T00:00:00Z").unwrap();
    assert_eq!(first, Timestamp::FIRST);
    assert_eq!(first.to_string(), "0000-01-01T00:00:00Z");
    for text in ["0000-01-01T00:59:59+01:00", "9999-12-31T23:59:59-00:01"] {
        assert_eq!(Timestamp::parse(text), Err(TimestampError), "{text}");
    }
    let nanosecond = Duration::from_nanos(1);
    assert_eq!(last.saturating_add(nanosecond), last);
    assert_eq!(first.saturating_sub(nanosecond), first);
    assert_eq!(first.saturating_add(Duration::MAX), last);
    assert_eq!(last.since(first), Some(last.after_first()));
    assert_eq!(first.since(last), None);
    assert_eq!(Timestamp::from_unix_seconds(last.seconds + 1), None);
    assert_eq!(Timestamp::from_unix_seconds(first.seconds - 1), None);
}

#[test]
fn is_printed_in_no_more_digits_than_it_needs() {
    let at = |nanos| Timestamp::checked(-1, nanos).unwrap().to_string();
    assert_eq!(at(0), "1969-12-31T23:59:59Z");
    assert_eq!(at(500_000_000), "1969-12-31T23:59:59.5Z");
    assert_eq!(at(1), "1969-12-31T23:59:59.000000001Z");
    assert_eq!(
        format!("{:?}", Timestamp::UNIX_EPOCH),
        "1970-01-01T00:00:00Z"
    );
}

#[cfg(feature = "jiff")]
#[test]
fn goes_through_jiff_and_back() {
    for text in ["2026-11-23T09:49:10.151205Z", "1969-12-31T23:59:59.5Z"] {
        let read = Timestamp::parse(text).unwrap();
        assert_eq!(jiff::Timestamp::from(read).to_string(), text);
        assert_eq!(Timestamp::try_from(jiff::Timestamp::from(read)), Ok(read));
    }
    assert_eq!(
        Timestamp::try_from(jiff::Timestamp::MIN),
        Err(TimestampError)
    );
    assert_eq!(
        jiff::Timestamp::from(Timestamp::FIRST).to_string(),
        "0000-01-01T00:00:00Z"
    );
    // A key that is to last for ever does not end in 1970.
    for text in ["9999-12-30T22:00:01Z", "9999-12-31T23:59:59Z"] {
        let read = Timestamp::parse(text).unwrap();
        assert_eq!(jiff::Timestamp::from(read), jiff::Timestamp::MAX, "{text}");
    }
}

#[test]
fn reads_http_dates() {
    let read = Timestamp::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
    assert_eq!(read.to_string(), "1994-11-06T08:49:37Z");
    for text in [
        "",
        "tomorrow",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 GMT x",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT",
        "06 Nov 1994 08:49:37 GMT",
        "Sun, 0000000006 Nov 1994 08:49:37 GMT",
    ] {
        assert_eq!(Timestamp::parse_http_date(text), None, "{text}");
    }
}

#[cfg(feature = "emulator")]
#[test]
fn prints_for_a_server() {
    let at = Timestamp::parse("1994-11-06T08:49:37.900Z").unwrap();
    assert_eq!(at.http_date(), "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(at.in_zone(0), "1994-11-06T08:49:37.9Z");
    assert_eq!(at.in_zone(3600), "1994-11-06T09:49:37.9+01:00");
    assert_eq!(at.in_zone(19_800), "1994-11-06T14:19:37.9+05:30");
    assert_eq!(at.in_zone(-34_200), "1994-11-05T23:19:37.9-09:30");
}

/// Instants of the years 0 to 9998, so that an offset leads to no other.
fn instant() -> impl Strategy<Value = Timestamp> {
    (-62_167_000_000_i64..253_370_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| Timestamp::checked(seconds, nanos).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_a_calendar_library(at in instant(), east in -86_399_i32..86_400) {
        let theirs = jiff::Timestamp::new(at.seconds, at.nanos.try_into().unwrap()).unwrap();
        prop_assert_eq!(at.to_string(), theirs.to_string());
        prop_assert_eq!(Timestamp::parse(&theirs.to_string()), Ok(at));
        let offset = jiff::tz::Offset::from_seconds(east / 60 * 60).unwrap();
        let shifted = theirs.display_with_offset(offset).to_string();
        prop_assert_eq!(Timestamp::parse(&shifted), Ok(at));
        let date = jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&theirs)
            .unwrap();
        prop_assert_eq!(Timestamp::parse_http_date(&date), Timestamp::from_unix_seconds(at.seconds));
    }

    #[test]
    fn reads_nothing_that_a_calendar_library_refuses(text in "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,12})?([Zz]|[+-][0-2][0-9]:[0-6][0-9])") {
        // It takes nine digits of a fraction and no more.
        let theirs = text.split_once('.').map_or_else(|| text.parse::<jiff::Timestamp>(), |(before, after)| {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            format!("{before}.{}{}", &after[..digits.min(9)], &after[digits..]).parse()
        });
        match (Timestamp::parse(&text), theirs) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours.to_string(), theirs.to_string()),
            (Err(_), Ok(theirs)) => {
                // It knows offsets of more than a day, and the years before 0.
                let hours = text.get(text.len() - 5..text.len() - 3).unwrap();
                prop_assert!(hours >= "24" || theirs.as_second() < Timestamp::FIRST.seconds, "{}", text);
            }
            (Ok(ours), Err(_)) => prop_assert!(ours > instant_of_jiffs_last_day(), "{} {}", text, ours),
            (Err(_), Err(_)) => {}
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        if let Ok(read) = Timestamp::parse(&text) {
            prop_assert_eq!(Timestamp::parse(&read.to_string()), Ok(read));
        }
        let _ = Timestamp::parse_http_date(&text);
    }
}

/// Its instants end 26 hours before the year 10000, so that every offset can be shown.
fn instant_of_jiffs_last_day() -> Timestamp {
    Timestamp::LAST.saturating_sub(Duration::from_secs(26 * 60 * 60 + 1))
}
