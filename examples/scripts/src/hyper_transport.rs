//! An [`AsyncTransport`] on hyper 1, over plain TCP.
//!
//! Each request has a connection of its own, and none is encrypted: it is for servers on this machine, and to be read.

use std::{future::Future, mem, time::Duration};

use bytes::Bytes;
use fluxbase_client_keys::{
    AsyncResponseBody, AsyncTransport, Delivery, FailureKind, Head, Limits, Now, Outgoing,
    TransportFailure,
};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Uri,
    body::Incoming,
    client::conn::http1,
    header,
    http::uri::{Parts, Scheme},
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpStream, lookup_host},
    task::JoinHandle,
    time::Instant,
};

use crate::{clock::Clock, damage::is_damage};

/// Sends requests through hyper. Runs in a tokio runtime.
#[derive(Debug, Clone)]
pub struct HyperTransport(Clock);

impl HyperTransport {
    /// A transport.
    #[must_use]
    pub fn new() -> Self {
        Self(Clock::new())
    }
}

impl Default for HyperTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl AsyncTransport for HyperTransport {
    type Body = HyperBody;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, HyperBody), TransportFailure> {
        let until = Instant::now() + limits.timeout;
        let (server, request) = to_hyper(request)?;
        let stream = in_time(until, Delivery::NotSent, connect(&server)).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| not_sent(FailureKind::Connect).with_source(error))?;
        // The connection is worked by a task of its own; it ends with the body.
        let task = Task(tokio::spawn(async move { drop(connection.await) }));
        let answer = async { sender.send_request(request).await.map_err(failure) };
        let response = in_time(until, Delivery::Unknown, answer).await?;
        let mut head = Head::new(response.status().as_u16());
        for (name, value) in response.headers() {
            head.header(name.as_str(), value.as_bytes());
        }
        let body = HyperBody {
            is_coded: response.headers().contains_key(header::CONTENT_ENCODING),
            incoming: response.into_body(),
            left: limits.body_limit,
            until,
            _task: task,
        };
        Ok((head, body))
    }

    fn now(&self) -> Now {
        self.0.now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The rest of a response.
#[derive(Debug)]
pub struct HyperBody {
    /// Compressed, although that was not asked for: there is nothing here to undo it.
    is_coded: bool,
    incoming: Incoming,
    /// How many bytes more may come.
    left: u64,
    until: Instant,
    _task: Task,
}

impl AsyncResponseBody for HyperBody {
    type Chunk = Bytes;

    async fn chunk(&mut self) -> Result<Option<Bytes>, TransportFailure> {
        if self.is_coded {
            let kind = FailureKind::Protocol;
            return Err(TransportFailure::new(kind, Delivery::Unknown));
        }
        loop {
            let frame = async { self.incoming.frame().await.transpose().map_err(failure) };
            let Some(frame) = in_time(self.until, Delivery::Unknown, frame).await? else {
                return Ok(None);
            };
            // Trailers decide nothing.
            let Ok(chunk) = frame.into_data() else {
                continue;
            };
            let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            self.left = self
                .left
                .checked_sub(length)
                .ok_or_else(|| TransportFailure::new(FailureKind::TooLarge, Delivery::Unknown))?;
            return Ok(Some(chunk));
        }
    }
}

/// Closes the connection when it is dropped, also when a call is given up half-way.
#[derive(Debug)]
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Where to connect, and the request as hyper wants it: the host in a header, the rest of the URL in the request line.
fn to_hyper(request: &Outgoing) -> Result<(String, Request<Full<Bytes>>), TransportFailure> {
    let unsendable = || not_sent(FailureKind::Unsendable);
    let request = request.clone().into_http().map_err(|_| unsendable())?;
    let mut request = request.map(|body| Full::new(Bytes::from(body.into_bytes())));
    let uri = Parts::from(mem::take(request.uri_mut()));
    let (Some(authority), Some(target)) = (uri.authority, uri.path_and_query) else {
        return Err(unsendable());
    };
    if uri.scheme != Some(Scheme::HTTP) {
        return Err(unsendable());
    }
    let server = format!(
        "{}:{}",
        authority.host(),
        authority.port_u16().unwrap_or(80)
    );
    let host = authority.as_str().parse().map_err(|_| unsendable())?;
    request.headers_mut().insert(header::HOST, host);
    *request.uri_mut() = Uri::from(target);
    Ok((server, request))
}

async fn connect(server: &str) -> Result<TcpStream, TransportFailure> {
    let addresses: Vec<_> = lookup_host(server)
        .await
        .map_err(|error| not_sent(FailureKind::Resolve).with_source(error))?
        .collect();
    let stream = TcpStream::connect(&*addresses)
        .await
        .map_err(|error| not_sent(FailureKind::Connect).with_source(error))?;
    // Small writes that are held back would cost time; where it cannot be set, the request goes out all the same.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// What a future gives, or a time-out.
async fn in_time<T>(
    until: Instant,
    delivery: Delivery,
    future: impl Future<Output = Result<T, TransportFailure>>,
) -> Result<T, TransportFailure> {
    tokio::time::timeout_at(until, future)
        .await
        .unwrap_or_else(|_| Err(TransportFailure::new(FailureKind::Timeout, delivery)))
}

fn not_sent(kind: FailureKind) -> TransportFailure {
    TransportFailure::new(kind, Delivery::NotSent)
}

/// What hyper's error means once there is a connection: whether anything was written cannot be told.
fn failure(error: hyper::Error) -> TransportFailure {
    let kind = if is_damage(&error) {
        FailureKind::Protocol
    } else {
        FailureKind::Closed
    };
    TransportFailure::new(kind, Delivery::Unknown).with_source(error)
}
