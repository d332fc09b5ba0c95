//! A transport that does one thing wrong.

use std::{io, thread, time::Duration};

use fluxbase_client_keys_ureq::{
    Delivery, Error, FailureKind, Head, Limits, Now, Outgoing, ResponseBody, Transport,
    TransportFailure, UreqBody, UreqTransport,
};
use ureq::{Agent, Body, BodyReader, SendBody, http::Response};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    SendsAgain,
    SendsLater,
    NothingSent,
    MaybeSent,
    FollowsRedirects,
    ReadsAll,
    UnzipsAll,
    TakesCutForEnd,
    HasTime,
    StatusIsFailure,
    NoHeaders,
    Cookie,
    SecondCredential,
    ChunkedRequest,
    NoSleep,
}

pub(crate) struct Faulty<'a> {
    inner: &'a UreqTransport,
    fault: Option<Fault>,
}

impl<'a> Faulty<'a> {
    pub(crate) fn new(inner: &'a UreqTransport, fault: Option<Fault>) -> Self {
        Self { inner, fault }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn told(&self, failure: &TransportFailure) -> TransportFailure {
        let delivery = match self.fault {
            Some(Fault::NothingSent) => Delivery::NotSent,
            Some(Fault::MaybeSent) => Delivery::Unknown,
            _ => failure.delivery(),
        };
        TransportFailure::new(failure.kind(), delivery)
    }

    fn body(&self, request: &Outgoing, from: From) -> FaultyBody {
        FaultyBody {
            from,
            fault: self.fault,
            // The name of the case says so.
            is_zipped: request.url().contains("/gzip"),
            chunk: Vec::new(),
            rest: None,
        }
    }

    /// Sends it another way than the transport does.
    fn send_oddly(&self, request: &Outgoing) -> Result<(Head, FaultyBody), TransportFailure> {
        let failed = |_| TransportFailure::new(FailureKind::Other, Delivery::Unknown);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None);
        let agent: Agent = config.build().into();
        let (mut parts, body) = request.clone().into_http().unwrap().into_parts();
        if self.has(Fault::Cookie) {
            parts.headers.insert("cookie", "kept=1".parse().unwrap());
        }
        if self.has(Fault::SecondCredential) {
            parts
                .headers
                .insert("x-service-key", "sk_another".parse().unwrap());
        }
        let body = body.into_bytes();
        let answer: Result<Response<Body>, _> = if request.body().is_none() {
            agent.run(ureq::http::Request::from_parts(parts, ()))
        } else if self.has(Fault::ChunkedRequest) {
            let body = SendBody::from_owned_reader(io::Cursor::new(body));
            agent.run(ureq::http::Request::from_parts(parts, body))
        } else {
            agent.run(ureq::http::Request::from_parts(parts, body))
        };
        let answer = answer.map_err(failed)?;
        let head = Head::from(&answer);
        let reader = answer.into_body().into_reader();
        Ok((head, self.body(request, From::Other(Box::new(reader)))))
    }
}

impl Transport for &Faulty<'_> {
    type Body = FaultyBody;

    fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, FaultyBody), TransportFailure> {
        let mut limits = *limits;
        match self.fault {
            Some(
                Fault::FollowsRedirects
                | Fault::Cookie
                | Fault::SecondCredential
                | Fault::ChunkedRequest,
            ) => return self.send_oddly(request),
            Some(Fault::HasTime) => limits.timeout = Duration::from_secs(60),
            _ => {}
        }
        let sent = match self.inner.send(request, &limits) {
            Err(failure)
                if self.has(Fault::SendsAgain) && failure.delivery() == Delivery::Unknown =>
            {
                self.inner.send(request, &limits)
            }
            sent => sent,
        };
        if self.has(Fault::SendsLater) {
            let (parts, body) = request.clone().into_http().unwrap().into_parts();
            let request = ureq::http::Request::from_parts(parts, body.into_bytes());
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(150));
                // Nobody waits for what comes of it.
                let _ = ureq::run(request);
            });
        }
        let (mut head, body) = sent.map_err(|failure| self.told(&failure))?;
        if self.has(Fault::StatusIsFailure) && head.status() >= 300 {
            return Err(TransportFailure::new(FailureKind::Other, Delivery::Unknown));
        }
        if self.has(Fault::NoHeaders) {
            head = Head::new(head.status());
        }
        Ok((head, self.body(request, From::Ureq(body))))
    }

    fn now(&self) -> Now {
        self.inner.now()
    }

    fn sleep(&self, duration: Duration) {
        if !self.has(Fault::NoSleep) {
            self.inner.sleep(duration);
        }
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        self.inner.fill_random(buffer)
    }
}

/// Where the body really comes from.
enum From {
    Ureq(UreqBody),
    Other(Box<BodyReader<'static>>),
}

impl From {
    fn read(&mut self, into: &mut Vec<u8>) -> Result<bool, TransportFailure> {
        match self {
            Self::Ureq(body) => {
                let Some(bytes) = body.chunk()? else {
                    return Ok(false);
                };
                into.extend_from_slice(bytes);
                Ok(true)
            }
            Self::Other(reader) => {
                let failed = |_| TransportFailure::new(FailureKind::Other, Delivery::Unknown);
                let length = io::Read::read_to_end(reader, into).map_err(failed)?;
                Ok(length > 0)
            }
        }
    }
}

pub(crate) struct FaultyBody {
    from: From,
    fault: Option<Fault>,
    is_zipped: bool,
    chunk: Vec<u8>,
    /// What was read too early.
    rest: Option<std::vec::IntoIter<Vec<u8>>>,
}

impl ResponseBody for FaultyBody {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        self.chunk.clear();
        let at_once = self.fault == Some(Fault::UnzipsAll) && self.is_zipped;
        if (at_once || self.fault == Some(Fault::ReadsAll)) && self.rest.is_none() {
            let mut all = Vec::new();
            while self.from.read(&mut all)? {}
            let size = if at_once { all.len().max(1) } else { 64 * 1024 };
            let pieces: Vec<_> = all.chunks(size).map(<[u8]>::to_vec).collect();
            self.rest = Some(pieces.into_iter());
        }
        let more = match &mut self.rest {
            Some(rest) => Ok(rest.next().map(|piece| self.chunk = piece).is_some()),
            None => self.from.read(&mut self.chunk),
        };
        match more {
            Ok(more) => Ok(more.then_some(&*self.chunk)),
            Err(_) if self.fault == Some(Fault::TakesCutForEnd) => Ok(None),
            Err(failure) if self.fault == Some(Fault::NothingSent) => {
                Err(TransportFailure::new(failure.kind(), Delivery::NotSent))
            }
            Err(failure) => Err(failure),
        }
    }
}
