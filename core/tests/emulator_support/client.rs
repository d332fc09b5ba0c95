//! A client in a few words, for tests of behaviour.

#![allow(dead_code)] // Each test file uses a part of it.

use fluxbase_client_keys::Timestamp;
use fluxbase_client_keys::emulator::{Emulator, KeyRecord, Profile, State, User};
use http::{HeaderMap, Request};
use serde_json::Value;

use crate::emulator_support::{Server, entropy};

/// The path of the key routes.
pub(crate) const KEYS: &str = "/api/v1/client-keys";

/// An answer whose body is JSON, `null` when it is empty.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn text(&self, member: &str) -> &str {
        self.json[member].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Status and error text.
    pub(crate) fn error(&self) -> (u16, &str) {
        (self.status, self.text("error"))
    }
}

/// A server that has just started with the sample state, a user with a second factor, and an owned key.
pub(crate) fn server(profile: Profile) -> Server {
    let mut state = State::sample(&mut entropy());
    let mut careful = User::new(
        "00000000-0000-4000-8000-000000000003",
        "twofa@example.com",
        "pass",
    );
    careful.two_factor_code = Some("123456".to_owned());
    state.users.push(careful);
    let owner = state.users[0].id.clone();
    let now = Timestamp::parse("2026-11-23T10:30:00Z").unwrap();
    state.client_keys.push(
        KeyRecord::new("00000000-0000-4000-8000-000000000009", "owned", OWNED, now)
            .with_scopes(["*"])
            .with_owner(owner),
    );
    Server::new(Emulator::new(profile, state), now)
}

/// The plaintext of the key that the first user owns.
pub(crate) const OWNED: &str = "fbk_b3duZWQta2V5LW9mLXRoZS1maXJzdC11c2VyLW9mLWFsbCE=";

impl Server {
    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let answer = self.answer(&request.body(body.as_bytes().to_vec()).unwrap());
        let (head, body) = answer.into_parts();
        let json = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).unwrap()
        };
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            json,
        }
    }

    /// As somebody with a token.
    pub(crate) fn bear(&mut self, token: &str, method: &str, target: &str, body: &str) -> Answer {
        self.send(
            method,
            target,
            &[("authorization", &format!("Bearer {token}"))],
            body,
        )
    }

    pub(crate) fn sign_in(&mut self, user: usize) -> Answer {
        let user = self.emulator.users()[user].clone();
        self.sign_in_with(&user.email, &user.password)
    }

    pub(crate) fn sign_in_with(&mut self, email: &str, password: &str) -> Answer {
        let body = format!(r#"{{"email":"{email}","password":"{password}"}}"#);
        self.send("POST", "/api/v1/auth/signin", &[], &body)
    }

    pub(crate) fn admin_token(&mut self) -> String {
        let admin = self.emulator.admins()[0].clone();
        let body = format!(
            r#"{{"email":"{}","password":"{}"}}"#,
            admin.email, admin.password
        );
        let answer = self.send("POST", "/api/v1/admin/login", &[], &body);
        answer.text("access_token").to_owned()
    }

    pub(crate) fn token(&mut self, user: usize) -> String {
        self.sign_in(user).text("access_token").to_owned()
    }

    pub(crate) fn refresh(&mut self, token: &str) -> Answer {
        let body = format!(r#"{{"refresh_token":"{token}"}}"#);
        self.send("POST", "/api/v1/auth/refresh", &[], &body)
    }
}
