//! No secret is printed: by `Debug`, by errors, or in the log of this crate, of ureq and of rustls at the level `debug`.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used)]

use std::{
    error::Error as _,
    fmt::{Debug, Write as _},
    time::Duration,
};

use fluxbase_client_keys_ureq::{
    Builder, Cancellable as _, CreateClientKeyRequest, Error, Policy, Proxy, Scope, TokenPair,
    builder,
};
use fluxbase_emulator::{Fault, Guard, Options, What, start};
use fluxbase_secret_search::{Logged, Secrets};
use fluxbase_transport_conformance::Authority;
use log::LevelFilter;

/// All that was printed, and the secrets that must not be in it.
#[derive(Default)]
struct Printed {
    text: String,
    secrets: Secrets,
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
        self.secrets.add(pair.access_token.expose());
        if let Some(refresh) = &pair.refresh_token {
            self.secrets.add(refresh.expose());
        }
    }
}

/// Whoever calls this server.
fn client(guard: &Guard, authority: &Authority) -> Builder {
    builder(&guard.base_url())
        .policy(Policy::new().attempts(2).backoff(Duration::from_millis(2)))
        .proxy(Proxy::None)
        .ca_file(authority.file())
}

/// A session that goes well, and then fails in all ways: refused, lost, cut, not allowed.
fn live(printed: &mut Printed, guard: &Guard, authority: &Authority) {
    let user = guard.credentials().users.first().unwrap();
    let login = client(guard, authority).login(&user.email, user.password.as_str());
    printed.value(&login);
    let manager = login.build().unwrap();
    let request = CreateClientKeyRequest::new("ci", [Scope::CLIENTKEYS_READ]);
    let created = manager.create_idempotent(&request).unwrap();
    printed.value(&created);
    printed.secrets.add(created.key.expose());
    printed.pair(&manager.export_tokens().unwrap());
    manager.refresh().unwrap();
    printed.pair(&manager.export_tokens().unwrap());

    let by_key = client(guard, authority).client_key(created.key.clone());
    printed.value(&by_key);
    let by_key = by_key.build().unwrap();
    by_key.list().unwrap();

    printed.error(&by_key.create(&request).unwrap_err());
    manager.revoke(created.client_key.id()).unwrap();
    printed.error(&by_key.list().unwrap_err());
    for what in [What::LoseAfter, What::CutBody] {
        guard.clear_faults();
        guard.add_fault(Fault::new(what).path_prefix("/api/v1/client-keys"));
        printed.error(&manager.create_idempotent(&request).unwrap_err());
        printed.error(&manager.list().map(|_| ()).unwrap_err());
    }
    guard.clear_faults();
    let (cancellable, handle) = manager.cancellable();
    handle.cancel();
    printed.error(&cancellable.list().map(|_| ()).unwrap_err());
    printed.value(&handle);
    let other = Authority::new().unwrap();
    let distrusting = client(guard, &other).client_key(created.key);
    if guard.base_url().starts_with("https") {
        printed.error(&distrusting.build().unwrap().list().unwrap_err());
    }
    for manager in [&manager, &by_key, &cancellable] {
        printed.value(manager);
        printed.value(manager.transport());
    }
}

/// Values that were given and cannot be used.
fn be_given_nonsense(printed: &mut Printed) {
    let wrong = "hunter2 hunter2";
    printed.secrets.add("hunter2");
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
}

#[test]
fn no_secret_is_printed_or_logged() {
    let logged = Logged::install(LevelFilter::Debug).unwrap();
    let authority = Authority::new().unwrap();
    let secured = Options::new().tls(authority.server("127.0.0.1").unwrap());
    for (options, loggers) in [
        (Options::new(), &["ureq", "ureq_proto"][..]),
        (secured, &["ureq", "ureq_proto", "rustls"]),
    ] {
        let guard = start(options).unwrap();
        let mut printed = Printed::default();
        logged.set_level(LevelFilter::Debug);
        live(&mut printed, &guard, &authority);
        be_given_nonsense(&mut printed);
        // The idempotency keys are known from what the server received.
        printed.secrets.add_those_of(&guard);
        let log = logged.take();
        for logger in loggers {
            let of_it = format!("\n{logger}::");
            assert!(log.contains(&of_it), "{logger} does not log: {log}");
        }
        assert!(log.contains("POST"), "{log}");
        let count = printed.secrets.count();
        assert!(count >= 8, "{count}");
        assert_eq!(printed.secrets.seen_in(&printed.text), None, "printed");
        assert_eq!(printed.secrets.seen_in(&log), None, "logged: {log}");

        // What the documentation warns of. Should this fail, the library has become quieter, and the warning can go.
        logged.set_level(LevelFilter::Trace);
        live(&mut printed, &guard, &authority);
        let log = logged.take();
        // The bytes in lines of sixteen, as numbers and then as characters.
        let bytes: String = (log.lines())
            .filter(|line| line.starts_with("ureq_proto::util "))
            .filter_map(|line| line.rsplit_once("  "))
            .map(|(_, characters)| characters)
            .collect();
        assert!(
            printed.secrets.seen_in(&bytes).is_some(),
            "ureq no longer writes raw bytes at the level `trace`: {log}"
        );
        // rustls does not, nor does anybody else.
        let others: String = (log.lines())
            .filter(|line| !line.starts_with("ureq"))
            .collect();
        printed.secrets.add_those_of(&guard);
        assert_eq!(printed.secrets.seen_in(&others), None, "{others}");
    }
}
