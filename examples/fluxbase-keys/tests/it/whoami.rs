//! `whoami` tells what the server tells, and never the secret.

use fluxbase_client_keys_ureq::{CreateClientKeyRequest, Scope};
use fluxbase_emulator::{Guard, Profile};
use serde_json::Value;

use crate::support::{fresh_path, manager, run, server, with_login};

fn spelled(profile: Profile) -> &'static str {
    match profile {
        Profile::V2026_1 | Profile::V2026_3_6 => "read:tables",
        _ => "tables:read",
    }
}

/// What it says to somebody with this credential, as JSON.
fn ask(server: &Guard, variable: &str, secret: &str) -> Value {
    let url = server.base_url();
    let shown = run(
        &["whoami", "-o", "json"],
        &[("FLUXBASE_URL", &url), (variable, secret)],
    )
    .done();
    assert!(!shown.contains(secret), "{shown}");
    serde_json::from_str(&shown).unwrap()
}

#[test]
fn a_user_and_an_administrator_are_named() {
    for profile in Profile::ALL {
        let server = server(profile);
        let shown = with_login(&server, false, &["whoami"]).done();
        for line in [
            "health         ok",
            "credential     e-mail address and password",
            "e-mail         user1@example.com",
            "may read keys  yes",
        ] {
            assert!(
                shown.lines().any(|shown| shown == line),
                "{profile}: {line} is not in {shown}"
            );
        }
        let password = &server.credentials().users[0].password;
        assert!(!shown.contains(password.as_str()), "{shown}");
        let shown = with_login(&server, true, &["whoami"]).done();
        assert!(
            shown.contains("e-mail         admin@example.com\n"),
            "{shown}"
        );
        assert!(shown.contains("password of an administrator\n"), "{shown}");
    }
}

#[test]
fn a_key_may_read_keys_if_its_scopes_say_so() {
    for profile in [Profile::V2026_1, Profile::V2026_3_6, Profile::V2026_3_7] {
        let server = server(profile);
        let made = |scope| {
            let request = CreateClientKeyRequest::new("ci", [scope]);
            manager(&server).create(&request).unwrap().key
        };
        for (scope, may) in [
            (Scope::CLIENTKEYS_READ, true),
            (Scope::MIGRATIONS_READ, false),
        ] {
            let told = ask(&server, "FLUXBASE_CLIENT_KEY", made(scope).expose());
            assert_eq!(told["credential"], "client key");
            assert_eq!(told["may_read_keys"], may, "{profile}");
            assert_eq!(
                told["scopes_are_spelled_like"],
                spelled(profile),
                "{profile}"
            );
        }
        let told = ask(
            &server,
            "FLUXBASE_SERVICE_TOKEN",
            &server.credentials().service_keys[0],
        );
        assert_eq!(told["credential"], "service key");
        let told = ask(
            &server,
            "FLUXBASE_TOKEN",
            &server.credentials().anon_tokens[0],
        );
        assert_eq!(
            (&told["credential"], &told["may_read_keys"]),
            (&"access token".into(), &true.into())
        );
    }
}

#[test]
fn a_refusal_and_an_outage_are_told_apart() {
    let server = server(Profile::V2026_3_7);
    let environment = [
        ("FLUXBASE_URL", server.base_url()),
        (
            "FLUXBASE_CLIENT_KEY",
            "fbk_bm9ib2R5cyBrZXkgYXQgYWxsIG5vYm9keXMga2V5IGE=".to_owned(),
        ),
    ];
    let environment = environment
        .each_ref()
        .map(|(name, text)| (*name, text.as_str()));
    let refused = run(&["whoami"], &environment);
    assert!(refused.out.contains("health         ok\n"), "{refused:?}");
    assert!(refused.out.contains("may read keys  no\n"), "{refused:?}");
    assert!(refused.failed(1).contains("the credential was refused"));
    server.set_database(false);
    let away = run(&["whoami"], &environment);
    assert!(away.out.contains("health         degraded\n"), "{away:?}");
    assert!(away.out.contains("may read keys  not known\n"), "{away:?}");
    assert!(away.failed(1).contains("not available for now"));
}

#[test]
fn a_login_may_be_in_files() {
    let server = server(Profile::V2026_3_7);
    let url = server.base_url();
    for (admin, login) in [
        (false, &server.credentials().users[0]),
        (true, &server.credentials().admins[0]),
    ] {
        let [email, password] =
            ["email", "password"].map(|name| fresh_path(&format!("{name}-{admin}")));
        std::fs::write(&email, format!("{}\n", login.email)).unwrap();
        std::fs::write(&password, format!("{}\r\n", login.password)).unwrap();
        let environment = [
            ("FLUXBASE_URL", url.as_str()),
            ("FLUXBASE_EMAIL_FILE", email.to_str().unwrap()),
            ("FLUXBASE_PASSWORD_FILE", password.to_str().unwrap()),
        ];
        for verb in ["whoami", "list"] {
            let arguments: &[&str] = if admin { &[verb, "--admin"] } else { &[verb] };
            let shown = run(arguments, &environment).done();
            assert_eq!(shown.contains(&login.email), verb == "whoami", "{shown}");
        }
        let disagreeing = [&environment[..], &[("FLUXBASE_PASSWORD", "another")]].concat();
        let arguments: &[&str] = if admin {
            &["whoami", "--admin"]
        } else {
            &["whoami"]
        };
        let error = run(arguments, &disagreeing).failed(2);
        assert!(error.contains("FLUXBASE_PASSWORD_FILE"), "{error}");
        assert!(!error.contains("another"), "{error}");
        std::fs::remove_file(email).unwrap();
        std::fs::remove_file(password).unwrap();
    }
}
