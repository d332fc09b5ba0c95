//! The synchronous scripts run against every emulated server.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic there is how a test fails"
)]

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
    time::{Duration, SystemTime},
};

use fluxbase_client_keys::{
    Timestamp,
    emulator::{KeyRecord, Profile, State},
};
use fluxbase_emulator::{Fault, Guard, Options, What};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn now() -> Timestamp {
    SystemTime::now().try_into().unwrap()
}

/// A key of this name that was made so long ago.
fn key(number: usize, name: &str, age: Duration) -> KeyRecord {
    let id = format!("5b0c2d5e-8f43-4f0e-9a57-{number:012}");
    KeyRecord::new(
        id,
        name,
        format!("fbk_{number:08}rest"),
        now().saturating_sub(age),
    )
}

fn server(profile: Profile, keys: Vec<KeyRecord>) -> Guard {
    let mut state = State::sample(&mut |buffer| getrandom::fill(buffer).unwrap());
    state.client_keys = keys;
    fluxbase_emulator::start(Options::new().profile(profile).state(state)).unwrap()
}

/// Runs a script with a service key, which sees all keys.
fn run(program: &str, server: &Guard, arguments: &[&str]) -> Output {
    Command::new(program)
        .env_clear()
        .env("FLUXBASE_URL", server.base_url())
        .env(
            "FLUXBASE_SERVICE_TOKEN",
            &server.credentials().service_keys[0],
        )
        .args(arguments)
        .output()
        .unwrap()
}

/// The lines of a script that went well.
fn lines(output: Output) -> Vec<String> {
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stderr, b"");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn count(server: &Guard) -> usize {
    server.with_emulator(|emulator| emulator.client_keys().count())
}

fn fresh_path(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&path);
    path
}

#[test]
fn mint_makes_and_stores_one_key_although_an_answer_is_lost() {
    for profile in Profile::ALL {
        let server = server(profile, Vec::new());
        let lost = Fault::new(What::LoseAfter).method("POST").nth(1);
        server.add_fault(lost.path("/api/v1/client-keys"));
        let path = fresh_path(&format!("minted-{profile}.key"));
        let arguments = ["billing", path.to_str().unwrap()];
        let shown = lines(run(env!("CARGO_BIN_EXE_mint"), &server, &arguments));
        let stored = fs::read_to_string(&path).unwrap();
        assert_eq!(stored.len(), 48);
        assert!(
            shown[0].ends_with(&format!(" {}...", &stored[..12])),
            "{shown:?}"
        );
        assert_eq!(count(&server), 1, "{profile}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        // Once more, and nothing happens.
        let sent = server.count();
        let shown = lines(run(env!("CARGO_BIN_EXE_mint"), &server, &arguments));
        assert!(shown[0].ends_with("is there already"), "{shown:?}");
        assert_eq!(
            (fs::read_to_string(&path).unwrap(), server.count()),
            (stored, sent)
        );
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn mint_makes_no_key_where_there_is_no_place_for_it() {
    let server = server(Profile::V2026_3_7, Vec::new());
    let nowhere = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no such directory/key");
    let output = run(
        env!("CARGO_BIN_EXE_mint"),
        &server,
        &["billing", nowhere.to_str().unwrap()],
    );
    assert!(!output.status.success());
    assert_eq!(server.count(), 0);
    // And no file where there is no key.
    server.set_database(false);
    let path = fresh_path("not-minted.key");
    let output = run(
        env!("CARGO_BIN_EXE_mint"),
        &server,
        &["billing", path.to_str().unwrap()],
    );
    assert!(!output.status.success());
    assert!(!path.exists() && !path.with_extension("key.new").exists());
}

#[test]
fn stale_finds_what_is_unused_and_what_ends_soon() {
    for profile in Profile::ALL {
        let soon = now().saturating_add(DAY * 10);
        let keys = vec![
            key(1, "fresh", DAY),
            key(2, "forgotten", DAY * 100),
            key(3, "ending", DAY).with_expiry(soon),
            key(4, "over", DAY * 100).with_expiry(now().saturating_sub(DAY)),
            key(5, "both\n", DAY * 100).with_expiry(soon),
            key(6, "for long", DAY).with_expiry(now().saturating_add(DAY * 100)),
        ];
        let server = server(profile, keys);
        let admin = &server.credentials().admins[0];
        let output = Command::new(env!("CARGO_BIN_EXE_stale"))
            .env_clear()
            .env("FLUXBASE_URL", server.base_url())
            .env("FLUXBASE_EMAIL", &admin.email)
            .env("FLUXBASE_PASSWORD", &admin.password)
            .arg("30")
            .output()
            .unwrap();
        let mut shown = lines(output);
        assert_eq!(shown.pop().as_deref(), Some("3 of 6 keys"), "{profile}");
        let mut told: Vec<_> = shown
            .iter()
            .map(|line| {
                let parts: Vec<_> = line.split("  ").collect();
                format!("{} {}", parts[1].split(' ').next().unwrap(), parts[2])
            })
            .collect();
        told.sort();
        let expected = [
            r#"expires "both\n""#,
            r#"expires "ending""#,
            r#"unused "both\n""#,
            r#"unused "forgotten""#,
        ];
        assert_eq!(told, expected, "{profile}");
    }
}

#[test]
fn revoke_service_revokes_what_has_the_prefix_and_says_why() {
    for profile in Profile::ALL {
        let keys = vec![
            key(1, "billing-1", DAY),
            key(2, "billing-2", DAY),
            key(3, "shop-billing-", DAY),
        ];
        let server = server(profile, keys);
        let program = env!("CARGO_BIN_EXE_revoke_service");
        let mut shown = lines(run(program, &server, &["billing-", "moved"]));
        shown.sort();
        assert_eq!(
            shown,
            [r#"revoked "billing-1""#, r#"revoked "billing-2""#],
            "{profile}"
        );
        server.with_emulator(|emulator| {
            for key in emulator.client_keys() {
                let ended = key.name().starts_with("billing-");
                assert_eq!(key.revoked_at().is_some(), ended, "{key:?}");
                assert_eq!(
                    key.description(),
                    ended.then_some("revoked: moved"),
                    "{key:?}"
                );
            }
        });
        // They are not active any more, so there is nothing left to do.
        assert!(lines(run(program, &server, &["billing-", "moved"])).is_empty());
        let refused = run(program, &server, &["", "moved"]);
        assert!(!refused.status.success());
    }
}

#[test]
fn revoke_service_fails_when_a_key_still_works() {
    let server = server(Profile::V2026_3_7, vec![key(1, "billing-1", DAY)]);
    server.add_fault("status=500:POST".parse().unwrap());
    let output = run(
        env!("CARGO_BIN_EXE_revoke_service"),
        &server,
        &["billing-", "moved"],
    );
    assert!(!output.status.success());
    assert!(
        output.stdout.starts_with(b"NOT revoked \"billing-1\": "),
        "{output:?}"
    );
    assert_eq!(output.stderr, b"1 keys still work\n", "{output:?}");
}

#[test]
fn what_fails_is_said_in_one_line_for_people() {
    let server = server(Profile::V2026_3_7, vec![]);
    let path = fresh_path("not-made.key");
    let path = path.to_str().unwrap();
    server.add_fault("status=403".parse().unwrap());
    for (program, arguments) in [
        (env!("CARGO_BIN_EXE_mint"), &["billing", path][..]),
        (env!("CARGO_BIN_EXE_revoke_service"), &["billing-", "moved"]),
    ] {
        let output = run(program, &server, arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(
            text.contains("client key: ") || text.contains("client keys: "),
            "{text}"
        );
        assert!(text.contains("403") && !text.contains("Inner"), "{text}");
    }
}
