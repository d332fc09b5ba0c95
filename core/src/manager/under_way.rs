//! `UnderWay` and `Arrival`: new tokens that must not be lost, whatever happens to those who bring them.

use std::sync::{Arc, OnceLock};

use super::{Common, PlannedRenewal};
use crate::{Error, ErrorKind, Outcome, Timestamp, TokenPair};

/// A renewal that others wait for, which ends when this is dropped: with a new pair also when storing it panics, and
/// otherwise as failed.
pub(super) struct UnderWay {
    common: Arc<Common>,
    planned: PlannedRenewal,
    end: Option<End>,
    failure: Arc<OnceLock<Error>>,
}

enum End {
    /// The new pair, and the time.
    Renewed(TokenPair, Timestamp),
    /// The session has been told already.
    Told,
}

impl UnderWay {
    pub(super) fn new(common: &Arc<Common>, planned: PlannedRenewal) -> Self {
        Self {
            common: Arc::clone(common),
            planned,
            end: None,
            failure: Arc::default(),
        }
    }

    pub(super) fn planned(&self) -> &PlannedRenewal {
        &self.planned
    }

    /// Where the error will be, if this fails and no other plan is worth trying.
    pub(super) fn failure(&self) -> Arc<OnceLock<Error>> {
        Arc::clone(&self.failure)
    }

    /// Looks at what others have stored before anything is sent; whether there is still something to do.
    pub(super) fn compare(&mut self, stored: Option<TokenPair>, now: Timestamp) -> bool {
        let mut state = self.common.state();
        let wanted = self.planned.compare(&mut state.kept, stored, now);
        if !wanted {
            self.end = Some(End::Told);
        }
        wanted
    }

    /// Looks again at what others have stored, after this refusal; whether there is something else to do. If there is nothing
    /// new, it has failed.
    pub(super) fn compare_again(
        &mut self,
        refused: &Error,
        stored: Option<TokenPair>,
        now: Timestamp,
    ) -> bool {
        let is_newer = |stored: &TokenPair| self.common.state().kept.is_older_than(stored);
        if !stored.as_ref().is_some_and(is_newer) {
            self.failed(refused);
            return false;
        }
        self.compare(stored, now)
    }

    /// Whether what others did since it began must not be replaced by what this stores.
    pub(super) fn is_overtaken(&self) -> bool {
        self.planned.is_overtaken(&self.common.state().kept)
    }

    /// It ended with this pair, which is in force when this is dropped.
    pub(super) fn succeeded(&mut self, pair: &TokenPair, now: Timestamp) {
        self.end = Some(End::Renewed(pair.clone(), now));
    }

    /// It failed; whether another plan is worth trying.
    pub(super) fn failed(&mut self, error: &Error) -> bool {
        self.end = Some(End::Told);
        let another = self.planned.failed(&mut self.common.state().kept, error);
        if !another {
            // Set once: it fails once.
            let _ = self.failure.set(error.clone());
        }
        another
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        match self.end.take() {
            Some(End::Renewed(pair, now)) => {
                let mut state = self.common.state();
                self.planned.adopt(&mut state.kept, pair, now);
            }
            Some(End::Told) => {}
            // A panic, or nobody carried it out to the end.
            None => {
                self.failed(&Error::new(ErrorKind::Cancelled).with_outcome(Outcome::Unknown));
            }
        }
        self.common.ring();
    }
}

/// New tokens of a sign-in, in force when this is dropped, also when storing them panics or is given up.
pub(super) struct Arrival<'a> {
    pub(super) common: &'a Common,
    pub(super) pair: Option<TokenPair>,
    /// Whose they are.
    pub(super) email: Option<&'a str>,
    pub(super) now: Timestamp,
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        if let Some(pair) = self.pair.take() {
            let mut state = self.common.state();
            state.kept.adopt_signed_in(pair, self.email, self.now);
            drop(state);
            self.common.ring();
        }
    }
}
