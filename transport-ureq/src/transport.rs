//! `UreqTransport`: carries out requests with ureq.

use std::{
    fmt,
    io::Read as _,
    sync::Arc,
    thread,
    time::{Duration, Instant, SystemTime},
};

use fluxbase_client_keys::{
    Delivery, Error, Head, Limits, Now, Outgoing, Payload, ResponseBody, Timestamp, Transport,
    TransportFailure,
};
use ureq::{
    Agent, AsSendBody, Body, BodyReader,
    config::ConfigBuilder,
    http::{Request, Response},
    typestate::AgentScope,
};
use zeroize::Zeroize as _;

use crate::{
    CancelHandle,
    cancel::{Cancellation, Signal},
    failure,
};

/// How much of a body is read at once.
const CHUNK: usize = 64 * 1024;

/// No request gets more time, whatever a policy says: clocks and sockets take no longer times on every system.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest that looking up the host's name, and connecting with the TLS handshake, may each take.
const LONGEST_PHASE: Duration = Duration::from_secs(10);

/// Carries out requests with ureq, on the calling thread.
///
/// It follows no redirect, keeps no cookies, turns no status into a failure and sends nothing twice. Made by
/// [`Builder::build`](crate::Builder::build) and found at
/// [`ClientKeysManager::transport`](fluxbase_client_keys::ClientKeysManager::transport); a program that drives flows by
/// itself passes it to [`drive`](crate::drive).
pub struct UreqTransport {
    /// Never shut down. With a [`Cancellation`] it carries out what must not be cut short, else everything.
    agent: Agent,
    /// The time for one request that the agent is set to.
    usual: Duration,
    started: Instant,
    cancellation: Option<Cancellation>,
}

impl UreqTransport {
    pub(crate) fn new(config: ConfigBuilder<AgentScope>, usual: Duration) -> Self {
        let usual = usual.min(LONGEST);
        let phase = phase_of(usual);
        let config = config
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(usual))
            .timeout_resolve(Some(phase))
            .timeout_connect(Some(phase))
            // The servers close an idle connection after 120 s.
            .max_idle_age(Duration::from_secs(60))
            .max_idle_connections(32)
            .max_idle_connections_per_host(32)
            .build();
        Self {
            agent: config.into(),
            usual,
            started: Instant::now(),
            cancellation: None,
        }
    }

    /// A transport with connections of its own, whose calls end when the handle is used.
    pub(crate) fn cancellable(&self) -> (Self, CancelHandle) {
        let (cancellation, handle) = Cancellation::new(self.agent.config().new_agent());
        let transport = Self {
            agent: self.agent.clone(),
            usual: self.usual,
            started: self.started,
            cancellation: Some(cancellation),
        };
        (transport, handle)
    }
}

/// Two fifths of the time for a request, and at most ten seconds: so name and connection together end before the request's
/// own time does, and running out of time there is known to have sent nothing.
fn phase_of(timeout: Duration) -> Duration {
    (timeout / 5).saturating_mul(2).min(LONGEST_PHASE)
}

/// One request as ureq takes it, and its time unless that is the usual one.
pub(crate) struct Errand {
    request: Request<Option<Payload>>,
    timeout: Option<Duration>,
}

impl Errand {
    fn new(
        request: &Outgoing,
        timeout: Duration,
        usual: Duration,
    ) -> Result<Self, TransportFailure> {
        let (parts, body) = request
            .clone()
            .into_http()
            .map_err(|_| failure::unsendable())?
            .into_parts();
        // An empty body would be announced, which a GET or a DELETE should not have.
        let body = request.body().is_some().then_some(body);
        let timeout = timeout.min(LONGEST);
        Ok(Self {
            request: Request::from_parts(parts, body),
            timeout: (timeout != usual).then_some(timeout),
        })
    }
}

/// Sends the request and waits for the head of its answer.
pub(crate) fn carry_out(agent: &Agent, errand: Errand) -> Result<Response<Body>, ureq::Error> {
    let (parts, body) = errand.request.into_parts();
    match &body {
        Some(body) => run(
            agent,
            Request::from_parts(parts, body.as_ref()),
            errand.timeout,
        ),
        None => run(agent, Request::from_parts(parts, ()), errand.timeout),
    }
}

fn run<B: AsSendBody>(
    agent: &Agent,
    request: Request<B>,
    timeout: Option<Duration>,
) -> Result<Response<Body>, ureq::Error> {
    let Some(timeout) = timeout else {
        return agent.run(request);
    };
    let phase = phase_of(timeout);
    let request = agent
        .configure_request(request)
        .timeout_global(Some(timeout))
        .timeout_resolve(Some(phase))
        .timeout_connect(Some(phase))
        .build();
    agent.run(request)
}

impl Transport for UreqTransport {
    type Body = UreqBody;

    fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, Self::Body), TransportFailure> {
        let errand = Errand::new(request, limits.timeout, self.usual)?;
        let cancellation = self.cancellation.as_ref().filter(|_| limits.interruptible);
        let response = match cancellation {
            Some(cancellation) => cancellation.carry_out(errand)?,
            None => {
                carry_out(&self.agent, errand).map_err(|error| failure::before_the_head(&error))?
            }
        };
        let head = Head::from(&response);
        let body = UreqBody {
            reader: response.into_body().into_reader(),
            chunk: Vec::new(),
            used: 0,
            signal: cancellation.map(|cancellation| Arc::clone(&cancellation.signal)),
        };
        Ok((head, body))
    }

    fn now(&self) -> Now {
        let wall = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
        // Without random bits waits are the longest ones.
        let jitter = getrandom::u32().unwrap_or(0);
        Now::new(wall, self.started.elapsed(), jitter)
    }

    fn sleep(&self, duration: Duration) {
        match &self.cancellation {
            Some(cancellation) => cancellation.signal.sleep(duration),
            None => thread::sleep(duration),
        }
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(buffer)
            .map_err(|_| Error::invalid_input("the operating system gave no random bytes"))
    }

    fn is_cancelled(&self) -> bool {
        self.cancellation
            .as_ref()
            .is_some_and(|cancellation| cancellation.signal.is_set())
    }

    fn run_workers(&self, tasks: usize, work: &(dyn Fn() + Sync)) {
        thread::scope(|scope| {
            for _ in 1..tasks {
                let worker = thread::Builder::new().name("fluxbase-worker".to_owned());
                // Those that there are do the work of those that the system did not give.
                if worker.spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
    }
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // ureq's own settings may hold a proxy's password.
        f.debug_struct("UreqTransport")
            .field("has_proxy", &self.agent.config().proxy().is_some())
            .field("is_cancellable", &self.cancellation.is_some())
            .finish_non_exhaustive()
    }
}

/// The body of an answer, decompressed, in pieces of at most 64 KiB.
pub struct UreqBody {
    reader: BodyReader<'static>,
    chunk: Vec<u8>,
    /// The bytes of the chunk that have ever been written: they may hold a plaintext key or a token.
    used: usize,
    signal: Option<Arc<Signal>>,
}

impl UreqBody {
    fn is_cancelled(&self) -> bool {
        self.signal.as_ref().is_some_and(|signal| signal.is_set())
    }
}

impl ResponseBody for UreqBody {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        self.chunk.resize(CHUNK, 0);
        match self.reader.read(&mut self.chunk) {
            // What shutting the connection down broke, or made look complete.
            Ok(0) | Err(_) if self.is_cancelled() => Err(failure::cancelled(Delivery::Unknown)),
            Ok(0) => Ok(None),
            Ok(length) => {
                self.used = self.used.max(length);
                Ok(self.chunk.get(..length))
            }
            Err(error) => Err(failure::in_the_body(error)),
        }
    }
}

impl Drop for UreqBody {
    fn drop(&mut self) {
        if let Some(used) = self.chunk.get_mut(..self.used) {
            used.zeroize();
        }
    }
}

impl fmt::Debug for UreqBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqBody").finish_non_exhaustive()
    }
}
