//! Accounts that are closed for a while after wrong passwords or codes.

use std::time::Duration;

use crate::Timestamp;

/// Wrong passwords, or codes, until the account is closed.
const MOST: usize = 5;

/// How long it stays closed.
const CLOSED: Duration = Duration::from_secs(15 * 60);

/// For how long a wrong code counts.
const CODES_COUNT: Duration = Duration::from_secs(5 * 60);

/// Wrong passwords of one account.
#[derive(Clone, Default)]
pub(super) struct Passwords {
    wrong: usize,
    until: Option<Timestamp>,
}

impl Passwords {
    pub(super) fn is_closed(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now <= until)
    }

    /// The end of the lock, if it was closed at all and that is over.
    pub(super) fn has_reopened(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now > until)
    }

    /// A wrong password; true when it closes the account.
    pub(super) fn wrong(&mut self, now: Timestamp) -> bool {
        self.wrong += 1;
        let closes = self.wrong >= MOST;
        if closes {
            self.until = Some(now.saturating_add(CLOSED));
        }
        closes
    }

    /// A right password, or the end of a lock; true when there was something to forget.
    pub(super) fn forget(&mut self) -> bool {
        let had = self.wrong > 0;
        *self = Self::default();
        had
    }
}

/// Wrong two-factor codes of one account.
#[derive(Clone, Default)]
pub(super) struct Codes {
    wrong: Vec<Timestamp>,
    until: Option<Timestamp>,
}

impl Codes {
    pub(super) fn is_closed(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    pub(super) fn wrong(&mut self, now: Timestamp) {
        self.wrong
            .retain(|&at| now.since(at).is_none_or(|age| age < CODES_COUNT));
        self.wrong.push(now);
        if self.wrong.len() >= MOST {
            self.until = Some(now.saturating_add(CLOSED));
            self.wrong.clear();
        }
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds).unwrap()
    }

    #[test]
    fn five_wrong_passwords_close_for_a_quarter_of_an_hour() {
        let mut passwords = Passwords::default();
        for second in 0..4 {
            assert!(!passwords.wrong(at(second)));
        }
        assert!(!passwords.is_closed(at(4)));
        assert!(passwords.wrong(at(4)));
        assert!(passwords.is_closed(at(904)) && !passwords.has_reopened(at(904)));
        assert!(!passwords.is_closed(at(905)) && passwords.has_reopened(at(905)));
        assert!(passwords.forget());
        assert!(!passwords.forget());
    }

    #[test]
    fn wrong_codes_count_for_five_minutes() {
        let mut codes = Codes::default();
        for second in [0, 301, 302, 303, 304] {
            codes.wrong(at(second));
        }
        assert!(!codes.is_closed(at(304)));
        codes.wrong(at(305));
        assert!(codes.is_closed(at(305)) && codes.is_closed(at(305 + 899)));
        assert!(!codes.is_closed(at(305 + 900)));
    }
}
