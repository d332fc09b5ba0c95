//! Creates under an idempotency key: when it is spent, and what the spare is for.

use core::time::Duration;

use super::{MADE, keyed};
use crate::{
    ErrorKind, Outcome, Warning,
    exchange::testing::{
        AWAY, IN_PROGRESS, OPAQUE, REFUSED, Script, WELL, by_key, by_session, by_token, policy,
    },
};

/// The answer is the one that is stored under the idempotency key.
const STORED: (&str, &str) = ("Idempotency-Replayed", "true");

/// The idempotency keys that were sent.
fn keys(sends: &[String]) -> Vec<&str> {
    sends
        .iter()
        .filter_map(|send| send.split_once("[key ").map(|(_, key)| &key[..1]))
        .collect()
}

#[test]
fn a_lost_one_is_sent_again_with_the_same_key_and_bytes() {
    let run = Script::new()
        .loses()
        .cuts(201)
        .never_arrives()
        .answers_with(201, STORED, MADE);
    let run = run.run(keyed(), by_token());
    assert_eq!(keys(&run.sends), ["1"; 4]);
    assert!(run.bodies.iter().all(|body| *body == run.bodies[0]));
    assert_eq!(run.answer().warnings, [Warning::Replayed]);
}

#[test]
fn in_progress_after_our_own_lost_one_is_waited_for() {
    let run = Script::new()
        .loses()
        .answers(409, IN_PROGRESS)
        .answers(201, MADE);
    let run = run.run(keyed(), by_token());
    assert_eq!(keys(&run.sends), ["1"; 3]);
    assert_eq!(run.waits[1], Duration::from_secs(1));
    // Without one of our own it is somebody else's.
    let run = Script::new()
        .answers(409, IN_PROGRESS)
        .run(keyed(), by_token());
    assert_eq!(
        (run.error().kind(), run.error().outcome()),
        (ErrorKind::Conflict, Outcome::NotApplied)
    );
    // It does not end.
    let run = Script::new()
        .loses()
        .answers(409, IN_PROGRESS)
        .answers(409, IN_PROGRESS)
        .answers(409, IN_PROGRESS);
    let run = run.run(keyed(), by_token());
    assert_eq!(
        (run.error().kind(), run.error().outcome()),
        (ErrorKind::Conflict, Outcome::Unknown)
    );
}

#[test]
fn a_complete_answer_spends_it() {
    // The refusal would be given again for a day.
    let run = Script::new()
        .answers(401, REFUSED)
        .renews("second")
        .answers(201, MADE);
    let run = run.run(keyed(), by_session());
    assert_eq!(
        run.sends,
        [
            "POST /api/v1/client-keys [first] [key 1]",
            "POST /api/v1/client-keys [second] [key 2]"
        ]
    );
    assert_eq!(run.bodies[0], run.bodies[1]);
    let run = Script::new()
        .answers(401, REFUSED)
        .answers(200, WELL)
        .answers(201, MADE);
    assert_eq!(keys(&run.run(keyed(), by_key()).sends), ["1", "2"]);
    let run = Script::new().answers(503, AWAY).answers(201, MADE);
    assert_eq!(keys(&run.run(keyed(), by_token()).sends), ["1", "2"]);
    // A 5xx is not sent again with any key.
    let run = Script::new().answers(500, OPAQUE).run(keyed(), by_token());
    assert_eq!(run.error().outcome(), Outcome::Unknown);
}

#[test]
fn a_limiter_answers_before_the_key_is_looked_at() {
    let run = Script::new().answers(429, "{}").answers(201, MADE);
    assert_eq!(keys(&run.run(keyed(), by_token()).sends), ["1", "1"]);
    let run = Script::new()
        .loses()
        .answers(429, "<html>")
        .answers(201, MADE);
    assert_eq!(keys(&run.run(keyed(), by_token()).sends), ["1"; 3]);
}

#[test]
fn without_a_spare_the_reason_is_told() {
    let run = Script::new().answers(503, AWAY).answers(503, AWAY);
    let run = run.run(keyed(), by_token());
    assert_eq!(run.error().kind(), ErrorKind::Unavailable);
    assert_eq!((keys(&run.sends), run.waits.len()), (vec!["1", "2"], 1));
    let run = Script::new().answers(503, AWAY).answers(401, REFUSED);
    let run = run.run(keyed(), by_session());
    assert_eq!(run.error().status(), Some(401));
    let run = Script::new()
        .answers(503, AWAY)
        .answers(401, REFUSED)
        .answers(200, WELL);
    let run = run.run(keyed(), by_key());
    assert_eq!(run.error().kind(), ErrorKind::Refused { confirmed: false });
}

#[test]
fn a_spare_never_makes_a_second_key() {
    // Without its database a server looks at no idempotency key: the lost one may have been carried out before.
    let run = Script::new()
        .loses()
        .answers(503, AWAY)
        .run(keyed(), by_token());
    assert_eq!(
        (run.error().kind(), run.error().outcome()),
        (ErrorKind::Unavailable, Outcome::Unknown)
    );
}

#[test]
fn a_401_after_a_lost_one_leaves_it_its_key() {
    // A gateway that judges tokens itself has not asked the server, which has made the key.
    let refused = || Script::new().loses().answers(401, REFUSED).renews("second");
    let made = |script: Script| script.answers_with(201, STORED, MADE);
    let run = made(refused()).run(keyed(), by_session());
    assert_eq!(
        run.sends,
        [
            "POST /api/v1/client-keys [first] [key 1]",
            "POST /api/v1/client-keys [first] [key 1]",
            "POST /api/v1/client-keys [second] [key 1]"
        ]
    );
    assert_eq!(run.answer().warnings, [Warning::Replayed]);
    // The new token is refused too.
    let run = refused().answers(401, REFUSED).run(keyed(), by_session());
    assert_eq!(
        (run.error().kind(), run.error().outcome()),
        (ErrorKind::Refused { confirmed: true }, Outcome::Unknown)
    );
    // Nor has a server looked whose database was away.
    let refused = || {
        let script = Script::new().loses().answers(401, REFUSED);
        script.answers(200, WELL)
    };
    let run = made(refused()).run(keyed(), by_key());
    assert_eq!(keys(&run.sends), ["1"; 3]);
    assert_eq!(run.answer().warnings, [Warning::Replayed]);
    let run = refused().answers(401, REFUSED).run(keyed(), by_key());
    assert_eq!(
        (run.error().kind(), run.error().outcome()),
        (ErrorKind::Refused { confirmed: true }, Outcome::Unknown)
    );
    let run = refused().answers(429, "{}").run(keyed(), by_key());
    assert_eq!(
        (run.error().kind(), run.error().outcome()),
        (ErrorKind::Refused { confirmed: false }, Outcome::Unknown)
    );
}

#[test]
fn a_create_that_was_made_keeps_its_key_whatever_comes() {
    let run = Script::new()
        .cuts(201)
        .answers_with(401, STORED, REFUSED)
        .renews("second")
        .answers(201, MADE);
    assert_eq!(keys(&run.run(keyed(), by_session()).sends), ["1"; 3]);
    // A failure that says nothing of the effect takes nothing back.
    let run = Script::new().cuts(201).answers(500, OPAQUE);
    let run = run.run(keyed(), by_token());
    assert_eq!(run.error().outcome(), Outcome::Applied);
}

#[test]
fn a_stored_401_shows_that_the_lost_one_was_not_carried_out() {
    let stored = || Script::new().loses().answers_with(401, STORED, REFUSED);
    let run = stored().renews("second").answers(201, MADE);
    let run = run.run(keyed(), by_session());
    assert_eq!(keys(&run.sends), ["1", "1", "2"]);
    let run = stored().answers(200, WELL).answers(401, REFUSED);
    let run = run.run(keyed(), by_key());
    assert_eq!(keys(&run.sends), ["1", "1", "2"]);
    assert_eq!(
        (run.error().kind(), run.error().outcome()),
        (ErrorKind::Refused { confirmed: true }, Outcome::NotApplied)
    );
    let run = stored().run(keyed(), by_token());
    assert_eq!(run.error().outcome(), Outcome::NotApplied);
    // So do other refusals.
    let run = Script::new().loses().answers_with(403, STORED, "{}");
    let run = run.run(keyed(), by_token());
    assert_eq!(run.error().outcome(), Outcome::NotApplied);
}

#[test]
fn a_stored_401_refuses_no_newer_credential() {
    let refused = || {
        let script = Script::new().loses().answers(401, REFUSED).renews("second");
        script.answers_with(401, STORED, REFUSED)
    };
    let run = refused().answers(201, MADE).run(keyed(), by_session());
    assert_eq!(keys(&run.sends), ["1", "1", "1", "2"]);
    assert_eq!(run.answer().attempts, 4);
    let run = refused().answers(401, REFUSED).run(keyed(), by_session());
    assert_eq!(run.error().kind(), ErrorKind::Refused { confirmed: true });
    // Where there may be no further attempt, nothing is confirmed.
    let context = by_session().policy(policy().attempts(3));
    let run = refused().run(keyed(), context);
    assert_eq!(
        (run.error().kind(), run.error().outcome()),
        (ErrorKind::Refused { confirmed: false }, Outcome::NotApplied)
    );
    // A client key that a server without its database refused.
    let refused = || {
        let script = Script::new().loses().answers(401, REFUSED);
        let script = script.answers(200, WELL);
        script.answers_with(401, STORED, REFUSED)
    };
    let run = refused().answers(201, MADE).run(keyed(), by_key());
    assert_eq!(keys(&run.sends), ["1", "1", "1", "2"]);
    let run = refused().answers(401, REFUSED).run(keyed(), by_key());
    assert_eq!(run.error().kind(), ErrorKind::Refused { confirmed: true });
    let run = refused().run(keyed(), by_key().policy(policy().attempts(3)));
    assert_eq!(run.error().kind(), ErrorKind::Refused { confirmed: false });
}
