//! How much of an answer is read, what has been handed out of it, and who may end that.

use super::{DONE, KEY, MADE, create, delete, get};
use crate::{
    Create, CreateClientKey, CreateClientKeyRequest, Delivery, EachKey, ErrorKind, FailureKind,
    Flow, Head, ListClientKeys, Outcome, Scope, Spelling, Timestamp, TransportFailure, Warning,
    WithSpelling,
    exchange::{
        Context, Now, Receiving, Sending, Step,
        testing::{REFUSED, Script, by_key, by_token, policy},
    },
};

fn now() -> Now {
    Now::new(Timestamp::UNIX_EPOCH, core::time::Duration::ZERO, 0)
}

fn sending<F: Flow>(flow: F, context: Context) -> Sending<F> {
    match Step::start(flow, context, now()) {
        Step::Send(sending) => sending,
        step => panic!("{step:?}"),
    }
}

fn receiving<F: Flow>(flow: F, context: Context, status: u16) -> Receiving<F> {
    receive(sending(flow, context).head(Head::new(status), now()))
}

fn receive<F: Flow>(step: Step<F>) -> Receiving<F> {
    match step {
        Step::Receive(receiving) => receiving,
        step => panic!("{step:?}"),
    }
}

fn done<F: Flow>(step: Step<F>) -> Result<F::Output, crate::Error> {
    match step {
        Step::Done(done) => done.into_result().map(|answer| answer.value),
        step => panic!("{step:?}"),
    }
}

fn list() -> EachKey {
    EachKey::new(ListClientKeys::new(), 4096)
}

#[test]
fn each_request_has_its_bound() {
    let context = || by_key().policy(policy().body_limit(100).list_limit(200));
    assert_eq!(sending(get(), context()).body_limit(), 100);
    assert_eq!(sending(list(), context()).body_limit(), 200);
    let probe = WithSpelling::new(create(), Spelling::AsGiven, None);
    assert_eq!(sending(probe, context()).body_limit(), 100);
    let refused = receiving(get(), context(), 401).chunk(REFUSED.as_bytes(), now());
    match receive(refused).end(now()) {
        Step::Send(health) => assert_eq!(health.body_limit(), 4096),
        step => panic!("{step:?}"),
    }
}

#[test]
fn a_success_is_read_up_to_the_bound() {
    let read = |limit: usize| {
        let context = by_token().policy(policy().body_limit(limit as u64).attempts(1));
        receiving(get(), context, 200).chunk(KEY.as_bytes(), now())
    };
    let whole = done(receive(read(KEY.len())).end(now())).unwrap();
    assert_eq!(whole.name(), "n");
    let error = done(read(KEY.len() - 1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
}

#[test]
fn a_refusal_is_read_up_to_64_kib() {
    let body = r#"{"error":"x","code":"ACCESS_DENIED"}"#;
    let read = |status, length: usize| {
        let spaces = vec![b' '; length - body.len()];
        let receiving = receive(receiving(get(), by_token(), status).chunk(&spaces, now()));
        receiving.chunk(body.as_bytes(), now())
    };
    let error = done(receive(read(403, 65_536)).end(now())).unwrap_err();
    assert_eq!(error.code(), Some("ACCESS_DENIED"));
    // The status says enough.
    let error = done(read(403, 65_537)).unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.outcome()),
        (ErrorKind::Forbidden, None, Outcome::NotApplied)
    );
    // A success has the bound of the policy.
    let _ = receive(read(200, 65_537));
}

#[test]
fn nothing_is_sent_again_once_an_item_is_handed_out() {
    let cut = |items: usize| {
        let begun = receiving(list(), by_token(), 200).chunk(b"[{\"id\":\"k1\"},", now());
        let mut receiving = receive(begun);
        for item in 0..items {
            assert_eq!(receiving.next_item().is_some(), item == 0);
        }
        let failure = TransportFailure::new(FailureKind::Closed, Delivery::Unknown);
        receiving.failed(failure, now())
    };
    assert!(matches!(cut(0), Step::Wait(_)));
    assert!(done(cut(1)).is_err());
    assert!(done(cut(2)).is_err());
}

#[test]
fn only_what_may_be_cut_short_says_so() {
    assert!(sending(get(), by_token()).is_interruptible());
    assert!(receiving(get(), by_token(), 200).is_interruptible());
    let context = || by_token().uninterruptible();
    assert!(!sending(get(), context()).is_interruptible());
    assert!(!receiving(get(), context(), 200).is_interruptible());
}

#[test]
fn a_step_shows_how_far_it_is_and_nothing_of_a_body() {
    let begun = receiving(get(), by_token(), 200).chunk(b"{\"id\":", now());
    let shown = format!("{begun:?}");
    assert!(
        shown.contains("seen: 6") && shown.contains("200"),
        "{shown}"
    );
    assert!(!shown.contains("\"id"), "{shown}");
    let shown = format!("{:?}", sending(get(), by_token()));
    assert!(
        shown.contains("/api/v1/client-keys/k1") && shown.contains("timeout: 30s"),
        "{shown}"
    );
}

#[test]
fn an_answer_tells_its_status_and_the_servers_id_of_the_request() {
    let read = |id: &'static str| {
        let script = Script::new().answers_with(200, ("X-Request-Id", id), KEY);
        script.run(get(), by_key()).answer().clone()
    };
    let answer = read("request-1");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.request_id.as_deref(), Some("request-1"));
    // One that repeats a secret is none.
    assert_eq!(read("for-client-key").request_id, None);
}

#[test]
fn a_400_that_was_applied_is_told_and_one_that_is_asked_for_is_not() {
    let run = Script::new().answers(400, DONE).run(delete(), by_token());
    assert_eq!(run.answer().warnings, [Warning::AppliedDespiteStatus(400)]);
    let made = Create(CreateClientKey::new(CreateClientKeyRequest::new(
        "n",
        [Scope::TABLES_READ],
    )));
    let probing = WithSpelling::new(made, Spelling::Auto, None);
    let script = Script::new().answers(400, r#"{"error":"Invalid user ID","code":"INVALID_ID"}"#);
    let run = script.answers(201, MADE).run(probing, by_token());
    assert_eq!(run.answer().warnings, []);
}
