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

/// What differs between the servers.
impl Profile {
    /// Errors of handlers are a bare text, with the cause in it.
    pub(super) fn tells_causes(self) -> bool {
        matches!(self, Profile::V2026_1 | Profile::V2026_3_6)
    }

    /// The content type of JSON.
    pub(super) fn json_type(self) -> &'static str {
        match self {
            Profile::V2026_1 => "application/json",
            _ => "application/json; charset=utf-8",
        }
    }

    /// Request ids are UUIDs, not 43 characters of base64.
    pub(super) fn numbers_requests_by_uuid(self) -> bool {
        self == Profile::V2026_1
    }

    /// `Vary` names `Accept-Encoding` even where nothing was compressed.
    pub(super) fn always_varies_by_encoding(self) -> bool {
        self != Profile::V2026_1
    }

    /// What stands between the elements of `access-control-*` lists.
    pub(super) fn list_separator(self) -> &'static str {
        match self {
            Profile::V2026_1 => ",",
            _ => ", ",
        }
    }

    /// `access-control-max-age` stands on actual answers too, not only on preflights.
    pub(super) fn repeats_max_age(self) -> bool {
        self == Profile::V2026_1
    }

    /// The site rule of the cookie with the access token.
    pub(super) fn access_cookie_site(self) -> &'static str {
        match self {
            Profile::V2026_1 => "Strict",
            _ => "Lax",
        }
    }

    /// A cookie is cleared with `max-age=0`, not only with an empty value.
    pub(super) fn clears_cookies_with_age(self) -> bool {
        self != Profile::V2026_1
    }

    /// The role of administrators of the instance.
    pub(super) fn admin_role(self) -> &'static str {
        match self {
            Profile::V2026_1 | Profile::V2026_3_6 => "dashboard_admin",
            Profile::V2026_3_7 | Profile::Documented => "instance_admin",
        }
    }

    /// The newest servers: tenants, credentials in queries and in the header `clientkey`, admin refresh, token audiences.
    pub(super) fn is_newest(self) -> bool {
        matches!(self, Profile::V2026_3_7 | Profile::Documented)
    }

    /// Service keys of the form `sk_…` only.
    pub(super) fn wants_plain_service_keys(self) -> bool {
        !self.is_newest()
    }

    /// A token is accepted where a service key is expected.
    pub(super) fn reads_tokens_as_service_keys(self) -> bool {
        self != Profile::V2026_1
    }

    /// A user's token is looked up in the list of revoked ones, which needs the database.
    pub(super) fn checks_revocation(self) -> bool {
        self != Profile::V2026_1
    }

    /// The setting that lets only administrators in is asked before anybody is known, so it keeps everybody out.
    pub(super) fn gates_before_authentication(self) -> bool {
        self == Profile::V2026_3_7
    }

    /// `HEAD` is answered like `GET`.
    pub(super) fn answers_head(self) -> bool {
        self == Profile::V2026_1
    }

    /// Paths without a route under `/api/v1/` are for administrators only.
    pub(super) fn guards_unmatched_paths(self) -> bool {
        self == Profile::V2026_3_6
    }

    /// Signing out is remembered for `/api/v1/auth/*`.
    pub(super) fn remembers_sign_out(self) -> bool {
        matches!(self, Profile::V2026_1 | Profile::Documented)
    }

    /// The scope that listing and reading keys takes.
    pub(super) fn read_scope(self) -> &'static str {
        if self.is_newest() {
            "clientkeys:read"
        } else {
            "read:clientkeys"
        }
    }

    /// The scope that making, changing and deleting keys takes.
    pub(super) fn write_scope(self) -> &'static str {
        if self.is_newest() {
            "clientkeys:write"
        } else {
            "write:clientkeys"
        }
    }

    /// Whether a key may be given this scope.
    pub(super) fn knows_scope(self, scope: &str) -> bool {
        if self == Profile::Documented || scope == "*" {
            return true;
        }
        SCOPES.iter().any(|&known| match known.split_once(':') {
            Some((first, second)) if !self.is_newest() && !KEPT.contains(&first) => {
                scope.split_once(':') == Some((second, first))
            }
            _ => scope == known,
        })
    }
}

/// The scopes in the newer spelling, without the wildcard.
const SCOPES: [&str; 25] = [
    "tables:read",
    "tables:write",
    "storage:read",
    "storage:write",
    "functions:read",
    "functions:execute",
    "auth:read",
    "auth:write",
    "clientkeys:read",
    "clientkeys:write",
    "webhooks:read",
    "webhooks:write",
    "monitoring:read",
    "realtime:connect",
    "realtime:broadcast",
    "rpc:read",
    "rpc:execute",
    "jobs:read",
    "jobs:write",
    "ai:read",
    "ai:write",
    "secrets:read",
    "secrets:write",
    "migrations:read",
    "migrations:execute",
];

/// Scopes of these were spelled the same before the halves were swapped.
const KEPT: [&str; 2] = ["realtime", "migrations"];

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

    #[test]
    fn knows_the_scopes_of_its_spelling() {
        for (scope, older, newest) in [
            ("*", true, true),
            ("tables:read", false, true),
            ("read:tables", true, false),
            ("execute:rpc", true, false),
            ("realtime:connect", true, true),
            ("connect:realtime", false, false),
            ("migrations:execute", true, true),
            ("read:users", false, false),
            ("read:*", false, false),
            ("", false, false),
        ] {
            assert_eq!(Profile::V2026_1.knows_scope(scope), older, "{scope}");
            assert_eq!(Profile::V2026_3_6.knows_scope(scope), older, "{scope}");
            assert_eq!(Profile::V2026_3_7.knows_scope(scope), newest, "{scope}");
            assert!(Profile::Documented.knows_scope(scope), "{scope}");
        }
    }
}
