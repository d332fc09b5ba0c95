//! `create`: the plaintext goes where it was asked for, and nowhere else.

use std::fs;

use fluxbase_client_keys_ureq::http::StatusCode;
use fluxbase_emulator::{Fault, Profile, What};
use serde_json::Value;

use crate::support::{count_keys, fresh_path, server, with_service_key};

#[test]
fn the_plaintext_is_shown_when_asked_for() {
    for profile in Profile::ALL {
        let server = server(profile);
        let arguments = [
            "create",
            "ci",
            "--scope",
            "tables:read,storage:read",
            "--description",
            "deploys",
            "--rate-limit",
            "7",
            "--expires-at",
            "2131-01-31T23:59:59Z",
            "--show-key",
        ];
        let run = with_service_key(&server, &arguments);
        assert_eq!(run.status, 0, "{run:?}");
        let row = |label: &str| {
            let line = run.out.lines().find(|line| line.starts_with(label));
            line.and_then(|line| Some(line.get(13..)?.trim_start().to_owned()))
                .unwrap_or_default()
        };
        assert_eq!(row("name "), "ci");
        assert_eq!(row("status "), "active");
        assert_eq!(row("description"), "deploys");
        assert_eq!(row("rate limit"), "7 a minute");
        assert_eq!(row("expires "), "2131-01-31T23:59:59Z");
        assert_eq!(row("last used "), "never");
        let key = row("key  ");
        assert_eq!(format!("{}...", &key[..12]), row("key prefix"));
        assert_eq!(key.len(), 48);
        // Older servers spell scopes the other way round, and that is said.
        let old = matches!(profile, Profile::V2026_1 | Profile::V2026_3_6);
        assert_eq!(
            row("scopes"),
            if old {
                "read:tables, read:storage"
            } else {
                "tables:read, storage:read"
            }
        );
        assert_eq!(
            run.err.lines().count(),
            if old { 2 } else { 0 },
            "{}",
            run.err
        );
        assert_eq!(
            run.err
                .contains("note: the scope tables:read was sent as read:tables"),
            old,
            "{}",
            run.err
        );
    }
}

#[test]
fn json_has_the_documented_names() {
    let server = server(Profile::V2026_3_7);
    let arguments = [
        "create",
        "ci",
        "--scope",
        "tables:read",
        "--expires-in",
        "90d",
        "--show-key",
        "-o",
        "json",
    ];
    let made: Value = serde_json::from_str(&with_service_key(&server, &arguments).done()).unwrap();
    let names: Vec<_> = made.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["client_key", "key"]);
    let key = &made["client_key"];
    assert_eq!(
        (&key["name"], &key["scopes"][0]),
        (&"ci".into(), &"tables:read".into())
    );
    assert!(
        made["key"]
            .as_str()
            .unwrap()
            .starts_with(key["key_prefix"].as_str().unwrap())
    );
    let instant = |name: &str| {
        fluxbase_client_keys_ureq::Timestamp::parse(key[name].as_str().unwrap()).unwrap()
    };
    let span = instant("expires_at")
        .since(instant("created_at"))
        .unwrap()
        .as_secs();
    assert!((7_775_990..=7_776_000).contains(&span), "{span}");
}

#[test]
fn a_file_is_new_and_for_its_owner_alone() {
    let server = server(Profile::V2026_3_7);
    let path = fresh_path("made.key");
    let name = path.to_str().unwrap();
    let arguments = ["create", "ci", "--scope", "tables:read", "--key-file", name];
    let shown = with_service_key(&server, &arguments).done();
    let key = fs::read_to_string(&path).unwrap();
    assert_eq!((key.len(), key.ends_with("=\n")), (49, true));
    assert!(!shown.contains(key.trim_end()), "{shown}");
    assert!(shown.contains(&format!("key file    {name}\n")), "{shown}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    // A second time the file is there: it stays as it is, and no key is made.
    let sent = server.count();
    let error = with_service_key(&server, &arguments).failed(1);
    assert!(error.contains("no key was made"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), key);
    assert_eq!((server.count(), count_keys(&server)), (sent, 1));
    fs::remove_file(path).unwrap();
}

#[test]
fn a_file_without_a_key_in_it_is_not_left() {
    let server = server(Profile::V2026_3_7);
    let fault = Fault::new(What::Status(StatusCode::INTERNAL_SERVER_ERROR)).method("POST");
    server.add_fault(fault.path("/api/v1/client-keys"));
    let path = fresh_path("never-made.key");
    let arguments = [
        "create",
        "ci",
        "--scope",
        "tables:read",
        "--key-file",
        path.to_str().unwrap(),
    ];
    let error = with_service_key(&server, &arguments).failed(1);
    assert!(
        error.starts_with("fluxbase-keys: create client key: "),
        "{error}"
    );
    assert!(!path.exists());
}

#[test]
fn a_lost_answer_is_asked_for_again_when_that_was_chosen() {
    let arguments = ["create", "ci", "--scope", "migrations:read", "--show-key"];
    let lost = || {
        Fault::new(What::LoseAfter)
            .method("POST")
            .path("/api/v1/client-keys")
            .nth(1)
    };
    let server = server(Profile::V2026_3_7);
    server.add_fault(lost());
    let run = with_service_key(&server, &[&arguments[..], &["--idempotent"]].concat());
    assert_eq!((run.status, count_keys(&server)), (0, 1), "{run:?}");
    // Otherwise it is not: the key may be there, and that is said.
    let server = crate::support::server(Profile::V2026_3_7);
    server.add_fault(lost());
    let error = with_service_key(&server, &arguments).failed(1);
    assert!(
        error.contains("whether the change was made is not known"),
        "{error}"
    );
    assert_eq!(count_keys(&server), 1);
}

/// Standard output that is gone.
struct Closed;

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn a_key_that_could_not_be_shown_is_deleted() {
    let server = server(Profile::V2026_3_7);
    let url = server.base_url();
    let key = server.credentials().service_keys[0].as_str();
    for format in ["table", "json"] {
        let scope = "tables:read";
        let arguments = ["create", "ci", "--scope", scope, "--show-key", "-o", format];
        let mut err = Vec::new();
        let mut streams = fluxbase_keys::Streams {
            out: &mut Closed,
            err: &mut err,
        };
        let variables = |name: &str| match name {
            "FLUXBASE_URL" => Some(url.as_str().into()),
            "FLUXBASE_SERVICE_TOKEN" => Some(key.into()),
            _ => None,
        };
        let status = fluxbase_keys::run(arguments.map(Into::into), &variables, &mut streams);
        let error = String::from_utf8(err).unwrap();
        assert_eq!(status, 1, "{error}");
        assert!(
            error.ends_with("; the new key was deleted again\n"),
            "{error}"
        );
        assert_eq!(count_keys(&server), 0);
    }
}
