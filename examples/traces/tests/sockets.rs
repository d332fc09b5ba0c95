//! Every trace over loopback sockets: through ureq, reqwest and hyper.
//!
//! The clock is scripted here too; only a peer that falls silent costs real time.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, which fail by panicking"
)]

mod judge;

use std::{future::Future, time::Duration};

use fluxbase_client_keys_ureq::{
    ClientKeysManager, Error, Head, Limits, Now, Outgoing, Proxy, Transport, TransportFailure,
    UreqBody, builder,
};
use fluxbase_key_scripts::{HyperTransport, ReqwestTransport, reqwest_transport::client_builder};
use fluxbase_key_traces::{
    Executor, Kind, Trace, all, async_over_socket, blocking_over_socket, run_all,
};
use judge::judge;

/// The transport of a manager that does nothing else.
struct Ureq(ClientKeysManager);

impl Transport for Ureq {
    type Body = UreqBody;

    fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, UreqBody), TransportFailure> {
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

struct Tokio(tokio::runtime::Runtime);

impl Tokio {
    fn new() -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        Self(runtime.enable_all().build().unwrap())
    }
}

impl Executor for Tokio {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }
}

#[test]
fn through_ureq() {
    let table = all().unwrap();
    let summary = run_all(&table, &[Kind::Sockets], |trace: &Trace| {
        // Requests go to where they say; the manager's own server is never asked.
        let manager = builder("http://127.0.0.1:1")
            .proxy(Proxy::None)
            .build()
            .unwrap();
        blocking_over_socket(trace, Ureq(manager))
    });
    judge("ureq", &summary);
}

#[test]
fn through_reqwest() {
    let table = all().unwrap();
    let summary = run_all(&table, &[Kind::Sockets, Kind::Async], |trace: &Trace| {
        let client = client_builder().no_proxy().build().unwrap();
        async_over_socket(trace, ReqwestTransport::new(client), &Tokio::new())
    });
    judge("reqwest", &summary);
}

#[test]
fn through_hyper() {
    let table = all().unwrap();
    let summary = run_all(&table, &[Kind::Sockets, Kind::Async], |trace: &Trace| {
        async_over_socket(trace, HyperTransport::new(), &Tokio::new())
    });
    judge("hyper", &summary);
}
