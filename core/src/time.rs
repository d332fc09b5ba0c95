//! Instants as the wire has them.

mod calendar;
mod text;

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
pub struct Timestamp {
    /// Since 1970-01-01T00:00:00Z, rounded towards the past.
    seconds: i64,
    nanos: u32,
}

/// The text was not an RFC 3339 instant with a zone.
///
/// It does not quote the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", Self::TEXT)]
#[non_exhaustive]
pub struct TimestampError;

impl TimestampError {
    pub(crate) const TEXT: &'static str =
        "not an RFC 3339 instant with a zone, such as 2027-01-31T23:59:59Z";
}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self {
        seconds: 0,
        nanos: 0,
    };

    /// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59.999999999Z: what RFC 3339 can express.
    const FIRST: Self = Self {
        seconds: -62_167_219_200,
        nanos: 0,
    };
    const LAST: Self = Self {
        seconds: 253_402_300_799,
        nanos: 999_999_999,
    };

    /// Writes the instant as `Display` does, without the standard library's formatting.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        text::rfc3339(self)
    }

    /// Reads an RFC 3339 instant: a date, `T`, a time, and a zone (`Z` or an offset).
    ///
    /// A leap second is read as the one before it, and digits after the ninth of a fraction are cut off.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        text::parse_rfc3339(text).ok_or(TimestampError)
    }

    fn checked(seconds: i64, nanos: u32) -> Option<Self> {
        let this = Self { seconds, nanos };
        (Self::FIRST..=Self::LAST).contains(&this).then_some(this)
    }

    /// The instant so many seconds after 1970-01-01T00:00:00Z; `None` outside the years 0 to 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        Self::checked(seconds, 0)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded towards the past.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// This instant cut to microseconds, which is what the servers store.
    #[must_use]
    pub fn truncated_to_micros(self) -> Self {
        Self {
            nanos: self.nanos / 1000 * 1000,
            ..self
        }
    }

    /// The time from `earlier` to this instant; `None` when this one is the earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Option<Duration> {
        self.after_first().checked_sub(earlier.after_first())
    }

    /// This instant moved forward; the last instant that can be expressed when it would lie beyond.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self::at(self.after_first().saturating_add(duration))
    }

    /// This instant moved backward; the first instant that can be expressed when it would lie beyond.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        Self::at(self.after_first().saturating_sub(duration))
    }

    /// The time from the first instant to this one.
    fn after_first(self) -> Duration {
        Duration::new(self.seconds.abs_diff(Self::FIRST.seconds), self.nanos)
    }

    /// The instant so long after the first one.
    fn at(after: Duration) -> Self {
        i64::try_from(after.as_secs())
            .ok()
            .and_then(|seconds| seconds.checked_add(Self::FIRST.seconds))
            .and_then(|seconds| Self::checked(seconds, after.subsec_nanos()))
            .unwrap_or(Self::LAST)
    }

    /// Reads the date of an HTTP header such as `Retry-After` (`Sun, 06 Nov 1994 08:49:37 GMT`).
    pub(crate) fn parse_http_date(text: &str) -> Option<Self> {
        text::parse_http_date(text)
    }

    /// The date of an HTTP header.
    #[cfg(feature = "emulator")]
    pub(crate) fn http_date(self) -> String {
        text::http_date(self)
    }

    /// RFC 3339 in a zone so many seconds east of UTC.
    #[cfg(feature = "emulator")]
    pub(crate) fn in_zone(self, east: i32) -> String {
        text::in_zone(self, east)
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
        f.write_str(&self.to_rfc3339())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        let moved = match timestamp.since(Timestamp::UNIX_EPOCH) {
            Some(after) => Self::UNIX_EPOCH.checked_add(after),
            None => Timestamp::UNIX_EPOCH
                .since(timestamp)
                .and_then(|before| Self::UNIX_EPOCH.checked_sub(before)),
        };
        moved.unwrap_or(Self::UNIX_EPOCH)
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampError;

    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        let epoch = Self::UNIX_EPOCH.after_first();
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => epoch.checked_add(after),
            Err(before) => epoch.checked_sub(before.duration()),
        }
        .map(Self::at)
        .filter(|at| *at < Self::LAST)
        .ok_or(TimestampError)
    }
}

#[cfg(feature = "jiff")]
impl TryFrom<jiff::Timestamp> for Timestamp {
    type Error = TimestampError;

    /// Fails outside the years 0 to 9999.
    fn try_from(timestamp: jiff::Timestamp) -> Result<Self, Self::Error> {
        // Towards the past, as everywhere here; jiff rounds towards 1970.
        let nanos = timestamp.as_nanosecond();
        i64::try_from(nanos.div_euclid(1_000_000_000))
            .ok()
            .zip(u32::try_from(nanos.rem_euclid(1_000_000_000)).ok())
            .and_then(|(seconds, nanos)| Self::checked(seconds, nanos))
            .ok_or(TimestampError)
    }
}

#[cfg(feature = "jiff")]
impl From<Timestamp> for jiff::Timestamp {
    /// The last instant that jiff can express (`9999-12-30T22:00:00.999999999Z`) stands for every one after it.
    fn from(timestamp: Timestamp) -> Self {
        let nanos = i32::try_from(timestamp.nanos).unwrap_or_default();
        // Nothing of ours is before the first one of jiff's, in the year -9999.
        Self::new(timestamp.seconds, nanos).unwrap_or(Self::MAX)
    }
}

#[cfg(test)]
mod tests;
