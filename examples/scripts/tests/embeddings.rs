//! The programs that embed the core run against every emulated server, and leave nothing behind.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic there is how a test fails"
)]

use std::process::Command;

use fluxbase_client_keys::{
    Timestamp,
    emulator::{KeyRecord, Profile, State},
    http::StatusCode,
};
use fluxbase_emulator::{Fault, Guard, Options, What};

/// A server on which there are keys of these names already.
fn server(profile: Profile, names: &[&str]) -> Guard {
    let mut state = State::sample(&mut |buffer| getrandom::fill(buffer).unwrap());
    for (at, name) in names.iter().enumerate() {
        let id = format!("5b0c2d5e-8f43-4f0e-9a57-{at:012}");
        let plaintext = format!("fbk_{name:_<8}rest");
        state
            .client_keys
            .push(KeyRecord::new(id, *name, plaintext, Timestamp::UNIX_EPOCH));
    }
    fluxbase_emulator::start(Options::new().profile(profile).state(state)).unwrap()
}

/// Runs a program with this environment and nothing else; gives its lines.
fn run(program: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let output = Command::new(program)
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    assert_eq!(errors, "");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn count(server: &Guard) -> usize {
    server.with_emulator(|emulator| emulator.client_keys().count())
}

#[test]
fn with_reqwest_makes_shows_and_deletes() {
    for profile in Profile::ALL {
        let server = server(profile, &[]);
        let user = &server.credentials().users[0];
        let lines = run(
            env!("CARGO_BIN_EXE_with_reqwest"),
            &[
                ("FLUXBASE_URL", &server.base_url()),
                ("FLUXBASE_EMAIL", &user.email),
                ("FLUXBASE_PASSWORD", &user.password),
            ],
        );
        assert!(
            lines[0].starts_with("made fbk_") && lines[0].len() == 20,
            "{lines:?}"
        );
        assert_eq!(lines[1..], ["it is called \"with reqwest\"", "deleted it"]);
        assert_eq!(count(&server), 0, "{profile}");
    }
}

#[test]
fn with_hyper_lists_one_by_one_and_tries_again() {
    for profile in Profile::ALL {
        let server = server(profile, &["first", "second"]);
        server.add_fault(Fault::new(What::LoseBefore).nth(1));
        let lines = run(
            env!("CARGO_BIN_EXE_with_hyper"),
            &[
                ("FLUXBASE_URL", &server.base_url()),
                (
                    "FLUXBASE_SERVICE_TOKEN",
                    &server.credentials().service_keys[0],
                ),
            ],
        );
        let mut keys = lines[..2].to_vec();
        keys.sort();
        assert_eq!(
            keys,
            ["fbk_first___... \"first\"", "fbk_second__... \"second\""]
        );
        assert_eq!(lines[2..], ["total: 2, requests: 2"], "{profile}");
    }
}

#[test]
fn through_a_queue_lists_and_waits_out_a_busy_server() {
    for profile in Profile::ALL {
        let server = server(profile, &["one"]);
        let busy = Fault::new(What::Status(StatusCode::SERVICE_UNAVAILABLE)).nth(1);
        server.add_fault(busy);
        let key = &server.credentials().service_keys[0];
        let lines = run(
            env!("CARGO_BIN_EXE_through_a_queue"),
            &[
                ("FLUXBASE_URL", &server.base_url()),
                ("FLUXBASE_SERVICE_TOKEN", key),
            ],
        );
        assert_eq!(lines, ["fbk_one_____... \"one\"", "total: 1"], "{profile}");
        assert_eq!(server.count(), 2, "{profile}");
    }
}

#[test]
fn pure_needs_no_machine() {
    for profile in Profile::ALL {
        let server = server(profile, &[]);
        let user = &server.credentials().users[0];
        // Nothing asks how the server spells scopes.
        let scope = match profile {
            Profile::V2026_1 | Profile::V2026_3_6 => "read:tables",
            _ => "tables:read",
        };
        let lines = run(
            env!("CARGO_BIN_EXE_pure"),
            &[
                ("FLUXBASE_URL", &server.base_url()),
                ("FLUXBASE_EMAIL", &user.email),
                ("FLUXBASE_PASSWORD", &user.password),
                ("SCOPE", scope),
            ],
        );
        assert!(lines[0].starts_with("made fbk_"), "{lines:?}");
        // An ordinary user's list omits the keys that the user made, on every real server.
        let seen = u8::from(profile == Profile::Documented);
        assert_eq!(lines[1], format!("the list has {seen}"), "{profile}");
        assert_eq!(count(&server), 0, "{profile}");
        let sent: Vec<_> = server
            .received()
            .iter()
            .map(|it| it.method().to_owned())
            .collect();
        assert_eq!(sent, ["POST", "POST", "GET", "DELETE"], "{profile}");
    }
}

#[test]
fn what_fails_is_said_and_is_no_success() {
    let server = server(Profile::V2026_3_7, &[]);
    let output = Command::new(env!("CARGO_BIN_EXE_through_a_queue"))
        .env_clear()
        .envs([
            ("FLUXBASE_URL", server.base_url().as_str()),
            ("FLUXBASE_SERVICE_TOKEN", "sk_nobodys"),
        ])
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(errors.contains("Refused"), "{errors}");
    assert!(!errors.contains("nobodys"), "{errors}");
}
