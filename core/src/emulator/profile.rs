//! Which server is played: what differs between them, asked as questions.

use core::fmt;
use core::str::FromStr;

/// The server that an [`Emulator`](super::Emulator) plays.
///
/// Two of the four are checked against recordings of the real server, exchange by exchange: [`V2026_1`](Self::V2026_1)
/// and [`V2026_3_7`](Self::V2026_3_7).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// What the published reference of `ClientKeysManager` promises. **No server that was released behaves like this.**
    ///
    /// Create and list answer `{"client_key":…,"key":…}` and `{"client_keys":[…],"total":n}`, update answers the key,
    /// revoke and delete a message, a missing record is 404 everywhere, scopes are free text, users see and touch
    /// exactly their own keys, signing out stops the access token. Where the reference is silent (sessions, headers,
    /// limits) it is as [`V2026_3_7`](Self::V2026_3_7).
    Documented,
    /// Release 2026.1.20: scopes are spelled `read:tables`, errors are bare texts with the cause.
    V2026_1,
    /// Release 2026.3.6. **Unverified**: there are no recordings of it in this repository.
    ///
    /// It answers with the bodies of [`V2026_1`](Self::V2026_1) and the headers of [`V2026_3_7`](Self::V2026_3_7), but
    /// for signing out twice, a database that is away, and paths without a route.
    V2026_3_6,
    /// Release candidate 2026.3.7-rc.13: scopes are spelled `tables:read`, errors carry a code and the request's id.
    V2026_3_7,
}

/// The text names no profile; the accepted ones are `documented`, `2026.1`, `2026.3.6` and `2026.3.7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown profile; the profiles are documented, 2026.1, 2026.3.6 and 2026.3.7")]
#[non_exhaustive]
pub struct UnknownProfile;

impl Profile {
    /// Every profile.
    pub const ALL: [Profile; 4] = [
        Profile::Documented,
        Profile::V2026_1,
        Profile::V2026_3_6,
        Profile::V2026_3_7,
    ];

    /// Its name, as [`FromStr`] reads it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Documented => "documented",
            Profile::V2026_1 => "2026.1",
            Profile::V2026_3_6 => "2026.3.6",
            Profile::V2026_3_7 => "2026.3.7",
        }
    }
}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|profile| profile.as_str() == text)
            .ok_or(UnknownProfile)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_is_printed() {
        for profile in Profile::ALL {
            assert_eq!(profile.to_string().parse(), Ok(profile));
        }
        assert_eq!("2026.3".parse::<Profile>(), Err(UnknownProfile));
    }
}
