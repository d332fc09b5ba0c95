//! Instants as the wire has them.

use core::fmt;
use std::time::{Duration, SystemTime};

/// An instant in time, read from and written as RFC 3339.
///
/// Servers print the zone they run in (`Z`, or an offset such as `+05:30`) and trim trailing zeros of the fraction, so
/// neither width nor zone is fixed. Any offset and any number of fractional digits is read; digits past the ninth are
/// dropped. Equality and order are those of the instant: two spellings of one moment are equal.
///
/// Printed in UTC with `Z` and as many fractional digits as are needed, which every server generation accepts.
///
/// ```
/// use fluxbase_client_keys::Timestamp;
///
/// let india: Timestamp = "2026-11-23T15:19:10.1500+05:30".parse()?;
/// assert_eq!(india.to_string(), "2026-11-23T09:49:10.15Z");
/// # Ok::<_, fluxbase_client_keys::TimestampError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// The text was not an RFC 3339 instant with a zone.
///
/// It does not quote the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 instant with a zone, such as 2027-01-31T23:59:59Z")]
#[non_exhaustive]
pub struct TimestampError;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(jiff::Timestamp::UNIX_EPOCH);

    /// Reads an RFC 3339 instant: a date, `T`, a time, and a zone (`Z` or an offset).
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        // jiff reads more than RFC 3339 (a space for the `T`, annotations, no seconds); the servers do not.
        let bytes = text.as_bytes();
        let shape = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if text.len() > 64
            || shape
                .iter()
                .any(|&(at, expected)| bytes.get(at).map(u8::to_ascii_uppercase) != Some(expected))
            || bytes.contains(&b'[')
        {
            return Err(TimestampError);
        }
        let whole = match text.split_once('.') {
            Some((before, after)) => {
                let digits = after.bytes().take_while(u8::is_ascii_digit).count();
                match (after.get(..9), after.get(digits..)) {
                    (Some(kept), Some(zone)) if digits > 9 => {
                        format!("{before}.{kept}{zone}").parse()
                    }
                    _ => text.parse(),
                }
            }
            None => text.parse(),
        };
        whole.map(Self).map_err(|_| TimestampError)
    }

    /// The instant so many seconds after 1970-01-01T00:00:00Z; `None` outside the years -9999 to 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds).ok().map(Self)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded towards it.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// This instant cut to microseconds, which is what the servers store.
    #[must_use]
    pub fn truncated_to_micros(self) -> Self {
        jiff::Timestamp::from_microsecond(self.0.as_microsecond()).map_or(self, Self)
    }

    /// The time from `earlier` to this instant; `None` when this one is the earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Option<Duration> {
        Duration::try_from(self.0.duration_since(earlier.0)).ok()
    }

    /// This instant moved forward; the last instant that can be expressed when it would lie beyond.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.checked_add(duration).unwrap_or(jiff::Timestamp::MAX))
    }

    /// This instant moved backward; the first instant that can be expressed when it would lie beyond.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.checked_sub(duration).unwrap_or(jiff::Timestamp::MIN))
    }

    /// Reads the date of an HTTP header such as `Retry-After` (`Sun, 06 Nov 1994 08:49:37 GMT`).
    pub(crate) fn parse_http_date(text: &str) -> Option<Self> {
        jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(text)
            .ok()
            .map(Self)
    }
}

impl core::str::FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        let nanos = timestamp.0.as_nanosecond();
        let magnitude =
            u64::try_from(nanos.unsigned_abs() / 1_000_000_000).map_or(Duration::MAX, |seconds| {
                let rest = u32::try_from(nanos.unsigned_abs() % 1_000_000_000).unwrap_or(0);
                Duration::new(seconds, rest)
            });
        let moved = if nanos < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(magnitude)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(magnitude)
        };
        moved.unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampError;

    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => jiff::Timestamp::UNIX_EPOCH.checked_add(after),
            Err(before) => jiff::Timestamp::UNIX_EPOCH.checked_sub(before.duration()),
        }
        .map(Self)
        .map_err(|_| TimestampError)
    }
}

#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for Timestamp {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp)
    }
}

#[cfg(feature = "jiff")]
impl From<Timestamp> for jiff::Timestamp {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

#[cfg(test)]
mod tests {
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
    fn reads_http_dates() {
        let read = Timestamp::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(read.to_string(), "1994-11-06T08:49:37Z");
        assert!(Timestamp::parse_http_date("tomorrow").is_none());
    }
}
