//! Every request as it goes over the wire, byte for byte, in `golden/*.http`.
//!
//! After a change that is meant: `FLUXBASE_KEYS_BLESS=1 cargo test -p fluxbase-client-keys --test golden` rewrites the
//! files; read the difference. A new case needs its file to exist first, be it empty, because the texts are compiled in:
//! so the comparison also runs where there is no file system.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{fmt::Write as _, time::Duration};

use fluxbase_client_keys::{
    Access, AdminRefresh, AdminSignIn, AdminSignOut, BaseUrl, CheckHealth, ClientKeyId, Context,
    Create, CreateClientKey, CreateClientKeyRequest, Credential, DeleteClientKey, GetClientKey,
    IdempotencyKey, ListClientKeys, Now, Operation, Payload, Refresh, RevokeClientKey, Scope,
    SignIn, SignOut, Spelling, Step, Timestamp, UpdateClientKey, UpdateClientKeyRequest, UserId,
    VerifyTwoFactor, WithSpelling,
};
use http::Request;

/// What is in a credential's header and must be in no file.
const SECRET: &str = "dGhpcyBzZWNyZXQgbXVzdCBub3QgYmUgc2Vlbg";

macro_rules! golden {
    ($($name:literal: $request:expr;)*) => {
        /// Name, expected text, request.
        fn cases() -> Vec<(&'static str, &'static str, Request<Payload>)> {
            vec![$(($name, include_str!(concat!("golden/", $name, ".http")), $request)),*]
        }
    };
}

golden! {
    "create_minimal": by_token(&create(request()));
    "create_description": by_token(&create(request().description("Client key for \"production\"\n")));
    "create_empty_description": by_token(&create(request().description("")));
    "create_rate_limit": by_token(&create(request().rate_limit_per_minute(100)));
    "create_expires_at": by_token(&create(request().expires_at(instant("2031-12-31T23:59:59Z"))));
    "create_expires_at_offset_and_nanoseconds":
        by_token(&create(request().expires_at(instant("2031-06-30T23:59:59.123456789+02:00"))));
    "create_everything": by_token(&create(everything()));
    "create_unknown_scope": by_token(&create(CreateClientKeyRequest::new("ключ 🔑", [
        Scope::new("read:users").unwrap(),
        Scope::TABLES_READ,
        Scope::TABLES_READ,
    ])));
    "create_keyed": by_token(&keyed(everything()));
    "create_by_client_key": by(&create(request()), &Credential::client_key(format!("fbk_{SECRET}")).unwrap());
    "create_by_service_key": by(&create(request()), &Credential::service_key(format!("sk_{SECRET}")).unwrap());
    "list": by_token(&ListClientKeys::new());
    "list_of_user": by_token(&ListClientKeys::of_user(user()));
    "list_under_a_prefix": prefixed(&ListClientKeys::new());
    "get": by_token(&GetClientKey::new(id()));
    "get_documented_id": by_token(&GetClientKey::new(ClientKeyId::parse("key-uuid").unwrap()));
    "get_urn": by_token(&GetClientKey::new(ClientKeyId::parse(&format!("urn:uuid:{}", id())).unwrap()));
    "update_name": by_token(&update(UpdateClientKeyRequest::new().name("Updated Name")));
    "update_description": by_token(&update(UpdateClientKeyRequest::new().description("New")));
    "update_empty_description": by_token(&update(UpdateClientKeyRequest::new().description("")));
    "update_scopes": by_token(&update(UpdateClientKeyRequest::new().scopes([Scope::TABLES_READ, Scope::ALL])));
    "update_without_scopes": by_token(&UpdateClientKey::strip(id(), UpdateClientKeyRequest::without_scopes()));
    "update_rate_limit": by_token(&update(UpdateClientKeyRequest::new().rate_limit_per_minute(0)));
    "update_everything": by_token(&update(
        UpdateClientKeyRequest::new()
            .name("Updated Name")
            .description("New")
            .scopes([Scope::TABLES_WRITE])
            .rate_limit_per_minute(2_147_483_647),
    ));
    "revoke": by_token(&RevokeClientKey::new(id()));
    "delete": by_token(&DeleteClientKey::new(id()));
    "sign_in": by_nobody(&SignIn::new("user@example.com", "pass \"word\"\u{1}"));
    "two_factor": by_nobody(&VerifyTwoFactor::new(user(), "123456"));
    "refresh": by_nobody(&Refresh::new("eyJhbGciOiJIUzI1NiJ9.e30.c2ln"));
    "sign_out": by_token(&SignOut);
    "admin_sign_in": by_nobody(&AdminSignIn::new("admin@example.com", "password"));
    "admin_refresh": by_nobody(&AdminRefresh::new("eyJhbGciOiJIUzI1NiJ9.e30.c2ln"));
    "admin_sign_out": by_token(&AdminSignOut);
    // A credential is not sent where none is taken.
    "health": by_token(&CheckHealth);
    "probe_of_the_spelling": probe();
}

fn id() -> ClientKeyId {
    ClientKeyId::parse("5B0C2D5E-8F43-4F0E-9A57-0D7D2F1A9C11").unwrap()
}

fn user() -> UserId {
    UserId::parse("70b56f62-4ab6-4ec5-b1e6-ba6a1d36e861").unwrap()
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn request() -> CreateClientKeyRequest {
    CreateClientKeyRequest::new("Production Service", [Scope::TABLES_READ])
}

fn everything() -> CreateClientKeyRequest {
    let scopes = [Scope::TABLES_READ, Scope::TABLES_WRITE];
    CreateClientKeyRequest::new("Production Service", scopes)
        .description("Client key for production service")
        .rate_limit_per_minute(2_147_483_647)
        .expires_at(instant("2031-12-31T23:59:59.5Z"))
}

fn create(request: CreateClientKeyRequest) -> CreateClientKey {
    CreateClientKey::new(request)
}

fn keyed(request: CreateClientKeyRequest) -> CreateClientKey {
    let [first, spare] = [SECRET, "c3BhcmUgc3BhcmUgc3BhcmUgc3BhcmU"];
    let [first, spare] = [first, spare].map(|text| IdempotencyKey::new(text).unwrap());
    create(request).with_idempotency_keys(first, spare)
}

fn update(request: UpdateClientKeyRequest) -> UpdateClientKey {
    UpdateClientKey::new(id(), request)
}

fn token() -> Credential {
    Credential::bearer_token(format!("eyJ.{SECRET}")).unwrap()
}

fn server() -> BaseUrl {
    BaseUrl::parse("https://example.com").unwrap()
}

fn by(operation: &impl Operation, credential: &Credential) -> Request<Payload> {
    operation.request(&server(), Some(credential)).unwrap()
}

fn by_token(operation: &impl Operation) -> Request<Payload> {
    by(operation, &token())
}

fn by_nobody(operation: &impl Operation) -> Request<Payload> {
    operation.request(&server(), None).unwrap()
}

fn prefixed(operation: &impl Operation) -> Request<Payload> {
    let base = BaseUrl::parse("https://example.com:8443/a/Fluxbase/").unwrap();
    operation.request(&base, Some(&token())).unwrap()
}

/// The one request that no operation makes.
fn probe() -> Request<Payload> {
    let flow = WithSpelling::new(Create(create(request())), Spelling::Auto, None);
    let context = Context::new(server()).access(Access::fixed(token()));
    let now = Now::new(Timestamp::UNIX_EPOCH, Duration::ZERO, 0);
    match Step::start(flow, context, now) {
        Step::Send(sending) => sending.request().clone().into_http().unwrap(),
        step => panic!("{step:?}"),
    }
}

/// Method and URL, headers, an empty line and the body if there is one.
fn text(request: &Request<Payload>) -> String {
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        let value = if value.is_sensitive() {
            "Sensitive"
        } else {
            value.to_str().unwrap()
        };
        writeln!(text, "{name}: {value}").unwrap();
    }
    if !request.body().is_empty() {
        let body = std::str::from_utf8(request.body().as_ref()).unwrap();
        write!(text, "\n{body}\n").unwrap();
    }
    text
}

#[test]
fn requests_are_as_written_down() {
    let mut wrong = Vec::new();
    for (name, expected, request) in cases() {
        let text = text(&request);
        assert!(!text.contains(SECRET), "{name}");
        assert!(!format!("{request:?}").contains(SECRET), "{name}");
        // A checkout may have turned the ends of lines.
        if text != expected.replace("\r\n", "\n") && !files::blessed(name, &text) {
            wrong.push(format!(
                "{name}.http is\n{expected}but the request is\n{text}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_name_is_given_once() {
    let mut names: Vec<&str> = cases().iter().map(|(name, ..)| *name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[cfg(not(target_family = "wasm"))]
#[expect(
    clippy::disallowed_methods,
    reason = "the tests write the files and look which there are"
)]
mod files {
    use std::{collections::BTreeSet, path::Path};

    fn folder() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
    }

    /// Whether the file has been rewritten.
    pub(crate) fn blessed(name: &str, text: &str) -> bool {
        let asked = std::env::var("FLUXBASE_KEYS_BLESS").is_ok_and(|value| value == "1");
        if asked {
            std::fs::write(folder().join(format!("{name}.http")), text).unwrap();
        }
        asked
    }

    #[test]
    fn every_file_has_a_case() {
        let entries = std::fs::read_dir(folder()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let found: BTreeSet<String> = names.collect();
        let cases = super::cases();
        let expected: BTreeSet<String> = cases
            .iter()
            .map(|(name, ..)| format!("{name}.http"))
            .collect();
        assert_eq!(found, expected, "a file without a case is to be removed");
    }
}

#[cfg(target_family = "wasm")]
mod files {
    pub(crate) fn blessed(_: &str, _: &str) -> bool {
        false
    }
}
