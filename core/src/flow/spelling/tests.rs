//! Every row of the rules on the spelling of scopes.

use super::*;
use crate::{
    ClientKeyId, CreateClientKey, CreateClientKeyRequest, ErrorKind, IdempotencyKey, Outcome,
    UpdateClientKeyRequest,
    exchange::testing::{
        DEGRADED, DONE, KEY, MADE, MISSING, OPAQUE, Peer, REFUSED, Run, Script, WELL, by_key,
        by_nobody, by_session, by_token,
    },
};

const PROBE: &str = "GET /api/v1/client-keys?user_id=- [token]";
const POST: &str = "POST /api/v1/client-keys [token]";
const NEWER: &str = r#"{"error":"Invalid user ID","code":"INVALID_ID","request_id":"r"}"#;
const OLDER: &str = r#"{"error":"Invalid user ID"}"#;
const INVALID: &str =
    r#"{"error":"Failed to create client key: invalid scopes: invalid scopes: x"}"#;

fn scopes(texts: &[&str]) -> Vec<Scope> {
    texts
        .iter()
        .map(|text| Scope::new(*text).unwrap())
        .collect()
}

fn creation(texts: &[&str]) -> CreateClientKey {
    CreateClientKey::new(CreateClientKeyRequest::new("n", scopes(texts)))
}

fn flow(texts: &[&str], known: Option<Spelling>) -> WithSpelling<Create> {
    WithSpelling::new(Create(creation(texts)), Spelling::Auto, known)
}

fn run(
    script: Script,
    texts: &[&str],
    known: Option<Spelling>,
) -> Run<crate::CreateClientKeyResponse> {
    script.run(flow(texts, known), by_token())
}

/// The scopes of the last request.
fn sent<T>(run: &Run<T>) -> String {
    let body: serde_json::Value = serde_json::from_str(run.bodies.last().unwrap()).unwrap();
    let scopes = body["scopes"].as_array().unwrap();
    let texts: Vec<&str> = scopes.iter().map(|scope| scope.as_str().unwrap()).collect();
    texts.join(" ")
}

#[test]
fn nothing_extra_is_sent_where_spellings_agree() {
    for texts in [
        &["*"][..],
        &["realtime:connect", "migrations:read"],
        &["read:users"],
    ] {
        let made = run(Script::new().answers(201, MADE), texts, None);
        assert_eq!((made.sends.len(), sent(&made)), (1, texts.join(" ")));
        assert_eq!(made.learned.spelling, None);
    }
    // Unknown ones pass as they are, with a warning.
    let made = run(Script::new().answers(201, MADE), &["read:users", "*"], None);
    let warning = Warning::UnknownScope(Scope::new("read:users").unwrap());
    assert_eq!(made.answer().warnings, [warning]);
}

#[test]
fn what_is_known_is_used() {
    for (known, expected) in [
        (Spelling::Old, "read:tables *"),
        (Spelling::New, "tables:read *"),
    ] {
        for given in ["tables:read", "read:tables"] {
            let made = run(Script::new().answers(201, MADE), &[given, "*"], Some(known));
            assert_eq!((made.sends.len(), sent(&made).as_str()), (1, expected));
            assert_eq!(made.learned.spelling, Some(known));
            let respelled = Warning::ScopeRespelled {
                given: Scope::new(given).unwrap(),
                sent: Scope::new(expected.trim_end_matches(" *")).unwrap(),
            };
            let expected = if expected.starts_with(given) {
                vec![]
            } else {
                vec![respelled]
            };
            assert_eq!(made.answer().warnings, expected);
        }
    }
}

#[test]
fn a_probe_finds_out() {
    for (status, body, expected, learned) in [
        (400, NEWER, "tables:read", Some(Spelling::New)),
        (400, OLDER, "read:tables", Some(Spelling::Old)),
        (
            403,
            r#"{"error":"x","required_scope":"clientkeys:read"}"#,
            "tables:read",
            Some(Spelling::New),
        ),
        (
            403,
            r#"{"error":"x","required_scope":"read:clientkeys"}"#,
            "read:tables",
            Some(Spelling::Old),
        ),
    ] {
        let given = if expected == "tables:read" {
            "read:tables"
        } else {
            "tables:read"
        };
        let made = run(
            Script::new().answers(status, body).answers(201, MADE),
            &[given],
            None,
        );
        assert_eq!(made.sends, [PROBE, POST]);
        assert_eq!(
            (sent(&made).as_str(), made.learned.spelling),
            (expected, learned)
        );
        assert_eq!(made.answer().attempts, 2);
    }
}

#[test]
fn a_probe_that_fails_is_not_remembered_and_fails_nothing() {
    let answer = |status, body: &str| Peer::Answers(status, Vec::new(), body.to_owned());
    let fails = |kind| Peer::Fails(kind, crate::Delivery::NotSent);
    for peer in [
        answer(200, "null"),
        answer(200, "<html>"),
        answer(400, "<html>"),
        answer(400, r#"{"error":"x","code":"INVALID_REQUEST_BODY"}"#),
        answer(403, r#"{"error":"Admin access required."}"#),
        answer(403, r#"{"error":"x","required_scope":"*"}"#),
        answer(404, MISSING),
        answer(401, REFUSED),
        answer(429, r#"{"retry_after":60}"#),
        answer(500, OPAQUE),
        answer(503, "{}"),
        answer(200, &" ".repeat(5000)),
        fails(crate::FailureKind::Connect),
        fails(crate::FailureKind::Timeout),
        Peer::Cuts(400, "{", crate::FailureKind::Closed),
    ] {
        let said = format!("{peer:?}");
        let script = Script::new().then(peer).answers(500, OPAQUE);
        let failed = run(script, &["tables:read"], None);
        assert_eq!(failed.sends, [PROBE, POST], "{said}");
        assert_eq!(
            (sent(&failed).as_str(), failed.learned.spelling),
            ("tables:read", None),
            "{said}"
        );
        assert_eq!(failed.error().operation(), Some("create client key"));
        assert!(failed.waits.is_empty(), "{said}");
    }
}

#[test]
fn the_rule_on_401_holds_for_the_probe_too() {
    let script = Script::new()
        .answers(401, REFUSED)
        .renews("second")
        .answers(400, NEWER)
        .answers(201, MADE);
    let made = script.run(flow(&["read:tables"], None), by_session());
    assert_eq!(made.sends[1], "GET /api/v1/client-keys?user_id=- [second]");
    assert_eq!(
        (sent(&made).as_str(), made.answer().attempts),
        ("tables:read", 3)
    );

    let script = Script::new()
        .answers(401, REFUSED)
        .answers(200, WELL)
        .answers(400, OLDER)
        .answers(201, MADE);
    let made = script.run(flow(&["tables:read"], None), by_key());
    assert_eq!(
        (sent(&made).as_str(), made.answer().attempts),
        ("read:tables", 4)
    );
    // In an outage the operation itself says so, and health is not asked again.
    let script = Script::new()
        .answers(401, REFUSED)
        .answers(503, DEGRADED)
        .answers(401, REFUSED);
    let failed = script.run(flow(&["tables:read"], None), by_key());
    assert_eq!(failed.error().kind(), ErrorKind::Unavailable);
    // A renewal that fails is not tried for the probe and again for the create.
    let error = || Error::new(ErrorKind::SignInNeeded).with_detail("the tokens ended");
    let script = Script::new().answers(401, REFUSED).renewal_fails(error());
    let failed = script.run(flow(&["tables:read"], None), by_session());
    assert_eq!(
        (failed.error().kind(), failed.sends.len()),
        (ErrorKind::SignInNeeded, 1)
    );
    assert!(failed.error().to_string().contains("the tokens ended"));
}

#[test]
fn invalid_scopes_are_spelled_the_other_way_once() {
    // What was known is contradicted: an upgrade, or replicas of two generations.
    let script = Script::new().answers(500, INVALID).answers(201, MADE);
    let made = run(script, &["tables:read"], Some(Spelling::Old));
    assert_eq!(made.sends, [POST; 2]);
    assert_eq!(
        (sent(&made).as_str(), made.learned.spelling),
        ("tables:read", Some(Spelling::New))
    );

    let script = Script::new().answers(500, INVALID).answers(500, INVALID);
    let failed = run(script, &["tables:read", "read:usrs"], Some(Spelling::New));
    assert_eq!(
        (failed.sends.len(), failed.learned.spelling),
        (2, Some(Spelling::Auto))
    );
    assert_eq!(failed.error().outcome(), Outcome::NotApplied);
    assert!(
        failed
            .error()
            .to_string()
            .contains("no known server accepts the scope read:usrs")
    );
    // The bytes of a keyed create are frozen.
    let key = |text: &str| IdempotencyKey::new(text.repeat(22)).unwrap();
    let keyed = Create(creation(&["tables:read"]).with_idempotency_keys(key("1"), key("2")));
    let keyed = WithSpelling::new(keyed, Spelling::Auto, Some(Spelling::Old));
    let failed = Script::new().answers(500, INVALID).run(keyed, by_token());
    assert_eq!(
        (failed.sends.len(), failed.learned.spelling),
        (1, Some(Spelling::Auto))
    );
}

#[test]
fn an_opaque_500_is_not_sent_again_and_names_what_may_be_wrong() {
    let failed = run(
        Script::new().answers(500, OPAQUE),
        &["tables:read", "reed:tables", "x"],
        Some(Spelling::New),
    );
    assert_eq!(
        (failed.sends.len(), failed.error().outcome()),
        (1, Outcome::Unknown)
    );
    let said = failed.error().to_string();
    assert!(
        said.contains("reed:tables (the nearest that exists: read:tables), nor x"),
        "{said}"
    );
    // Known ones, and other statuses, are not blamed.
    let failed = run(
        Script::new().answers(500, OPAQUE),
        &["tables:read"],
        Some(Spelling::New),
    );
    assert!(!failed.error().to_string().contains("scope"));
    let failed = run(Script::new().answers(403, "{}"), &["x"], None);
    assert!(!failed.error().to_string().contains("no known server"));
}

#[test]
fn a_spelling_that_was_chosen_is_sent_without_asking() {
    for (spelling, expected) in [
        (Spelling::Old, "read:tables read:clientkeys x"),
        (Spelling::New, "tables:read clientkeys:read x"),
        (Spelling::AsGiven, "tables:read read:clientkeys x"),
    ] {
        let create = Create(creation(&["tables:read", "read:clientkeys", "x"]));
        let flow = WithSpelling::new(create, spelling, Some(Spelling::Old));
        let failed = Script::new().answers(500, INVALID).run(flow, by_token());
        assert_eq!((failed.sends.len(), sent(&failed).as_str()), (1, expected));
    }
}

#[test]
fn updates_are_spelled_too() {
    let id = ClientKeyId::parse("k1").unwrap();
    let update = |request| UpdateThenGet::new(UpdateClientKey::new(id, request));
    let flow = |request| WithSpelling::new(ThenCheck::new(update(request)), Spelling::Auto, None);
    let read = UpdateClientKeyRequest::new().scopes(scopes(&["tables:read"]));

    let script = Script::new()
        .answers(400, OLDER)
        .answers(200, DONE)
        .answers(200, KEY);
    let updated = script.run(flow(read.clone()), by_token());
    assert_eq!(updated.bodies[1], r#"{"scopes":["read:tables"]}"#);
    assert_eq!(updated.learned.spelling, Some(Spelling::Old));
    // Accepted, although the key could not be read afterwards.
    let script = Script::new()
        .answers(400, OLDER)
        .answers(200, DONE)
        .answers(403, "{}");
    let failed = script.run(flow(read), by_token());
    assert_eq!(
        (failed.error().outcome(), failed.learned.spelling),
        (Outcome::Applied, Some(Spelling::Old))
    );
    // Without scopes nothing is found out.
    let script = Script::new().answers(200, KEY);
    let updated = script.run(flow(UpdateClientKeyRequest::new().name("n")), by_token());
    assert_eq!(updated.sends.len(), 1);
}

#[test]
fn what_would_be_refused_here_costs_no_probe() {
    let create = Create(CreateClientKey::new(CreateClientKeyRequest::new(
        "",
        scopes(&["tables:read"]),
    )));
    let failed = Script::new().run(WithSpelling::new(create, Spelling::Auto, None), by_token());
    assert_eq!(
        (failed.error().kind(), failed.sends.len()),
        (ErrorKind::InvalidInput, 0)
    );
    let failed = Script::new().run(flow(&["tables:read"], None), by_nobody());
    assert_eq!(
        (failed.error().kind(), failed.sends.len()),
        (ErrorKind::InvalidInput, 0)
    );
}

#[test]
fn any_answer_that_names_a_scope_is_evidence() {
    let script = Script::new().answers(403, r#"{"error":"x","required_scope":"write:clientkeys"}"#);
    let failed = run(script, &["*"], None);
    assert_eq!(failed.learned.spelling, Some(Spelling::Old));
}

#[test]
fn an_attempt_in_the_first_spelling_still_counts() {
    let update = UpdateClientKey::new(
        ClientKeyId::parse("k1").unwrap(),
        UpdateClientKeyRequest::new().scopes(scopes(&["tables:read"])),
    );
    let flow = WithSpelling::new(
        ThenCheck::new(UpdateThenGet::new(update)),
        Spelling::Auto,
        Some(Spelling::New),
    );
    // The lost one may have been carried out by another replica than the one that wants the other spelling.
    let failed = Script::new()
        .loses()
        .answers(500, INVALID)
        .answers(403, "{}")
        .run(flow, by_token());
    assert_eq!(failed.sends.len(), 3);
    assert_eq!(failed.error().kind(), ErrorKind::Forbidden);
    assert_eq!(failed.error().outcome(), Outcome::Unknown);
}
