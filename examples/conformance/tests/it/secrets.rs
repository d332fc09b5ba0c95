//! No secret that went over the wire in a run is in its recording or its report, whoever asked and whatever was answered.

use std::fs;

use fluxbase_client_keys_ureq::{Scope, http::StatusCode};
use fluxbase_emulator::{Fault, Guard, Profile, What};
use fluxbase_secret_search::Secrets;

use crate::{
    relay::Relay,
    support::{Environment, admin, client_key, fresh_path, run, server, service, user},
};

/// What a run wrote, its recording and its report, and the secrets that passed meanwhile.
fn recorded(
    name: &str,
    server: &Guard,
    arguments: &[&str],
    mut environment: Environment,
) -> (String, Secrets) {
    let relay = Relay::to(server.address());
    environment.retain(|(name, _)| *name != "FLUXBASE_URL");
    environment.push(("FLUXBASE_URL", relay.url()));
    let path = fresh_path(name);
    let arguments = [arguments, &["--record", path.to_str().unwrap()]].concat();
    let ended = run(&arguments, &environment);
    let recording = fs::read_to_string(&path).unwrap();
    assert!(recording.lines().count() > 3, "{}", ended.err);
    let replayed = run(&["--replay", path.to_str().unwrap()], &vec![]);
    fs::remove_file(path).unwrap();
    let mut secrets = Secrets::among_stand_ins();
    relay.note_secrets(&mut secrets);
    secrets.add_those_of(server);
    // The program's own names for what it makes, which it also uses as wrong passwords and tokens.
    secrets.leave_out("conformance-");
    for (name, value) in &environment {
        if !matches!(*name, "FLUXBASE_URL" | "FLUXBASE_EMAIL") {
            secrets.add(value);
        }
    }
    (
        recording + &ended.out + &ended.err + &replayed.out + &replayed.err,
        secrets,
    )
}

/// The access token of somebody who has signed in.
fn token(server: &Guard) -> Environment {
    let user = &server.credentials().users[0];
    let manager = fluxbase_client_keys_ureq::builder(&server.base_url())
        .login(user.email.as_str(), user.password.as_str())
        .build()
        .unwrap();
    manager.list().unwrap();
    let pair = manager.export_tokens().unwrap();
    vec![("FLUXBASE_TOKEN", pair.access_token.expose().to_owned())]
}

/// A token that is nobody's.
fn no_token(_: &Guard) -> Environment {
    let token = "eyJhbGciOiJIUzI1NiJ9.bm9ib2R5.a2Fub25lbmZ1dHRlcg";
    vec![("FLUXBASE_TOKEN", token.to_owned())]
}

#[test]
fn no_secret_on_the_wire_is_in_a_recording_or_a_report() {
    type Who = fn(&Guard) -> Environment;

    let callers: [(&[&str], Who, usize); 6] = [
        (&["--admin"], admin, 12),
        (&[], user, 12),
        (&[], service, 7),
        (&[], |server| client_key(server, &[Scope::ALL]), 7),
        (&["-o", "json"], token, 7),
        (&[], no_token, 6),
    ];
    for profile in Profile::ALL {
        for (arguments, environment, least) in callers {
            // One of its own each: sign-ins are limited, and waiting takes a minute.
            let server = server(profile);
            let environment = environment(&server);
            let (text, secrets) = recorded("searched.jsonl", &server, arguments, environment);
            assert!(secrets.count() >= least, "only {} secrets", secrets.count());
            assert_eq!(secrets.seen_in(&text), None, "{profile} {arguments:?}");
        }
    }
}

#[test]
fn nor_of_a_run_in_which_answers_break_off() {
    for what in [
        What::CutBody,
        What::LoseAfter,
        What::Html(StatusCode::BAD_GATEWAY),
    ] {
        let server = server(Profile::V2026_3_7);
        server.add_fault(Fault::new(what).nth(30));
        let (text, secrets) = recorded("broken-off.jsonl", &server, &[], user(&server));
        assert!(secrets.count() >= 8, "only {} secrets", secrets.count());
        assert_eq!(secrets.seen_in(&text), None);
    }
}
