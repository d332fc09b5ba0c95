//! What this client makes of an answer: each is read by the operation whose request it answers.

use fluxbase_client_keys_ureq::{
    AdminRefresh, AdminSignIn, AdminSignOut, CheckHealth, ClientKeyId, CreateClientKey,
    CreateClientKeyRequest, DeleteClientKey, ErrorKind, GetClientKey, ListClientKeys, Operation,
    Outcome, Refresh, RevokeClientKey, Scope, SignIn, SignOut, UpdateClientKey,
    UpdateClientKeyRequest, VerifyTwoFactor,
};
use http::Response;

use crate::answer::{Answer, Exchange};

/// What this client makes of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The promised result.
    Value,
    /// An error of this kind, and what it says of the effect.
    Error(ErrorKind, Outcome),
    /// No operation of the client asks this.
    NotAsked,
}

impl Reading {
    /// Whether a Fluxbase server's answer was not understood.
    pub(crate) fn is_lost(&self) -> bool {
        let lost = |kind| matches!(kind, ErrorKind::UnexpectedResponse | ErrorKind::NotFluxbase);
        matches!(self, Self::Error(kind, _) if lost(*kind))
    }

    /// In words.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Value => "value".to_owned(),
            Self::NotAsked => "not asked by this client".to_owned(),
            Self::Error(kind, outcome) => format!("{kind:?}, {outcome:?}"),
        }
    }
}

/// Reads the answer of an exchange.
pub(crate) fn read(exchange: &Exchange) -> Reading {
    let request = &exchange.request;
    let path = request.path().trim_end_matches('/');
    let answer = &exchange.answer;
    match (request.method.as_str(), path) {
        ("GET", "/health") => by(&CheckHealth, answer),
        ("POST", "/api/v1/auth/signin") => by(&SignIn::new("a", "b"), answer),
        ("POST", "/api/v1/auth/2fa/verify") => by_parsed(
            "a".parse()
                .ok()
                .map(|id| VerifyTwoFactor::new(id, "000000")),
            answer,
        ),
        ("POST", "/api/v1/auth/refresh") => by(&Refresh::new("a"), answer),
        ("POST", "/api/v1/auth/signout") => by(&SignOut, answer),
        ("POST", "/api/v1/admin/login") => by(&AdminSignIn::new("a", "b"), answer),
        ("POST", "/api/v1/admin/refresh") => by(&AdminRefresh::new("a"), answer),
        ("POST", "/api/v1/admin/logout") => by(&AdminSignOut, answer),
        ("GET", "/api/v1/client-keys") => by(&ListClientKeys::new(), answer),
        ("POST", "/api/v1/client-keys") => {
            let request = CreateClientKeyRequest::new("a", [Scope::ALL]);
            by(&CreateClientKey::new(request), answer)
        }
        (method, path) => match path.strip_prefix("/api/v1/client-keys/") {
            Some(rest) => of_one_key(method, rest, answer),
            None => Reading::NotAsked,
        },
    }
}

fn of_one_key(method: &str, rest: &str, answer: &Answer) -> Reading {
    let (id, action) = rest.split_once('/').unwrap_or((rest, ""));
    let id = ClientKeyId::parse(id).ok();
    match (method, action) {
        ("GET", "") => by_parsed(id.map(GetClientKey::new), answer),
        ("PATCH", "") => {
            let update = |id| UpdateClientKey::new(id, UpdateClientKeyRequest::new());
            by_parsed(id.map(update), answer)
        }
        ("POST", "revoke") => by_parsed(id.map(RevokeClientKey::new), answer),
        ("DELETE", "") => by_parsed(id.map(DeleteClientKey::new), answer),
        _ => Reading::NotAsked,
    }
}

fn by_parsed<O: Operation>(operation: Option<O>, answer: &Answer) -> Reading {
    operation.map_or(Reading::NotAsked, |operation| by(&operation, answer))
}

fn by<O: Operation>(operation: &O, answer: &Answer) -> Reading {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        // The body stands here decompressed.
        if !name.eq_ignore_ascii_case("content-encoding") {
            response = response.header(name, value);
        }
    }
    let Ok(response) = response.body(answer.body.as_slice()) else {
        return Reading::Error(ErrorKind::UnexpectedResponse, Outcome::Unknown);
    };
    match operation.read(&response) {
        Ok(_) => Reading::Value,
        Err(error) => Reading::Error(error.kind(), error.outcome()),
    }
}
