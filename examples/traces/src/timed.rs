//! `Timed`: any transport, with the run's clock in the place of its own.

use core::time::Duration;
use std::sync::Arc;

use fluxbase_client_keys::{
    AsyncTransport, Delivery, Error, FailureKind, Head, Limits, Now, Outgoing, Transport,
    TransportFailure,
};

use crate::{observed::Request, server::Server, stage::Stage, table::Row};

/// The time that a request really gets whose peer falls silent. The run's clock moves by what the driver asked for.
const STALL: Duration = Duration::from_millis(300);

/// The time that every other request really gets, whatever the driver asked for: a slow machine fails no trace.
const AMPLE: Duration = Duration::from_secs(30);

/// The time that the request of this row really gets.
pub(crate) fn real_timeout(row: Option<&Row>) -> Duration {
    if row.is_some_and(Row::stalls) {
        STALL
    } else {
        AMPLE
    }
}

/// Sends through another transport, and takes the time, sleep, randomness and cancellation from the run.
#[derive(Debug)]
pub(crate) struct Timed<T> {
    inner: T,
    stage: Arc<Stage>,
    server: Option<Arc<Server>>,
}

impl<T> Timed<T> {
    /// This transport in that run.
    #[must_use]
    pub(crate) fn new(inner: T, stage: Arc<Stage>) -> Self {
        Self {
            inner,
            stage,
            server: None,
        }
    }

    /// Tells the server which row of the script comes, before each request.
    #[must_use]
    pub(crate) fn with_server(mut self, server: Arc<Server>) -> Self {
        self.server = Some(server);
        self
    }

    fn begin(&self, request: &Outgoing, limits: &Limits) -> Limits {
        let request = Request::of_outgoing(request);
        self.stage.begin_send(request, limits.into());
        let row = self.stage.row();
        let mut real = *limits;
        if let Some(server) = &self.server {
            server.prepare(row, self.stage.next_row());
            real.timeout = real_timeout(row);
        }
        real
    }

    fn end<B>(
        &self,
        limits: &Limits,
        result: Result<B, TransportFailure>,
    ) -> Result<B, TransportFailure> {
        if self.stage.end_send(limits.into()) {
            return Err(TransportFailure::new(
                FailureKind::Cancelled,
                Delivery::Unknown,
            ));
        }
        result
    }
}

impl<T: Transport> Transport for Timed<T> {
    type Body = T::Body;

    fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, T::Body), TransportFailure> {
        let real = self.begin(request, limits);
        self.end(limits, self.inner.send(request, &real))
    }

    fn now(&self) -> Now {
        self.stage.now()
    }

    fn sleep(&self, duration: Duration) {
        self.stage.sleep(duration);
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        self.stage.fill_random(buffer);
        Ok(())
    }

    fn is_cancelled(&self) -> bool {
        self.stage.is_cancelled()
    }
}

impl<T: AsyncTransport> AsyncTransport for Timed<T> {
    type Body = T::Body;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, T::Body), TransportFailure> {
        let real = self.begin(request, limits);
        self.end(limits, self.inner.send(request, &real).await)
    }

    fn now(&self) -> Now {
        self.stage.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.stage.sleep(duration);
    }
}
