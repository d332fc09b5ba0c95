//! Who may sign in.

use fluxbase_client_keys::emulator::State;
use std::fmt;

/// What a client needs to get in: taken from the state that the server started with.
///
/// Changes made later with [`Guard::with_emulator`](crate::Guard::with_emulator) do not show here.
#[derive(Clone)]
#[non_exhaustive]
pub struct Credentials {
    /// Ordinary users.
    pub users: Vec<Login>,
    /// Administrators, who sign in on a path of their own.
    pub admins: Vec<Login>,
    /// Service keys, for the header `X-Service-Key`.
    pub service_keys: Vec<String>,
    /// Anonymous bearer tokens.
    pub anon_tokens: Vec<String>,
}

/// An e-mail address and what proves that one may use it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Login {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The code that is asked for after the password, if any.
    pub two_factor_code: Option<String>,
}

impl Credentials {
    pub(crate) fn of(state: &State) -> Self {
        let login = |email: &str, password: &str, code: Option<&str>| Login {
            email: email.to_owned(),
            password: password.to_owned(),
            two_factor_code: code.map(str::to_owned),
        };
        Self {
            users: (state.users.iter())
                .map(|user| login(&user.email, &user.password, user.two_factor_code.as_deref()))
                .collect(),
            admins: (state.admins.iter())
                .map(|admin| login(&admin.email, &admin.password, None))
                .collect(),
            service_keys: state.service_keys.clone(),
            anon_tokens: state.anon_tokens.clone(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("users", &self.users)
            .field("admins", &self.admins)
            .field("service_keys", &self.service_keys.len())
            .field("anon_tokens", &self.anon_tokens.len())
            .finish()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_no_secret() {
        let mut next = 0_u8;
        let mut state = State::sample(&mut |bytes| {
            for byte in bytes {
                next = next.wrapping_add(1);
                *byte = next;
            }
        });
        state.users[0].two_factor_code = Some("850608".to_owned());
        let credentials = Credentials::of(&state);
        let code = credentials.users[0].two_factor_code.clone();
        assert_eq!(code.as_deref(), Some("850608"));
        let printed = format!("{credentials:?}");
        assert!(printed.contains("user1@example.com"), "{printed}");
        let passwords = credentials.users.iter().chain(&credentials.admins);
        let secrets: Vec<_> = passwords
            .map(|login| &login.password)
            .chain(&credentials.service_keys)
            .chain(&credentials.anon_tokens)
            .chain(&code)
            .collect();
        assert!(secrets.len() >= 6, "the sample has all kinds");
        for secret in secrets {
            assert!(!secret.is_empty());
            assert!(!printed.contains(secret.as_str()), "{printed}");
        }
    }
}
