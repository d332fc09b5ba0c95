//! A 401 is no verdict: every row of the rule.

use core::time::Duration;

use super::{DONE, KEY, MADE, create, delete, get, update};
use crate::{
    AdminRefresh, AdminSignIn, CheckHealth, Delivery, Error, ErrorKind, FailureKind, Flow,
    HealthStatus, Outcome, Refresh, SignIn, Single, VerifyTwoFactor,
    exchange::{
        Context,
        testing::{
            AWAY, DEGRADED, MISSING, OPAQUE, Peer, REFUSED, Run, Script, WELL, by_key, by_nobody,
            by_session, by_token, policy,
        },
    },
};

const UNCONFIRMED: ErrorKind = ErrorKind::Refused { confirmed: false };
const CONFIRMED: ErrorKind = ErrorKind::Refused { confirmed: true };
const GET: &str = "GET /api/v1/client-keys/k1 [client-key]";
const HEALTH: &str = "GET /health";

fn kind<T: core::fmt::Debug>(run: &Run<T>) -> ErrorKind {
    run.error().kind()
}

#[test]
fn a_bearer_token_is_renewed_once_and_health_is_not_asked() {
    let run = Script::new()
        .answers(401, REFUSED)
        .renews("second")
        .answers(200, KEY);
    let run = run.run(get(), by_session());
    assert_eq!(run.answer().attempts, 2);
    let run = Script::new()
        .answers(401, REFUSED)
        .renews("second")
        .answers(401, REFUSED);
    assert_eq!(kind(&run.run(get(), by_session())), CONFIRMED);
    // One that cannot be renewed is refused for good.
    let run = Script::new().answers(401, REFUSED).run(get(), by_token());
    assert_eq!((kind(&run), run.sends.len()), (CONFIRMED, 1));
    // The one renewal of a call may come first.
    let context =
        by_session().access(crate::Access::session_to_renew(crate::Generation::default()));
    let run = Script::new()
        .renews("second")
        .answers(401, REFUSED)
        .run(get(), context);
    assert_eq!(kind(&run), CONFIRMED);
    // It is one for the whole call, follow-ups included.
    let run = Script::new()
        .answers(401, REFUSED)
        .renews("second")
        .answers(200, DONE)
        .answers(401, REFUSED)
        .run(update(), by_session());
    assert_eq!(
        (kind(&run), run.error().outcome()),
        (CONFIRMED, Outcome::Applied)
    );
}

#[test]
fn a_renewal_that_fails_ends_the_call() {
    let refused = || {
        Error::new(UNCONFIRMED)
            .with_status(401)
            .with_outcome(Outcome::Unknown)
    };
    let run = Script::new().answers(401, REFUSED).renewal_fails(refused());
    let run = run.run(create(), by_session());
    assert_eq!(
        (kind(&run), run.error().outcome()),
        (UNCONFIRMED, Outcome::NotApplied)
    );
    assert_eq!(run.error().operation(), Some("create client key"));
    // What was done before it stays done.
    let run = Script::new()
        .answers(200, DONE)
        .answers(401, REFUSED)
        .renewal_fails(refused());
    let run = run.run(update(), by_session());
    assert_eq!(
        (kind(&run), run.error().outcome()),
        (UNCONFIRMED, Outcome::Applied)
    );
    let run = Script::new()
        .loses()
        .answers(401, REFUSED)
        .renewal_fails(refused());
    assert_eq!(
        run.run(delete(), by_session()).error().outcome(),
        Outcome::Unknown
    );
}

#[test]
fn without_a_credential_it_is_the_callers_mistake() {
    let body = r#"{"error":"Authentication required. Provide Bearer token, X-Client-Key, or X-Service-Key"}"#;
    let run = Script::new().answers(401, body).run(get(), by_key());
    assert_eq!((kind(&run), run.sends.len()), (CONFIRMED, 1));
}

#[test]
fn a_refused_key_is_looked_into_and_tried_once_more() {
    let run = Script::new()
        .answers(401, REFUSED)
        .answers(200, WELL)
        .answers(200, KEY);
    let run = run.run(get(), by_key());
    assert_eq!(run.sends, [GET, HEALTH, GET]);
    assert_eq!(
        (run.answer().attempts, run.learned.health.unwrap().status),
        (3, HealthStatus::Ok)
    );
    assert_eq!(run.timeouts[1], Duration::from_secs(5));
    // Degraded, and yet the database is there.
    let realtime = r#"{"status":"degraded","services":{"database":true,"realtime":false}}"#;
    let run = Script::new()
        .answers(401, REFUSED)
        .answers(503, realtime)
        .answers(401, REFUSED);
    assert_eq!(kind(&run.run(get(), by_key())), CONFIRMED);

    let run = Script::new()
        .answers(401, REFUSED)
        .answers(200, WELL)
        .answers(401, REFUSED);
    let run = run.run(create(), by_key());
    assert_eq!(
        (kind(&run), run.error().outcome()),
        (CONFIRMED, Outcome::NotApplied)
    );
}

#[test]
fn an_outage_is_told_as_one() {
    let run = Script::new()
        .answers(401, REFUSED)
        .answers(503, DEGRADED)
        .run(get(), by_key());
    assert_eq!((kind(&run), run.sends.len()), (ErrorKind::Unavailable, 2));
    assert!(run.error().is_retryable());
    assert_eq!(run.error().outcome(), Outcome::NotApplied);
    // Not of an attempt before it.
    let run = Script::new()
        .loses()
        .answers(401, REFUSED)
        .answers(503, DEGRADED);
    assert_eq!(
        run.run(delete(), by_key()).error().outcome(),
        Outcome::Unknown
    );
}

#[test]
fn no_clear_answer_leaves_it_unconfirmed() {
    let lost = |kind| Peer::Fails(kind, Delivery::Unknown);
    let answer = |status, body: &str| Peer::Answers(status, Vec::new(), body.to_owned());
    for peer in [
        answer(404, MISSING),
        answer(404, "<html>"),
        answer(200, "<html>"),
        answer(200, "{}"),
        answer(200, r#"{"status":"starting"}"#),
        answer(429, r#"{"retry_after":60}"#),
        answer(401, REFUSED),
        answer(503, AWAY),
        answer(301, ""),
        answer(
            200,
            &format!(r#"{{"status":"ok","x":"{}"}}"#, "x".repeat(5000)),
        ),
        lost(FailureKind::Timeout),
        lost(FailureKind::Opaque),
        Peer::Cuts(200, r#"{"status":"ok""#, FailureKind::Closed),
    ] {
        let said = format!("{peer:?}");
        let run = Script::new()
            .answers(401, REFUSED)
            .then(peer)
            .run(get(), by_key());
        assert_eq!((kind(&run), run.sends.len()), (UNCONFIRMED, 2), "{said}");
        assert_eq!(
            run.error().server_message(),
            Some("Invalid client key"),
            "{said}"
        );
    }
}

#[test]
fn the_one_repetition_may_settle_nothing() {
    let again = |peer: Peer| {
        Script::new()
            .answers(401, REFUSED)
            .answers(200, WELL)
            .then(peer)
    };
    let answer = |status, body: &str| Peer::Answers(status, Vec::new(), body.to_owned());
    let busy = [
        answer(429, "{}"),
        answer(503, AWAY),
        Peer::Fails(FailureKind::Connect, Delivery::NotSent),
    ];
    for peer in busy {
        let run = again(peer).run(create(), by_key());
        assert_eq!(
            (kind(&run), run.error().outcome()),
            (UNCONFIRMED, Outcome::NotApplied)
        );
    }
    // It may have been carried out.
    let lost = [
        answer(500, OPAQUE),
        answer(504, "<html>"),
        Peer::Fails(FailureKind::Closed, Delivery::Unknown),
    ];
    for peer in lost {
        let run = again(peer).run(create(), by_key());
        assert_eq!(
            (kind(&run), run.error().outcome()),
            (UNCONFIRMED, Outcome::Unknown)
        );
    }
    // It was, so the key is good: what was lost is the answer.
    let run = again(Peer::Cuts(201, "{", FailureKind::Closed)).run(create(), by_key());
    assert_eq!(kind(&run), ErrorKind::Transport(FailureKind::Closed));
    assert_eq!(run.error().outcome(), Outcome::Applied);
    // Another answer is about something else.
    let run = again(answer(
        403,
        r#"{"error":"x","required_scope":"clientkeys:write"}"#,
    ))
    .run(create(), by_key());
    assert_eq!(kind(&run), ErrorKind::Forbidden);
    let run = again(answer(404, MISSING)).run(get(), by_key());
    assert_eq!(kind(&run), ErrorKind::NotFound);
}

#[test]
fn health_is_asked_once_in_a_call() {
    let run = Script::new()
        .answers(401, REFUSED)
        .answers(200, WELL)
        .answers(200, DONE)
        .answers(401, REFUSED)
        .run(update(), by_key());
    assert_eq!(
        (kind(&run), run.error().outcome()),
        (CONFIRMED, Outcome::Applied)
    );
    let not_asked = by_key().policy(policy().confirm_refusals(false));
    let run = Script::new().answers(401, REFUSED).run(get(), not_asked);
    assert_eq!((kind(&run), run.sends.len()), (UNCONFIRMED, 1));
    // Nor when there is no time for it.
    let short = by_key().policy(policy().deadline(Duration::from_secs(3)));
    let run = Script::new()
        .answers(401, REFUSED)
        .after(Duration::from_secs(3))
        .run(get(), short.clone());
    assert_eq!((kind(&run), run.sends.len()), (UNCONFIRMED, 1));
    let run = Script::new()
        .answers(401, REFUSED)
        .after(Duration::from_secs(1))
        .answers(404, "");
    assert_eq!(run.run(get(), short).timeouts[1], Duration::from_secs(2));
}

#[test]
fn a_refusal_that_was_settled_is_no_answer_to_what_comes_after() {
    let run = Script::new()
        .answers(401, REFUSED)
        .answers(200, WELL)
        .answers(200, DONE)
        .loses()
        .answers(200, KEY);
    assert_eq!(run.run(update(), by_key()).answer().attempts, 5);
}

#[test]
fn a_refused_refresh_is_looked_into_and_tried_once_more() {
    const TOKENS: &str = r#"{"access_token":"a"}"#;
    let refresh = || Single(Refresh::new("r".repeat(20)));
    let admin = || Single(AdminRefresh::new("r".repeat(20)));
    let script = || Script::new().answers(401, REFUSED).answers(200, WELL);
    assert_eq!(
        script()
            .answers(200, TOKENS)
            .run(refresh(), by_nobody())
            .answer()
            .attempts,
        3
    );
    assert_eq!(
        script()
            .answers(200, TOKENS)
            .run(admin(), by_nobody())
            .answer()
            .attempts,
        3
    );
    assert_eq!(
        kind(&script().answers(401, REFUSED).run(refresh(), by_nobody())),
        CONFIRMED
    );
    let run = Script::new().answers(401, REFUSED).answers(503, DEGRADED);
    assert_eq!(
        kind(&run.run(refresh(), by_nobody())),
        ErrorKind::Unavailable
    );
    let run = Script::new().answers(401, REFUSED).answers(404, "");
    assert_eq!(kind(&run.run(refresh(), by_nobody())), UNCONFIRMED);
}

#[test]
fn a_password_or_a_code_is_never_sent_again() {
    fn check<F: Flow<Output: core::fmt::Debug>>(flow: impl Fn() -> F, status: u16, body: &str) {
        let context: fn() -> Context = by_nobody;
        let run = |health: Script| health.run(flow(), context());
        let refused = || Script::new().answers(status, body);
        let run_well = run(refused().answers(200, WELL));
        assert_eq!((kind(&run_well), run_well.sends.len()), (CONFIRMED, 2));
        assert_eq!(
            kind(&run(refused().answers(503, DEGRADED))),
            ErrorKind::Unavailable
        );
        assert_eq!(kind(&run(refused().loses())), UNCONFIRMED);
    }
    let wrong = r#"{"error":"Invalid email or password","code":"INVALID_CREDENTIALS"}"#;
    check(|| Single(SignIn::new("a@b.c", "p")), 401, wrong);
    check(|| Single(AdminSignIn::new("a@b.c", "p")), 401, wrong);
    let verify = || Single(VerifyTwoFactor::new("u1".parse().unwrap(), "123456"));
    check(verify, 400, r#"{"error":"invalid 2FA code"}"#);
    check(
        verify,
        400,
        r#"{"error":"Invalid 2FA code","code":"INVALID_CREDENTIALS"}"#,
    );
    let malformed = Script::new().answers(400, r#"{"error":"x","code":"INVALID_REQUEST_BODY"}"#);
    assert_eq!(
        kind(&malformed.run(verify(), by_nobody())),
        ErrorKind::Rejected
    );
}

#[test]
fn a_proxys_own_401_is_not_about_our_credential() {
    let challenge = ("WWW-Authenticate", "Basic realm=\"x\"");
    let run = Script::new()
        .answers_with(401, challenge, "<html>")
        .run(get(), by_key());
    assert_eq!((kind(&run), run.sends.len()), (ErrorKind::Rejected, 1));
    let run = Script::new()
        .answers_with(401, challenge, "<html>")
        .run(get(), by_session());
    assert_eq!((kind(&run), run.sends.len()), (ErrorKind::Rejected, 1));
}

#[test]
fn what_needs_a_credential_is_not_sent_without_one() {
    let run = Script::new().run(get(), by_nobody());
    assert_eq!(
        (kind(&run), run.error().attempts()),
        (ErrorKind::InvalidInput, 0)
    );
    let run = Script::new().run(Single(crate::SignOut), by_key());
    assert_eq!(
        (kind(&run), run.error().attempts()),
        (ErrorKind::InvalidInput, 0)
    );
    let run = Script::new()
        .answers(200, WELL)
        .run(Single(CheckHealth), by_token());
    assert_eq!(run.sends, [HEALTH]);
    assert!(
        Script::new()
            .answers(200, MADE)
            .run(create(), by_key())
            .result
            .is_ok()
    );
}
