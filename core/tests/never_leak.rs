//! No secret is printed: everything that went over the wire is looked for in everything that can be shown.
//!
//! A transport notes each secret that passes it: credentials and idempotency keys in headers, passwords, codes, tokens and
//! plaintext keys in bodies. Whatever the calls then give (values, errors with their causes, warnings, events, states of the
//! machine, settings) is printed in every way it has, and searched for any six characters of any of them, past the twelve of
//! a client key that are public. In a second round the server repeats every secret in every part of an error.
#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

use std::{
    cell::RefCell,
    collections::BTreeSet,
    error::Error as StdError,
    fmt::{Debug, Display, Write as _},
    rc::Rc,
    sync::{Arc, Mutex},
    time::Duration,
};

use fluxbase_client_keys::{
    Authentication, BaseUrl, ClientKeysManager, CreateClientKeyRequest, Credential, Error, Event,
    Head, Limits, Now, Observer, Outgoing, Policy, ResponseBody, Scope, Secret, Settings,
    SignInResponse, TokenPair, Transport, TransportFailure, UpdateClientKeyRequest, UserId,
    emulator::{EmulatorTransport, Fault, Profile},
};

const PUBLIC_PREFIX: usize = 12;
const WINDOW: usize = 6;

/// Notes what is secret, and may answer in the server's place by repeating it.
#[derive(Clone)]
struct Watched {
    inner: EmulatorTransport,
    secrets: Rc<RefCell<BTreeSet<String>>>,
    echo: Rc<RefCell<Option<u16>>>,
}

impl Watched {
    fn new(profile: Profile) -> Self {
        Self {
            inner: EmulatorTransport::new(profile),
            secrets: Rc::default(),
            echo: Rc::default(),
        }
    }

    fn note(&self, secret: &str) {
        self.secrets.borrow_mut().insert(secret.to_owned());
    }

    fn note_members(&self, body: &[u8]) -> Vec<String> {
        let Ok(serde_json::Value::Object(members)) = serde_json::from_slice(body) else {
            return Vec::new();
        };
        ["password", "code", "key", "access_token", "refresh_token"]
            .into_iter()
            .filter_map(|name| members.get(name)?.as_str())
            .filter(|text| !text.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
            .map(|text| {
                self.note(text);
                text.to_owned()
            })
            .collect()
    }

    /// What any printed text must not hold.
    fn assert_unseen(&self, printed: &str, about: &str) {
        let secrets = self.secrets.borrow();
        let mut pieces = BTreeSet::new();
        for secret in &*secrets {
            let start = if secret.starts_with("fbk_") {
                PUBLIC_PREFIX
            } else {
                0
            };
            let hidden = secret.as_bytes().get(start..).unwrap();
            assert!(hidden.len() >= WINDOW, "too short to be looked for");
            pieces.extend(hidden.windows(WINDOW));
        }
        for piece in printed.as_bytes().windows(WINDOW) {
            assert!(
                !pieces.contains(piece),
                "{about}: {:?} is a piece of a secret, in: {printed}",
                String::from_utf8_lossy(piece)
            );
        }
    }
}

/// A body, read whole before it is handed on.
struct Whole(Vec<u8>, bool);

impl ResponseBody for Whole {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        let first = !std::mem::replace(&mut self.1, true);
        Ok(first.then_some(&self.0))
    }
}

impl Transport for Watched {
    type Body = Whole;

    fn send(&self, request: &Outgoing, limits: &Limits) -> Result<(Head, Whole), TransportFailure> {
        let mut sent = self.note_members(request.body().unwrap_or_default());
        for (name, value) in request.headers() {
            if matches!(
                name,
                "authorization" | "x-client-key" | "x-service-key" | "idempotency-key"
            ) {
                let secret = value.strip_prefix("Bearer ").unwrap_or(value);
                self.note(secret);
                sent.push(secret.to_owned());
            }
        }
        self.assert_unseen(request.url(), "a URL");
        self.assert_unseen(
            &format!("{request:?} {:?}", request.clone().into_http()),
            "a request",
        );
        if let Some(status) = *self.echo.borrow() {
            let all = sent.join(" ");
            let body = serde_json::json!({
                "error": all, "code": all, "message": format!("cannot use {all}"), "request_id": all, "required_scope": all,
            });
            let mut head = Head::new(status);
            head.header("content-type", b"application/json");
            head.header(
                "x-request-id",
                sent.first().map_or("", String::as_str).as_bytes(),
            );
            return Ok((head, Whole(body.to_string().into_bytes(), false)));
        }
        let (head, mut rest) = self.inner.send(request, limits)?;
        let mut whole = Vec::new();
        while let Some(piece) = rest.chunk()? {
            whole.extend_from_slice(piece);
        }
        self.note_members(&whole);
        Ok((head, Whole(whole, false)))
    }

    fn now(&self) -> Now {
        self.inner.now()
    }

    fn sleep(&self, duration: Duration) {
        self.inner.sleep(duration);
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        self.inner.fill_random(buffer)
    }
}

/// Everything that was shown.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<String>>);

impl Shown {
    fn debug(&self, value: &impl Debug) {
        let mut text = self.0.lock().unwrap();
        writeln!(text, "{value:?} {value:#?}").unwrap();
    }

    fn display(&self, value: &impl Display) {
        writeln!(self.0.lock().unwrap(), "{value} {value:#}").unwrap();
    }

    fn result<T: Debug>(&self, result: &Result<T, Error>) {
        match result {
            Ok(value) => self.debug(value),
            Err(error) => self.error(error),
        }
    }

    fn error(&self, error: &Error) {
        self.debug(error);
        self.display(error);
        self.debug(&(
            error.code(),
            error.server_message(),
            error.request_id(),
            error.required_scope(),
        ));
        let mut source: Option<&dyn StdError> = error.source();
        while let Some(cause) = source {
            self.debug(&cause);
            self.display(&cause);
            source = cause.source();
        }
    }
}

impl Observer for Shown {
    fn event(&self, event: &Event<'_>) {
        self.debug(event);
    }
}

fn settings(shown: &Shown, authentication: Authentication) -> Settings {
    let mut settings = Settings::new(BaseUrl::parse("http://localhost:8080").unwrap());
    settings.authentication = authentication;
    settings.observer = Some(Arc::new(shown.clone()));
    settings.policy = Policy::new().attempts(2);
    let store = shown.clone();
    settings.store = Some(Arc::new(move |pair: &TokenPair| {
        store.debug(pair);
        Err("the disk is full".into())
    }));
    settings
}

/// Calls everything there is once, and shows what comes of it.
fn call_everything(manager: &ClientKeysManager<Watched>, shown: &Shown) {
    let request = CreateClientKeyRequest::new("canary", [Scope::TABLES_READ]);
    let created = manager.create_answer(&request);
    shown.result(&created);
    shown.result(&manager.create_idempotent_answer(&request));
    let listed = manager.list();
    shown.result(&listed);
    let id = created.ok().map_or_else(
        || "key-123".to_owned(),
        |answer| answer.value.client_key.id().as_str().to_owned(),
    );
    shown.result(&manager.get_answer(&id));
    shown.result(&manager.update_answer(&id, &UpdateClientKeyRequest::new().name("canary 2")));
    shown.result(&manager.revoke_answer(&id));
    shown.result(&manager.delete_answer(&id));
    shown.result(&manager.get("00000000-0000-0000-0000-000000000000"));
    shown.result(&manager.refresh());
    shown.result(&manager.health());
    shown.debug(manager);
    shown.result(&manager.sign_out());
}

/// Passwords, codes and tokens that are wrong, so that the refusals are looked at too.
fn be_refused(manager: &ClientKeysManager<Watched>, shown: &Shown) {
    let (email, _) = manager.transport().inner.user();
    shown.result(&manager.sign_in(&email, "wH0rB4tQ7"));
    shown.result(&manager.admin_sign_in(&email, "aN9stP2kW8"));
    shown.result(&manager.verify_two_factor(UserId::parse("u-1").unwrap(), "908172"));
    manager.restore_tokens(TokenPair::new(
        "eyJhbGciOiJIUzI1NiJ9.bm9ib2R5.a2Fub25lbmZ1dHRlcg",
        Some("rQ7vW9zK3pT5mB1nR8sDx2".into()),
    ));
    shown.result(&manager.refresh());
}

#[test]
fn nothing_that_is_shown_holds_a_secret() {
    for profile in Profile::ALL {
        for faults in [
            vec![],
            vec![Fault::LostAfter],
            vec![Fault::CutBody],
            vec![Fault::Refused; 4],
        ] {
            let transport = Watched::new(profile);
            let shown = Shown::default();
            let (email, password) = transport.inner.user();
            let manager =
                ClientKeysManager::new(settings(&shown, Authentication::None), transport.clone());
            shown.debug(&settings(
                &shown,
                Authentication::Login {
                    email: email.clone(),
                    password: password.clone().into(),
                    admin: false,
                    tokens: None,
                },
            ));
            let signed_in = manager.sign_in(&email, password);
            assert!(matches!(signed_in, Ok(SignInResponse::SignedIn(_))));
            shown.result(&signed_in);
            transport.inner.fail_next(faults);
            call_everything(&manager, &shown);
            be_refused(&manager, &shown);
            let secrets = transport.secrets.borrow().len();
            assert!(secrets >= 10, "only {secrets} secrets were seen");
            transport.assert_unseen(&shown.0.lock().unwrap(), &profile.to_string());
        }
    }
}

#[test]
fn a_server_that_repeats_what_it_was_sent_is_not_quoted() {
    for status in [400, 401, 403, 404, 409, 422, 429, 500, 503] {
        for authentication in [
            Authentication::Fixed(Credential::bearer_token("oX4jH6gY2fL9cU0aE7iN3kP").unwrap()),
            Authentication::Fixed(
                Credential::client_key("fbk_Zm9vYmFyc2VjcmV0LXBhcnQtMQ==").unwrap(),
            ),
            Authentication::Fixed(Credential::service_key("sk_qZ8wS1xD5cF9vG3bH7nJ").unwrap()),
        ] {
            let transport = Watched::new(Profile::V2026_3_7);
            let shown = Shown::default();
            *transport.echo.borrow_mut() = Some(status);
            let manager =
                ClientKeysManager::new(settings(&shown, authentication), transport.clone());
            call_everything(&manager, &shown);
            be_refused(&manager, &shown);
            let shown = shown.0.lock().unwrap();
            // The server's words are shown, without what it repeated.
            assert!(shown.contains("cannot use [redacted]"), "{status}: {shown}");
            transport.assert_unseen(&shown, &format!("an echo with status {status}"));
        }
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let transport = Watched::new(Profile::V2026_3_7);
    transport.note("fbk_Zm9vYmFyc2VjcmV0LXBhcnQtMQ==");
    transport.assert_unseen("the key fbk_Zm9vYmFy", "its public beginning");
    let planted = std::panic::catch_unwind(|| {
        let transport = Watched::new(Profile::V2026_3_7);
        transport.note("fbk_Zm9vYmFyc2VjcmV0LXBhcnQtMQ==");
        transport.assert_unseen("ends with jcmV0LX", "six characters of it");
    });
    assert!(planted.is_err());
    let printed = format!("{:?}", Secret::new("c2VjcmV0"));
    assert_eq!(printed, "Secret(..)");
}
