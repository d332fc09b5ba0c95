//! The next request: mostly parts that belong together, filled with what the running server has given out.

use core::time::Duration;

use serde_json::Value;

use super::super::{input::Input, server::Server};
use crate::emulator::Emulator;

const METHODS: [&str; 9] = [
    "GET", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "PUT", "BREW", "CONNECT",
];

/// Where the client keys are.
pub(super) const KEYS: &str = "/api/v1/client-keys";

const PATHS: [&str; 14] = [
    "/",
    "/health",
    KEYS,
    "/API/v1/client-keys/",
    "/api/v1/client-keys/ID",
    "/api/v1/client-keys/ID/revoke",
    "/api/v1/auth/signin",
    "/api/v1/auth/2fa/verify",
    "/api/v1/auth/refresh",
    "/api/v1/auth/signout",
    "/api/v1/admin/login",
    "/api/v1/admin/refresh",
    "/api/v1/admin/logout",
    "/dashboard/auth/login",
];

const NAMES: [&str; 14] = [
    "authorization",
    "x-client-key",
    "x-service-key",
    "clientkey",
    "cookie",
    "content-type",
    "content-length",
    "transfer-encoding",
    "idempotency-key",
    "origin",
    "access-control-request-method",
    "accept-encoding",
    "x-fb-tenant",
    "x-request-id",
];

const VALUES: [&str; 12] = [
    "Bearer TOKEN",
    "TOKEN",
    "KEY",
    "SERVICE",
    "ServiceKey SERVICE",
    "application/json",
    "fluxbase_access_token=TOKEN; fluxbase_refresh_token=REFRESH",
    "http://localhost:5173",
    "POST",
    "gzip",
    "chunked",
    "18446744073709551615",
];

const BODIES: [&str; 11] = [
    r#"{"name":"n","scopes":["*"],"description":"<>&","rate_limit_per_minute":1}"#,
    r#"{"name":"n","scopes":["tables:read"],"expires_at":"9999-12-31T23:59:59.999999999-23:59"}"#,
    r#"{"name":"n","scopes":["read:clientkeys"]}"#,
    r#"{"email":"user1@example.com","password":"PASSWORD"}"#,
    r#"{"email":"admin@example.com","password":"ADMIN"}"#,
    r#"{"email":"admin@example.com","password":"wrong"}"#,
    r#"{"refresh_token":"REFRESH"}"#,
    r#"{"user_id":"USER","code":"000000"}"#,
    "null",
    "{}",
    "",
];

const WAITS: [u64; 7] = [0, 0, 1, 59, 901, 86_400, u64::MAX];

/// The next request; `None` for what is no request line, and never reaches a server.
pub(super) fn request(
    input: &mut Input<'_>,
    server: &mut Server,
    known: &Known,
) -> Option<http::Request<Vec<u8>>> {
    let what = input.byte();
    server.emulator.set_database(what & 0x70 != 0x70);
    server.wait(Duration::from_secs(*input.one_of(&WAITS)));
    let method = *input.one_of(&METHODS);
    let mut target = match input.byte() {
        255 => known.put_in(input.piece()),
        at => known.put_in(PATHS[usize::from(at) % PATHS.len()].as_bytes()),
    };
    if what & 8 != 0 {
        target.push(b'?');
        target.extend(known.put_in(input.piece()));
    }
    let mut request = http::Request::builder().method(method).uri(target);
    for _ in 0..what % 8 {
        let name = *input.one_of(&NAMES);
        let value = match input.byte() {
            255 => known.put_in(input.piece()),
            at => known.put_in(VALUES[usize::from(at) % VALUES.len()].as_bytes()),
        };
        if let Ok(value) = http::HeaderValue::from_bytes(&value) {
            request = request.header(name, value);
        }
    }
    let body = match input.byte() {
        255 => known.put_in(input.piece()),
        at => known.put_in(BODIES[usize::from(at) % BODIES.len()].as_bytes()),
    };
    if what & 0x80 != 0 {
        request = request.header("content-type", "application/json");
    }
    request.body(body).ok()
}

/// What the running server has given out, by the word that stands for it.
pub(super) struct Known(pub(super) Vec<(&'static str, String)>);

impl Known {
    pub(super) fn of(emulator: &Emulator) -> Self {
        let user = &emulator.users()[0];
        Self(vec![
            ("PASSWORD", user.password.clone()),
            ("USER", user.id.clone()),
            ("ADMIN", emulator.admins()[0].password.clone()),
            ("SERVICE", emulator.service_keys()[0].clone()),
            ("TOKEN", emulator.anon_tokens()[0].clone()),
        ])
    }

    fn put_in(&self, bytes: &[u8]) -> Vec<u8> {
        let Ok(text) = core::str::from_utf8(bytes) else {
            return bytes.to_vec();
        };
        // Words of lower case have nothing put in.
        if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return bytes.to_vec();
        }
        let filled = self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        });
        filled.into_bytes()
    }

    /// Looks for what later requests may send.
    pub(super) fn learn(&mut self, body: &[u8]) {
        let Ok(json) = serde_json::from_slice::<Value>(body) else {
            return;
        };
        for (name, member) in [
            ("TOKEN", "access_token"),
            ("REFRESH", "refresh_token"),
            ("KEY", "key"),
            ("ID", "id"),
        ] {
            if let Some(value) = json[member].as_str() {
                self.0.retain(|(known, _)| *known != name);
                self.0.push((name, value.to_owned()));
            }
        }
    }
}
