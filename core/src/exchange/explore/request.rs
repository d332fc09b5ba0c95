//! What a request is, as a server sees it.

use core::hash::{Hash, Hasher};
use std::hash::DefaultHasher;

use crate::{Method, Outgoing};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Create,
    List,
    /// Which spelling of scopes the server wants.
    Probe,
    Get,
    Update,
    Revoke,
    Delete,
    SignIn,
    TwoFactor,
    Refresh,
    AdminRefresh,
    SignOut,
    Health,
}

/// What harm a second sending does, as the wire contract has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Harm {
    None,
    /// It is carried out twice.
    Twice,
    /// It counts against the account, whatever becomes of it.
    Counted,
}

impl Kind {
    fn of(method: Method, path: &str) -> Option<Self> {
        Some(match (method, path) {
            (Method::Get, "/health") => Self::Health,
            (Method::Get, "/api/v1/client-keys?user_id=-") => Self::Probe,
            (Method::Get, "/api/v1/client-keys") => Self::List,
            (Method::Post, "/api/v1/client-keys") => Self::Create,
            (Method::Get, "/api/v1/client-keys/k1") => Self::Get,
            (Method::Patch, "/api/v1/client-keys/k1") => Self::Update,
            (Method::Delete, "/api/v1/client-keys/k1") => Self::Delete,
            (Method::Post, "/api/v1/client-keys/k1/revoke") => Self::Revoke,
            (Method::Post, "/api/v1/auth/signin" | "/api/v1/admin/login") => Self::SignIn,
            (Method::Post, "/api/v1/auth/2fa/verify") => Self::TwoFactor,
            (Method::Post, "/api/v1/auth/refresh") => Self::Refresh,
            (Method::Post, "/api/v1/admin/refresh") => Self::AdminRefresh,
            (Method::Post, "/api/v1/auth/signout" | "/api/v1/admin/logout") => Self::SignOut,
            _ => return None,
        })
    }

    pub(crate) fn changes(self) -> bool {
        !matches!(self, Self::List | Self::Probe | Self::Get | Self::Health)
    }

    pub(crate) fn is_about_one(self) -> bool {
        matches!(self, Self::Get | Self::Update | Self::Revoke | Self::Delete)
    }

    /// Whether every sending counts against the account.
    pub(crate) fn counts(self) -> bool {
        self.harm() == Harm::Counted
    }

    pub(crate) fn harm(self) -> Harm {
        match self {
            Self::Create | Self::Refresh => Harm::Twice,
            Self::SignIn | Self::TwoFactor => Harm::Counted,
            _ => Harm::None,
        }
    }

    fn takes_credential(self) -> bool {
        !matches!(
            self,
            Self::SignIn | Self::TwoFactor | Self::Refresh | Self::AdminRefresh | Self::Health
        )
    }
}

/// A request as a server sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Request {
    pub(crate) kind: Kind,
    /// Its credential is an access token.
    pub(crate) bearer: bool,
    /// The first idempotency key (0) or the spare (1).
    pub(crate) key: Option<usize>,
    /// The same for requests with the same method, path and body.
    pub(crate) identity: u64,
    /// It has one credential where one belongs, and else none.
    pub(crate) proper: bool,
}

impl Request {
    /// What the engine hands to a transport; nothing if no server knows the route.
    pub(crate) fn of(outgoing: &Outgoing) -> Option<Self> {
        let path = outgoing.url().strip_prefix("https://example.com")?;
        let kind = Kind::of(outgoing.method(), path)?;
        let mut hasher = DefaultHasher::new();
        (outgoing.method(), path, outgoing.body()).hash(&mut hasher);
        let mut request = Self {
            kind,
            bearer: false,
            key: None,
            identity: hasher.finish(),
            proper: true,
        };
        let mut credentials = 0;
        for (name, value) in outgoing.headers() {
            match name {
                "authorization" => {
                    request.bearer = true;
                    credentials += 1;
                }
                "x-client-key" | "x-service-key" => credentials += 1,
                "idempotency-key" => request.key = Some(usize::from(!value.starts_with('1'))),
                _ => {}
            }
        }
        request.proper = credentials == usize::from(kind.takes_credential());
        Some(request)
    }
}
