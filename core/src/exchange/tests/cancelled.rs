//! Cancelling in every state: what is known about the effect.

use super::{DONE, create, delete, get, keyed, update};
use crate::{
    Create, CreateClientKey, CreateClientKeyRequest, Delivery, Error, ErrorKind, FailureKind, Flow,
    Head, Outcome, Policy, Scope, Spelling, ThenCheck, Timestamp, TransportFailure, WithSpelling,
    exchange::{
        Context, Now, Step,
        testing::{OPAQUE, Peer, REFUSED, Script, WELL, by_key, by_session, by_token},
    },
};

fn error<F: Flow<Output: core::fmt::Debug>>(script: Script, flow: F, context: Context) -> Error {
    let error = script.run(flow, context).error().clone();
    assert_eq!(
        error.operation(),
        Some(error.operation().unwrap_or_default())
    );
    error
}

fn outcome<F: Flow<Output: core::fmt::Debug>>(
    script: Script,
    flow: F,
    context: Context,
) -> Outcome {
    let error = error(script, flow, context);
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(!error.is_retryable());
    error.outcome()
}

#[test]
fn while_it_is_sent() {
    let script = || Script::new().then(Peer::CancelledSending);
    assert_eq!(outcome(script(), create(), by_token()), Outcome::Unknown);
    assert_eq!(outcome(script(), keyed(), by_token()), Outcome::Unknown);
    assert_eq!(outcome(script(), delete(), by_token()), Outcome::Unknown);
    assert_eq!(outcome(script(), get(), by_token()), Outcome::NotApplied);
}

#[test]
fn while_its_answer_is_read() {
    let script = |status| Script::new().then(Peer::CancelledReceiving(status));
    assert_eq!(outcome(script(201), create(), by_token()), Outcome::Applied);
    assert_eq!(outcome(script(200), get(), by_token()), Outcome::NotApplied);
    assert_eq!(
        outcome(script(403), create(), by_token()),
        Outcome::NotApplied
    );
    assert_eq!(
        outcome(script(429), create(), by_token()),
        Outcome::NotApplied
    );
    // A 5xx says nothing of the effect.
    assert_eq!(outcome(script(500), create(), by_token()), Outcome::Unknown);
    assert_eq!(outcome(script(504), create(), by_token()), Outcome::Unknown);
    assert_eq!(outcome(script(503), get(), by_token()), Outcome::NotApplied);
}

#[test]
fn while_it_waits() {
    let busy = || Script::new().answers(429, "{}").cancelled_waiting();
    assert_eq!(outcome(busy(), create(), by_token()), Outcome::NotApplied);
    let lost = || Script::new().loses().cancelled_waiting();
    assert_eq!(outcome(lost(), delete(), by_token()), Outcome::Unknown);
    assert_eq!(outcome(lost(), get(), by_token()), Outcome::NotApplied);
    let cut = Script::new().cuts(201).cancelled_waiting();
    assert_eq!(outcome(cut, keyed(), by_token()), Outcome::Applied);
}

#[test]
fn while_the_token_is_renewed() {
    let script = || Script::new().answers(401, REFUSED).cancelled_renewing();
    assert_eq!(
        outcome(script(), create(), by_session()),
        Outcome::NotApplied
    );
    let after_a_change = Script::new()
        .answers(200, DONE)
        .answers(401, REFUSED)
        .cancelled_renewing();
    assert_eq!(
        outcome(after_a_change, update(), by_session()),
        Outcome::Applied
    );
}

#[test]
fn while_a_refusal_is_looked_into() {
    let asked = Script::new()
        .answers(401, REFUSED)
        .then(Peer::CancelledSending);
    assert_eq!(outcome(asked, create(), by_key()), Outcome::NotApplied);
    let read = Script::new()
        .answers(401, REFUSED)
        .then(Peer::CancelledReceiving(200));
    assert_eq!(outcome(read, create(), by_key()), Outcome::NotApplied);
    let again = Script::new()
        .answers(401, REFUSED)
        .answers(200, WELL)
        .then(Peer::CancelledSending);
    assert_eq!(outcome(again, create(), by_key()), Outcome::Unknown);
}

#[test]
fn while_it_is_followed_up() {
    let script = Script::new()
        .answers(200, DONE)
        .then(Peer::CancelledSending);
    assert_eq!(outcome(script, update(), by_token()), Outcome::Applied);
    // The 500 that was being looked into says more than the cancellation.
    let script = Script::new()
        .answers(500, OPAQUE)
        .then(Peer::CancelledSending);
    let error = error(script, ThenCheck::new(delete()), by_token());
    assert_eq!(
        (error.status(), error.outcome()),
        (Some(500), Outcome::Unknown)
    );
}

#[test]
fn half_a_page_of_something_before_the_server_proves_nothing() {
    let policy = Policy::new().attempts(1);
    let now = Now::new(Timestamp::UNIX_EPOCH, core::time::Duration::ZERO, 0);
    for (status, kind, expected) in [
        (200, "text/html", Outcome::Unknown),
        (200, "application/json", Outcome::Applied),
        // Its body would tell whether it is a success after all.
        (400, "application/json", Outcome::Unknown),
        (403, "application/json", Outcome::NotApplied),
    ] {
        for cancels in [false, true] {
            let context = by_token().policy(policy);
            let Step::Send(sending) = Step::start(create(), context, now) else {
                panic!("a request is to be sent");
            };
            let mut head = Head::new(status);
            head.header("content-type", kind.as_bytes());
            let step = match sending.head(head, now) {
                Step::Receive(receiving) if !cancels => receiving.failed(
                    TransportFailure::new(FailureKind::Closed, Delivery::Unknown),
                    now,
                ),
                step => step.cancel(),
            };
            let Step::Done(done) = step else {
                panic!("the call ends");
            };
            let error = done.into_result().unwrap_err();
            assert_eq!(error.outcome(), expected, "{status} {kind} {cancels}");
        }
    }
}

#[test]
fn a_transport_that_is_cancelled_within_the_body_of_a_refusal_ends_the_call_as_cancelled() {
    for (status, outcome) in [(403, Outcome::NotApplied), (504, Outcome::Unknown)] {
        let cut = Peer::Cuts(status, "{\"error\":", FailureKind::Cancelled);
        let run = Script::new().then(cut).run(create(), by_token());
        let error = run.error();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Cancelled, outcome)
        );
        assert_eq!(run.sends.len(), 1);
    }
}

#[test]
fn a_probe_that_is_cancelled_is_followed_by_nothing() {
    let request = CreateClientKeyRequest::new("n", [Scope::TABLES_READ]);
    let flow = WithSpelling::new(Create(CreateClientKey::new(request)), Spelling::Auto, None);
    let cancelled = Peer::Fails(FailureKind::Cancelled, Delivery::Unknown);
    let run = Script::new().then(cancelled).run(flow, by_token());
    assert_eq!(run.error().kind(), ErrorKind::Cancelled);
    assert_eq!(run.error().outcome(), Outcome::NotApplied);
    assert_eq!(run.sends.len(), 1);
}
