//! The exchange: one call to a server as a machine without I/O.
//!
//! A [`Step`] is what has to be done next. Each variant owns the only calls that are legal now and each of those consumes
//! it and gives the next step, so a sequence that makes no sense does not compile. Every decision is in here: whether to
//! send again, to wait, to renew the token, to ask `/health`, to follow up with a GET, to buffer or to stream. Whoever
//! drives it never looks at a status.
//!
//! ```text
//!                start
//!                  │
//!                  ▼          head                end of body
//!   ┌────────▶ Step::Send ───────────▶ Step::Receive ─────────▶ (decides) ──▶ Step::Done
//!   │              │                     │   ▲  │                  │ │
//!   │              │ failed              └───┘  │ failed           │ │
//!   │              │                     chunk  │                  │ │
//!   │              └──────────▶ (decides) ◀─────┘                  │ │
//!   │                             │ │                              │ │
//!   │  elapsed                    │ │                              │ │
//!   ├───────── Step::Wait ◀───────┘ └──▶ Step::Done                │ │
//!   │              ▲                                               │ │
//!   │              └───────────────────────────────────────────────┘ │
//!   │  renewed                                                       │
//!   └───────── Step::Renew ◀─────────────────────────────────────────┘
//!                  │ failed
//!                  └──────────▶ Step::Done
//! ```
//!
//! What holds in every exchange:
//!
//! * one request is under way at a time;
//! * at most [`Policy::attempts`] sends of each request, one renewal and one health check in the whole call;
//! * what may have arrived is sent again only if it does no harm twice ([`Replay`](crate::Replay));
//! * an idempotency key is not sent again after a complete answer;
//! * sends, waits and checks end by the deadline;
//! * it ends in [`Step::Done`], whatever comes.
//!
//! # A walk through every state
//!
//! ```
//! use core::time::Duration;
//! use fluxbase_client_keys::{
//!     Access, BaseUrl, Context, Credential, Generation, GetClientKey, ClientKeyId, Head, Now, Single, Step, Timestamp,
//! };
//!
//! // The clock, monotonic and on the wall, and the jitter come from outside.
//! let at = |seconds| Now::new(Timestamp::UNIX_EPOCH, Duration::from_secs(seconds), 0);
//! let first = Generation::default();
//! let context = Context::new(BaseUrl::parse("https://example.com")?)
//!     .access(Access::session(Credential::bearer_token("eyJ.first")?, first));
//! let get = Single(GetClientKey::new(ClientKeyId::parse("key-uuid")?));
//!
//! // Send: a request, the time for it, and the limit of its answer.
//! let Step::Send(sending) = Step::start(get, context, at(0)) else { unreachable!() };
//! assert_eq!(sending.request().url(), "https://example.com/api/v1/client-keys/key-uuid");
//! assert_eq!(sending.timeout(), Duration::from_secs(30));
//!
//! // Receive: a head, then the body in chunks, then its end.
//! let Step::Receive(receiving) = sending.head(Head::new(401), at(1)) else { unreachable!() };
//! let Step::Receive(receiving) = receiving.chunk(br#"{"error":"Invalid or "#, at(1)) else { unreachable!() };
//! let Step::Receive(receiving) = receiving.chunk(br#"expired Bearer token"}"#, at(1)) else { unreachable!() };
//!
//! // Renew: the token was refused, and a newer one is wanted.
//! let Step::Renew(renewing) = receiving.end(at(1)) else { unreachable!() };
//! assert_eq!(renewing.stale(), first);
//! let Step::Send(sending) = renewing.renewed(Credential::bearer_token("eyJ.second")?, first, at(2)) else { unreachable!() };
//!
//! // Wait: the server is busy.
//! let Step::Receive(receiving) = sending.head(Head::new(429), at(3)) else { unreachable!() };
//! let Step::Wait(waiting) = receiving.end(at(3)) else { unreachable!() };
//! assert_eq!(waiting.duration(), Duration::from_secs(1));
//! let Step::Send(sending) = waiting.elapsed(at(4)) else { unreachable!() };
//!
//! // Done: the value, and how it was come by.
//! let Step::Receive(receiving) = sending.head(Head::new(200), at(5)) else { unreachable!() };
//! let Step::Receive(receiving) = receiving.chunk(br#"{"id":"key-uuid","name":"ci"}"#, at(5)) else { unreachable!() };
//! let Step::Done(done) = receiving.end(at(5)) else { unreachable!() };
//! let answer = done.into_result()?;
//! assert_eq!((answer.value.name(), answer.attempts), ("ci", 3));
//! # Ok::<_, fluxbase_client_keys::Error>(())
//! ```

mod answer;
mod context;
mod engine;
mod policy;
mod receiving;
mod refusal;
mod sending;
mod waiting;

use core::fmt;

pub use self::{
    answer::{Answer, Event, EventKind, Learned, Observer, Warning},
    context::{Access, Context, Now},
    policy::Policy,
    receiving::Receiving,
    sending::Sending,
    waiting::{Done, Renewing, Waiting},
};
use crate::{Error, ErrorKind, Flow};

/// What has to be done next for a call.
#[must_use = "a call goes on only when its next step is taken"]
pub enum Step<F: Flow> {
    /// Send a request.
    Send(Sending<F>),
    /// Read the body of its answer.
    Receive(Receiving<F>),
    /// Let time pass.
    Wait(Waiting<F>),
    /// Get a newer access token.
    Renew(Renewing<F>),
    /// Nothing: the call has ended.
    Done(Done<F::Output>),
}

impl<F: Flow> Step<F> {
    /// Begins a call.
    pub fn start(flow: F, context: Context, now: Now) -> Self {
        engine::Exchange::start(flow, context, now)
    }

    /// Ends the call from outside. What may have been sent may have been carried out.
    pub fn cancel(self) -> Self {
        let cancelled = Error::new(ErrorKind::Cancelled);
        match self {
            Self::Send(sending) => sending.cancel(cancelled),
            Self::Receive(receiving) => receiving.cancel(cancelled),
            Self::Wait(waiting) => waiting.cancel(cancelled),
            Self::Renew(renewing) => renewing.failed(cancelled),
            Self::Done(done) => Self::Done(done),
        }
    }
}

impl<F: Flow> fmt::Debug for Step<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(sending) => sending.fmt(f),
            Self::Receive(receiving) => receiving.fmt(f),
            Self::Wait(waiting) => waiting.fmt(f),
            Self::Renew(renewing) => renewing.fmt(f),
            Self::Done(_) => f.write_str("Done"),
        }
    }
}
