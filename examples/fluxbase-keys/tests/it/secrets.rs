//! No verb prints a secret, in either form of output and in none of its errors, but for the key where `create` was told to.

use std::fs;

use fluxbase_client_keys_ureq::http::StatusCode;
use fluxbase_emulator::{Fault, Guard, Profile, What};
use serde_json::Value;

use crate::support::{Run, fresh_path, login, run, server};

/// More of a secret than this may not be seen, past the twelve characters of a client key that are public.
const WINDOW: usize = 6;
const PUBLIC_PREFIX: usize = 12;

/// Everything that was printed.
#[derive(Default)]
struct Printed(String);

impl Printed {
    fn add(&mut self, run: &Run) {
        self.0.push_str(&run.out);
        self.0.push_str(&run.err);
    }

    /// The first piece of this secret that was printed.
    fn piece_of(&self, secret: &str) -> Option<String> {
        let public = if secret.starts_with("fbk_") {
            PUBLIC_PREFIX
        } else {
            0
        };
        let hidden = secret.as_bytes().get(public..).unwrap();
        assert!(hidden.len() >= WINDOW, "too short to be looked for");
        (hidden.windows(WINDOW))
            .map(|piece| String::from_utf8(piece.to_vec()).unwrap())
            .find(|piece| self.0.contains(piece))
    }
}

/// Every secret that the server was sent, and those that it has.
fn secrets(server: &Guard) -> Vec<String> {
    let credentials = server.credentials();
    let logins = credentials.users.iter().chain(&credentials.admins);
    let mut secrets: Vec<String> = logins.map(|login| login.password.clone()).collect();
    secrets.extend(credentials.service_keys.iter().cloned());
    for request in server.received() {
        for name in [
            "authorization",
            "x-client-key",
            "x-service-key",
            "idempotency-key",
        ] {
            let value = request.header(name).unwrap_or_default();
            secrets.push(value.trim_start_matches("Bearer ").to_owned());
        }
        if let Ok(body) = serde_json::from_slice::<Value>(request.body()) {
            let sent =
                ["password", "refresh_token"].map(|name| body[name].as_str().map(str::to_owned));
            secrets.extend(sent.into_iter().flatten());
        }
    }
    secrets.retain(|secret| secret.len() >= WINDOW);
    secrets.sort();
    secrets.dedup();
    secrets
}

/// Runs every verb, and gives the plaintext of the key that it made.
fn run_every_verb(environment: &[(&str, &str)], printed: &mut Printed) -> String {
    let path = fresh_path("secrets-of-a-key");
    let _ = fs::remove_file(&path);
    let file = path.to_str().unwrap();
    let create = [
        "create",
        "ci",
        "--scope",
        "tables:read",
        "--idempotent",
        "-o",
        "json",
    ];
    let made = run(&[&create[..], &["--key-file", file]].concat(), environment);
    printed.add(&made);
    let plaintext = fs::read_to_string(&path)
        .unwrap_or_default()
        .trim()
        .to_owned();
    let _ = fs::remove_file(&path);
    let id = serde_json::from_str::<Value>(&made.out)
        .ok()
        .and_then(|value| Some(value["client_key"]["id"].as_str()?.to_owned()))
        .unwrap_or_else(|| "00000000-0000-0000-0000-000000000000".to_owned());
    for output in ["table", "json"] {
        for verb in [
            &["list"][..],
            &["get", &id],
            &["update", &id, "--name", "cd"],
            &["whoami"],
            &["revoke", &id],
            &["create", "ci", "--scope", "tables:read"],
            &["create", "ci", "--scope", "tables:raed", "--show-key"],
            &["get", "no id"],
        ] {
            let run = run(&[verb, &["-o", output]].concat(), environment);
            printed.add(&run);
        }
    }
    printed.add(&run(&["delete", &id, &id], environment));
    plaintext
}

/// Lists and creates while answers are lost, cut or refused, and while the database is away.
fn fail(server: &Guard, environment: &[(&str, &str)], printed: &mut Printed) {
    let create = ["create", "ci", "--scope", "*", "--idempotent", "--show-key"];
    for what in [
        What::LoseAfter,
        What::CutBody,
        What::Status(StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        server.clear_faults();
        server.add_fault(Fault::new(what).path_prefix("/api/v1/client-keys"));
        for arguments in [&create[..], &["list"]] {
            let failed = run(arguments, environment);
            assert_eq!(failed.status, 1, "{failed:?}");
            printed.add(&failed);
        }
    }
    server.clear_faults();
    server.set_database(false);
    printed.add(&run(&["list"], environment));
}

#[test]
fn no_verb_prints_a_secret() {
    let mut looked_for = 0;
    for profile in Profile::ALL {
        let server = server(profile);
        let mut printed = Printed::default();
        let url = server.base_url();
        let service = server.credentials().service_keys[0].as_str();
        let with = |name, value| [("FLUXBASE_URL", url.as_str()), (name, value)];
        let user = login(&server, false);
        let user: Vec<_> = user
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();

        let plaintext = run_every_verb(&with("FLUXBASE_SERVICE_TOKEN", service), &mut printed);
        assert!(plaintext.starts_with("fbk_"), "{profile}: no key was made");
        run_every_verb(&with("FLUXBASE_CLIENT_KEY", &plaintext), &mut printed);
        run_every_verb(
            &with("FLUXBASE_TOKEN", "eyJ.mZ4xK8wQ2vB6nT0y.r5G1hJ9dL3s"),
            &mut printed,
        );
        printed.add(&run(&["list"], &user));
        printed.add(&run(&["demo", "--server", &url], &user));
        let mut wrong = user.clone();
        wrong.retain(|(name, _)| *name != "FLUXBASE_PASSWORD");
        wrong.push(("FLUXBASE_PASSWORD", "hV7cX2zQ9pL4"));
        printed.add(&run(&["list"], &wrong));
        // What fails on its way is the same in every generation, and each failure is waited for.
        if profile == Profile::V2026_3_7 {
            fail(
                &server,
                &with("FLUXBASE_CLIENT_KEY", &plaintext),
                &mut printed,
            );
        }

        let mut secrets = secrets(&server);
        secrets.push(plaintext);
        for secret in &secrets {
            assert_eq!(printed.piece_of(secret), None, "{profile}: {}", printed.0);
        }
        looked_for += secrets.len();
    }
    assert!(looked_for > 40, "only {looked_for} secrets were looked for");
}

#[test]
fn the_search_finds_the_key_where_it_is_meant_to_be() {
    let server = server(Profile::V2026_3_7);
    let url = server.base_url();
    let service = server.credentials().service_keys[0].as_str();
    let environment = [
        ("FLUXBASE_URL", url.as_str()),
        ("FLUXBASE_SERVICE_TOKEN", service),
    ];
    let arguments = [
        "create",
        "ci",
        "--scope",
        "tables:read",
        "--show-key",
        "-o",
        "json",
    ];
    let made = run(&arguments, &environment);
    let value: Value = serde_json::from_str(&made.out).unwrap();
    let mut printed = Printed::default();
    printed.add(&made);
    assert!(printed.piece_of(value["key"].as_str().unwrap()).is_some());
    assert_eq!(printed.piece_of(service), None);
}
