//! What is recorded can be shown around and read again; and the recordings of real servers are read.

use std::{fs, path::Path};

use fluxbase_client_keys_ureq::Scope;
use fluxbase_emulator::{Guard, Profile};
use serde_json::Value;

use crate::support::{
    Environment, admin, client_key, fresh_path, make_key, run, server, service, user,
};

/// Records a run, and gives the lines of the file.
fn record(arguments: &[&str], environment: &Environment, name: &str) -> (String, Vec<Value>) {
    let path = fresh_path(name);
    let arguments = [arguments, &["--record", path.to_str().unwrap()]].concat();
    let shown = run(&arguments, environment);
    assert_eq!(shown.status, 0, "{}", shown.out);
    let text = fs::read_to_string(&path).unwrap();
    let replayed = run(&["--replay", path.to_str().unwrap()], &vec![]);
    assert_eq!(
        (replayed.status, replayed.err.as_str()),
        (0, ""),
        "{}",
        replayed.out
    );
    assert!(
        replayed.out.ends_with(" exchanges, 0 not understood\n"),
        "{}",
        replayed.out
    );
    fs::remove_file(path).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (text, lines)
}

/// Every secret that the server knows.
fn secrets(server: &Guard) -> Vec<String> {
    let credentials = server.credentials();
    let logins = credentials.users.iter().chain(&credentials.admins);
    let mut secrets: Vec<String> = logins
        .flat_map(|login| [login.password.clone(), login.email.clone()])
        .collect();
    secrets.extend(credentials.service_keys.iter().cloned());
    secrets
}

#[test]
fn a_recording_has_the_form_and_no_secret() {
    for profile in Profile::ALL {
        let server = server(profile);
        let plaintext = make_key(&server, &[Scope::ALL]);
        for (arguments, environment, name) in [
            (&["--admin"][..], admin(&server), "admin"),
            (&[], user(&server), "user"),
            (&[], service(&server), "service"),
            (&[], client_key(&server, &[Scope::ALL]), "key"),
        ] {
            let (text, lines) = record(arguments, &environment, &format!("{profile}-{name}.jsonl"));
            for secret in secrets(&server)
                .iter()
                .chain([&plaintext.expose()[12..].to_owned()])
            {
                assert!(
                    !text.contains(secret.as_str()),
                    "{secret} is in the recording"
                );
            }
            for (_, secret) in environment
                .iter()
                .filter(|(name, _)| *name != "FLUXBASE_URL")
            {
                assert!(
                    !text.contains(secret.as_str()),
                    "{secret} is in the recording"
                );
            }
            assert!(
                !text.contains("somebody's own"),
                "names of others are not shown"
            );
            assert!(lines.len() > 40);
            for line in &lines {
                assert_eq!(line["generation"], profile.as_str());
                assert!(line["case"].is_string() && line["request"]["headers"][0][1].is_string());
                assert!(
                    line["response"]["status"].is_u64() && line["response"]["body"].is_string()
                );
            }
        }
    }
}

#[test]
fn tokens_and_keys_of_the_run_are_not_in_its_recording() {
    let server = server(Profile::V2026_3_7);
    let (_, lines) = record(&[], &user(&server), "run.jsonl");
    let mut seen = 0;
    let received = server.received();
    for request in &received {
        let Some(bearer) = request
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer "))
        else {
            continue;
        };
        let signature = bearer.rsplit('.').next().unwrap();
        if bearer.starts_with("eyJ") {
            seen += 1;
            let found = lines
                .iter()
                .any(|line| line.to_string().contains(signature));
            assert!(!found, "a signature is in the recording");
        }
    }
    assert!(seen > 30, "{seen}");
    // The same secret has the same stand-in: what signed in is what asks.
    let signed_in = lines
        .iter()
        .find(|line| line["case"] == "session/refresh")
        .unwrap();
    let body: Value =
        serde_json::from_str(signed_in["response"]["body"].as_str().unwrap()).unwrap();
    let asked = lines
        .iter()
        .find(|line| line["case"] == "keys/get")
        .unwrap()
        .to_string();
    assert!(
        asked.contains(body["access_token"].as_str().unwrap()),
        "{asked}"
    );
}

#[test]
fn the_recordings_of_real_servers_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core/tests/recordings");
    for (file, status) in [
        ("2026.1.20/down.jsonl", 0),
        ("2026.3.7-rc.13/limits.jsonl", 0),
        // Pages of a single-page application are no answers of a server.
        ("proxy/nginx.jsonl", 1),
    ] {
        let path = folder.join(file);
        let shown = run(&["--replay", path.to_str().unwrap(), "-o", "json"], &vec![]);
        assert_eq!(shown.status, status, "{file}: {}", shown.out);
        let rows = shown.json();
        let lines = fs::read_to_string(path).unwrap().lines().count();
        assert_eq!(rows.as_array().unwrap().len(), lines, "{file}");
        assert_eq!(
            rows.as_array()
                .unwrap()
                .iter()
                .any(|row| row["lost"] == true),
            status == 1
        );
    }
}
