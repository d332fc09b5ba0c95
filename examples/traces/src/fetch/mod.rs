//! The table through a Rust transport over `fetch`, whose scripted server is a program of its own.
//!
//! A window, a worker and a WebAssembly module in Node can open no socket to listen on. So the script, the clock, the driver
//! and the judgement run there, and [`ScriptedServer`] elsewhere: it is told which row of the script comes, before each
//! request, and tells in the end what has arrived.

mod possible;
mod remote;
mod scripted;

use core::time::Duration;
use std::sync::Arc;

use fluxbase_client_keys::{AsyncTransport, Error, Head, Limits, Now, Outgoing, TransportFailure};

use self::{
    possible::{adapted, impossible},
    remote::Remote,
};
pub use self::{remote::Door, scripted::ScriptedServer};
use crate::{
    environment::Environment,
    observed::{Observed, Wire},
    run::asynchronous,
    stage::Stage,
    suite::Summary,
    table::Trace,
    timed::{Timed, real_timeout},
};

/// Runs every trace that is possible for a transport over the `fetch` of this environment, through
/// [`drive_async`](fluxbase_client_keys::drive_async).
///
/// The door leads to a [`ScriptedServer`]; `transport` makes a transport for each trace.
pub async fn run_all_over_fetch<T: AsyncTransport>(
    table: &[Trace],
    environment: Environment,
    door: &impl Door,
    transport: impl Fn() -> T,
) -> Summary {
    let mut summary = Summary::default();
    for trace in table {
        if let Some(reason) = impossible(environment, trace) {
            summary.skip(trace, reason);
            continue;
        }
        let trace = adapted(environment, trace.clone());
        let run = over_fetch(&trace, environment, door, transport()).await;
        summary.judge(&trace, run);
    }
    summary
}

async fn over_fetch<T: AsyncTransport>(
    trace: &Trace,
    environment: Environment,
    door: &impl Door,
    transport: T,
) -> Result<Observed, Error> {
    let stage = Arc::new(Stage::new(trace));
    let server = Remote::start(door, environment)
        .await
        .map_err(|problem| Error::invalid_input(format!("no scripted server: {problem}")))?;
    let transport = Announced {
        inner: transport,
        stage: &stage,
        server: &server,
    };
    let transport = Timed::new(transport, Arc::clone(&stage));
    let mut observed = asynchronous(trace, server.url(), &transport, &stage).await?;
    drop(transport);
    let (arrived, oddities) = server.stop().await;
    observed.wire = Some(Wire {
        sent: environment.of_wire(stage.arrived()),
        arrived: environment.of_wire(arrived),
        oddities,
    });
    Ok(observed)
}

/// A transport before whose requests the server elsewhere is told the row.
struct Announced<'a, T, D> {
    inner: T,
    stage: &'a Stage,
    server: &'a Remote<'a, D>,
}

impl<T: AsyncTransport, D: Door> AsyncTransport for Announced<'_, T, D> {
    type Body = T::Body;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, T::Body), TransportFailure> {
        let row = self.stage.row();
        self.server.prepare(row, self.stage.next_row()).await;
        let mut real = *limits;
        real.timeout = real_timeout(row);
        self.inner.send(request, &real).await
    }

    fn now(&self) -> Now {
        self.stage.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.stage.sleep(duration);
    }
}
