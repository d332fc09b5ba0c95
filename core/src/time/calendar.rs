//! The calendar of RFC 3339 and of HTTP: days since 1970-01-01 to a date, and back.

/// A day of the Gregorian calendar, extended to the years before it was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    /// 1 to 31.
    pub(super) day: i64,
}

/// Days in 400 years, after which the calendar repeats itself.
const ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const TO_1970: i64 = 719_468;

impl Date {
    /// The date, if the month has such a day.
    pub(super) fn checked(year: i64, month: i64, day: i64) -> Option<Self> {
        let this = Self { year, month, day };
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 => 28 + i64::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=last).contains(&day).then_some(this)
    }

    // A year that begins in March has its leap day at its end, and months whose lengths follow from one formula.

    /// Days since 1970-01-01.
    pub(super) fn days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let month = (self.month + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + self.day - 1;
        let year_of_era = year.rem_euclid(400);
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        year.div_euclid(400) * ERA + day_of_era - TO_1970
    }

    /// The date that is so many days after 1970-01-01.
    pub(super) fn of(days: i64) -> Self {
        let days = days + TO_1970;
        let day_of_era = days.rem_euclid(ERA);
        let leaps = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / (ERA - 1);
        let year_of_era = (day_of_era - leaps) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        Self {
            year: days.div_euclid(ERA) * 400 + year_of_era + i64::from(month >= 10),
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
        let mut last = Date::of(-719_529);
        for days in -719_528..=2_932_896 {
            let date = Date::of(days);
            assert_eq!(date.days(), days);
            assert_eq!(Date::checked(date.year, date.month, date.day), Some(date));
            let follows = (date.year, date.month, date.day) > (last.year, last.month, last.day);
            assert!(follows, "{last:?} {date:?}");
            last = date;
        }
        assert_eq!((last.year, last.month, last.day), (9999, 12, 31));
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
        ] {
            assert_eq!(
                Date::checked(year, month, day).is_some(),
                exists,
                "{year}-{month}-{day}"
            );
        }
    }
}
