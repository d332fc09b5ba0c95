//! Servers that are broken in a known way, what may stand in their place, and answers that no known generation gives.

use fluxbase_client_keys_ureq::Scope;
use fluxbase_emulator::{Guard, Options, Profile};
use serde_json::Value;

use crate::support::{Environment, admin, client_key, count_keys, run, server, url, user};

fn faulty(profile: Profile, fault: &str) -> Guard {
    let options = Options::new()
        .profile(profile)
        .fault(fault.parse().unwrap());
    fluxbase_emulator::start(options).unwrap()
}

/// The report of a run that ends with this status.
fn report(status: u8, environment: &Environment) -> Value {
    let shown = run(&["-o", "json"], environment);
    assert_eq!(shown.status, status, "{}", shown.out);
    shown.json()
}

fn finding(report: &Value) -> &str {
    report["findings"][0]["id"].as_str().unwrap_or_default()
}

fn line<'r>(report: &'r Value, name: &str) -> &'r Value {
    let mut lines = report["lines"].as_array().unwrap().iter();
    lines.find(|line| line["line"] == name).unwrap()
}

#[test]
fn a_page_for_people_gets_no_credential() {
    for (fault, expected) in [
        ("html=200", "single-page-application"),
        ("html=405", "single-page-application"),
        ("html=502", "proxy-without-server"),
        ("html=504", "proxy-without-server"),
        ("html=403", "proxy-refuses"),
        ("html=404", "not-fluxbase"),
    ] {
        let server = faulty(Profile::V2026_3_7, fault);
        let report = report(3, &user(&server));
        assert_eq!(finding(&report), expected, "{report:#}");
        let received = server.received();
        assert_eq!(received.len(), 1, "only /health is asked");
        assert!(received[0].body().is_empty());
    }
}

#[test]
fn a_proxy_may_take_less_than_the_server() {
    let server = faulty(Profile::V2026_3_7, "html=413:POST:/api/v1/client-keys$:10");
    let report = report(0, &user(&server));
    assert_eq!(finding(&report), "proxy-size-limit", "{report:#}");
    assert_eq!(line(&report, "size/body-over-1-mib")["result"], "skipped");
}

#[test]
fn an_outage_is_told_from_a_refusal() {
    let server = server(Profile::V2026_1);
    let key = client_key(&server, &[Scope::ALL]);
    server.set_database(false);
    assert_eq!(finding(&report(3, &key)), "database-away");
    assert_eq!(finding(&report(3, &user(&server))), "database-away");
    server.set_database(true);
    let wrong = vec![
        url(&server),
        (
            "FLUXBASE_CLIENT_KEY",
            "fbk_bm9ib2R5cyBrZXkgYXQgYWxs".to_owned(),
        ),
    ];
    let refused = report(4, &wrong);
    assert_eq!(finding(&refused), "credential-refused", "{refused:#}");
    assert!(
        refused["findings"][0]["text"]
            .as_str()
            .unwrap()
            .contains("row-level security")
    );
}

#[test]
fn the_gate_that_shuts_administrators_out_is_named() {
    for (profile, as_admin, status, expected) in [
        (Profile::V2026_3_7, true, 3, "gate"),
        (Profile::V2026_3_7, false, 3, "gate"),
        (Profile::V2026_3_6, false, 3, "only-administrators"),
        (Profile::V2026_1, true, 0, "keys-shut-out"),
    ] {
        let options = Options::new().profile(profile).only_admins(true);
        let server = fluxbase_emulator::start(options).unwrap();
        let (arguments, environment) = if as_admin {
            (&["-o", "json", "--admin"][..], admin(&server))
        } else {
            (&["-o", "json"][..], user(&server))
        };
        let shown = run(arguments, &environment);
        assert_eq!(shown.status, status, "{profile}: {}", shown.out);
        assert_eq!(finding(&shown.json()), expected, "{profile}");
        assert_eq!(count_keys(&server), 0);
    }
}

#[test]
fn row_level_security_is_suspected_where_a_sound_create_fails() {
    let server = faulty(Profile::V2026_3_7, "status=500:POST:/api/v1/client-keys$");
    let report = report(3, &user(&server));
    assert_eq!(finding(&report), "row-level-security", "{report:#}");
    assert_eq!(report["result"], "broken");
}

#[test]
fn an_answer_that_no_generation_gives_is_shown_beside_the_expected_one() {
    let server = faulty(
        Profile::V2026_3_7,
        "status=418:GET:/api/v1/client-keys/key-uuid$",
    );
    let report = report(1, &user(&server));
    let line = line(&report, "keys/get/bad-id");
    assert_eq!(line["result"], "unknown", "{line:#}");
    assert_eq!(line["why"], "status 418 in place of 400");
    assert!(
        line["expected"].as_str().unwrap().starts_with("400 {"),
        "{line:#}"
    );
    assert!(
        line["answered"].as_str().unwrap().starts_with("418 {"),
        "{line:#}"
    );
    assert_eq!(report["generation"], serde_json::json!(["2026.3.7"]));
    assert_eq!(count_keys(&server), 0);
    let shown = run(&[], &user(&server));
    assert!(
        shown
            .out
            .contains("none of the known generations; closest to 2026.3.7"),
        "{}",
        shown.out
    );
}

#[test]
fn a_lost_answer_is_no_end_and_two_are() {
    let server = faulty(
        Profile::V2026_3_7,
        "lose-before:GET:/api/v1/client-keys/key-uuid$",
    );
    let lost = report(1, &user(&server));
    assert_eq!(
        line(&lost, "keys/get/bad-id")["result"],
        "no answer",
        "{lost:#}"
    );
    let server = faulty(Profile::V2026_3_7, "lose-before:GET");
    let unreached = report(4, &user(&server));
    assert_eq!(finding(&unreached), "not-reached", "{unreached:#}");
    assert_eq!(server.count(), 1);
}

#[test]
fn a_key_whose_answer_was_lost_is_found_and_deleted_by_whoever_sees_it() {
    for fault in [
        "lose-after:POST:/api/v1/client-keys$:1",
        "cut-body:POST:/api/v1/client-keys$:2",
    ] {
        let server = faulty(Profile::V2026_3_7, fault);
        let shown = run(&["-o", "json", "--admin"], &admin(&server));
        assert_eq!(count_keys(&server), 0, "{fault}: {}", shown.out);
        assert_eq!(shown.json()["keys_left"], serde_json::json!([]));
        assert_eq!(shown.status, 1, "{fault}: {}", shown.out);
        // An ordinary user cannot see it, and is told its name.
        let server = faulty(Profile::V2026_3_7, fault);
        let report = report(4, &user(&server));
        assert_eq!(count_keys(&server), 1, "{fault}");
        let findings = report["findings"].as_array().unwrap();
        let left = findings
            .iter()
            .find(|found| found["id"] == "left-behind")
            .unwrap();
        assert!(
            left["text"].as_str().unwrap().contains("conformance-"),
            "{left:#}"
        );
    }
}

#[test]
fn a_key_that_cannot_be_deleted_is_named() {
    let server = faulty(Profile::V2026_1, "status=500:DELETE");
    let shown = run(&["-o", "json"], &user(&server));
    assert_eq!(shown.status, 4, "{}", shown.out);
    let left = shown.json()["keys_left"].as_array().unwrap().len();
    assert_eq!(
        (left, left > 0),
        (count_keys(&server), true),
        "{}",
        shown.out
    );
}
