//! What a server starts with: users, admins, keys.

use core::fmt;

use super::lock;
use super::random::{self, Entropy};
use super::record::KeyRecord;
use crate::Timestamp;

/// What an [`Emulator`](super::Emulator) starts with.
///
/// Read from the JSON form of the recordings with [`State::from_json`], made up with [`State::sample`], or put together
/// by hand. Its `Debug` shows how many of each there are and nothing else.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct State {
    /// Ordinary users, who sign in at `/api/v1/auth/signin`.
    pub users: Vec<User>,
    /// Administrators, who sign in at `/api/v1/admin/login`.
    pub admins: Vec<Admin>,
    /// Service keys with all scopes, as sent in `X-Service-Key`.
    pub service_keys: Vec<String>,
    /// Long-lived tokens of the role `anon`, whole.
    pub anon_tokens: Vec<String>,
    /// Client keys that exist already, oldest first.
    pub client_keys: Vec<KeyRecord>,
}

/// An ordinary user.
///
/// Passwords are compared as they stand. `Debug` shows neither the password nor the code.
#[derive(Clone)]
#[non_exhaustive]
pub struct User {
    /// The user's UUID, lower-case and hyphenated.
    pub id: String,
    /// What the user signs in with.
    pub email: String,
    /// Whether the address was confirmed.
    pub email_verified: bool,
    /// What the user signs in with.
    pub password: String,
    /// The role in the user's tokens; `authenticated` for an ordinary user, `admin` and `service_role` may touch all keys.
    pub role: String,
    /// The code that is asked for after the password, if two-factor sign-in is on.
    pub two_factor_code: Option<String>,
    /// The tenant, printed by the newest servers.
    pub tenant_id: Option<String>,
    /// When the user was made.
    pub created_at: Timestamp,
    /// When the user was last written; a wrong password writes too.
    pub updated_at: Timestamp,
    pub(super) passwords: lock::Passwords,
    pub(super) codes: lock::Codes,
}

/// An administrator of the instance.
///
/// Passwords are compared as they stand. `Debug` does not show the password.
#[derive(Clone)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools)] // The server's answer has these four flags, each on its own.
pub struct Admin {
    /// The administrator's UUID, lower-case and hyphenated.
    pub id: String,
    /// What the administrator signs in with.
    pub email: String,
    /// Whether the address was confirmed.
    pub email_verified: bool,
    /// What the administrator signs in with.
    pub password: String,
    /// The displayed name.
    pub full_name: Option<String>,
    /// Whether a second factor is set up; sign-in at `/api/v1/admin/login` does not ask for it.
    pub totp_enabled: bool,
    /// Whether the account is in use; one that is not cannot sign in.
    pub is_active: bool,
    /// Whether the account is locked.
    pub is_locked: bool,
    /// The last sign-in.
    pub last_login_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the account was last written.
    pub updated_at: Timestamp,
    pub(super) passwords: lock::Passwords,
}

/// The text is not the JSON of a state.
///
/// It names the member that is missing or wrong and quotes nothing of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
#[non_exhaustive]
pub struct StateError {
    member: Option<&'static str>,
}

impl StateError {
    /// The member that is missing or of the wrong type, such as `users[].email`; `None` when the text is not JSON.
    #[must_use]
    pub fn member(&self) -> Option<&'static str> {
        self.member
    }

    fn text(&self) -> String {
        match self.member {
            Some(member) => format!("the state's member {member} is missing or not of its type"),
            None => "the state is not a JSON object".to_owned(),
        }
    }
}

impl User {
    /// A confirmed user of the role `authenticated`, without a second factor.
    pub fn new(
        id: impl Into<String>,
        email: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            email: email.into(),
            email_verified: true,
            password: password.into(),
            role: "authenticated".to_owned(),
            two_factor_code: None,
            tenant_id: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            passwords: lock::Passwords::default(),
            codes: lock::Codes::default(),
        }
    }
}

impl Admin {
    /// An administrator in use, without a displayed name.
    pub fn new(
        id: impl Into<String>,
        email: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            email: email.into(),
            email_verified: true,
            password: password.into(),
            full_name: None,
            totp_enabled: false,
            is_active: true,
            is_locked: false,
            last_login_at: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            passwords: lock::Passwords::default(),
        }
    }
}

impl State {
    /// Reads the form of the recordings' `state.json`. Members it does not know are ignored.
    pub fn from_json(json: &[u8]) -> Result<Self, StateError> {
        super::state_json::read(json).map_err(|member| StateError { member })
    }

    /// Two users and an administrator with random passwords and ids, a service key of either form, an anon token.
    ///
    /// The addresses are `user1@example.com`, `user2@example.com` and `admin@example.com`.
    pub fn sample(entropy: &mut dyn FnMut(&mut [u8])) -> Self {
        let mut entropy = Entropy::new(entropy);
        let tenant = random::uuid(&mut entropy);
        let users = ["user1@example.com", "user2@example.com"].map(|email| {
            let mut user = User::new(
                random::uuid(&mut entropy),
                email,
                random::url_safe(&mut entropy, 18),
            );
            user.tenant_id = Some(tenant.clone());
            user
        });
        let mut admin = Admin::new(
            random::uuid(&mut entropy),
            "admin@example.com",
            random::url_safe(&mut entropy, 18),
        );
        admin.full_name = Some("Admin".to_owned());
        Self {
            users: users.into(),
            admins: vec![admin],
            service_keys: ["sk_", "fb_gsk_"]
                .map(|prefix| format!("{prefix}{}", random::url_safe(&mut entropy, 24)))
                .into(),
            anon_tokens: vec![super::token::anon(&mut entropy)],
            client_keys: Vec::new(),
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("users", &self.users.len())
            .field("admins", &self.admins.len())
            .field("service_keys", &self.service_keys.len())
            .field("anon_tokens", &self.anon_tokens.len())
            .field("client_keys", &self.client_keys.len())
            .finish()
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("email", &self.email)
            .field("role", &self.role)
            .field("two_factor", &self.two_factor_code.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin")
            .field("id", &self.id)
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter() -> impl FnMut(&mut [u8]) {
        let mut next = 0u8;
        move |bytes: &mut [u8]| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(1);
            }
        }
    }

    #[test]
    fn a_sample_has_what_its_page_says() {
        let state = State::sample(&mut counter());
        let emails: Vec<&str> = state.users.iter().map(|user| user.email.as_str()).collect();
        assert_eq!(emails, ["user1@example.com", "user2@example.com"]);
        assert_eq!(state.admins[0].email, "admin@example.com");
        assert_ne!(state.users[0].password, state.users[1].password);
        assert!(state.service_keys[0].starts_with("sk_"));
        assert!(state.anon_tokens[0].starts_with("eyJ"));
    }

    #[test]
    fn debug_hides_every_secret() {
        let mut state = State::sample(&mut counter());
        state.users[0].two_factor_code = Some("123456".to_owned());
        let printed = format!("{state:?} {:?} {:?}", state.users, state.admins);
        for secret in [
            &state.users[0].password,
            &state.admins[0].password,
            &state.service_keys[0],
            &state.anon_tokens[0],
            "123456",
        ] {
            assert!(!printed.contains(secret as &str), "{printed}");
        }
    }
}
