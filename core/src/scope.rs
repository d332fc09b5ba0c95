//! `Scope`: what a key may do, in the two spellings that servers use.

use core::fmt;
use std::borrow::Cow;

use crate::{
    Error,
    error::Subject,
    text::{concat, is_visible, split_once},
};

/// What a key may do, such as `tables:read`.
///
/// An open type: any text of visible ASCII characters passes, because servers may learn new scopes. The constants are the
/// ones that the servers up to 2026.3.7 know, in the spelling of the newest. Servers before 2026-04-06 spell most of them the
/// other way round (`read:tables`) and either refuses the other's spelling; see [`Spelling`].
///
/// ```
/// use fluxbase_client_keys::{Scope, Spelling};
///
/// let scope = Scope::new("read:tables")?;
/// assert_eq!(scope.spelled(Spelling::New), Scope::TABLES_READ);
/// assert_eq!(Scope::TABLES_READ.spelled(Spelling::Old).as_str(), "read:tables");
/// assert!(!Scope::new("read:users")?.is_known());
/// # Ok::<_, fluxbase_client_keys::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(Cow<'static, str>);

/// Which spelling of scopes goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Spelling {
    /// Find out which one the server wants, once, if a given scope is spelled differently by different servers.
    ///
    /// May send one extra GET before the first create or update that names such a scope. It marks a client key as used.
    #[default]
    Auto,
    /// `read:tables`: servers before 2026-04-06.
    Old,
    /// `tables:read`: servers since.
    New,
    /// Send what was given.
    AsGiven,
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        impl Scope {
            $($(#[$doc])* pub const $name: Self = Self(Cow::Borrowed($text));)*

            /// Every scope that the servers up to 2026.3.7 know, in the newest spelling.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

scopes! {
    /// Everything.
    ALL = "*";
    /// Read rows.
    TABLES_READ = "tables:read";
    /// Write rows.
    TABLES_WRITE = "tables:write";
    /// Read files.
    STORAGE_READ = "storage:read";
    /// Write files.
    STORAGE_WRITE = "storage:write";
    /// See functions.
    FUNCTIONS_READ = "functions:read";
    /// Call functions.
    FUNCTIONS_EXECUTE = "functions:execute";
    /// Read accounts.
    AUTH_READ = "auth:read";
    /// Change accounts.
    AUTH_WRITE = "auth:write";
    /// List and get client keys.
    CLIENTKEYS_READ = "clientkeys:read";
    /// Create, update, revoke and delete client keys.
    CLIENTKEYS_WRITE = "clientkeys:write";
    /// Read webhooks.
    WEBHOOKS_READ = "webhooks:read";
    /// Change webhooks.
    WEBHOOKS_WRITE = "webhooks:write";
    /// Read metrics.
    MONITORING_READ = "monitoring:read";
    /// Open a realtime connection.
    REALTIME_CONNECT = "realtime:connect";
    /// Send over a realtime connection.
    REALTIME_BROADCAST = "realtime:broadcast";
    /// See procedures.
    RPC_READ = "rpc:read";
    /// Call procedures.
    RPC_EXECUTE = "rpc:execute";
    /// See jobs.
    JOBS_READ = "jobs:read";
    /// Start and change jobs.
    JOBS_WRITE = "jobs:write";
    /// Use models.
    AI_READ = "ai:read";
    /// Change models and conversations.
    AI_WRITE = "ai:write";
    /// Read secrets.
    SECRETS_READ = "secrets:read";
    /// Change secrets.
    SECRETS_WRITE = "secrets:write";
    /// See migrations.
    MIGRATIONS_READ = "migrations:read";
    /// Run migrations.
    MIGRATIONS_EXECUTE = "migrations:execute";
}

/// Spelled the same by every server (wire contract, scope vocabulary).
const UNCHANGED: [&str; 5] = [
    "*",
    "realtime:connect",
    "realtime:broadcast",
    "migrations:read",
    "migrations:execute",
];

impl Scope {
    /// Takes any text of 1 to 256 visible ASCII characters.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        if !is_visible(&text, 1, 256) {
            return Err(Error::invalid(Subject::Scope));
        }
        Ok(Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a known server accepts it, in either spelling.
    #[must_use]
    pub fn is_known(&self) -> bool {
        newest(&self.0).is_some()
    }

    /// Whether servers disagree on how to spell it.
    #[must_use]
    pub fn is_spelled_differently(&self) -> bool {
        newest(&self.0).is_some_and(|(known, _)| !is_unchanged(known))
    }

    /// This scope in that spelling. Unknown scopes, and `Auto` and `AsGiven`, leave it as it is.
    #[must_use]
    pub fn spelled(&self, spelling: Spelling) -> Self {
        match (newest(&self.0), spelling) {
            (Some((known, _)), Spelling::New) => known.clone(),
            (Some((known, _)), Spelling::Old) if !is_unchanged(known) => {
                swapped(&known.0).map_or_else(|| self.clone(), |old| Self(old.into()))
            }
            _ => self.clone(),
        }
    }

    /// The known scope that looks most like this one, spelled with its halves in the order of this one; `None` for a
    /// known one.
    #[must_use]
    pub fn suggestion(&self) -> Option<Self> {
        if self.is_known() {
            return None;
        }
        let mut nearest = None;
        let mut least = usize::MAX;
        let mut compare = |candidate: Self| {
            let distance = distance(&candidate.0, &self.0);
            // Everything is like nothing that somebody mistyped.
            if distance < least && candidate.0 != "*" {
                least = distance;
                nearest = Some(candidate);
            }
        };
        for known in Self::KNOWN {
            compare(known.clone());
            compare(known.spelled(Spelling::Old));
        }
        nearest
    }

    /// The spelling that a server must use which speaks of this scope: evidence only if spellings differ.
    pub(crate) fn reveals(text: &str) -> Option<Spelling> {
        match newest(text)? {
            (known, _) if is_unchanged(known) => None,
            (_, Spelling::Old) => Some(Spelling::Old),
            _ => Some(Spelling::New),
        }
    }
}

/// The text with its halves in the other order.
fn swapped(text: &str) -> Option<String> {
    let (left, right) = split_once(text, b':')?;
    Some(concat(&[right, ":", left]))
}

/// The known scope that this is a spelling of, and which one.
fn newest(text: &str) -> Option<(&'static Scope, Spelling)> {
    let swapped = swapped(text);
    for known in Scope::KNOWN {
        if known.0 == text {
            return Some((known, Spelling::New));
        }
        if swapped.as_deref() == Some(known.as_str()) && !is_unchanged(known) {
            return Some((known, Spelling::Old));
        }
    }
    None
}

fn is_unchanged(known: &Scope) -> bool {
    UNCHANGED.contains(&known.as_str())
}

/// Levenshtein distance from a known scope, which is ASCII of less than 32 bytes, to a text that is cut to 64: no input
/// makes it slow.
fn distance(known: &str, text: &str) -> usize {
    let mut row: [usize; 32] = core::array::from_fn(|at| at + 1);
    let mut last = known.len();
    let mut rest = text.bytes();
    for at in 0..64 {
        let Some(a) = rest.next() else { break };
        let mut diagonal = at;
        last = at + 1;
        for (cell, b) in row.iter_mut().zip(known.bytes()) {
            let cost = diagonal + usize::from(a != b);
            diagonal = *cell;
            last = cost.min(last + 1).min(diagonal + 1);
            *cell = last;
        }
    }
    last
}

impl AsRef<str> for Scope {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl core::str::FromStr for Scope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Scope {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl TryFrom<String> for Scope {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl PartialEq<str> for Scope {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_has_26_members_of_which_21_are_spelled_differently() {
        assert_eq!(Scope::KNOWN.len(), 26);
        assert_eq!(
            Scope::KNOWN
                .iter()
                .filter(|scope| scope.is_spelled_differently())
                .count(),
            21
        );
    }

    #[test]
    fn spelling_there_and_back() {
        for scope in Scope::KNOWN {
            let old = scope.spelled(Spelling::Old);
            assert_eq!(&old.spelled(Spelling::New), scope);
            assert_eq!(old.spelled(Spelling::Old), old);
            assert_eq!(&old == scope, !scope.is_spelled_differently());
            assert_eq!(
                Scope::reveals(scope.as_str()),
                scope.is_spelled_differently().then_some(Spelling::New)
            );
            assert_eq!(
                Scope::reveals(old.as_str()),
                scope.is_spelled_differently().then_some(Spelling::Old)
            );
        }
        let unknown = Scope::new("read:users").unwrap();
        assert_eq!(unknown.spelled(Spelling::New), unknown);
        // The wrong way round of a scope that never changed is no scope at all.
        assert!(!Scope::new("connect:realtime").unwrap().is_known());
    }

    #[test]
    fn suggestions_come_in_the_order_of_the_given() {
        let suggest = |text: &str| {
            Scope::new(text)
                .unwrap()
                .suggestion()
                .map(|scope| scope.to_string())
        };
        assert_eq!(suggest("read:table").as_deref(), Some("read:tables"));
        assert_eq!(suggest("tables:reed").as_deref(), Some("tables:read"));
        assert_eq!(suggest("tables:read"), None);
        assert_eq!(suggest("read:tables"), None);
        assert!(suggest(&"x".repeat(256)).is_some());
    }

    #[test]
    fn what_is_no_scope() {
        for text in ["", " ", "a b", "a\n", &"x".repeat(257)] {
            assert!(Scope::new(text).is_err(), "{text:?}");
        }
    }
}
