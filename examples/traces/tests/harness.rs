//! The harness itself: what does not go as the table says is found out.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

use std::time::Duration;

use fluxbase_client_keys_ureq::{
    ClientKeysManager, Error, Head, Limits, Now, Outgoing, Proxy, Transport, TransportFailure,
    UreqBody, builder,
};
use fluxbase_key_traces::{Trace, all, blocking_in_memory, blocking_over_socket, difference};

fn named(name: &str) -> Trace {
    let table = all().unwrap();
    table.into_iter().find(|trace| trace.name == name).unwrap()
}

fn found_out(trace: &Trace) -> String {
    difference(trace, &blocking_in_memory(trace).unwrap()).unwrap()
}

#[test]
fn a_request_that_is_missing_and_one_that_is_too_many() {
    let sound =
        named("renewal: a refused access token is renewed once, and the request sent again");
    assert_eq!(
        difference(&sound, &blocking_in_memory(&sound).unwrap()),
        None
    );

    let mut longer = sound.clone();
    longer.exchange.push(sound.exchange[2].clone());
    let told = found_out(&longer);
    assert!(
        told.contains("\n-send GET /api/v1/client-keys as bearer token-2\n"),
        "{told}"
    );

    let mut shorter = sound;
    shorter.exchange.pop();
    let told = found_out(&shorter);
    assert!(
        told.contains("\n+send GET /api/v1/client-keys as bearer token-2\n"),
        "{told}"
    );
    assert!(told.contains("\n+error rejected"), "{told}");
}

type Change = fn(&mut Trace);

#[test]
fn every_part_of_an_expectation() {
    let sound = named("keyed: a lost create is sent again with the same key and the same bytes");
    let changes: [(&str, Change); 9] = [
        ("as client key", |trace| {
            trace.exchange[0].credential = "client key".into();
        }),
        ("key second", |trace| {
            trace.exchange[1].key = Some("second".into());
        }),
        (r#"body {"name":"cd"}"#, |trace| {
            trace.exchange[1].body = Some(serde_json::json!({"name": "cd"}));
        }),
        ("wait 501 ms", |trace| trace.exchange[0].wait = Some(501)),
        ("at most 29999 ms", |trace| {
            trace.exchange[0].timeout = Some(29_999);
        }),
        ("at most 5 bytes", |trace| trace.exchange[0].limit = Some(5)),
        ("status 200", |trace| trace.end.status = Some(200)),
        ("3 requests", |trace| trace.end.attempts = 3),
        ("learned old", |trace| {
            trace.end.learned = Some("old".into());
        }),
    ];
    for (expected, change) in changes {
        let mut trace = sound.clone();
        change(&mut trace);
        let told = found_out(&trace);
        assert!(
            told.lines()
                .any(|line| line.starts_with('-') && line.contains(expected)),
            "{expected}: {told}"
        );
    }
}

/// Sends each request twice, as a library may that takes a lost connection for a reason.
struct Twice(ClientKeysManager);

impl Transport for Twice {
    type Body = UreqBody;

    fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, UreqBody), TransportFailure> {
        drop(self.0.transport().send(request, limits));
        self.0.transport().send(request, limits)
    }

    fn now(&self) -> Now {
        self.0.transport().now()
    }

    fn sleep(&self, duration: Duration) {
        self.0.transport().sleep(duration);
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        self.0.transport().fill_random(buffer)
    }
}

#[test]
fn a_transport_that_sends_by_itself_a_second_time() {
    let trace = named("shapes: get");
    let manager = builder("http://127.0.0.1:1").proxy(Proxy::None);
    let observed = blocking_over_socket(&trace, Twice(manager.build().unwrap())).unwrap();
    let told = difference(&trace, &observed).unwrap();
    assert!(told.contains("+++ on the wire"), "{told}");
    assert!(
        told.contains("\n+GET /api/v1/client-keys/key-1\n"),
        "{told}"
    );
}
