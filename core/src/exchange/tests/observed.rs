//! What an observer is told of a call, and in which order.

use std::sync::{Arc, Mutex};

use super::{DONE, KEY, MADE, create, get, update};
use crate::{
    Error, ErrorKind, Flow,
    exchange::{
        Context, Event, Observer,
        testing::{OPAQUE, REFUSED, Script, WELL, by_key, by_session, by_token},
    },
};

#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl Observer for Log {
    fn event(&self, event: &Event<'_>) {
        let Event {
            operation,
            request,
            attempt,
            kind,
        } = event;
        let line = if operation == request {
            format!("{attempt} {kind:?}")
        } else {
            format!("{attempt} {request}: {kind:?}")
        };
        self.0.lock().unwrap().push(line);
    }
}

fn told<F: Flow>(script: Script, flow: F, context: Context) -> Vec<String> {
    let log = Arc::new(Log::default());
    let _ = script.run(flow, context.observer(log.clone()));
    log.0.lock().unwrap().clone()
}

#[test]
fn attempts_waits_and_failures() {
    let script = Script::new()
        .answers_with(429, ("X-Request-Id", "r-1"), "{}")
        .loses()
        .answers(200, KEY);
    assert_eq!(
        told(script, get(), by_token()),
        [
            "1 Sending",
            "1 Answered { status: 429, request_id: Some(\"r-1\") }",
            "1 Waiting(1s)",
            "2 Sending",
            "2 Failed { kind: Closed, delivery: Unknown }",
            "2 Waiting(1s)",
            "3 Sending",
            "3 Answered { status: 200, request_id: None }",
            "3 Succeeded",
        ]
    );
}

#[test]
fn a_renewal_and_what_is_sent_after_it() {
    let script = Script::new().answers(401, REFUSED).renews("second");
    let script = script.answers(201, MADE);
    assert_eq!(
        told(script, create(), by_session()),
        [
            "1 Sending",
            "1 Answered { status: 401, request_id: None }",
            "1 Renewing",
            "2 Sending",
            "2 Answered { status: 201, request_id: None }",
            "2 Succeeded",
        ]
    );
    let script = Script::new().answers(401, REFUSED);
    let script = script.renewal_fails(Error::new(ErrorKind::SignInNeeded));
    let told = told(script, create(), by_session());
    assert_eq!(
        told.last().map(String::as_str),
        Some("1 GaveUp { outcome: NotApplied }")
    );
}

#[test]
fn the_health_check_goes_by_its_own_name() {
    let script = Script::new().answers(401, REFUSED).answers(200, WELL);
    assert_eq!(
        told(script.answers(500, OPAQUE), create(), by_key())[2..],
        [
            "2 check health: Sending",
            "2 check health: Answered { status: 200, request_id: None }",
            "3 Sending",
            "3 Answered { status: 500, request_id: None }",
            "3 GaveUp { outcome: Unknown }",
        ]
    );
    let script = Script::new().answers(401, REFUSED).never_arrives();
    assert_eq!(
        told(script, get(), by_key())[2..],
        [
            "2 check health: Sending",
            "2 check health: Failed { kind: Connect, delivery: NotSent }",
            "2 GaveUp { outcome: NotApplied }",
        ]
    );
}

#[test]
fn a_follow_up_is_named_beside_the_operation() {
    let script = Script::new().answers(200, DONE).answers(200, KEY);
    let told = told(script, update(), by_token());
    assert!(told[2].starts_with("2 get client key: Sending"), "{told:?}");
    assert!(told[4].ends_with(" Succeeded"), "{told:?}");
}
