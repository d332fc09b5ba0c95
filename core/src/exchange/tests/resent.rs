//! What is sent again: delivery, replay, status, deadline.

use core::time::Duration;

use super::{DONE, KEY, MADE, create, delete, get, keyed, update};
use crate::{
    AdminSignIn, Delivery, ErrorKind, FailureKind, Outcome, Refresh, SignIn, Single,
    VerifyTwoFactor,
    exchange::testing::{AWAY, MISSING, OPAQUE, Peer, Script, by_nobody, by_token, policy},
};

const TOKENS: &str = r#"{"access_token":"a","refresh_token":"r","expires_in":900}"#;

fn refresh() -> Single<Refresh> {
    Single(Refresh::new("r".repeat(20)))
}

fn sign_in() -> Single<SignIn> {
    Single(SignIn::new("a@b.c", "p"))
}

#[test]
fn what_never_left_is_sent_again_whatever_it_is() {
    let script = |body| {
        Script::new()
            .never_arrives()
            .never_arrives()
            .answers(200, body)
    };
    assert_eq!(script(KEY).run(get(), by_token()).sends.len(), 3);
    assert_eq!(script(DONE).run(delete(), by_token()).sends.len(), 3);
    assert_eq!(script(MADE).run(create(), by_token()).sends.len(), 3);
    assert_eq!(script(TOKENS).run(refresh(), by_nobody()).sends.len(), 3);
    assert_eq!(script(TOKENS).run(sign_in(), by_nobody()).sends.len(), 3);
    let made = script(MADE).run(keyed(), by_token());
    assert_eq!(made.sends, ["POST /api/v1/client-keys [token] [key 1]"; 3]);
    assert_eq!(made.bodies[0], made.bodies[2]);
    assert_eq!(made.waits, [500, 1000].map(Duration::from_millis));
}

#[test]
fn what_may_have_arrived_is_sent_again_only_if_it_does_no_harm_twice() {
    let script = |body| Script::new().loses().answers(200, body);
    assert_eq!(script(KEY).run(get(), by_token()).answer().attempts, 2);
    assert_eq!(script(DONE).run(delete(), by_token()).answer().attempts, 2);
    assert_eq!(script(MADE).run(keyed(), by_token()).answer().attempts, 2);

    let lost = || Script::new().loses();
    let unknown = [
        lost().run(create(), by_token()).error().clone(),
        lost().run(refresh(), by_nobody()).error().clone(),
        lost().run(sign_in(), by_nobody()).error().clone(),
    ];
    for error in unknown {
        assert_eq!(error.kind(), ErrorKind::Transport(FailureKind::Closed));
        assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
    }
}

#[test]
fn every_attempt_counts_in_the_outcome() {
    // The first attempt may have arrived, whatever the last one says.
    let error = Script::new()
        .loses()
        .never_arrives()
        .never_arrives()
        .never_arrives();
    let error = error.run(delete(), by_token()).error().clone();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 4));
    // Certainly none has.
    let error = Script::new()
        .never_arrives()
        .never_arrives()
        .never_arrives()
        .never_arrives();
    let error = error.run(create(), by_token()).error().clone();
    assert_eq!(
        (error.outcome(), error.attempts()),
        (Outcome::NotApplied, 4)
    );
    // What changes nothing has no effect to be unsure of.
    let error = Script::new().loses().loses().loses().loses();
    let error = error.run(get(), by_token()).error().clone();
    assert_eq!(error.outcome(), Outcome::NotApplied);
    // A 2xx was seen, so it was made, also when asking again fails.
    let error = Script::new()
        .cuts(200)
        .never_arrives()
        .never_arrives()
        .loses();
    let error = error.run(delete(), by_token()).error().clone();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Applied, 4));
    let error = Script::new().cuts(201).answers(403, "{}");
    let error = error.run(keyed(), by_token()).error().clone();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Forbidden, Outcome::Applied)
    );
}

#[test]
fn what_will_not_go_better_is_not_tried_again() {
    for kind in [
        FailureKind::Tls,
        FailureKind::Protocol,
        FailureKind::Unsendable,
        FailureKind::Cancelled,
        FailureKind::TooLarge,
    ] {
        let script = Script::new().then(Peer::Fails(kind, Delivery::NotSent));
        let run = script.run(get(), by_token());
        assert_eq!(run.sends.len(), 1, "{kind:?}");
        let expected = match kind {
            FailureKind::Cancelled => ErrorKind::Cancelled,
            FailureKind::TooLarge => ErrorKind::ResponseTooLarge,
            kind => ErrorKind::Transport(kind),
        };
        assert_eq!(run.error().kind(), expected);
    }
}

#[test]
fn a_busy_server_is_waited_for_by_all_but_sign_in_and_two_factor() {
    let verify = Single(VerifyTwoFactor::new("u1".parse().unwrap(), "123456"));
    for (status, body) in [(429, r#"{"retry_after":7}"#), (503, AWAY)] {
        let script = |good| Script::new().answers(status, body).answers(200, good);
        assert_eq!(script(KEY).run(get(), by_token()).answer().attempts, 2);
        assert_eq!(script(DONE).run(delete(), by_token()).answer().attempts, 2);
        assert_eq!(script(MADE).run(create(), by_token()).answer().attempts, 2);
        let waits = script(TOKENS).run(refresh(), by_nobody()).waits;
        let hint = if status == 429 { 7 } else { 1 };
        assert_eq!(waits, [Duration::from_secs(hint)]);

        let script = Script::new().answers(status, body);
        assert_eq!(script.run(sign_in(), by_nobody()).error().attempts(), 1);
        let script = Script::new().answers(status, body);
        let admin = Single(AdminSignIn::new("a@b.c", "p"));
        assert_eq!(script.run(admin, by_nobody()).error().attempts(), 1);
        let script = Script::new().answers(status, body);
        let error = script.run(verify.clone(), by_nobody()).error().clone();
        assert_eq!(
            (error.attempts(), error.outcome()),
            (1, Outcome::NotApplied)
        );
    }
}

#[test]
fn hints_are_kept_to() {
    let wait = |header: Option<&'static str>, body: &str| {
        let script = match header {
            Some(value) => Script::new().answers_with(429, ("Retry-After", value), body),
            None => Script::new().answers(429, body),
        };
        let run = script.answers(200, KEY).run(get(), by_token());
        run.waits[0].as_secs()
    };
    assert_eq!(wait(Some("9"), r#"{"retry_after":3}"#), 9);
    assert_eq!(wait(None, r#"{"retry_after":3}"#), 3);
    // Zero is what limiters say whose window is a minute.
    assert_eq!(wait(Some("0"), "{}"), 1);
    assert_eq!(wait(None, "<html>"), 1);
    assert_eq!(wait(Some("Thu, 01 Jan 1970 00:00:30 GMT"), ""), 30);
    assert_eq!(wait(Some("soon"), ""), 1);
}

#[test]
fn a_failed_server_is_asked_again_only_for_what_changes_nothing() {
    for status in [500, 502, 503, 504] {
        let run = Script::new()
            .answers(status, OPAQUE)
            .answers(status, "<html>")
            .answers(200, KEY)
            .run(get(), by_token());
        assert_eq!(run.answer().attempts, 3, "{status}");

        let error = Script::new().answers(status, OPAQUE);
        let error = error.run(delete(), by_token()).error().clone();
        assert_eq!(
            (error.attempts(), error.outcome()),
            (1, Outcome::Unknown),
            "{status}"
        );
        let error = Script::new().answers(status, OPAQUE);
        let error = error.run(create(), by_token()).error().clone();
        assert_eq!(
            (error.attempts(), error.outcome()),
            (1, Outcome::Unknown),
            "{status}"
        );
    }
    for status in [400, 403, 404, 409, 422, 501, 505, 301] {
        let run = Script::new().answers(status, "{}").run(get(), by_token());
        assert_eq!(run.sends.len(), 1, "{status}");
    }
}

#[test]
fn attempts_and_time_are_bounded() {
    let run = Script::new()
        .loses()
        .run(get(), by_token().policy(policy().attempts(1)));
    assert_eq!(run.sends.len(), 1);
    // None would be no call at all.
    let run = Script::new()
        .answers(200, KEY)
        .run(get(), by_token().policy(policy().attempts(0)));
    assert_eq!(run.sends.len(), 1);

    let short = by_token().policy(policy().deadline(Duration::from_secs(40)));
    let run = Script::new()
        .loses()
        .after(Duration::from_secs(30))
        .loses()
        .after(Duration::from_secs(9))
        .run(get(), short.clone());
    assert_eq!(run.timeouts, [30_000, 9_500].map(Duration::from_millis));
    assert_eq!(
        run.error().kind(),
        ErrorKind::Transport(FailureKind::Closed)
    );
    // A wait beyond the deadline is not begun: the reason is told, not that time ran out.
    let run = Script::new()
        .answers_with(429, ("Retry-After", "60"), "{}")
        .run(get(), short.clone());
    assert_eq!(run.error().kind(), ErrorKind::RateLimited);
    assert!(run.waits.is_empty());
    // Nothing is sent after it.
    let run = Script::new().run(get(), by_token().policy(policy().deadline(Duration::ZERO)));
    assert_eq!(run.error().kind(), ErrorKind::DeadlineExceeded);
    assert_eq!(
        (run.error().outcome(), run.error().attempts()),
        (Outcome::NotApplied, 0)
    );
    // Nor is the follow-up of an update, which was made.
    let run = Script::new()
        .answers(200, DONE)
        .after(Duration::from_secs(40))
        .run(update(), short);
    assert_eq!(run.error().kind(), ErrorKind::DeadlineExceeded);
    assert_eq!(run.error().outcome(), Outcome::Applied);
}

#[test]
fn an_answer_that_was_cut() {
    // Of an unkeyed create: made, and the plaintext is lost.
    let run = Script::new().cuts(201).run(create(), by_token());
    assert_eq!(run.error().outcome(), Outcome::Applied);
    assert!(run.error().to_string().contains("its plaintext is lost"));
    // What does no harm twice is asked for again.
    let run = Script::new()
        .cuts(200)
        .answers(200, KEY)
        .run(get(), by_token());
    assert_eq!(run.answer().attempts, 2);
    // A refusal is known by its status alone.
    let run = Script::new().cuts(404).run(get(), by_token());
    assert_eq!(
        (run.error().kind(), run.error().attempts()),
        (ErrorKind::NotFluxbase, 1)
    );
    let run = Script::new()
        .cuts(429)
        .answers(201, MADE)
        .run(create(), by_token());
    assert_eq!(run.answer().attempts, 2);
}

#[test]
fn the_get_after_an_update_has_attempts_of_its_own() {
    let run = Script::new()
        .loses()
        .loses()
        .loses()
        .answers(200, DONE)
        .loses()
        .answers(503, "<html>")
        .answers(200, KEY)
        .run(update(), by_token());
    assert_eq!(run.answer().attempts, 7);
    let run = Script::new()
        .answers(200, DONE)
        .answers(404, MISSING)
        .run(update(), by_token());
    assert_eq!(
        (run.error().kind(), run.error().outcome()),
        (ErrorKind::NotFound, Outcome::Applied)
    );
}
