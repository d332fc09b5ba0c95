//! `drive_async`: the loop for asynchronous transports.

use core::{future::Future, ops::ControlFlow, time::Duration};

use super::{Limits, NoRenewal, cancel, hand_out};
use crate::{
    Credential, Delivery, Done, Error, FailureKind, Flow, Generation, Head, Now, Outgoing, Step,
    TransportFailure,
};

/// The asynchronous twin of [`Transport`](super::Transport), which says what an implementation must keep to.
///
/// A call is cancelled by dropping its future; a transport must then abort the request. Where a caller who cancels wants an
/// error for it, [`is_cancelled`](Self::is_cancelled) says so.
pub trait AsyncTransport {
    /// An answer's body that is still to be read.
    type Body: AsyncResponseBody;

    /// Sends the request and waits for the head of its answer.
    fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> impl Future<Output = Result<(Head, Self::Body), TransportFailure>>;

    /// The time, and 32 random bits.
    fn now(&self) -> Now;

    /// Lets time pass; ends early when cancelled.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// Whether the caller wants no more. Whoever says yes also ends what is being waited for: a send or a read with
    /// [`FailureKind::Cancelled`], unless its [`Limits`] forbid it.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// The body of an answer, read piece by piece.
pub trait AsyncResponseBody {
    /// A piece of it.
    type Chunk: AsRef<[u8]>;

    /// The next piece, decompressed; `None` at the end.
    fn chunk(&mut self) -> impl Future<Output = Result<Option<Self::Chunk>, TransportFailure>>;
}

/// Gets newer access tokens.
pub trait AsyncRenewal {
    /// A token newer than the generation `stale`. Waits at most `time_left` for somebody else who is at it.
    fn renew(
        &self,
        stale: Generation,
        time_left: Duration,
    ) -> impl Future<Output = Result<(Credential, Generation), Error>>;
}

impl AsyncRenewal for NoRenewal {
    async fn renew(&self, _: Generation, _: Duration) -> Result<(Credential, Generation), Error> {
        Self::refuse()
    }
}

/// Takes one step after the other until the call has ended; the twin of [`drive`](super::drive).
///
/// The future is `Send` where the transport's futures are.
pub async fn drive_async<T: AsyncTransport, F: Flow>(
    transport: &T,
    renewal: &impl AsyncRenewal,
    mut step: Step<F>,
    mut give: impl FnMut(F::Item) -> ControlFlow<()>,
) -> Done<F::Output> {
    let mut body = None;
    loop {
        if transport.is_cancelled() {
            step = cancel(step);
        }
        step = match step {
            Step::Send(sending) => {
                let limits = Limits::of(&sending);
                match transport.send(sending.request(), &limits).await {
                    Ok((head, rest)) => {
                        body = Some(rest);
                        sending.head(head, transport.now())
                    }
                    Err(failure) => sending.failed(failure, transport.now()),
                }
            }
            Step::Receive(receiving) => match &mut body {
                Some(rest) => match rest.chunk().await {
                    Ok(Some(bytes)) => hand_out(
                        receiving.chunk(bytes.as_ref(), transport.now()),
                        transport.now(),
                        &mut give,
                    ),
                    Ok(None) => receiving.end(transport.now()),
                    Err(failure) => receiving.failed(failure, transport.now()),
                },
                None => receiving.failed(
                    TransportFailure::new(FailureKind::Other, Delivery::Unknown),
                    transport.now(),
                ),
            },
            Step::Wait(waiting) => {
                body = None;
                transport.sleep(waiting.duration()).await;
                if transport.is_cancelled() {
                    Step::Wait(waiting)
                } else {
                    waiting.elapsed(transport.now())
                }
            }
            Step::Renew(renewing) => {
                body = None;
                match renewal
                    .renew(renewing.stale(), renewing.time_left(transport.now()))
                    .await
                {
                    Ok((token, generation)) => renewing.renewed(token, generation, transport.now()),
                    Err(error) => renewing.failed(error),
                }
            }
            Step::Done(done) => return done,
        };
    }
}
