//! No secret is printed: by `Debug`, by errors, or in the log of this crate and of ureq at the level `debug`.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used)]

use std::{
    error::Error as _,
    fmt::{Debug, Write as _},
    sync::{Mutex, OnceLock},
    time::Duration,
};

use fluxbase_client_keys_ureq::{
    Cancellable as _, CreateClientKeyRequest, Error, Policy, Proxy, Scope, TokenPair, builder,
};
use fluxbase_emulator::{Fault, Options, What, start};
use log::{LevelFilter, Log, Metadata, Record};

/// Keeps all that is logged in this process.
struct Collector(Mutex<String>);

impl Log for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let mut kept = self.0.lock().unwrap();
        writeln!(kept, "{} {}", record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

/// All that was printed, and the secrets that must not be in it.
#[derive(Default)]
struct Printed {
    text: String,
    secrets: Vec<String>,
}

impl Printed {
    fn value(&mut self, value: &dyn Debug) {
        writeln!(self.text, "{value:?} {value:#?}").unwrap();
    }

    fn error(&mut self, error: &Error) {
        writeln!(self.text, "{error} {error:?}").unwrap();
        let mut cause = error.source();
        while let Some(error) = cause {
            writeln!(self.text, "{error} {error:?}").unwrap();
            cause = error.source();
        }
    }

    fn pair(&mut self, pair: &TokenPair) {
        self.value(pair);
        self.secrets.push(pair.access_token.expose().to_owned());
        if let Some(refresh) = &pair.refresh_token {
            self.secrets.push(refresh.expose().to_owned());
        }
    }
}

#[test]
fn no_secret_is_printed_or_logged() {
    static LOG: OnceLock<Collector> = OnceLock::new();
    log::set_logger(LOG.get_or_init(|| Collector(Mutex::default()))).unwrap();
    log::set_max_level(LevelFilter::Debug);

    let mut printed = Printed::default();
    let guard = start(Options::new()).unwrap();
    let user = &guard.credentials().users[0];
    printed.secrets.push(user.password.clone());

    let login = builder(&guard.base_url())
        .policy(Policy::new().attempts(2).backoff(Duration::from_millis(2)))
        .proxy(Proxy::None)
        .login(&user.email, user.password.as_str());
    printed.value(&login);
    let manager = login.build().unwrap();
    let request = CreateClientKeyRequest::new("ci", [Scope::CLIENTKEYS_READ]);
    let created = manager.create_idempotent(&request).unwrap();
    printed.value(&created);
    printed.secrets.push(created.key.expose().to_owned());
    printed.pair(&manager.export_tokens().unwrap());
    manager.refresh().unwrap();
    printed.pair(&manager.export_tokens().unwrap());

    let by_key = builder(&guard.base_url()).client_key(created.key.clone());
    printed.value(&by_key);
    let by_key = by_key.build().unwrap();
    by_key.list().unwrap();

    // Failures of all kinds: refused, lost, cut, not allowed.
    printed.error(&by_key.create(&request).unwrap_err());
    manager.revoke(created.client_key.id()).unwrap();
    printed.error(&by_key.list().unwrap_err());
    for what in [What::LoseAfter, What::CutBody] {
        guard.clear_faults();
        guard.add_fault(Fault::new(what).path_prefix("/api/v1/client-keys"));
        printed.error(&manager.create_idempotent(&request).unwrap_err());
        printed.error(&manager.list().map(|_| ()).unwrap_err());
    }
    let (cancellable, handle) = manager.cancellable();
    handle.cancel();
    printed.error(&cancellable.list().map(|_| ()).unwrap_err());
    printed.value(&handle);
    for manager in [&manager, &by_key, &cancellable] {
        printed.value(manager);
        printed.value(manager.transport());
    }

    // Values that were given and cannot be used.
    let wrong = "hunter2 hunter2";
    printed.secrets.push("hunter2".to_owned());
    for builder in [
        builder("https://user:hunter2@fluxbase.test"),
        builder("https://fluxbase.test").client_key(wrong),
        builder("https://fluxbase.test").bearer_token("fbk_hunter2"),
        builder("https://fluxbase.test").proxy(Proxy::Url("socks5://u:hunter2@x".to_owned())),
        builder("https://fluxbase.test")
            .client_key("fbk_hunter2")
            .tokens(TokenPair::new("hunter2", None)),
    ] {
        printed.value(&builder);
        printed.error(&builder.build().unwrap_err());
    }

    // The idempotency keys are known from what the server received.
    for request in guard.received() {
        let key = request.header("idempotency-key");
        printed.secrets.extend(key.map(str::to_owned));
    }
    let mut logged = LOG.get().unwrap().0.lock().unwrap();
    assert!(
        logged.contains("ureq") && logged.contains("POST"),
        "{logged}"
    );
    assert!(printed.secrets.len() >= 8, "{}", printed.secrets.len());
    for secret in &printed.secrets {
        assert_unseen(&printed.text, secret, "printed");
        assert_unseen(&logged, secret, "logged");
    }
    logged.clear();
    drop(logged);

    // What the documentation warns of. Should this fail, the library has become quieter, and the warning can go.
    guard.clear_faults();
    log::set_max_level(LevelFilter::Trace);
    manager.create(&request).unwrap();
    // The bytes in lines of sixteen, as numbers and then as characters.
    let logged: String = LOG
        .get()
        .unwrap()
        .0
        .lock()
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("ureq_proto::util "))
        .filter_map(|line| line.rsplit_once("  "))
        .map(|(_, characters)| characters)
        .collect();
    let token = manager.export_tokens().unwrap().access_token;
    assert!(
        logged.contains(token.expose()),
        "ureq no longer writes raw bytes at the level `trace`: {logged}"
    );
}

/// Six characters of a secret are too many, past the twelve of a client key that are public.
fn assert_unseen(text: &str, secret: &str, how: &str) {
    let public = if secret.starts_with("fbk_") { 12 } else { 0 };
    let hidden = secret.as_bytes().get(public..).unwrap_or_default();
    for piece in hidden.windows(6) {
        let piece = std::str::from_utf8(piece).unwrap();
        assert!(!text.contains(piece), "{how}: {piece} of {secret}");
    }
}
