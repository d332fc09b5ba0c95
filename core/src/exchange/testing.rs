//! A scripted peer: runs a flow through every state and fails on what the script does not foresee.

use core::time::Duration;
use std::collections::VecDeque;

use super::{Access, Answer, Context, Learned, Now, Policy, Step};
use crate::{
    BaseUrl, Credential, Delivery, Error, FailureKind, Flow, Generation, Head, Timestamp,
    TransportFailure,
};

/// What happens to one request.
#[derive(Debug, Clone)]
pub(crate) enum Peer {
    /// A whole answer: status, headers, body.
    Answers(u16, Vec<(&'static str, &'static str)>, String),
    /// No head.
    Fails(FailureKind, Delivery),
    /// A head, the beginning of a body, and no more.
    Cuts(u16, &'static str, FailureKind),
    /// The caller cancels before there is a head.
    CancelledSending,
    /// The caller cancels while the body is read.
    CancelledReceiving(u16),
}

/// What is to happen in a call.
#[derive(Debug, Default)]
pub(crate) struct Script {
    peers: VecDeque<(Duration, Peer)>,
    renewals: VecDeque<Renewal>,
    cancel_wait: bool,
}

#[derive(Debug)]
enum Renewal {
    Token(&'static str),
    Fails(Error),
    Cancelled,
}

/// What a call did.
#[derive(Debug)]
pub(crate) struct Run<T> {
    pub(crate) result: Result<Answer<T>, Error>,
    pub(crate) learned: Learned,
    /// `METHOD path`, then the credential and the idempotency key in brackets where there are such.
    pub(crate) sends: Vec<String>,
    pub(crate) bodies: Vec<String>,
    pub(crate) timeouts: Vec<Duration>,
    pub(crate) waits: Vec<Duration>,
}

impl<T: core::fmt::Debug> Run<T> {
    pub(crate) fn error(&self) -> &Error {
        self.result.as_ref().expect_err("the call fails")
    }

    pub(crate) fn answer(&self) -> &Answer<T> {
        self.result.as_ref().expect("the call succeeds")
    }
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn then(mut self, peer: Peer) -> Self {
        self.peers.push_back((Duration::ZERO, peer));
        self
    }

    pub(crate) fn answers(self, status: u16, body: impl Into<String>) -> Self {
        self.then(Peer::Answers(status, Vec::new(), body.into()))
    }

    pub(crate) fn answers_with(
        self,
        status: u16,
        header: (&'static str, &'static str),
        body: impl Into<String>,
    ) -> Self {
        self.then(Peer::Answers(status, vec![header], body.into()))
    }

    /// It may have arrived.
    pub(crate) fn loses(self) -> Self {
        self.then(Peer::Fails(FailureKind::Closed, Delivery::Unknown))
    }

    /// It has not arrived.
    pub(crate) fn never_arrives(self) -> Self {
        self.then(Peer::Fails(FailureKind::Connect, Delivery::NotSent))
    }

    pub(crate) fn cuts(self, status: u16) -> Self {
        self.then(Peer::Cuts(status, "{\"id\":", FailureKind::Closed))
    }

    /// The last one took that long.
    pub(crate) fn after(mut self, time: Duration) -> Self {
        if let Some((took, _)) = self.peers.back_mut() {
            *took = time;
        }
        self
    }

    pub(crate) fn renews(mut self, token: &'static str) -> Self {
        self.renewals.push_back(Renewal::Token(token));
        self
    }

    pub(crate) fn renewal_fails(mut self, error: Error) -> Self {
        self.renewals.push_back(Renewal::Fails(error));
        self
    }

    pub(crate) fn cancelled_renewing(mut self) -> Self {
        self.renewals.push_back(Renewal::Cancelled);
        self
    }

    pub(crate) fn cancelled_waiting(mut self) -> Self {
        self.cancel_wait = true;
        self
    }

    /// Runs it to its end.
    pub(crate) fn run<F: Flow>(mut self, flow: F, context: Context) -> Run<F::Output> {
        let mut clock = Duration::from_secs(1000);
        let now = |clock: Duration| Now::new(Timestamp::UNIX_EPOCH, clock, 0);
        let mut step = Step::start(flow, context, now(clock));
        let (mut sends, mut bodies) = (Vec::new(), Vec::new());
        let (mut timeouts, mut waits) = (Vec::new(), Vec::new());
        loop {
            step = match step {
                Step::Send(sending) => {
                    sends.push(shown(sending.request()));
                    let body = sending.request().body().unwrap_or_default();
                    bodies.push(String::from_utf8(body.to_vec()).expect("a body is a text"));
                    timeouts.push(sending.timeout());
                    let (took, peer) = self
                        .peers
                        .pop_front()
                        .unwrap_or_else(|| panic!("not foreseen: {sends:#?}"));
                    clock += took;
                    let time = now(clock);
                    match peer {
                        Peer::Answers(status, headers, body) => {
                            let mut head = Head::new(status);
                            for (name, value) in headers {
                                head.header(name, value.as_bytes());
                            }
                            let mut step = sending.head(head, time);
                            for piece in body.as_bytes().chunks(7) {
                                if let Step::Receive(receiving) = step {
                                    step = receiving.chunk(piece, time);
                                }
                            }
                            match step {
                                Step::Receive(receiving) => receiving.end(time),
                                step => step,
                            }
                        }
                        Peer::Fails(kind, delivery) => {
                            sending.failed(TransportFailure::new(kind, delivery), time)
                        }
                        Peer::Cuts(status, body, kind) => {
                            let failure = TransportFailure::new(kind, Delivery::Unknown);
                            match sending.head(Head::new(status), time) {
                                Step::Receive(receiving) => {
                                    match receiving.chunk(body.as_bytes(), time) {
                                        Step::Receive(receiving) => receiving.failed(failure, time),
                                        step => step,
                                    }
                                }
                                step => step,
                            }
                        }
                        Peer::CancelledSending => Step::Send(sending).cancel(),
                        Peer::CancelledReceiving(status) => {
                            sending.head(Head::new(status), time).cancel()
                        }
                    }
                }
                Step::Receive(receiving) => panic!("a body that nobody sends: {receiving:?}"),
                Step::Wait(waiting) => {
                    waits.push(waiting.duration());
                    if self.cancel_wait {
                        Step::Wait(waiting).cancel()
                    } else {
                        clock += waiting.duration();
                        waiting.elapsed(now(clock))
                    }
                }
                Step::Renew(renewing) => match self.renewals.pop_front() {
                    Some(Renewal::Token(token)) => {
                        let token = Credential::bearer_token(token).expect("a token");
                        let generation = renewing.stale();
                        renewing.renewed(token, generation, now(clock))
                    }
                    Some(Renewal::Fails(error)) => renewing.failed(error),
                    Some(Renewal::Cancelled) => Step::Renew(renewing).cancel(),
                    None => panic!("no renewal is foreseen: {sends:#?}"),
                },
                Step::Done(done) => {
                    let learned = done.learned();
                    let result = done.into_result();
                    assert!(
                        self.peers.is_empty(),
                        "left over: {:?}, {result:?}",
                        self.peers,
                        result = result.as_ref().err()
                    );
                    assert!(self.renewals.is_empty(), "left over: {:?}", self.renewals);
                    return Run {
                        result,
                        learned,
                        sends,
                        bodies,
                        timeouts,
                        waits,
                    };
                }
            };
        }
    }
}

fn shown(request: &crate::Outgoing) -> String {
    let path = request
        .url()
        .strip_prefix("https://example.com")
        .expect("the base URL");
    let mut shown = format!("{} {path}", request.method());
    for (name, value) in request.headers() {
        match name {
            "authorization" | "x-client-key" | "x-service-key" => {
                shown = format!("{shown} [{}]", value.trim_start_matches("Bearer "));
            }
            "idempotency-key" => shown = format!("{shown} [key {}]", &value[..1]),
            _ => {}
        }
    }
    shown
}

fn context(access: Access) -> Context {
    let base = BaseUrl::parse("https://example.com").expect("a URL");
    Context::new(base).access(access)
}

/// Nobody signed in.
pub(crate) fn by_nobody() -> Context {
    context(Access::none())
}

/// A bearer token that cannot be renewed.
pub(crate) fn by_token() -> Context {
    context(Access::fixed(
        Credential::bearer_token("token").expect("a token"),
    ))
}

/// A bearer token that can.
pub(crate) fn by_session() -> Context {
    let token = Credential::bearer_token("first").expect("a token");
    context(Access::session(token, Generation::default()))
}

pub(crate) fn by_key() -> Context {
    context(Access::fixed(
        Credential::client_key("client-key").expect("a key"),
    ))
}

pub(crate) fn policy() -> Policy {
    Policy::new()
}

pub(crate) const MADE: &str = r#"{"id":"k1","name":"n","key":"fbk_plaintext"}"#;
pub(crate) const KEY: &str = r#"{"id":"k1","name":"n"}"#;
pub(crate) const DONE: &str = r#"{"message":"done","success":true}"#;
pub(crate) const MISSING: &str = r#"{"error":"Client key not found","code":"NOT_FOUND"}"#;
pub(crate) const OPAQUE: &str = r#"{"error":"Failed","code":"INTERNAL_ERROR"}"#;
pub(crate) const REFUSED: &str = r#"{"error":"Invalid client key"}"#;
pub(crate) const WELL: &str = r#"{"status":"ok"}"#;
pub(crate) const DEGRADED: &str = r#"{"status":"degraded"}"#;
pub(crate) const AWAY: &str =
    r#"{"error":"service_unavailable","message":"Unable to verify token status"}"#;
pub(crate) const IN_PROGRESS: &str =
    r#"{"error":"Request In Progress","code":"IDEMPOTENCY_REQUEST_IN_PROGRESS"}"#;
