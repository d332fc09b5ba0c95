//! The promises of every exchange, checked from outside: by what is sent, and by what a model server did.

use core::time::Duration;

use super::{
    catalogue::{Answer, Did},
    event::{Event, Made, Reading},
    request::{Harm, Kind, Request},
    server::World,
};
use crate::{Answer as Success, Error, ErrorKind, Outcome, Policy, Warning};

/// A promise that was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Broken {
    /// More sends of one request than the policy allows.
    TooManySends,
    /// Sent again although it may have been carried out, and does harm twice.
    SentAgain,
    /// A password or a code sent twice.
    PasswordAgain,
    /// An idempotency key sent again after a complete answer.
    SpentKey,
    /// The spare idempotency key sent although the first create may have happened.
    SpareKey,
    /// One idempotency key with two bodies.
    OtherBytes,
    TwoRenewals,
    TwoHealthChecks,
    /// A send or a wait that ends after the deadline.
    OverDeadline,
    /// A wait shorter than the server asked for.
    TooEarly,
    /// Sent again after keys of the list had been handed out.
    AgainAfterItems,
    /// No credential where one belongs, two, or one where none belongs.
    Credentials,
    /// A route that no server has.
    Route,
    /// The call goes round in a circle, or on and on.
    Endless,
    /// A number of attempts other than was sent.
    Attempts,
    /// A wrong outcome, or a success of what did not happen.
    Outcome,
    /// "Unknown" where everything was known.
    Vague,
    /// Carried out more than once.
    Twice,
    /// A credential called bad that is good.
    GivenUp,
}

/// What an observer of the wire knows about a call so far.
#[derive(Debug, Clone, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that was seen or is so"
)]
pub(crate) struct Watch {
    main: Kind,
    attempts: u32,
    deadline: Duration,
    floor: Duration,
    sends: u32,
    counted: Vec<(u64, u32)>,
    renewals: u32,
    checks: u32,
    /// Some sending of what was asked for may have been carried out.
    maybe_done: bool,
    /// Some sending of it may have arrived.
    maybe_arrived: bool,
    /// By idempotency key: the identity it was sent with, and whether it is spent.
    keys: [(Option<u64>, bool); 2],
    /// The wait that the last answer asks for.
    asked: Option<Duration>,
    given: bool,
    /// The last sending of what was asked for, when it was a create with an idempotency key, had no complete answer.
    key_unanswered: bool,
}

impl Watch {
    pub(crate) fn new(main: Kind, policy: &Policy, start: Duration) -> Self {
        Self {
            main,
            attempts: policy.attempts,
            deadline: start + policy.deadline,
            floor: policy.busy_floor,
            sends: 0,
            counted: Vec::new(),
            renewals: 0,
            checks: 0,
            maybe_done: false,
            maybe_arrived: false,
            keys: [(None, false); 2],
            asked: None,
            given: false,
            key_unanswered: false,
        }
    }

    fn is_own(&self, request: &Request) -> bool {
        request.kind == self.main
    }

    /// A request is to be sent.
    pub(crate) fn sending(
        &mut self,
        request: &Request,
        timeout: Duration,
        now: Duration,
    ) -> Result<(), Broken> {
        self.sends += 1;
        self.asked = None;
        if !request.proper {
            return Err(Broken::Credentials);
        }
        if timeout.is_zero() || now + timeout > self.deadline {
            return Err(Broken::OverDeadline);
        }
        if self.given {
            return Err(Broken::AgainAfterItems);
        }
        if request.kind == Kind::Health && self.main != Kind::Health {
            self.checks += 1;
            return if self.checks > 1 {
                Err(Broken::TwoHealthChecks)
            } else {
                Ok(())
            };
        }
        self.count(request)?;
        if !self.is_own(request) {
            return Ok(());
        }
        match (request.kind.harm(), request.key) {
            (Harm::Twice, None) if self.maybe_done => return Err(Broken::SentAgain),
            (Harm::Counted, _) if self.maybe_arrived => return Err(Broken::PasswordAgain),
            (_, Some(key)) => self.keyed(key, request.identity)?,
            _ => {}
        }
        Ok(())
    }

    /// At most as often as the policy says, and once more after a renewal or a repetition that health allowed.
    fn count(&mut self, request: &Request) -> Result<(), Broken> {
        let more = u32::from(self.renewals > 0 || self.checks > 0);
        let counted = self
            .counted
            .iter_mut()
            .find(|(identity, _)| *identity == request.identity);
        let count = if let Some((_, count)) = counted {
            *count += 1;
            *count
        } else {
            self.counted.push((request.identity, 1));
            1
        };
        if count > self.attempts.max(1) + more {
            return Err(Broken::TooManySends);
        }
        Ok(())
    }

    fn keyed(&mut self, key: usize, identity: u64) -> Result<(), Broken> {
        if key == 1 && self.maybe_done && self.keys.get(1).is_some_and(|key| key.0.is_none()) {
            return Err(Broken::SpareKey);
        }
        let Some((first, spent)) = self.keys.get_mut(key) else {
            return Ok(());
        };
        if *spent {
            return Err(Broken::SpentKey);
        }
        if *first.get_or_insert(identity) != identity {
            return Err(Broken::OtherBytes);
        }
        Ok(())
    }

    /// This happened to the request that was sent last.
    pub(crate) fn happened(&mut self, request: &Request, event: Event) {
        let own = self.is_own(request);
        match event {
            Event::Withdrawn => self.sends = self.sends.saturating_sub(1),
            Event::Lost(..) | Event::CancelledSending(_) if own => {
                self.maybe_done = true;
                self.maybe_arrived = true;
                self.key_unanswered = true;
            }
            Event::Answered(answer, reading, made) => {
                self.heard(answer, reading);
                if own {
                    self.answered(request, answer, reading, made);
                }
            }
            _ => {}
        }
    }

    /// Notes the wait that an answer asks for.
    fn heard(&mut self, answer: &Answer, reading: Reading) {
        let whole = matches!(reading, Reading::Whole { .. });
        let hint = answer.header.filter(|(name, _)| *name == "retry-after");
        if whole && (answer.status == 429 || hint.is_some()) {
            let hint = hint.and_then(|(_, value)| value.parse().ok());
            let hint = hint.map(Duration::from_secs).unwrap_or_default();
            let floor = if answer.status == 429 {
                self.floor
            } else {
                Duration::ZERO
            };
            self.asked = Some(hint.max(floor));
        }
    }

    /// What was asked for was answered.
    fn answered(&mut self, request: &Request, answer: &Answer, reading: Reading, made: Made) {
        let whole = matches!(reading, Reading::Whole { .. });
        self.maybe_arrived = true;
        // What a part of an answer leaves open: whether a 400 or a 5xx says that nothing was done.
        let vague = match answer.status {
            400 | 500 | 503 => !whole,
            _ => false,
        };
        self.maybe_done |= answer.did != Did::No || vague;
        if made == Made::Record && !answer.is_success() && reading != Reading::Cancelled {
            // What the server has stored for the sendings before is that it did nothing. Who ends a call need not say so.
            self.maybe_done = false;
            self.key_unanswered = false;
        }
        let broken_success = answer.is_success() && !whole;
        // A 401 need not come from a server that has looked at the key.
        let unspent = [401, 409].contains(&answer.status) && self.key_unanswered;
        if let Some((_, spent)) = request.key.and_then(|key| self.keys.get_mut(key)) {
            *spent |= answer.status != 429 && !unspent && !broken_success;
        }
        self.key_unanswered |= broken_success;
    }

    /// Items of a list were handed out.
    pub(crate) fn gave(&mut self, given: bool) {
        self.given |= given;
    }

    /// A wait begins.
    pub(crate) fn waiting(&self, pause: Duration, now: Duration) -> Result<(), Broken> {
        if now + pause >= self.deadline {
            return Err(Broken::OverDeadline);
        }
        if self.asked.is_some_and(|asked| pause < asked) {
            return Err(Broken::TooEarly);
        }
        Ok(())
    }

    /// A renewal begins.
    pub(crate) fn renewing(&mut self) -> Result<(), Broken> {
        self.renewals += 1;
        if self.renewals > 1 {
            return Err(Broken::TwoRenewals);
        }
        Ok(())
    }

    /// The call ended; `world` is what really happened.
    pub(crate) fn done<T>(
        &self,
        result: &Result<Success<T>, Error>,
        world: &World,
    ) -> Result<(), Broken> {
        let attempts = match result {
            Ok(success) => success.attempts,
            Err(error) => error.attempts(),
        };
        if attempts != self.sends {
            return Err(Broken::Attempts);
        }
        if self.main.harm() == Harm::Twice && world.effects > 1 {
            return Err(Broken::Twice);
        }
        match result {
            Ok(success) => self.succeeded(success, world),
            Err(error) => self.failed(error, world),
        }
    }

    fn succeeded<T>(&self, success: &Success<T>, world: &World) -> Result<(), Broken> {
        let gone = success.warnings.contains(&Warning::AlreadyGone);
        let right = match self.main {
            Kind::Delete if gone => !world.exists && self.maybe_done,
            kind if kind.changes() => world.effects > 0,
            _ => true,
        };
        if right { Ok(()) } else { Err(Broken::Outcome) }
    }

    fn failed(&self, error: &Error, world: &World) -> Result<(), Broken> {
        let right = match error.outcome() {
            Outcome::NotApplied => world.effects == 0,
            Outcome::Applied => world.effects > 0,
            Outcome::Unknown => true,
        };
        if !right {
            return Err(Broken::Outcome);
        }
        if error.outcome() == Outcome::Unknown && !self.maybe_done {
            return Err(Broken::Vague);
        }
        let confirmed = error.kind() == ErrorKind::Refused { confirmed: true };
        if confirmed && world.good && !world.stripped {
            return Err(Broken::GivenUp);
        }
        Ok(())
    }
}
