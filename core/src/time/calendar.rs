//! The calendar of RFC 3339 and of HTTP: days since the first of the year 0 to a date, and back.

/// A day of the Gregorian calendar, extended to the years before it was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: u32,
    /// 1 to 12.
    pub(super) month: u32,
    /// 1 to 31.
    pub(super) day: u32,
}

/// Days in 400 years, after which the calendar repeats itself.
const ERA: u32 = 146_097;
/// Days from 400 years before 0000-03-01 to 0000-01-01.
const TO_0000: u32 = ERA - 60;

impl Date {
    // A year that begins in March has its leap day at its end, and months whose lengths follow from one formula. 400 years
    // are added, so that nothing is below zero.

    /// Days since 0000-01-01, if the month has such a day. No number may have more than four digits.
    pub(super) fn days(self) -> Option<u32> {
        let year = self.year + 400 - u32::from(self.month <= 2);
        let before_year = year * 365 + year / 4 - year / 100 + year / 400;
        let before_month = (153 * ((self.month + 9) % 12) + 2) / 5;
        let days = (before_year + before_month + self.day).checked_sub(TO_0000 + 1)?;
        // What does not exist is some other day.
        (Self::of(days) == self).then_some(days)
    }

    /// The date that is so many days after 0000-01-01.
    pub(super) fn of(days: u32) -> Self {
        let days = days + TO_0000;
        let day_of_era = days % ERA;
        let leaps = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / (ERA - 1);
        let year_of_era = (day_of_era - leaps) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        Self {
            year: days / ERA * 400 + year_of_era + u32::from(month >= 10) - 400,
            month: (month + 2) % 12 + 1,
            day: day_of_year - (153 * month + 2) / 5 + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_years_0_to_9999_comes_back() {
        let mut last = None;
        for days in 0..=3_652_424 {
            let date = Date::of(days);
            assert_eq!(date.days(), Some(days));
            let at = Some((date.year, date.month, date.day));
            assert!(at > last, "{last:?} {date:?}");
            last = at;
        }
        assert_eq!(last, Some((9999, 12, 31)));
    }

    #[test]
    fn a_month_has_its_days_and_no_more() {
        for (year, month, day, exists) in [
            (2024, 2, 29, true),
            (2026, 2, 29, false),
            (2000, 2, 29, true),
            (1900, 2, 29, false),
            (2026, 4, 30, true),
            (2026, 4, 31, false),
            (2026, 12, 31, true),
            (2026, 12, 32, false),
            (2026, 0, 1, false),
            (2026, 13, 1, false),
            (2026, 1, 0, false),
            (0, 1, 1, true),
            (0, 1, 0, false),
            (0, 0, 0, false),
            (9999, 99, 99, false),
        ] {
            let date = Date { year, month, day };
            assert_eq!(date.days().is_some(), exists, "{date:?}");
        }
    }
}
