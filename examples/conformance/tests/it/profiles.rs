//! Each generation is recognised, by whoever asks, and nothing is left on the server.

use fluxbase_client_keys_ureq::Scope;
use fluxbase_emulator::{Guard, Profile};

use crate::support::{
    Environment, Run, admin, client_key, count_keys, run, server, service, url, user,
};

/// The most requests that a server lets through in a minute is 100; others want some, too.
const MOST_REQUESTS: usize = 75;

/// Runs it and sees that every line that was tried holds.
fn conforms(server: &Guard, arguments: &[&str], environment: &Environment) -> Run {
    let before = count_keys(server);
    let shown = run(arguments, environment);
    assert_eq!((shown.status, shown.err.as_str()), (0, ""), "{}", shown.out);
    assert_eq!(count_keys(server), before, "{}", shown.out);
    for (name, secret) in environment
        .iter()
        .filter(|(name, _)| *name != "FLUXBASE_URL")
    {
        assert!(
            !shown.out.contains(secret.as_str()),
            "{name} is in {}",
            shown.out
        );
    }
    shown
}

#[test]
fn an_ordinary_user_finds_out_each_generation() {
    for profile in Profile::ALL {
        let server = server(profile);
        let shown = conforms(&server, &[], &user(&server));
        assert!(
            shown
                .out
                .contains(&format!("The server is generation {profile}.\n")),
            "{}",
            shown.out
        );
        let lines = shown.out.lines().filter(|line| line.starts_with("holds "));
        assert!(lines.count() >= 60, "{}", shown.out);
        assert!(
            server.count() < MOST_REQUESTS,
            "{} requests",
            server.count()
        );
    }
}

#[test]
fn so_do_an_administrator_and_a_service_key() {
    for profile in Profile::ALL {
        let server = server(profile);
        let shown = conforms(&server, &["--admin"], &admin(&server));
        assert!(
            shown
                .out
                .contains(&format!("The server is generation {profile}.\n")),
            "{}",
            shown.out
        );
        let shown = conforms(&server, &[], &service(&server));
        assert!(
            shown
                .out
                .contains(&format!("The server is generation {profile}.\n")),
            "{}",
            shown.out
        );
    }
}

#[test]
fn so_does_a_client_key_alone_as_far_as_its_scopes_go() {
    for profile in Profile::ALL {
        for (scopes, least, may_all) in [
            (vec![Scope::ALL], 50, true),
            (vec![Scope::CLIENTKEYS_READ], 20, false),
            (vec![Scope::CLIENTKEYS_WRITE], 40, false),
        ] {
            let server = server(profile);
            let shown = conforms(&server, &["--output=json"], &client_key(&server, &scopes));
            let report = shown.json();
            assert_eq!(
                report["generation"],
                serde_json::json!([profile.as_str()]),
                "{}",
                shown.out
            );
            assert!(
                report["fitting"].as_u64().unwrap() >= least,
                "{}",
                shown.out
            );
            assert_ne!(
                shown.out.contains("the key lacks the scope"),
                may_all,
                "{}",
                shown.out
            );
        }
    }
}

#[test]
fn a_token_and_nobody_at_all_are_callers_too() {
    for profile in Profile::ALL {
        let server = server(profile);
        let token = server.credentials().anon_tokens[0].clone();
        let environment = vec![url(&server), ("FLUXBASE_TOKEN", token)];
        if profile == Profile::Documented {
            // As documented, keys are for signed-in users.
            let shown = run(&["-o", "json"], &environment);
            assert_eq!(shown.status, 4, "{}", shown.out);
            assert_eq!(shown.json()["findings"][0]["id"], "signed-in-user-needed");
        } else {
            let shown = conforms(&server, &["-o", "json"], &environment);
            assert_eq!(
                shown.json()["generation"][0],
                profile.as_str(),
                "{}",
                shown.out
            );
        }
        let shown = conforms(&server, &["-o", "json"], &vec![url(&server)]);
        let report = shown.json();
        assert_eq!(report["keys_made"], 0);
        let generations = report["generation"].as_array().unwrap();
        assert!(
            generations.contains(&profile.as_str().into()),
            "{}",
            shown.out
        );
    }
}
