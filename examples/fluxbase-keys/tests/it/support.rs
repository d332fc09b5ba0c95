//! Runs the program in this process, and servers for it.

use std::{collections::HashMap, ffi::OsString, path::PathBuf};

use fluxbase_client_keys_ureq::ClientKeysManager;
use fluxbase_emulator::{Guard, Options, Profile};
use fluxbase_keys::Streams;

/// What a run of the program left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// What it printed, if it did what it was asked for without a word of complaint.
    pub(crate) fn done(self) -> String {
        assert_eq!((self.status, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// What it complained of: exactly one line.
    pub(crate) fn failed(self, status: u8) -> String {
        assert_eq!(self.status, status, "{self:?}");
        let lines: Vec<_> = self.err.lines().collect();
        assert_eq!(lines.len(), 1, "{self:?}");
        lines[0].to_owned()
    }
}

pub(crate) fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    let variables: HashMap<_, _> = environment.iter().copied().collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams {
        out: &mut out,
        err: &mut err,
    };
    let status = fluxbase_keys::run(
        arguments.iter().map(OsString::from),
        &|name| variables.get(name).map(OsString::from),
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

/// What the environment has for an ordinary user, or for an administrator.
pub(crate) fn login(server: &Guard, admin: bool) -> Vec<(&'static str, String)> {
    let logins = if admin {
        &server.credentials().admins
    } else {
        &server.credentials().users
    };
    vec![
        ("FLUXBASE_URL", server.base_url()),
        ("FLUXBASE_EMAIL", logins[0].email.clone()),
        ("FLUXBASE_PASSWORD", logins[0].password.clone()),
    ]
}

/// Runs it with a service key, which sees all keys and needs no sign-in, of which servers allow a few a minute.
pub(crate) fn with_service_key(server: &Guard, arguments: &[&str]) -> Run {
    let url = server.base_url();
    let key = server.credentials().service_keys[0].as_str();
    let environment = [
        ("FLUXBASE_URL", url.as_str()),
        ("FLUXBASE_SERVICE_TOKEN", key),
    ];
    run(arguments, &environment)
}

/// Runs it as an administrator or an ordinary user.
pub(crate) fn with_login(server: &Guard, admin: bool, arguments: &[&str]) -> Run {
    let login = login(server, admin);
    let environment: Vec<_> = (login.iter())
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let admin: &[&str] = if admin { &["--admin"] } else { &[] };
    run(&[arguments, admin].concat(), &environment)
}

/// A manager that prepares keys.
pub(crate) fn manager(server: &Guard) -> ClientKeysManager {
    let key = server.credentials().service_keys[0].as_str();
    let builder = fluxbase_client_keys_ureq::builder(&server.base_url());
    builder.service_key(key).build().unwrap()
}

pub(crate) fn count_keys(server: &Guard) -> usize {
    server.with_emulator(|emulator| emulator.client_keys().count())
}

/// A path that nothing is at, in a directory of the tests' own.
pub(crate) fn fresh_path(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_file(&path);
    path
}
