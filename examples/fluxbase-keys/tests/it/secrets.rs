//! No verb prints a secret, in either form of output and in none of its errors, but for the key where `create` was told to.

use std::fs;

use fluxbase_client_keys_ureq::http::StatusCode;
use fluxbase_emulator::{Fault, Guard, Profile, What};
use fluxbase_secret_search::Secrets;
use serde_json::Value;

use crate::support::{Run, fresh_path, login, run, server};

/// Everything that was printed.
#[derive(Default)]
struct Printed(String);

impl Printed {
    fn add(&mut self, run: &Run) {
        self.0.push_str(&run.out);
        self.0.push_str(&run.err);
    }
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

        let mut secrets = Secrets::new();
        secrets.add_those_of(&server);
        secrets.add(&plaintext);
        assert_eq!(
            secrets.seen_in(&printed.0),
            None,
            "{profile}: {}",
            printed.0
        );
        looked_for += secrets.count();
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
    for (secret, is_shown) in [(value["key"].as_str().unwrap(), true), (service, false)] {
        let mut secrets = Secrets::new();
        secrets.add(secret);
        assert_eq!(secrets.seen_in(&made.out).is_some(), is_shown);
    }
}
