//! `Login`: how a session signs in by itself.

use crate::Secret;

/// An e-mail address and a password, with which a session signs in by itself when a token is first needed and whenever it
/// cannot be refreshed.
///
/// Without the feature `login` there is no value of this type, so that all that is done with one is left out of a program
/// that has to be small.
#[derive(Debug, Clone)]
pub struct Login {
    email: String,
    password: Secret,
    admin: bool,
    #[cfg(not(any(test, feature = "login")))]
    _none: core::convert::Infallible,
}

impl Login {
    /// An e-mail address and a password, of an administrator or not.
    #[cfg(any(test, feature = "login"))]
    pub fn new(email: impl Into<String>, password: impl Into<Secret>, admin: bool) -> Self {
        Self {
            email: email.into(),
            password: password.into(),
            admin,
        }
    }

    /// The e-mail address.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The password.
    #[must_use]
    pub fn password(&self) -> &Secret {
        &self.password
    }

    /// Whether it is an administrator's.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.admin
    }

    /// Whether this is the account.
    pub(super) fn is_of(&self, email: Option<&str>, admin: bool) -> bool {
        self.admin == admin && email.is_some_and(|email| self.email.eq_ignore_ascii_case(email))
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.email, self.admin) == (&other.email, other.admin)
            && self.password.expose() == other.password.expose()
    }
}
