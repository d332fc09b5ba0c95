//! Runs the program in this process, and servers for it.

use std::{cell::Cell, collections::HashMap, ffi::OsString, path::PathBuf};

use conformance::Streams;
use fluxbase_client_keys_ureq::{ClientKeysManager, CreateClientKeyRequest, Scope, Secret};
use fluxbase_emulator::{Guard, Options, Profile};
use serde_json::Value;

/// What a run of the program left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub(crate) type Environment = Vec<(&'static str, String)>;

pub(crate) fn run(arguments: &[&str], environment: &Environment) -> Run {
    run_until(arguments, environment, &|| 0)
}

/// Runs it with signals that come when the function says so.
pub(crate) fn run_until(
    arguments: &[&str],
    environment: &Environment,
    signals: &dyn Fn() -> usize,
) -> Run {
    let variables: HashMap<_, _> = environment.iter().cloned().collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams {
        out: &mut out,
        err: &mut err,
    };
    let status = conformance::run(
        arguments.iter().map(OsString::from),
        &|name| variables.get(name).map(OsString::from),
        signals,
        &mut streams,
    );
    Run {
        status,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

pub(crate) fn server(profile: Profile) -> Guard {
    fluxbase_emulator::start(Options::new().profile(profile)).unwrap()
}

pub(crate) fn url(server: &Guard) -> (&'static str, String) {
    ("FLUXBASE_URL", server.base_url())
}

pub(crate) fn user(server: &Guard) -> Environment {
    let login = &server.credentials().users[0];
    vec![
        url(server),
        ("FLUXBASE_EMAIL", login.email.clone()),
        ("FLUXBASE_PASSWORD", login.password.clone()),
    ]
}

pub(crate) fn admin(server: &Guard) -> Environment {
    let login = &server.credentials().admins[0];
    vec![
        url(server),
        ("FLUXBASE_EMAIL", login.email.clone()),
        ("FLUXBASE_PASSWORD", login.password.clone()),
    ]
}

pub(crate) fn service(server: &Guard) -> Environment {
    let key = server.credentials().service_keys[0].clone();
    vec![url(server), ("FLUXBASE_SERVICE_TOKEN", key)]
}

/// Somebody who has a client key alone.
pub(crate) fn client_key(server: &Guard, scopes: &[Scope]) -> Environment {
    vec![
        url(server),
        (
            "FLUXBASE_CLIENT_KEY",
            make_key(server, scopes).expose().to_owned(),
        ),
    ]
}

/// Makes a key that does not belong to the program.
pub(crate) fn make_key(server: &Guard, scopes: &[Scope]) -> Secret {
    let request = CreateClientKeyRequest::new("somebody's own", scopes.to_vec());
    manager(server).create(&request).unwrap().key
}

fn manager(server: &Guard) -> ClientKeysManager {
    let login = &server.credentials().admins[0];
    let builder = fluxbase_client_keys_ureq::builder(&server.base_url());
    builder
        .admin_login(login.email.as_str(), login.password.as_str())
        .build()
        .unwrap()
}

pub(crate) fn count_keys(server: &Guard) -> usize {
    server.with_emulator(|emulator| emulator.client_keys().count())
}

/// Signals that come with the so many-th look.
pub(crate) fn at_look(number: usize) -> impl Fn() -> usize {
    let looks = Cell::new(0);
    move || {
        looks.set(looks.get() + 1);
        usize::from(looks.get() >= number)
    }
}

/// A path that nothing is at, in a directory of the tests' own.
pub(crate) fn fresh_path(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_file(&path);
    path
}
