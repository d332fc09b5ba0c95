//! `UreqTransport`: requests carried out by ureq.

use core::{fmt, time::Duration};
use std::{
    io::Read,
    sync::Arc,
    time::{Instant, SystemTime},
};

use ureq::{Agent, Body, BodyReader, config::Config};

use crate::{
    CancelHandle, Delivery, Error, FailureKind, Head, Limits, Now, Outgoing, ResponseBody,
    Timestamp, Transport, TransportFailure,
    cancel::State,
    failure::{before_head, in_body},
};

/// How much of a body is read at a time.
const CHUNK: usize = 64 * 1024;

/// Carries out requests with ureq, over HTTP/1.1 connections that are kept open for 15 s.
pub struct UreqTransport {
    config: Config,
    /// Ended by a cancellation.
    agent: Agent,
    /// For what no cancellation may cut: the renewal of tokens.
    steady: Agent,
    cancelled: Arc<State>,
    begun: Instant,
}

impl UreqTransport {
    pub(crate) fn new(config: Config) -> Self {
        let steady = Agent::new_with_config(config.clone());
        Self::with_steady(config, steady)
    }

    fn with_steady(config: Config, steady: Agent) -> Self {
        let agent = Agent::new_with_config(config.clone());
        Self {
            config,
            agent,
            steady,
            cancelled: Arc::default(),
            begun: Instant::now(),
        }
    }

    /// A transport of the same settings with connections of its own, and the handle that ends what goes over them.
    pub(crate) fn detached(&self) -> (Self, CancelHandle) {
        let mut other = Self::with_steady(self.config.clone(), self.steady.clone());
        // Deadlines of calls and renewals are told by one clock.
        other.begun = self.begun;
        let handle = CancelHandle::new(Arc::clone(&other.cancelled), other.agent.clone());
        (other, handle)
    }

    fn run(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<http::Response<Body>, TransportFailure> {
        let agent = if limits.interruptible {
            &self.agent
        } else {
            &self.steady
        };
        let unsendable = |_| TransportFailure::new(FailureKind::Unsendable, Delivery::NotSent);
        let mut builder = http::Request::builder()
            .method(request.method().as_str())
            .uri(request.url());
        for (name, value) in request.headers() {
            let mut value = http::HeaderValue::from_str(value)
                .map_err(|_| TransportFailure::new(FailureKind::Unsendable, Delivery::NotSent))?;
            // ureq's log keeps sensitive values out.
            value.set_sensitive(true);
            builder = builder.header(name, value);
        }
        let timeout = Some(limits.timeout);
        // An empty body is announced as one of length 0, which a GET or a DELETE should not be.
        if let Some(body) = request.body() {
            let request = builder.body(body).map_err(unsendable)?;
            agent.run(
                agent
                    .configure_request(request)
                    .timeout_global(timeout)
                    .build(),
            )
        } else {
            let request = builder.body(()).map_err(unsendable)?;
            agent.run(
                agent
                    .configure_request(request)
                    .timeout_global(timeout)
                    .build(),
            )
        }
        .map_err(|error| self.told(before_head(error), limits))
    }

    /// A failure that a cancellation brought about is one.
    fn told(&self, failure: TransportFailure, limits: &Limits) -> TransportFailure {
        if limits.interruptible && self.cancelled.is_cancelled() {
            TransportFailure::new(FailureKind::Cancelled, failure.delivery())
        } else {
            failure
        }
    }
}

impl Transport for UreqTransport {
    type Body = UreqBody;

    fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, UreqBody), TransportFailure> {
        let response = self.run(request, limits)?;
        let head = Head::from(&response);
        let reader = response.into_body().into_reader();
        let cancelled = limits.interruptible.then(|| Arc::clone(&self.cancelled));
        Ok((
            head,
            UreqBody {
                reader,
                buffer: vec![0; CHUNK],
                cancelled,
            },
        ))
    }

    fn now(&self) -> Now {
        let wall = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
        let mut jitter = [0; 4];
        // Without random bits the waits are the longest that they can be, and right.
        let jitter = getrandom::fill(&mut jitter).map_or(0, |()| u32::from_le_bytes(jitter));
        Now::new(wall, self.begun.elapsed(), jitter)
    }

    fn sleep(&self, duration: Duration) {
        self.cancelled.sleep(duration);
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(buffer).map_err(|error| {
            Error::invalid_input(format!(
                "the operating system gives no random bytes: {error}"
            ))
        })
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.is_cancelled()
    }

    fn run_workers(&self, tasks: usize, work: &(dyn Fn() + Sync)) {
        std::thread::scope(|scope| {
            for _ in 1..tasks {
                scope.spawn(work);
            }
            work();
        });
    }
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransport")
            .field("cancelled", &self.cancelled.is_cancelled())
            .finish_non_exhaustive()
    }
}

/// The body of an answer that is still to be read.
pub struct UreqBody {
    reader: BodyReader<'static>,
    buffer: Vec<u8>,
    cancelled: Option<Arc<State>>,
}

impl ResponseBody for UreqBody {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        loop {
            match self.reader.read(&mut self.buffer) {
                Ok(0) => return Ok(None),
                Ok(length) => return Ok(self.buffer.get(..length)),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_)
                    if self
                        .cancelled
                        .as_ref()
                        .is_some_and(|state| state.is_cancelled()) =>
                {
                    return Err(TransportFailure::new(
                        FailureKind::Cancelled,
                        Delivery::Unknown,
                    ));
                }
                Err(error) => return Err(in_body(error)),
            }
        }
    }
}

impl fmt::Debug for UreqBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UreqBody")
    }
}
