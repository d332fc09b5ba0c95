//! `list`, `get`, `update`, `revoke` and `delete`.

use fluxbase_client_keys_ureq::{CreateClientKeyRequest, Scope};
use fluxbase_emulator::{Guard, Profile};
use serde_json::Value;

use crate::support::{count_keys, login, manager, run, server, with_login, with_service_key};

/// Makes a key of this name; gives its id.
fn make(server: &Guard, name: &str) -> String {
    let request = CreateClientKeyRequest::new(name, [Scope::MIGRATIONS_READ]);
    manager(server)
        .create(&request)
        .unwrap()
        .client_key
        .id()
        .to_string()
}

#[test]
fn list_shows_status_end_and_name() {
    for profile in Profile::ALL {
        let server = server(profile);
        assert_eq!(
            with_service_key(&server, &["list"]).done(),
            "no client keys are shown to this credential (to an ordinary user, servers do not list the keys that user made)\n"
        );
        let active = make(&server, "active");
        let revoked = make(&server, "revoked");
        manager(&server).revoke(&revoked).unwrap();
        let request = CreateClientKeyRequest::new("expired", [Scope::MIGRATIONS_READ])
            .expires_at("2025-12-31T23:59:59Z".parse().unwrap());
        let expired = manager(&server).create(&request).unwrap().client_key.id();
        let shown = with_service_key(&server, &["list"]).done();
        let mut lines: Vec<_> = shown.lines().collect();
        assert_eq!(
            lines.remove(0),
            format!("{:36}  STATUS   EXPIRES     NAME", "ID")
        );
        lines.sort_by_key(|line| line.get(38..).unwrap().to_owned());
        assert_eq!(
            lines,
            [
                format!("{active}  active   never       active"),
                format!("{expired}  expired  2025-12-31  expired"),
                format!("{revoked}  revoked  never       revoked"),
            ],
            "{profile}"
        );
    }
}

#[test]
fn a_name_cannot_rewrite_the_table() {
    let server = server(Profile::V2026_3_7);
    make(&server, "a\u{1b}[2J\r\nb\u{202e}c");
    make(&server, &"長い名前".repeat(20));
    let shown = with_service_key(&server, &["list"]).done();
    assert_eq!(shown.lines().count(), 3, "{shown}");
    assert!(shown.contains("a\\u{1b}[2J\\r\\nb\\u{2"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\r', '\u{202e}']), "{shown}");
    for line in shown.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
    }
}

#[test]
fn list_as_json_has_the_documented_names() {
    for profile in Profile::ALL {
        let server = server(profile);
        let empty: Value =
            serde_json::from_str(&with_service_key(&server, &["list", "-o", "json"]).done())
                .unwrap();
        assert_eq!(empty, serde_json::json!({"client_keys": [], "total": 0}));
        let id = make(&server, "ci\n");
        let list: Value =
            serde_json::from_str(&with_service_key(&server, &["list", "-o", "json"]).done())
                .unwrap();
        assert_eq!(list["total"], 1);
        let key = &list["client_keys"][0];
        assert_eq!(
            (&key["id"], &key["name"]),
            (&Value::from(id), &"ci\n".into())
        );
        assert_eq!(key.get("expires_at"), None);
        assert!(
            key["created_at"].is_string() && key["rate_limit_per_minute"] == 100,
            "{key}"
        );
    }
}

#[test]
fn list_of_a_user_is_passed_on() {
    let server = server(Profile::V2026_3_7);
    make(&server, "nobody's");
    let user = server.with_emulator(|emulator| emulator.users()[0].id.clone());
    let shown = with_login(&server, true, &["list", "--user", &user]).done();
    assert_eq!(
        shown,
        "no client keys are shown to this credential (to an ordinary user, servers do not list the keys that user made)\n"
    );
    let sent: Vec<_> = server
        .received()
        .iter()
        .map(|it| it.target().to_owned())
        .collect();
    assert!(
        sent.contains(&format!("/api/v1/client-keys?user_id={user}")),
        "{sent:?}"
    );
}

#[test]
fn get_and_update_show_one_key() {
    for profile in Profile::ALL {
        let server = server(profile);
        let id = make(&server, "before");
        let shown = with_service_key(&server, &["get", &id]).done();
        assert!(shown.contains("name        before\n"), "{shown}");
        let arguments = [
            "update",
            &id,
            "--name",
            "after",
            "--rate-limit",
            "200",
            "--description",
            "a\tb",
            "--scope",
            "migrations:execute",
        ];
        let shown = with_service_key(&server, &arguments).done();
        for line in [
            "name         after",
            "rate limit   200 a minute",
            "description  a\\tb",
            "scopes       migrations:execute",
        ] {
            assert!(
                shown.lines().any(|shown| shown == line),
                "{line} is not in {shown}"
            );
        }
        let key: Value =
            serde_json::from_str(&with_service_key(&server, &["get", &id, "-o", "json"]).done())
                .unwrap();
        assert_eq!(
            (&key["name"], &key["description"]),
            (&"after".into(), &"a\tb".into())
        );
        assert_eq!(key.get("key"), None);
    }
}

#[test]
fn what_is_not_there_is_an_error() {
    for profile in Profile::ALL {
        let server = server(profile);
        let id = "5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11";
        for arguments in [&["get", id][..], &["update", id, "--name", "x"]] {
            let error = with_service_key(&server, arguments).failed(1);
            assert!(
                error.contains("there is no such client key"),
                "{profile}: {error}"
            );
        }
    }
}

#[test]
fn many_are_ended_and_each_is_accounted_for() {
    for profile in Profile::ALL {
        let server = server(profile);
        let [one, two, three] = ["one", "two", "three"].map(|name| make(&server, name));
        let none = "5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11";
        let shown = with_service_key(&server, &["revoke", &one, &two]).done();
        assert_eq!(shown, format!("{one}  revoked\n{two}  revoked\n"));
        let run = with_service_key(&server, &["delete", &one, none, &two]);
        assert_eq!(
            (run.status, run.out),
            (1, format!("{one}  deleted\n{two}  deleted\n"))
        );
        let lines: Vec<_> = run.err.lines().collect();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(
            lines[0].starts_with(&format!(
                "fluxbase-keys: {none}: delete client key: there is no such"
            )),
            "{lines:?}"
        );
        assert_eq!(lines[1], "fluxbase-keys: 1 of 3 keys were not deleted");
        let run = with_service_key(&server, &["delete", &three, none, "--output=json"]);
        let ended: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(ended[0]["id"], three);
        assert!(
            ended[0]["message"].is_string() && ended[0].get("error").is_none(),
            "{ended}"
        );
        assert!(
            ended[1]["error"].is_string() && ended[1].get("message").is_none(),
            "{ended}"
        );
        assert_eq!((run.status, count_keys(&server)), (1, 0));
    }
}

#[test]
fn a_login_is_signed_out_again_also_after_an_error() {
    let server = server(Profile::V2026_3_7);
    for arguments in [&["list"][..], &["get", "key-uuid"]] {
        with_login(&server, false, arguments);
        let last = server.received().last().unwrap().path().to_owned();
        assert_eq!(last, "/api/v1/auth/signout");
    }
    let login = login(&server, false);
    let environment = [
        ("FLUXBASE_URL", login[0].1.as_str()),
        ("FLUXBASE_EMAIL", login[1].1.as_str()),
    ];
    let wrong = [
        environment[0],
        environment[1],
        ("FLUXBASE_PASSWORD", "wrong password"),
    ];
    let sent = server.count();
    let error = run(&["list"], &wrong).failed(1);
    assert!(!error.contains("wrong password"), "{error}");
    let paths: Vec<_> = server.received()[sent..]
        .iter()
        .map(|it| it.path().to_owned())
        .collect();
    assert!(
        !paths.iter().any(|path| path.ends_with("signout")),
        "{paths:?}"
    );
    assert_eq!(
        paths.iter().filter(|path| path.ends_with("signin")).count(),
        1,
        "{paths:?}"
    );
}
