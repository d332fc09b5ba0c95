//! Searches what programs print and log for pieces of secrets.
//!
//! [`Secrets`] collects them: those that a test knows, those that an emulated server was sent, and those in traffic as it
//! goes over the wire. [`Secrets::seen_in`] finds any piece of one in a text. [`Logged`] keeps everything that is logged in a
//! process, by `log` and by `tracing`.

mod logged;

use std::{collections::BTreeSet, fmt};

use fluxbase_emulator::{Guard, Received};
use serde_json::Value;

pub use crate::logged::Logged;

/// More of a secret than this may not be seen.
const WINDOW: usize = 6;

/// What is public of a client key: the server shows it as `key_prefix`.
const PUBLIC_PREFIX: usize = 12;

/// Headers that hold a secret and nothing else, but for the word before a token.
const HEADERS: [&str; 5] = [
    "authorization",
    "x-client-key",
    "x-service-key",
    "clientkey",
    "idempotency-key",
];

/// Members that are secrets, wherever they stand.
const MEMBERS: [&str; 5] = ["password", "code", "key", "access_token", "refresh_token"];

/// Secrets that are looked for.
#[derive(Clone)]
pub struct Secrets {
    hidden: BTreeSet<String>,
    window: usize,
    signatures_alone: bool,
}

impl Default for Secrets {
    fn default() -> Self {
        Self::new()
    }
}

impl Secrets {
    /// None yet. Six characters of one will be too many to be seen.
    #[must_use]
    pub fn new() -> Self {
        Self {
            hidden: BTreeSet::new(),
            window: WINDOW,
            signatures_alone: false,
        }
    }

    /// None yet, to be looked for among much random text of the same shape, which holds six characters of one by chance.
    /// It is pieces of ten that are looked for there, and of tokens that tell who somebody is, the signatures alone.
    #[must_use]
    pub fn among_stand_ins() -> Self {
        Self {
            window: 10,
            signatures_alone: true,
            ..Self::new()
        }
    }

    /// One more, without what is public of it. What is shorter than six characters could be part of anything and is left out.
    pub fn add(&mut self, secret: &str) {
        let public = if secret.starts_with("fbk_") {
            PUBLIC_PREFIX
        } else if self.signatures_alone && secret.starts_with("eyJ") {
            secret.rfind('.').map_or(0, |dot| dot + 1)
        } else {
            0
        };
        if let Some(hidden) = secret.get(public..).filter(|text| text.len() >= WINDOW) {
            self.hidden.insert(hidden.to_owned());
        }
    }

    /// The value of a header, if it is one that holds a secret.
    pub fn add_header(&mut self, name: &str, value: &str) {
        let lower = name.to_ascii_lowercase();
        if HEADERS.contains(&lower.as_str()) {
            self.add(value.rsplit(' ').next().unwrap_or(value));
        } else if lower == "set-cookie" {
            let pair = value.split(';').next().unwrap_or_default();
            self.add(pair.split_once('=').map_or(pair, |(_, value)| value));
        }
    }

    /// The secret members of a body, if it is JSON.
    pub fn add_body(&mut self, body: &[u8]) {
        if let Ok(value) = serde_json::from_slice(body) {
            self.add_members(&value);
        }
    }

    /// The secret members of a JSON value, wherever they stand.
    pub fn add_members(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                // Beside an error, `code` says which.
                let is_error = members.contains_key("error");
                for (name, value) in members {
                    match value {
                        Value::String(text)
                            if MEMBERS.contains(&name.as_str())
                                && !(is_error && name == "code") =>
                        {
                            self.add(text);
                        }
                        other => self.add_members(other),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.add_members(value)),
            _ => {}
        }
    }

    /// All in a request that a server received.
    pub fn add_request(&mut self, request: &Received) {
        for (name, value) in request.headers() {
            self.add_header(name, &String::from_utf8_lossy(value));
        }
        self.add_body(request.body());
    }

    /// All that a server knows from its beginning, and all that it was sent.
    pub fn add_those_of(&mut self, server: &Guard) {
        let credentials = server.credentials();
        for login in credentials.users.iter().chain(&credentials.admins) {
            self.add(&login.password);
            if let Some(code) = &login.two_factor_code {
                self.add(code);
            }
        }
        for key in &credentials.service_keys {
            self.add(key);
        }
        for request in &server.received() {
            self.add_request(request);
        }
    }

    /// No longer looks for what has this in it, such as what a program made up to be refused.
    pub fn leave_out(&mut self, mark: &str) {
        self.hidden.retain(|secret| !secret.contains(mark));
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.hidden.len()
    }

    /// The first piece of one that is in the text. One that is shorter than a piece has to be there whole.
    #[must_use]
    pub fn seen_in(&self, text: &str) -> Option<String> {
        let (short, long): (Vec<_>, Vec<_>) = (self.hidden.iter().map(String::as_bytes))
            .partition(|secret| secret.len() < self.window);
        let pieces: BTreeSet<_> = long
            .iter()
            .flat_map(|secret| secret.windows(self.window))
            .collect();
        let in_pieces = (text.as_bytes().windows(self.window)).find(|piece| pieces.contains(piece));
        let whole = || {
            let is_there = |secret: &&[u8]| {
                text.as_bytes()
                    .windows(secret.len())
                    .any(|at| at == *secret)
            };
            short.into_iter().find(is_there)
        };
        let seen = in_pieces.or_else(whole)?;
        Some(String::from_utf8_lossy(seen).into_owned())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.hidden.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "fbk_Zm9vYmFyc2VjcmV0LXBhcnQtMQ==";
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.bm9ib2R5.a2Fub25lbmZ1dHRlcg";

    #[test]
    fn any_six_characters_are_found_but_those_that_are_public() {
        let mut secrets = Secrets::new();
        secrets.add(KEY);
        secrets.add("short");
        assert_eq!(secrets.count(), 1);
        assert_eq!(secrets.seen_in("the key fbk_Zm9vYmFy, in short"), None);
        assert_eq!(
            secrets.seen_in("ends with jcmV0LX").as_deref(),
            Some("jcmV0L")
        );
        assert!(!format!("{secrets:?}").contains("jcmV0L"));
    }

    #[test]
    fn what_goes_over_the_wire_is_known() {
        let mut secrets = Secrets::new();
        secrets.add_header("Authorization", &format!("Bearer {TOKEN}"));
        secrets.add_header("Set-Cookie", "session=rQ7vW9zK3pT5; Secure");
        secrets.add_header("accept", "application/json");
        secrets.add_body(br#"[{"user":{"password":"wH0rB4tQ7"}},{"code":"908172"},{"error":"no","code":"NOT_FOUND"}]"#);
        assert_eq!(secrets.count(), 4);
        for seen in ["OiJIUzI1", "bmZ1dHRl", "vW9zK3pT", "0rB4tQ", "908172"] {
            assert!(secrets.seen_in(seen).is_some(), "{seen}");
        }
        assert_eq!(
            secrets.seen_in("session= Bearer application/json NOT_FOUND"),
            None
        );
    }

    #[test]
    fn among_stand_ins_longer_pieces_and_signatures_count() {
        let mut secrets = Secrets::among_stand_ins();
        secrets.add(TOKEN);
        secrets.add("908172");
        assert_eq!(
            secrets.seen_in("eyJhbGciOiJIUzI1NiJ9.bm9ib2R5.a2Fub25"),
            None
        );
        assert!(secrets.seen_in("Fub25lbmZ1d").is_some());
        assert!(secrets.seen_in("code 908172").is_some());
        secrets.leave_out("9081");
        assert_eq!(secrets.seen_in("code 908172"), None);
    }
}
