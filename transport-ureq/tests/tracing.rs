//! What `tracing_observer` tells.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used)]

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
    time::Duration,
};

use fluxbase_client_keys_ureq::{
    CreateClientKeyRequest, Policy, Proxy, Scope, builder, tracing_observer,
};
use fluxbase_emulator::{Fault, Options, What, start};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber,
};

/// Writes each event of this crate's target on a line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "fluxbase_client_keys"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

#[test]
fn every_step_is_told_and_no_secret() {
    let guard = start(Options::new()).unwrap();
    let user = &guard.credentials().users[0];
    let policy = Policy::new().attempts(2).backoff(Duration::from_millis(2));
    let manager = builder(&guard.base_url())
        .proxy(Proxy::None)
        .policy(policy)
        .login(&user.email, user.password.as_str())
        .observer(tracing_observer())
        .build()
        .unwrap();
    let lines = Lines::default();
    let created = subscriber::with_default(lines.clone(), || {
        let request = CreateClientKeyRequest::new("ci", [Scope::MONITORING_READ]);
        let created = manager.create_idempotent(&request).unwrap();
        let lost = Fault::new(What::LoseBefore).path_prefix("/api/v1/client-keys");
        guard.add_fault(lost);
        manager.get(created.client_key.id()).unwrap_err();
        created
    });
    let lines = lines.0.lock().unwrap();
    let count = |parts: &[&str]| {
        lines
            .iter()
            .filter(|line| parts.iter().all(|part| line.contains(part)))
            .count()
    };
    for (times, parts) in [
        (
            1,
            ["INFO", "renewing the access token", "create client key"],
        ),
        (1, ["DEBUG", "message=answered", "operation=\"sign in\""]),
        (
            2,
            ["DEBUG", "message=sending", "operation=\"get client key\""],
        ),
        (
            2,
            ["WARN", "failure=Closed delivery=Unknown", "get client key"],
        ),
        (1, ["INFO", "wait_ms=", "attempt=1"]),
        (1, ["WARN", "message=gave up", "outcome=NotApplied"]),
    ] {
        assert_eq!(count(&parts), times, "{parts:?} {lines:#?}");
    }
    assert!(count(&["status=201", "request_id="]) == 1, "{lines:#?}");
    let all = lines.join("\n");
    assert!(!all.contains(user.password.as_str()) && !all.contains("eyJ"));
    assert!(!all.contains(created.key.expose()) && !all.contains("fbk_"));
    assert!(!all.contains(&Level::TRACE.to_string()));
}
