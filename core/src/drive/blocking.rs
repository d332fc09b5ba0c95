//! `drive`: the loop for blocking transports.

use core::{ops::ControlFlow, time::Duration};

use super::{Limits, NoRenewal, cancel, hand_out};
use crate::{
    Credential, Delivery, Done, Error, FailureKind, Flow, Generation, Head, Now, Outgoing, Step,
    TransportFailure,
};

/// Carries out requests, tells the time, sleeps and draws random bytes. It decides nothing.
///
/// What an implementation must keep to:
/// * it never follows a redirect, never turns a status into a failure, never sends by itself a second time, keeps no
///   cookies, and adds no credential;
/// * it passes all headers of the answer to [`Head::header`], and the body decompressed;
/// * it says [`Delivery::NotSent`] only if not one byte of the request was written;
/// * it keeps to the [`Limits`].
///
/// The repository's `examples/transport-conformance` is a suite that holds any transport against this.
pub trait Transport {
    /// An answer's body that is still to be read.
    type Body: ResponseBody;

    /// Sends the request and waits for the head of its answer.
    fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, Self::Body), TransportFailure>;

    /// The time, and 32 random bits.
    fn now(&self) -> Now;

    /// Lets time pass; returns early when cancelled.
    fn sleep(&self, duration: Duration);

    /// Fills the buffer with random bytes of a secure source.
    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error>;

    /// Whether the caller wants no more.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// Calls `work` once or more, at most `tasks` times at once, each call of which takes tasks until there are none left;
    /// returns when all have returned. The default is one call on this thread.
    fn run_workers(&self, tasks: usize, work: &(dyn Fn() + Sync)) {
        let _ = tasks;
        work();
    }
}

/// The body of an answer, read piece by piece.
pub trait ResponseBody {
    /// The next piece, decompressed; `None` at the end.
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure>;
}

/// Gets newer access tokens.
pub trait Renewal {
    /// A token newer than the generation `stale`. Waits at most `time_left` for somebody else who is at it.
    fn renew(
        &self,
        stale: Generation,
        time_left: Duration,
    ) -> Result<(Credential, Generation), Error>;
}

impl Renewal for NoRenewal {
    fn renew(&self, _: Generation, _: Duration) -> Result<(Credential, Generation), Error> {
        Self::refuse()
    }
}

/// Takes one step after the other until the call has ended.
///
/// `give` is called with each item that a flow hands out on the way (keys of a list that is read one by one); when it
/// breaks, the rest of the body is left unread.
pub fn drive<T: Transport, F: Flow>(
    transport: &T,
    renewal: &impl Renewal,
    mut step: Step<F>,
    mut give: impl FnMut(F::Item) -> ControlFlow<()>,
) -> Done<F::Output> {
    let mut body = None;
    loop {
        if transport.is_cancelled() {
            step = cancel(step);
        }
        step = match step {
            Step::Send(sending) => match transport.send(sending.request(), &Limits::of(&sending)) {
                Ok((head, rest)) => {
                    body = Some(rest);
                    sending.head(head, transport.now())
                }
                Err(failure) => sending.failed(failure, transport.now()),
            },
            Step::Receive(receiving) => match body.as_mut().map(ResponseBody::chunk) {
                Some(Ok(Some(bytes))) => hand_out(
                    receiving.chunk(bytes, transport.now()),
                    transport.now(),
                    &mut give,
                ),
                Some(Ok(None)) => receiving.end(transport.now()),
                Some(Err(failure)) => receiving.failed(failure, transport.now()),
                None => receiving.failed(
                    TransportFailure::new(FailureKind::Other, Delivery::Unknown),
                    transport.now(),
                ),
            },
            Step::Wait(waiting) => {
                body = None;
                transport.sleep(waiting.duration());
                if transport.is_cancelled() {
                    Step::Wait(waiting)
                } else {
                    waiting.elapsed(transport.now())
                }
            }
            Step::Renew(renewing) => {
                body = None;
                match renewal.renew(renewing.stale(), renewing.time_left(transport.now())) {
                    Ok((token, generation)) => renewing.renewed(token, generation, transport.now()),
                    Err(error) => renewing.failed(error),
                }
            }
            Step::Done(done) => return done,
        };
    }
}
