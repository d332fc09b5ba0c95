//! Any requests, one after the other: the emulator answers each, and with nothing but what its profile's server has to say.

mod catalogue;
mod request;

use core::time::Duration;

use serde_json::Value;

use self::{
    catalogue::{shape, told},
    request::{KEYS, Known, request},
};
use super::{input::Input, server::Server, shown};
use crate::{
    AdminRefresh, AdminSignIn, CheckHealth, ClientKeyId, CreateClientKey, CreateClientKeyRequest,
    DeleteClientKey, Error, ErrorKind, GetClientKey, ListClientKeys, Operation, Refresh,
    RevokeClientKey, Scope, SignIn, SignOut, UpdateClientKey, UpdateClientKeyRequest,
    emulator::Profile,
};

/// What proves who asks.
const CREDENTIALS: [&str; 5] = [
    "authorization",
    "x-client-key",
    "x-service-key",
    "clientkey",
    "cookie",
];

/// As many requests as are enough for every limit.
const MOST: usize = 80;

/// A server, its settings, and requests until the input ends.
pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let profile = *input.one_of(&Profile::ALL);
    let mut server = Server::new(profile);
    let settings = input.byte();
    server.emulator.set_only_admins(settings & 1 != 0);
    server.emulator.set_limit_everywhere(settings & 2 != 0);
    if settings & 4 != 0 {
        server
            .emulator
            .set_access_token_lifetime(Duration::from_secs(1));
    }
    let mut known = Known::of(&server.emulator);
    for _ in 0..MOST {
        if input.is_empty() {
            break;
        }
        let Some(request) = request(&mut input, &mut server, &known) else {
            continue;
        };
        let before = server.emulator.client_keys().count();
        let answer = server.answer(&request);
        check(profile, &request, &answer);
        let after = server.emulator.client_keys().count();
        counted(&request, &answer, before, after);
        known.learn(answer.body());
    }
    let mut shown = shown::debug(&server.emulator);
    shown.push_str(&shown::debug(&server.emulator.users()));
    for (name, value) in &known.0 {
        let is_secret = !matches!(*name, "ID" | "USER");
        assert!(
            !is_secret || value.len() < 6 || !shown.contains(value),
            "a secret is shown"
        );
    }
}

fn check(profile: Profile, request: &http::Request<Vec<u8>>, answer: &http::Response<Vec<u8>>) {
    let status = answer.status().as_u16();
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    assert!(header("date").is_some() && header("server") == Some("Fluxbase"));
    let is_head = request.method() == "HEAD";
    if status == 204 {
        assert!(answer.body().is_empty(), "204 with a body");
        return;
    }
    let is_json = header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if is_head {
        assert!(answer.body().is_empty() || profile != Profile::V2026_1);
        return;
    }
    if !is_json {
        let shape = format!("{status} text");
        assert!(told(profile, &shape), "{profile} never says {shape}");
        return;
    }
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    if status >= 300 {
        let shape = shape(status, &body);
        // A body that is nested too deeply is read, and its answer marked as a refusal.
        let applied = status == 400 && body.get("error").is_none();
        assert!(
            applied || told(profile, &shape),
            "{profile} never says {shape}: {body}"
        );
        return;
    }
    assert!(
        matches!(status, 200 | 201),
        "{profile} never answers {status}"
    );
    if let Some(error) = misread(request, answer) {
        let is_unclear = matches!(
            error.kind(),
            ErrorKind::UnexpectedResponse | ErrorKind::NotFluxbase
        );
        assert!(!is_unclear, "{error}: {body}");
    }
    let has = |name: &&str| request.headers().contains_key(*name);
    let is_anonymous = !CREDENTIALS.iter().any(has) && request.uri().query().is_none();
    let is_replay = answer.headers().contains_key("idempotency-replayed");
    let is_for_keys = request.uri().path().to_ascii_lowercase().starts_with(KEYS);
    assert!(
        !(is_anonymous && is_for_keys) || is_replay,
        "keys for nobody: {body}"
    );
}

/// The error of the operation that this request is one of, should it not read the answer.
fn misread(request: &http::Request<Vec<u8>>, answer: &http::Response<Vec<u8>>) -> Option<Error> {
    let path = request.uri().path();
    let id = ClientKeyId::parse("k").unwrap();
    let create = || CreateClientKeyRequest::new("n", [Scope::ALL]);
    match (request.method().as_str(), path) {
        ("GET", "/health") => CheckHealth.read(answer).err(),
        ("GET", KEYS) => ListClientKeys::new().read(answer).err(),
        ("POST", KEYS) => CreateClientKey::new(create()).read(answer).err(),
        ("POST", "/api/v1/auth/signin") => SignIn::new("e", "p").read(answer).err(),
        ("POST", "/api/v1/auth/refresh") => Refresh::new("r").read(answer).err(),
        ("POST", "/api/v1/auth/signout") => SignOut.read(answer).err(),
        ("POST", "/api/v1/admin/login") => AdminSignIn::new("e", "p").read(answer).err(),
        ("POST", "/api/v1/admin/refresh") => AdminRefresh::new("r").read(answer).err(),
        (method, path) => {
            let rest = path.strip_prefix(KEYS)?.strip_prefix('/')?;
            match (method, rest.split_once('/')) {
                ("POST", Some((_, "revoke"))) => RevokeClientKey::new(id).read(answer).err(),
                ("GET", None) if !rest.is_empty() => GetClientKey::new(id).read(answer).err(),
                ("DELETE", None) => DeleteClientKey::new(id).read(answer).err(),
                ("PATCH", None) => {
                    let update = UpdateClientKeyRequest::new().name("n");
                    UpdateClientKey::new(id, update).read(answer).err()
                }
                _ => None,
            }
        }
    }
}

/// Keys come and go only with an answer that says so.
fn counted(
    request: &http::Request<Vec<u8>>,
    answer: &http::Response<Vec<u8>>,
    before: usize,
    after: usize,
) {
    let status = answer.status().as_u16();
    let method = request.method().as_str();
    match after.cmp(&before) {
        core::cmp::Ordering::Equal => {}
        core::cmp::Ordering::Greater => {
            assert!(method == "POST" && after == before + 1);
            assert!(matches!(status, 201 | 400), "a key was made");
        }
        core::cmp::Ordering::Less => {
            assert!(method == "DELETE" && after + 1 == before);
            assert!(matches!(status, 200 | 204 | 400), "a key was deleted");
        }
    }
}
