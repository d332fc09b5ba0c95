//! What is known about the effect of an errand, and whether its idempotency key still guards it.

use super::engine::Exchange;
use crate::{Error, ErrorKind, Flow, Outcome, Replay, error::server_code};

impl<F: Flow> Exchange<F> {
    /// Whether an attempt of this errand may have been carried out without a complete answer.
    pub(super) fn is_uncertain(&self) -> bool {
        self.past != Outcome::NotApplied
    }

    /// What is known about the effect when earlier attempts are counted in.
    pub(super) fn with_outcome(&self, error: Error) -> Error {
        let error = error.with_uncertainty(self.is_uncertain());
        let missing = matches!(error.kind(), ErrorKind::NotFound);
        match (self.errand.replay, error.outcome()) {
            (Replay::Safe, _) => error.with_outcome(Outcome::NotApplied),
            // A repetition that failed takes nothing back. (A deletion that is repeated may fail for having been made, which
            // the flow looks into.)
            (Replay::Keyed, _) if self.past == Outcome::Applied => {
                error.with_outcome(Outcome::Applied)
            }
            (_, Outcome::NotApplied) if self.past == Outcome::Applied && !missing => {
                error.with_outcome(Outcome::Applied)
            }
            (_, Outcome::NotApplied) if self.is_uncertain() && !missing => {
                error.with_outcome(Outcome::Unknown)
            }
            _ => error,
        }
    }

    /// Whether the answer says that a sending of ours, whose own answer was lost, is being worked on.
    pub(super) fn is_in_progress(&self, error: &Error) -> bool {
        self.errand.replay == Replay::Keyed
            && error.code() == Some(server_code::IDEMPOTENCY_REQUEST_IN_PROGRESS)
            && self.is_uncertain()
    }

    /// Notes what an answer that is no success says about the idempotency key and the attempts before.
    ///
    /// The server stores a complete answer and gives it again for a day, to whoever sends the key: the key is spent. Not
    /// so with three, after which the key of a lost attempt must stay, or its create would happen twice: that this attempt
    /// is being worked on; a 429, which limiters and proxies give before the key is looked at; and a 401 that is not itself
    /// a stored one, for a gateway gives it without asking the server, and a server whose database is away for a moment
    /// without having looked.
    pub(super) fn note_refusal(&mut self, error: &Error, is_replay: bool) {
        if self.errand.replay != Replay::Keyed {
            return;
        }
        if is_replay && self.past == Outcome::Unknown {
            // What the server has stored for the lost attempts is that it did nothing.
            self.past = Outcome::NotApplied;
        }
        self.spent |= match error.kind() {
            ErrorKind::RateLimited => false,
            ErrorKind::Refused { .. } => !self.is_uncertain(),
            _ => !self.is_in_progress(error),
        };
    }

    /// Whether the errand may be sent again as far as its idempotency key goes; a spent one is replaced by the spare.
    ///
    /// Not so while nobody knows what became of an attempt before: a server that was without its database for a moment
    /// has looked at no idempotency key. Its answer spends the first key and does not show that the lost attempt was not
    /// carried out, so the spare could make a second client key.
    pub(super) fn may_be_repeated(&mut self) -> bool {
        if self.spent && !self.is_uncertain() && self.flow.use_spare() {
            if let Ok(errand) = self.flow.errand() {
                self.errand = errand;
                self.spent = false;
            }
        }
        !self.spent
    }
}
