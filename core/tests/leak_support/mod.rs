//! What the search for secrets needs: a transport that notes them, and a place for everything that is shown.
#![allow(dead_code, reason = "each test uses some of it")]

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
    Authentication, BaseUrl, Error, Event, Head, Limits, Now, Observer, Outgoing, Policy,
    ResponseBody, Settings, TokenPair, Transport, TransportFailure,
    emulator::{EmulatorTransport, Profile},
};

const PUBLIC_PREFIX: usize = 12;
const WINDOW: usize = 6;

/// Notes what is secret, and may answer in the server's place by repeating it.
#[derive(Clone)]
pub(crate) struct Watched {
    pub(crate) inner: EmulatorTransport,
    pub(crate) secrets: Rc<RefCell<BTreeSet<String>>>,
    pub(crate) echo: Rc<RefCell<Option<u16>>>,
    /// What the last request was allowed.
    pub(crate) limits: Rc<RefCell<Option<Limits>>>,
}

impl Watched {
    pub(crate) fn new(profile: Profile) -> Self {
        Self {
            inner: EmulatorTransport::new(profile),
            secrets: Rc::default(),
            echo: Rc::default(),
            limits: Rc::default(),
        }
    }

    pub(crate) fn note(&self, secret: &str) {
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

    /// The first piece of a secret that is in the text.
    pub(crate) fn seen(&self, printed: &str) -> Option<String> {
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
        printed
            .as_bytes()
            .windows(WINDOW)
            .find(|piece| pieces.contains(piece))
            .map(|piece| String::from_utf8_lossy(piece).into_owned())
    }

    pub(crate) fn assert_unseen(&self, printed: &str, about: &str) {
        let seen = self.seen(printed);
        assert_eq!(seen, None, "{about}: a piece of a secret is in: {printed}");
    }
}

/// A body, read whole before it is handed on.
pub(crate) struct Whole(Vec<u8>, bool);

impl ResponseBody for Whole {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        let first = !std::mem::replace(&mut self.1, true);
        Ok(first.then_some(&self.0))
    }
}

impl Transport for Watched {
    type Body = Whole;

    fn send(&self, request: &Outgoing, limits: &Limits) -> Result<(Head, Whole), TransportFailure> {
        *self.limits.borrow_mut() = Some(*limits);
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
pub(crate) struct Shown(pub(crate) Arc<Mutex<String>>);

impl Shown {
    pub(crate) fn debug(&self, value: &impl Debug) {
        let mut text = self.0.lock().unwrap();
        writeln!(text, "{value:?} {value:#?}").unwrap();
    }

    pub(crate) fn display(&self, value: &impl Display) {
        writeln!(self.0.lock().unwrap(), "{value} {value:#}").unwrap();
    }

    pub(crate) fn result<T: Debug>(&self, result: &Result<T, Error>) {
        match result {
            Ok(value) => self.debug(value),
            Err(error) => self.error(error),
        }
    }

    pub(crate) fn error(&self, error: &Error) {
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

pub(crate) fn settings(shown: &Shown, authentication: Authentication) -> Settings {
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
