//! What can happen to a call, and making it happen to a machine.

use core::time::Duration;

use super::{super::Now, catalogue::Answer};
use crate::{
    Credential, Delivery, Error, ErrorKind, FailureKind, Flow, Generation, Head, Outcome, Step,
    Timestamp, TransportFailure,
};

/// What happens next: to a request, to a wait, to a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// The request never leaves.
    NotSent(FailureKind),
    /// It leaves, and no head of an answer comes.
    Lost(FailureKind, Fate),
    /// An answer comes.
    Answered(&'static Answer, Reading, Made),
    /// The caller cancels before anything is handed to a transport.
    Withdrawn,
    /// The caller cancels while there is no head yet.
    CancelledSending(Fate),
    /// The wait is over, so much too late.
    Elapsed(Duration),
    CancelledWaiting,
    /// There is a newer token, after so long, and whether it is good.
    Granted(Duration, bool),
    /// There is none.
    Denied,
    CancelledRenewing,
}

/// How an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Whole; at the very end of the time for it.
    Whole { slow: bool },
    /// The connection breaks in the body.
    Cut,
    /// More comes than is wanted.
    TooLarge,
    /// The caller cancels in the body.
    Cancelled,
}

/// What the server did before it gave an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    Nothing,
    /// It carried the request out.
    Effect,
    /// It had stored the answer, under the idempotency key of the request.
    Record,
}

/// What became of a request whose answer nobody saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It did not arrive, or was refused without a trace.
    Vanished,
    /// It was carried out.
    Done,
    /// It is being carried out: the next one with its idempotency key meets it.
    UnderWay,
    /// It was refused, which is stored under its idempotency key.
    Refused,
}

/// More than any policy allows.
pub(crate) const AGES: Duration = Duration::from_secs(3600);

/// What happened, as far as the one who made it happen can tell.
pub(crate) struct Played<F: Flow> {
    pub(crate) step: Step<F>,
    /// Items were handed out.
    pub(crate) given: bool,
}

/// The time, with a wall clock that began with the monotonic one, and the longest waits.
pub(crate) fn at(clock: Duration) -> Now {
    Now::new(Timestamp::UNIX_EPOCH, clock, 0)
}

/// Makes it happen. An event that does not fit the step changes nothing.
pub(crate) fn play<F: Flow>(step: Step<F>, event: Event, clock: &mut Duration) -> Played<F> {
    let mut given = false;
    let step = match (step, event) {
        (Step::Send(sending), Event::NotSent(kind)) => {
            if kind == FailureKind::Timeout {
                *clock += sending.timeout();
            }
            sending.failed(TransportFailure::new(kind, Delivery::NotSent), at(*clock))
        }
        (Step::Send(sending), Event::Lost(kind, _)) => {
            if kind == FailureKind::Timeout {
                *clock += sending.timeout();
            }
            sending.failed(TransportFailure::new(kind, Delivery::Unknown), at(*clock))
        }
        (Step::Send(sending), Event::Withdrawn) => sending.withdrawn(),
        (step @ Step::Send(_), Event::CancelledSending(_))
        | (step @ Step::Wait(_), Event::CancelledWaiting)
        | (step @ Step::Renew(_), Event::CancelledRenewing) => step.cancel(),
        (Step::Send(sending), Event::Answered(answer, reading, made)) => {
            if let Reading::Whole { slow: true } = reading {
                *clock += sending.timeout();
            }
            let room = sending.body_limit();
            let step = sending.head(head(answer, made), at(*clock));
            read(step, answer, reading, room, at(*clock), &mut given)
        }
        (Step::Wait(waiting), Event::Elapsed(late)) => {
            *clock += waiting.duration() + late;
            waiting.elapsed(at(*clock))
        }
        (Step::Renew(renewing), Event::Granted(took, _)) => {
            *clock += took;
            let generation = Generation::default();
            match Credential::bearer_token("eyJ.second") {
                Ok(token) => renewing.renewed(token, generation, at(*clock)),
                Err(error) => renewing.failed(error),
            }
        }
        (Step::Renew(renewing), Event::Denied) => {
            let error = Error::new(ErrorKind::SignInNeeded).with_outcome(Outcome::Unknown);
            renewing.failed(error)
        }
        (step, _) => step,
    };
    Played { step, given }
}

fn head(answer: &Answer, made: Made) -> Head {
    let mut head = Head::new(answer.status);
    if let Some((name, value)) = answer.header {
        head.header(name, value.as_bytes());
    }
    if made == Made::Record {
        head.header("idempotency-replayed", b"true");
    }
    head
}

fn read<F: Flow>(
    step: Step<F>,
    answer: &Answer,
    reading: Reading,
    room: u64,
    now: Now,
    given: &mut bool,
) -> Step<F> {
    let Step::Receive(receiving) = step else {
        return step;
    };
    let body = answer.body.as_bytes();
    let body = match reading {
        Reading::Whole { .. } => body,
        Reading::Cut | Reading::Cancelled | Reading::TooLarge => {
            body.split_last().map_or(body, |(_, rest)| rest)
        }
    };
    let mut receiving = match receiving.chunk(body, now) {
        Step::Receive(receiving) => receiving,
        step => return step,
    };
    while receiving.next_item().is_some() {
        *given = true;
    }
    match reading {
        Reading::Whole { .. } => receiving.end(now),
        Reading::Cut => {
            let failure = TransportFailure::new(FailureKind::Closed, Delivery::Unknown);
            receiving.failed(failure, now)
        }
        Reading::TooLarge => {
            let beyond = usize::try_from(room.min(1 << 20)).unwrap_or_default() + 1;
            receiving.chunk(&vec![b' '; beyond], now)
        }
        Reading::Cancelled => Step::Receive(receiving).cancel(),
    }
}
