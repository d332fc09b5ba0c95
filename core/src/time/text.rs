//! How an instant is written: RFC 3339 in bodies, RFC 9110 in headers.
//!
//! Written out rather than taken from a library, because in a browser the calendar library that was here made up a third
//! of everything that had to be loaded.

#[cfg(feature = "emulator")]
use core::time::Duration;

use super::{Timestamp, calendar::Date};
use crate::text::utf8;

const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
const DAY: u64 = 86_400;

// In a pattern a digit stands for a digit of the number at that index, `?` for anything, and the rest for itself.
const RFC_3339: [u8; 29] = *b"0000-11-22?33:44:55.666666666";
const HTTP_DATE: &[u8] = b"???, 22 ??? 0000 33:44:55 GMT";
const OFFSET: &[u8] = b"33:44";

/// Year, month, day, hour, minute, second, nanosecond.
type Numbers = [u32; 7];

fn number_at(numbers: &mut Numbers, meant: u8) -> Option<&mut u32> {
    numbers.get_mut(usize::from(meant.wrapping_sub(b'0')))
}

/// Reads what is written as the pattern says; a number that does not occur is 0.
fn read(text: &[u8], pattern: &[u8]) -> Option<Numbers> {
    let mut numbers = Numbers::default();
    let mut rest = text;
    for &meant in pattern {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        if let Some(number) = number_at(&mut numbers, meant) {
            *number = *number * 10 + char::from(byte).to_digit(10)?;
        } else if meant != b'?' && meant != byte {
            return None;
        }
    }
    rest.is_empty().then_some(numbers)
}

/// The instant in a zone so many seconds east of UTC.
fn instant(numbers: &Numbers, nanos: u32, east: i64) -> Option<Timestamp> {
    let [year, month, day, ..] = *numbers;
    let days = Date { year, month, day }.days()?;
    let seconds = i64::from(days) * 86_400 + time_of_day(numbers)? - east;
    Timestamp::checked(seconds + Timestamp::FIRST.seconds, nanos)
}

/// In seconds. A leap second is the one before it.
fn time_of_day(numbers: &Numbers) -> Option<i64> {
    let [.., hour, minute, second, _] = *numbers;
    (hour < 24 && minute < 60 && second <= 60)
        .then(|| (hour * 3600 + minute * 60 + second.min(59)).into())
}

/// Reads RFC 3339: a date, `T`, a time, perhaps a fraction, and a zone. A leap second is read as the one before it, and
/// digits after the ninth are cut off.
pub(super) fn parse_rfc3339(text: &str) -> Option<Timestamp> {
    let (head, mut rest) = text.as_bytes().split_at_checked(19)?;
    let numbers = read(head, RFC_3339.get(..19)?)?;
    if !matches!(head.get(10)?, b'T' | b't') {
        return None;
    }
    let mut nanos = 0;
    if let [b'.', digits @ ..] = rest {
        digits.first().filter(|first| first.is_ascii_digit())?;
        rest = digits;
        let mut unit = 100_000_000;
        while let [digit @ b'0'..=b'9', after @ ..] = rest {
            nanos += unit * u32::from(digit - b'0');
            unit /= 10;
            rest = after;
        }
    }
    let east = match rest {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), offset @ ..] => {
            let east = time_of_day(&read(offset, OFFSET)?)?;
            if *sign == b'-' { -east } else { east }
        }
        _ => return None,
    };
    instant(&numbers, nanos, east)
}

/// Reads the date of a header, `Sun, 06 Nov 1994 08:49:37 GMT`; which day of the week it says does not matter.
pub(super) fn parse_http_date(text: &str) -> Option<Timestamp> {
    let mut numbers = read(text.as_bytes(), HTTP_DATE)?;
    let month = text.get(8..11)?;
    let [_, number, ..] = &mut numbers;
    *number = 1;
    while name(MONTHS, *number)? != month {
        *number += 1;
    }
    instant(&numbers, 0, 0)
}

/// The name with this number, the first being 1.
fn name(names: &'static str, number: u32) -> Option<&'static str> {
    let end = number as usize * 3;
    names.get(end.checked_sub(3)?..end)
}

/// Writes RFC 3339, with no more digits of a fraction than it needs.
pub(super) fn rfc3339(at: Timestamp) -> String {
    let mut text = local(at);
    text.push('Z');
    text
}

/// Writes it for a zone so many seconds east of UTC.
#[cfg(feature = "emulator")]
pub(super) fn in_zone(at: Timestamp, east: i32) -> String {
    let offset = Duration::from_secs(east.unsigned_abs().into());
    let minutes = offset.as_secs() / 60;
    let (sign, moved) = match east {
        0 => return rfc3339(at),
        1.. => ('+', at.saturating_add(offset)),
        _ => ('-', at.saturating_sub(offset)),
    };
    format!(
        "{}{sign}{:02}:{:02}",
        local(moved),
        minutes / 60,
        minutes % 60
    )
}

/// Date and time without a zone.
fn local(at: Timestamp) -> String {
    let seconds = at.after_first().as_secs();
    // Neither is larger than five million.
    let days = u32::try_from(seconds / DAY).unwrap_or_default();
    let time = u32::try_from(seconds % DAY).unwrap_or_default();
    let Date { year, month, day } = Date::of(days);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    let mut numbers = [year, month, day, hour, minute, second, at.nanos];
    let mut bytes = RFC_3339;
    for byte in bytes.iter_mut().rev() {
        if let Some(number) = number_at(&mut numbers, *byte) {
            *byte = b'0' + u8::try_from(*number % 10).unwrap_or_default();
            *number /= 10;
        } else if *byte == b'?' {
            *byte = b'T';
        }
    }
    let mut text = bytes.as_slice();
    while let [shorter @ .., b'0'] = text {
        text = shorter;
    }
    if let [shorter @ .., b'.'] = text {
        text = shorter;
    }
    utf8(text).unwrap_or_default().to_owned()
}

/// Writes the date of a header.
#[cfg(feature = "emulator")]
pub(super) fn http_date(at: Timestamp) -> String {
    let local = local(at);
    let part = |range| local.get(range).unwrap_or_default();
    // 0000-01-01 was a Saturday.
    let week_day = at.after_first().as_secs() / DAY % 7 + 1;
    let [week_day, month] = [
        name(
            "SatSunMonTueWedThuFri",
            u32::try_from(week_day).unwrap_or_default(),
        ),
        name(MONTHS, part(5..7).parse().unwrap_or_default()),
    ]
    .map(Option::unwrap_or_default);
    format!(
        "{week_day}, {} {month} {} {} GMT",
        part(8..10),
        part(0..4),
        part(11..19)
    )
}
