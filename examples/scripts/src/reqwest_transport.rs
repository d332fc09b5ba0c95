//! An [`AsyncTransport`] on reqwest.
//!
//! Decompresses gzip, since reqwest's feature `gzip` is on. For `https` it uses rustls with ring, and trusts whom the system
//! trusts.

use std::time::Duration;

use bytes::Bytes;
use fluxbase_client_keys::{
    AsyncResponseBody, AsyncTransport, Delivery, FailureKind, Head, Limits, Now, Outgoing, Payload,
    TransportFailure,
};
use reqwest::{Client, ClientBuilder, redirect, retry};

use crate::{
    clock::Clock,
    damage::{is_damage, says},
};

/// Sends requests through a [`reqwest::Client`].
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    client: Client,
    clock: Clock,
}

/// A builder of clients that do what a transport must: no redirects and no resending.
///
/// Cookies are off in reqwest unless asked for, and must stay so. So is `connection_verbose`, with which every byte goes into
/// the log at the level `trace`, credentials included. Its connections are given up after 90 seconds of
/// rest, before the server does so at 120.
pub fn client_builder() -> ClientBuilder {
    // Where the program has chosen another one before, that stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .connect_timeout(Duration::from_secs(10))
}

impl ReqwestTransport {
    /// A transport on a client that [`client_builder`] made.
    #[must_use]
    pub fn new(client: Client) -> Self {
        let clock = Clock::new();
        Self { client, clock }
    }
}

impl AsyncTransport for ReqwestTransport {
    type Body = ReqwestBody;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, ReqwestBody), TransportFailure> {
        let unsendable = || TransportFailure::new(FailureKind::Unsendable, Delivery::NotSent);
        let request = request.clone().into_http().map_err(|_| unsendable())?;
        let mut request = reqwest::Request::try_from(request.map(Payload::into_bytes))
            .map_err(|error| unsendable().with_source(error))?;
        *request.timeout_mut() = Some(limits.timeout);
        let response = self.client.execute(request).await.map_err(failure)?;
        let mut head = Head::new(response.status().as_u16());
        for (name, value) in response.headers() {
            head.header(name.as_str(), value.as_bytes());
        }
        let left = limits.body_limit;
        Ok((head, ReqwestBody { response, left }))
    }

    fn now(&self) -> Now {
        self.clock.now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The rest of a response.
#[derive(Debug)]
pub struct ReqwestBody {
    response: reqwest::Response,
    /// How many bytes more may come.
    left: u64,
}

impl AsyncResponseBody for ReqwestBody {
    type Chunk = Bytes;

    async fn chunk(&mut self) -> Result<Option<Bytes>, TransportFailure> {
        let chunk = self.response.chunk().await.map_err(failure)?;
        if let Some(chunk) = &chunk {
            let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            self.left = self
                .left
                .checked_sub(length)
                .ok_or_else(|| TransportFailure::new(FailureKind::TooLarge, Delivery::Unknown))?;
        }
        Ok(chunk)
    }
}

/// What reqwest's error means. Nothing was sent where there was no connection; else nobody knows.
fn failure(error: reqwest::Error) -> TransportFailure {
    let delivery = if error.is_connect() {
        Delivery::NotSent
    } else {
        Delivery::Unknown
    };
    let kind = if error.is_timeout() {
        FailureKind::Timeout
    } else if error.is_connect() && is_damage(&error) {
        // Of a connection, only the TLS handshake reads bytes.
        FailureKind::Tls
    } else if error.is_connect() && says(&error, "dns error") {
        FailureKind::Resolve
    } else if error.is_connect() {
        FailureKind::Connect
    } else if error.is_builder() {
        FailureKind::Unsendable
    } else if is_damage(&error) {
        FailureKind::Protocol
    } else {
        FailureKind::Closed
    };
    // The URL holds no secret, but core's errors never quote one.
    TransportFailure::new(kind, delivery).with_source(error.without_url())
}
