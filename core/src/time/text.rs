//! How an instant is written: RFC 3339 in bodies, RFC 9110 in headers.
//!
//! Written out rather than taken from a library, because in a browser the calendar library that was here made up a third
//! of everything that had to be loaded.

use super::{Timestamp, calendar::Date};
use crate::text::{self, decimal};

const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
const DAY: i64 = 86_400;

/// Where a number stands, how many digits it has, and what follows it.
type Part = (usize, usize, u8);

const RFC_3339: [Part; 6] = [
    (0, 4, b'-'),
    (5, 2, b'-'),
    (8, 2, b'T'),
    (11, 2, b':'),
    (14, 2, b':'),
    (17, 2, 0),
];

/// `Sun, 06 Nov 1994 08:49:37 GMT`, but for the month.
const HTTP_DATE: [Part; 5] = [
    (5, 2, b' '),
    (12, 4, b' '),
    (17, 2, b':'),
    (20, 2, b':'),
    (23, 2, b' '),
];

/// Reads the numbers that stand where the parts say.
fn numbers(text: &[u8], parts: &[Part], numbers: &mut [i64]) -> Option<()> {
    for (value, &(at, width, end)) in numbers.iter_mut().zip(parts) {
        let (digits, after) = text.get(at..)?.split_at_checked(width)?;
        *value = number(digits)?;
        if after.first().map_or(0, u8::to_ascii_uppercase) != end {
            return None;
        }
    }
    Some(())
}

/// Reads RFC 3339: a date, `T`, a time, perhaps a fraction, and a zone. A leap second is read as the one before it, and
/// digits after the ninth are cut off.
pub(super) fn parse_rfc3339(text: &str) -> Option<Timestamp> {
    let (head, rest) = text.as_bytes().split_at_checked(19)?;
    let mut read = [0; 6];
    numbers(head, &RFC_3339, &mut read)?;
    let [year, month, day, hour, minute, second] = read;
    let date = Date::checked(year, month, day)?;
    let seconds = date.days() * DAY + time_of_day(hour, minute, second)?;
    let (nanos, zone) = match rest.split_first()? {
        (b'.', after) => fraction(after)?,
        _ => (0, rest),
    };
    Timestamp::checked(seconds - offset(zone)?, nanos)
}

/// Reads the date of a header, `Sun, 06 Nov 1994 08:49:37 GMT`; which day of the week it says does not matter.
pub(super) fn parse_http_date(text: &str) -> Option<Timestamp> {
    let text = text.as_bytes();
    let mut read = [0; 5];
    numbers(text, &HTTP_DATE, &mut read)?;
    let [day, year, hour, minute, second] = read;
    let name = text.get(8..11)?;
    let month = MONTHS
        .as_bytes()
        .chunks(3)
        .position(|month| month == name)?
        + 1;
    let is_whole =
        text.get(3..5)? == b", " && text.get(11..12)? == b" " && text.get(25..)? == b" GMT";
    is_whole.then_some(())?;
    let date = Date::checked(year, i64::try_from(month).ok()?, day)?;
    Timestamp::checked(date.days() * DAY + time_of_day(hour, minute, second)?, 0)
}

/// Writes RFC 3339 for a zone so many seconds east of UTC, with no more digits of a fraction than it needs.
pub(super) fn rfc3339(at: Timestamp, east: i64) -> String {
    let local = at.seconds + east;
    let date = Date::of(local.div_euclid(DAY));
    let time = local.rem_euclid(DAY);
    let numbers = [
        date.year,
        date.month,
        date.day,
        time / 3600,
        time / 60 % 60,
        time % 60,
    ];
    let mut text = String::with_capacity(35);
    for (value, &(_, width, end)) in numbers.iter().zip(&RFC_3339) {
        push(&mut text, *value, width);
        if end != 0 {
            text.push(end.into());
        }
    }
    if at.nanos > 0 {
        text.push('.');
        push(&mut text, at.nanos.into(), 9);
        while text.as_bytes().last() == Some(&b'0') {
            text.pop();
        }
    }
    if east == 0 {
        text.push('Z');
    } else {
        text.push(if east < 0 { '-' } else { '+' });
        push(&mut text, east.abs() / 3600, 2);
        text.push(':');
        push(&mut text, east.abs() / 60 % 60, 2);
    }
    text
}

/// Writes the date of a header.
#[cfg(feature = "emulator")]
pub(super) fn http_date(at: Timestamp) -> String {
    let days = at.seconds.div_euclid(DAY);
    let date = Date::of(days);
    let name = |names: &'static str, at: i64| {
        let start = usize::try_from(at).unwrap_or_default() * 3;
        names.get(start..start + 3).unwrap_or_default()
    };
    // 1970-01-01 was a Thursday.
    let week_day = name("ThuFriSatSunMonTueWed", days.rem_euclid(7));
    let month = name(MONTHS, date.month - 1);
    let utc = rfc3339(at, 0);
    let time = utc.get(11..19).unwrap_or_default();
    format!(
        "{week_day}, {:02} {month} {:04} {time} GMT",
        date.day, date.year
    )
}

/// Writes a number that is not negative in at least so many digits.
fn push(text: &mut String, value: i64, width: usize) {
    let digits = decimal(value.unsigned_abs());
    for _ in digits.len()..width {
        text.push('0');
    }
    text.push_str(&digits);
}

/// The number that up to nine digits write, and nothing else does.
fn number(digits: &[u8]) -> Option<i64> {
    if digits.len() > 9 {
        return None;
    }
    i64::try_from(text::number(digits)?).ok()
}

fn time_of_day(hour: i64, minute: i64, second: i64) -> Option<i64> {
    (hour < 24 && minute < 60 && second <= 60).then(|| hour * 3600 + minute * 60 + second.min(59))
}

/// The nanoseconds of a fraction, and what follows it.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let kept = digits.get(..length.min(9))?;
    let missing = u32::try_from(9 - kept.len()).ok()?;
    let nanos = number(kept)? * 10_i64.pow(missing);
    Some((u32::try_from(nanos).ok()?, rest))
}

/// The seconds east of UTC of `Z` or `+hh:mm`.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match *zone {
        [b'Z' | b'z'] => return Some(0),
        [b'+', a, b, b':', c, d] => (1, [a, b], [c, d]),
        [b'-', a, b, b':', c, d] => (-1, [a, b], [c, d]),
        _ => return None,
    };
    Some(sign * time_of_day(number(&hours)?, number(&minutes)?, 0)?)
}
