//! What a 500 may mean, and what is done about it.

use super::*;
use crate::{
    UpdateClientKey, UpdateClientKeyRequest, UpdateThenGet,
    exchange::testing::{DONE, KEY, MISSING, OPAQUE, Run, Script, by_token},
};

const GET: &str = "GET /api/v1/client-keys/k1 [token]";
const TEXT: &str = r#"{"error":"Failed to delete client key: client key not found"}"#;

fn id() -> ClientKeyId {
    ClientKeyId::parse("k1").unwrap()
}

fn delete(script: Script) -> Run<DeleteClientKeyResponse> {
    script.run(
        ThenCheck::new(Single(DeleteClientKey::new(id()))),
        by_token(),
    )
}

fn revoke(script: Script) -> Run<crate::RevokeClientKeyResponse> {
    script.run(
        ThenCheck::new(Single(RevokeClientKey::new(id()))),
        by_token(),
    )
}

fn update(script: Script) -> Run<crate::ClientKey> {
    let update = UpdateClientKey::new(id(), UpdateClientKeyRequest::new().name("n"));
    script.run(ThenCheck::new(UpdateThenGet::new(update)), by_token())
}

fn of<T: core::fmt::Debug>(run: &Run<T>) -> (ErrorKind, Outcome, Option<u16>) {
    let error = run.error();
    (error.kind(), error.outcome(), error.status())
}

#[test]
fn a_500_and_no_such_key_is_not_found() {
    let missing = (ErrorKind::NotFound, Outcome::NotApplied, Some(500));
    let script = || Script::new().answers(500, OPAQUE).answers(404, MISSING);
    assert_eq!(of(&revoke(script())), missing);
    assert_eq!(of(&update(script())), missing);
    let run = delete(script());
    assert_eq!(of(&run), missing);
    assert_eq!(run.sends, ["DELETE /api/v1/client-keys/k1 [token]", GET]);
    assert_eq!(run.error().operation(), Some("delete client key"));
    assert_eq!(run.error().attempts(), 2);
    // Without a code, as older servers answer the GET.
    let older = Script::new()
        .answers(500, "<html>")
        .answers(404, r#"{"error":"Client key not found"}"#);
    assert_eq!(of(&delete(older)), missing);
}

#[test]
fn a_server_that_says_so_is_not_asked() {
    for run in [
        of(&delete(Script::new().answers(500, TEXT))),
        of(&revoke(Script::new().answers(500, TEXT))),
        of(&update(Script::new().answers(500, TEXT))),
    ] {
        assert_eq!(run, (ErrorKind::NotFound, Outcome::NotApplied, Some(500)));
    }
    assert_eq!(
        of(&delete(Script::new().answers(404, MISSING))).0,
        ErrorKind::NotFound
    );
    let scopes = Script::new().answers(
        500,
        r#"{"error":"Failed to update client key: invalid scopes: x"}"#,
    );
    assert_eq!(
        of(&update(scopes)),
        (ErrorKind::Server, Outcome::NotApplied, Some(500))
    );
}

#[test]
fn anything_else_leaves_the_500() {
    let broken = (ErrorKind::Server, Outcome::Unknown, Some(500));
    let run = delete(Script::new().answers(500, OPAQUE).answers(200, KEY));
    assert_eq!(of(&run), broken);
    assert!(run.error().to_string().contains("the key exists"));
    for (status, body) in [
        (404, r#"{"error":"Not Found","path":"/x"}"#),
        (404, r#"{"error":"tenant not found"}"#),
        (404, "<html>"),
        (403, "{}"),
        (401, "{}"),
        (200, "<html>"),
        (200, "{}"),
        (301, ""),
    ] {
        let run = delete(Script::new().answers(500, OPAQUE).answers(status, body));
        assert_eq!(of(&run), broken, "{status} {body}");
        assert_eq!(run.error().code(), Some("INTERNAL_ERROR"));
        assert!(!run.error().to_string().contains("the key exists"));
    }
    // The GET is waited for like any other.
    let script = Script::new()
        .answers(500, OPAQUE)
        .loses()
        .answers(503, "")
        .answers(404, MISSING);
    assert_eq!(of(&delete(script)).0, ErrorKind::NotFound);
    let script = Script::new()
        .answers(500, OPAQUE)
        .loses()
        .loses()
        .loses()
        .loses();
    assert_eq!(of(&delete(script)), broken);
}

#[test]
fn only_a_500_is_looked_into() {
    for status in [400, 403, 409, 429, 501, 502, 504] {
        let policy = crate::Policy::new().attempts(1);
        let flow = ThenCheck::new(Single(DeleteClientKey::new(id())));
        let run = Script::new()
            .answers(status, OPAQUE)
            .run(flow, by_token().policy(policy));
        assert_eq!(run.sends.len(), 1, "{status}");
    }
    assert!(delete(Script::new().answers(204, "")).result.is_ok());
}

#[test]
fn gone_after_a_lost_attempt_is_a_deletion() {
    let gone = |script: Script| {
        let run = delete(script);
        assert_eq!(run.answer().warnings, [Warning::AlreadyGone]);
        run.sends.len()
    };
    let lost = || Script::new().loses();
    assert_eq!(gone(lost().answers(500, OPAQUE).answers(404, MISSING)), 3);
    assert_eq!(gone(lost().answers(500, TEXT)), 2);
    assert_eq!(gone(lost().answers(404, MISSING)), 2);
    assert_eq!(
        gone(
            Script::new()
                .cuts(200)
                .answers(500, OPAQUE)
                .answers(404, MISSING)
        ),
        3
    );
    // One that never arrived deleted nothing.
    let run = delete(Script::new().never_arrives().answers(500, TEXT));
    assert_eq!(
        of(&run),
        (ErrorKind::NotFound, Outcome::NotApplied, Some(500))
    );
    // A revocation or a change of a key that is gone is none.
    let run = revoke(lost().answers(500, OPAQUE).answers(404, MISSING));
    assert_eq!(
        of(&run),
        (ErrorKind::NotFound, Outcome::NotApplied, Some(500))
    );
    // It is still there, so what the lost attempt did stays unknown.
    let run = delete(lost().answers(500, OPAQUE).answers(200, KEY));
    assert_eq!(of(&run), (ErrorKind::Server, Outcome::Unknown, Some(500)));
}

#[test]
fn what_was_updated_is_not_looked_into() {
    let run = update(Script::new().answers(200, DONE).answers(404, MISSING));
    assert_eq!(of(&run), (ErrorKind::NotFound, Outcome::Applied, Some(404)));
    let answers = Script::new().answers(200, DONE);
    let run = update((0..4).fold(answers, |script, _| script.answers(500, OPAQUE)));
    assert_eq!(of(&run), (ErrorKind::Server, Outcome::Applied, Some(500)));
    assert_eq!(update(Script::new().answers(200, KEY)).answer().attempts, 1);
}
