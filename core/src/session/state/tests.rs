//! Every transition of a session.

mod shared;

use super::*;
use crate::Outcome;

const REFUSED: ErrorKind = ErrorKind::Refused { confirmed: true };
const DOUBTED: ErrorKind = ErrorKind::Refused { confirmed: false };

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds).unwrap()
}

fn pair(name: &str) -> TokenPair {
    TokenPair::new(
        format!("access-{name}"),
        Some(format!("refresh-{name}").into()),
    )
}

/// Lasts `seconds` from 0.
fn lasting(name: &str, seconds: i64) -> TokenPair {
    TokenPair {
        expires_at: Some(at(seconds)),
        ..pair(name)
    }
}

fn with_tokens() -> (Session, Generation) {
    let mut session = Session::new();
    let generation = session.adopt(pair("1"), at(0));
    (session, generation)
}

fn with_both() -> (Session, Generation) {
    let (session, generation) = with_tokens();
    (
        session.with_login(Login::new("a@b.c", "password", false)),
        generation,
    )
}

/// What is to be done, in words.
fn renew(session: &mut Session, stale: Generation) -> String {
    match session.renew(stale) {
        SessionState::Current(_, generation) => format!("current {}", generation.0),
        SessionState::Start(RenewalPlan::Refresh(pair)) => {
            format!("refresh {}", pair.refresh_token.unwrap().expose())
        }
        SessionState::Start(RenewalPlan::SignIn(login)) => {
            format!("sign in {} {}", login.email(), login.is_admin())
        }
        SessionState::InFlight => "in flight".to_owned(),
        SessionState::SignInNeeded(error) => format!("{:?}", error.kind()),
    }
}

fn start(session: &mut Session, stale: Generation) -> RenewalPlan {
    match session.renew(stale) {
        SessionState::Start(plan) => plan,
        other => panic!("{other:?}"),
    }
}

fn error(kind: ErrorKind) -> Error {
    Error::new(kind)
}

fn token(session: &Session, now: i64) -> Option<String> {
    let (token, _) = session.access(at(now))?;
    Some(crate::text::concat(&[token.header().1, token.secret()]))
}

#[test]
fn an_empty_session_needs_a_person() {
    let mut session = Session::new();
    assert!(session.is_empty() && session.pair().is_none());
    assert_eq!(token(&session, 0), None);
    assert_eq!(renew(&mut session, Generation::default()), "InvalidInput");
}

#[test]
fn one_renews_and_the_others_wait() {
    let (mut session, first) = with_tokens();
    assert_eq!(renew(&mut session, first), "refresh refresh-1");
    assert_eq!(renew(&mut session, first), "in flight");
    let second = session.adopt(pair("2"), at(0));
    assert_eq!(second, Generation(2));
    assert_eq!(renew(&mut session, first), "current 2");
    assert_eq!(renew(&mut session, second), "refresh refresh-2");
}

#[test]
fn a_token_is_renewed_shortly_before_its_end() {
    let mut session = Session::new();
    session.adopt(lasting("1", 900), at(0));
    assert_eq!(token(&session, 869).as_deref(), Some("Bearer access-1"));
    assert_eq!(token(&session, 870), None);
    // A tenth of a short life, never more than thirty seconds.
    session.adopt(lasting("2", 100), at(0));
    assert_eq!(token(&session, 89).as_deref(), Some("Bearer access-2"));
    assert_eq!(token(&session, 90), None);
    // One that had ended when it was taken is renewed at once, one without an end when it is refused.
    session.adopt(lasting("3", 100), at(200));
    assert_eq!(token(&session, 200), None);
    session.adopt(pair("4"), at(0));
    assert_eq!(
        token(&session, i64::from(i32::MAX)).as_deref(),
        Some("Bearer access-4")
    );
    // With nothing to renew it by it is sent to its end and beyond: the server may be of another opinion.
    let alone = TokenPair {
        refresh_token: None,
        ..lasting("5", 100)
    };
    let generation = session.adopt(alone, at(0));
    assert_eq!(token(&session, 500).as_deref(), Some("Bearer access-5"));
    assert_eq!(renew(&mut session, generation), "SignInNeeded");
}

#[test]
fn a_refusal_that_is_certain_is_not_tried_again() {
    for kind in [REFUSED, ErrorKind::InvalidInput] {
        let (mut session, first) = with_tokens();
        let plan = start(&mut session, first);
        assert!(!session.fail(&plan, &error(kind)));
        assert_eq!(renew(&mut session, first), "SignInNeeded");
        // The pair stays until another one replaces it.
        assert!(session.pair().is_some());
        assert_eq!(token(&session, 0).as_deref(), Some("Bearer access-1"));
        let second = session.adopt(pair("2"), at(0));
        assert_eq!(renew(&mut session, second), "refresh refresh-2");
    }
}

#[test]
fn a_refusal_in_doubt_destroys_nothing() {
    let (mut session, first) = with_tokens();
    let plan = start(&mut session, first);
    assert!(!session.fail(&plan, &error(DOUBTED)));
    assert_eq!(renew(&mut session, first), "refresh refresh-1");
}

#[test]
fn what_is_no_refusal_may_be_tried_by_the_next_call() {
    for kind in [
        ErrorKind::Unavailable,
        ErrorKind::RateLimited,
        ErrorKind::Server,
        ErrorKind::DeadlineExceeded,
    ] {
        let (mut session, first) = with_both();
        let plan = start(&mut session, first);
        assert!(!session.fail(&plan, &error(kind)), "{kind:?}");
        assert_eq!(renew(&mut session, first), "refresh refresh-1", "{kind:?}");
    }
}

#[test]
fn a_refresh_whose_answer_was_lost_leaves_the_pair_doubtful() {
    // Lost whole, or after its head, when the old tokens are dead for certain.
    for outcome in [Outcome::Unknown, Outcome::Applied] {
        let (mut session, first) = with_tokens();
        let plan = start(&mut session, first);
        let lost = error(ErrorKind::Transport(crate::FailureKind::Closed)).with_outcome(outcome);
        assert!(!session.fail(&plan, &lost));
        // The old pair is tried once more, and its refusal says why.
        assert_eq!(renew(&mut session, first), "refresh refresh-1");
        assert!(!session.fail(&plan, &error(REFUSED)));
        let SessionState::SignInNeeded(needed) = session.renew(first) else {
            panic!("{session:?}");
        };
        assert!(
            needed.to_string().contains("an earlier refresh was lost"),
            "{needed}"
        );
    }
}

#[test]
fn a_login_follows_a_refused_refresh() {
    for kind in [REFUSED, DOUBTED] {
        let (mut session, first) = with_both();
        let plan = start(&mut session, first);
        assert!(session.fail(&plan, &error(kind)));
        assert_eq!(renew(&mut session, first), "sign in a@b.c false");
        assert_eq!(renew(&mut session, first), "in flight");
        session.adopt(pair("2"), at(0));
        assert_eq!(renew(&mut session, first), "current 2");
    }
}

#[test]
fn a_refused_password_is_remembered() {
    for kind in [
        REFUSED,
        DOUBTED,
        ErrorKind::Forbidden,
        ErrorKind::SignInNeeded,
        ErrorKind::InvalidInput,
    ] {
        let mut session = Session::new().with_login(Login::new("a@b.c", "password", true));
        assert!(!session.is_empty());
        let plan = start(&mut session, Generation::default());
        assert!(!session.fail(&plan, &error(kind)));
        assert_eq!(
            renew(&mut session, Generation::default()),
            "SignInNeeded",
            "{kind:?}"
        );
        // Until the credentials change.
        let mut session = session.with_login(Login::new("a@b.c", "another", true));
        assert_eq!(
            renew(&mut session, Generation::default()),
            "sign in a@b.c true"
        );
    }
    // In an outage it was not judged.
    for kind in [
        ErrorKind::Unavailable,
        ErrorKind::RateLimited,
        ErrorKind::Server,
    ] {
        let mut session = Session::new().with_login(Login::new("a@b.c", "password", false));
        let plan = start(&mut session, Generation::default());
        assert!(!session.fail(&plan, &error(kind)));
        assert_eq!(
            renew(&mut session, Generation::default()),
            "sign in a@b.c false",
            "{kind:?}"
        );
    }
}

#[test]
fn a_refresh_in_doubt_is_tried_again_when_the_login_did_not_help() {
    for (kind, then) in [(DOUBTED, "refresh refresh-1"), (REFUSED, "SignInNeeded")] {
        let (mut session, first) = with_both();
        let refresh = start(&mut session, first);
        assert!(session.fail(&refresh, &error(kind)));
        let sign_in = start(&mut session, first);
        assert!(!session.fail(&sign_in, &error(REFUSED)));
        assert_eq!(renew(&mut session, first), then);
    }
}

#[test]
fn a_renewal_that_was_overtaken_says_nothing_of_the_tokens_there_are_now() {
    let (mut session, first) = with_tokens();
    let plan = start(&mut session, first);
    let second = session.adopt(pair("2"), at(0));
    // The refusal is of the old pair: whoever asked takes the new one.
    assert!(session.fail(&plan, &error(REFUSED)));
    assert_eq!(renew(&mut session, first), "current 2");
    assert_eq!(renew(&mut session, second), "refresh refresh-2");
    // Nor does it end the renewal that has begun since.
    assert!(session.fail(&plan, &error(REFUSED)));
    assert_eq!(renew(&mut session, second), "in flight");

    let mut session = Session::new().with_login(Login::new("a@b.c", "old", false));
    let plan = start(&mut session, Generation::default());
    let mut session = session.with_login(Login::new("a@b.c", "new", false));
    assert!(session.fail(&plan, &error(REFUSED)));
    assert_eq!(
        renew(&mut session, Generation::default()),
        "sign in a@b.c false"
    );
}

#[test]
fn a_pair_of_a_renewal_that_was_overtaken_is_dropped() {
    let (mut session, first) = with_tokens();
    start(&mut session, first);
    session.adopt(pair("restored"), at(0));
    assert!(!session.adopt_renewed(pair("late"), first, at(0)));
    assert_eq!(
        token(&session, 0).as_deref(),
        Some("Bearer access-restored")
    );
    let (mut session, first) = with_tokens();
    start(&mut session, first);
    assert!(session.adopt_renewed(pair("2"), first, at(0)));
    assert_eq!(renew(&mut session, first), "current 2");
}

#[test]
fn what_is_forgotten_does_not_come_back() {
    let (mut session, first) = with_both();
    start(&mut session, first);
    session.forget();
    assert!(session.is_empty() && session.generation() > first);
    assert!(!session.adopt_renewed(pair("late"), first, at(0)));
    assert!(session.is_empty());
    let generation = session.generation();
    assert_eq!(renew(&mut session, generation), "InvalidInput");
}

#[test]
fn nothing_secret_is_printed() {
    let (session, generation) = with_tokens();
    let printed = format!(
        "{session:?} {:?} {:?}",
        session.clone().renew(generation),
        session.pair()
    );
    assert!(
        !printed.contains("access-1") && !printed.contains("refresh-1"),
        "{printed}"
    );
    let sign_in = start(
        &mut Session::new().with_login(Login::new("a@b.c", "hunter2", false)),
        Generation::default(),
    );
    assert!(!format!("{sign_in:?}").contains("hunter2"));
}
