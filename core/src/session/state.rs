//! `Session`: which tokens there are, and what to do when they are refused.

use core::fmt;
use core::time::Duration;

use super::{Login, TokenPair};
use crate::{
    Credential, Error, ErrorKind, Timestamp,
    error::{Cause, Subject},
};

/// Numbers the tokens of a session: each renewal gives the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Generation(u64);

/// The tokens of one session and the decisions about renewing them. No I/O, no clock, no lock inside.
///
/// Invariants:
/// * at most one renewal is under way: between a [`SessionState::Start`] and the [`adopt`](Self::adopt) or
///   [`fail`](Self::fail) that ends it, [`renew`](Self::renew) answers `InFlight`;
/// * a pair is replaced only by a successful refresh or sign-in or by [`forget`](Self::forget), never by a refusal;
/// * a refresh or a sign-in that was refused for certain is not tried again with the same tokens or password.
///
/// ```
/// use fluxbase_client_keys::{Session, SessionState, TokenPair, Timestamp};
///
/// let now = Timestamp::parse("2026-11-23T10:00:00Z")?;
/// let mut session = Session::new();
/// let first = session.adopt(TokenPair::new("eyJ.access.1", Some("eyJ.refresh.of-one.session".into())), now);
///
/// // The server refused the token of this generation: one caller renews, the others wait.
/// assert!(matches!(session.renew(first), SessionState::Start(_)));
/// assert!(matches!(session.renew(first), SessionState::InFlight));
/// let second = session.adopt(TokenPair::new("eyJ.access.2", Some("eyJ.refresh.of-two.session".into())), now);
/// assert!(second > first);
/// assert!(matches!(session.renew(first), SessionState::Current(_, generation) if generation == second));
/// # Ok::<_, fluxbase_client_keys::TimestampError>(())
/// ```
#[derive(Clone, Default)]
pub struct Session {
    pair: Option<TokenPair>,
    generation: Generation,
    renew_from: Option<Timestamp>,
    login: Option<Login>,
    /// What is being carried out.
    in_flight: Option<RenewalPlan>,
    /// The answer to a refresh was lost: the server may have replaced the pair.
    doubtful: bool,
    refresh_refused: Option<Refused>,
    sign_in_refused: Option<Refused>,
}

/// What is kept of an error that says that something is not to be tried again.
#[derive(Clone)]
struct Refused {
    is_retryable: bool,
    cause: Cause,
}

impl Refused {
    fn by(error: &Error) -> Self {
        Self {
            is_retryable: error.is_retryable(),
            cause: Cause::copy_of(error),
        }
    }
}

/// What a call that needs a newer token is to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionState {
    /// There is a newer one already.
    Current(Credential, Generation),
    /// Carry this out, then say how it ended.
    Start(RenewalPlan),
    /// Somebody else is at it: wait, then ask again.
    InFlight,
    /// Nothing can be done without a person.
    SignInNeeded(Error),
}

/// How to get the next tokens.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RenewalPlan {
    /// Refresh this pair.
    Refresh(TokenPair),
    /// Sign in.
    SignIn(Login),
}

impl Session {
    /// A session without tokens.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the session sign in by itself. A refusal of earlier credentials is forgotten.
    #[must_use]
    pub fn with_login(mut self, login: Login) -> Self {
        self.set_login(login);
        self
    }

    pub(crate) fn set_login(&mut self, login: Login) {
        self.login = Some(login);
        self.sign_in_refused = None;
        // A sign-in that is under way is one with the earlier credentials.
        self.in_flight = None;
    }

    /// Gives up a login of another account than the one that has just signed in, which would take its place when the
    /// tokens end.
    pub(crate) fn keep_login_of(&mut self, email: Option<&str>, admin: bool) {
        let login = self.login.as_ref();
        if !login.is_some_and(|login| login.is_of(email, admin)) {
            self.login = None;
        }
    }

    /// Whether a renewal is under way.
    #[must_use]
    pub fn is_renewing(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Whether this very pair is being refreshed.
    pub(crate) fn is_renewing_from(&self, pair: &TokenPair) -> bool {
        matches!(&self.in_flight, Some(RenewalPlan::Refresh(own)) if own.has_tokens_of(pair))
    }

    /// Whether these tokens, found in a store that is shared with others, are to take the place of those that there are.
    /// Those who renew an administrator's pair keep its refresh token; of two pairs of one kind the one that ends earlier
    /// is the older.
    pub(crate) fn is_older_than(&self, stored: &TokenPair) -> bool {
        let Some(own) = &self.pair else { return true };
        let ends_later = match (own.expires_at, stored.expires_at) {
            (Some(own_end), Some(end)) if own.admin == stored.admin => end >= own_end,
            _ => true,
        };
        ends_later && !own.has_tokens_of(stored)
    }

    /// Whether there is anything to send or to renew with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pair.is_none() && self.login.is_none()
    }

    /// The pair, to be exported.
    #[must_use]
    pub fn pair(&self) -> Option<&TokenPair> {
        self.pair.as_ref()
    }

    /// The generation of the pair.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The access token to send at `now`: the one there is, unless it is about to end and there is something to renew it
    /// with. `None` asks for a [`renew`](Self::renew) first.
    #[must_use]
    pub fn access(&self, now: Timestamp) -> Option<(Credential, Generation)> {
        let pair = self.pair.as_ref()?;
        let ends = self.renew_from.is_some_and(|from| now >= from);
        if ends && self.can_renew() {
            return None;
        }
        let token = Credential::bearer_token(pair.access_token.clone()).ok()?;
        Some((token, self.generation))
    }

    /// What to do about a token of generation `stale` that was refused or is about to end.
    pub fn renew(&mut self, stale: Generation) -> SessionState {
        if self.generation > stale {
            if let Some(pair) = &self.pair {
                return match Credential::bearer_token(pair.access_token.clone()) {
                    Ok(token) => SessionState::Current(token, self.generation),
                    Err(error) => SessionState::SignInNeeded(error),
                };
            }
        }
        if self.in_flight.is_some() {
            return SessionState::InFlight;
        }
        match self.plan() {
            Some(plan) => {
                self.in_flight = Some(plan.clone());
                SessionState::Start(plan)
            }
            None => SessionState::SignInNeeded(self.sign_in_needed()),
        }
    }

    /// Takes a new pair, from a renewal, a sign-in or a store. Ends a renewal that is under way.
    pub fn adopt(&mut self, pair: TokenPair, now: Timestamp) -> Generation {
        self.renew_from = pair.expires_at.map(|end| {
            let lifetime = end.since(now).unwrap_or_default();
            end.saturating_sub((lifetime / 10).min(Duration::from_secs(30)))
        });
        self.pair = Some(pair);
        self.generation = Generation(self.generation.0.saturating_add(1));
        self.in_flight = None;
        self.doubtful = false;
        self.refresh_refused = None;
        self.sign_in_refused = None;
        self.generation
    }

    /// Takes the pair of a renewal that began at generation `begun`, unless somebody signed in, restored tokens or made
    /// the session forget them in the meantime; whether it was taken.
    pub fn adopt_renewed(&mut self, pair: TokenPair, begun: Generation, now: Timestamp) -> bool {
        let current = self.generation == begun;
        // Otherwise what is under way now, if anything, is another one.
        if current {
            self.adopt(pair, now);
        }
        current
    }

    /// Notes how a renewal failed; whether it is worth asking [`renew`](Self::renew) again at once: there is another plan,
    /// or others changed the credentials in the meantime, so that the failure says nothing of those there are now.
    pub fn fail(&mut self, plan: &RenewalPlan, error: &Error) -> bool {
        if !self.in_flight.as_ref().is_some_and(|own| own.is_same(plan)) {
            return true;
        }
        self.in_flight = None;
        let refused = matches!(error.kind(), ErrorKind::Refused { .. });
        match plan {
            RenewalPlan::Refresh(_)
                if refused || matches!(error.kind(), ErrorKind::InvalidInput) =>
            {
                let certain = !matches!(error.kind(), ErrorKind::Refused { confirmed: false });
                // Unconfirmed, the pair may be good: only a login, which replaces it if it succeeds, is tried.
                if certain || self.can_sign_in() {
                    self.refresh_refused = Some(Refused::by(error));
                }
                self.can_sign_in()
            }
            RenewalPlan::Refresh(_) => {
                self.doubtful |= error.outcome() != crate::Outcome::NotApplied;
                false
            }
            RenewalPlan::SignIn(_) => {
                let needs_a_person = matches!(
                    error.kind(),
                    ErrorKind::SignInNeeded | ErrorKind::Forbidden | ErrorKind::InvalidInput
                );
                if refused || needs_a_person {
                    self.sign_in_refused = Some(Refused::by(error));
                }
                // The login did not help, so a refresh that was refused in doubt may be tried again.
                if self
                    .refresh_refused
                    .as_ref()
                    .is_some_and(|refused| refused.is_retryable)
                {
                    self.refresh_refused = None;
                }
                false
            }
        }
    }

    /// Forgets tokens and password.
    pub fn forget(&mut self) {
        let generation = Generation(self.generation.0.saturating_add(1));
        *self = Self {
            generation,
            ..Self::default()
        };
    }

    fn plan(&self) -> Option<RenewalPlan> {
        match (&self.pair, &self.login) {
            (Some(pair), _) if pair.refresh_token.is_some() && self.refresh_refused.is_none() => {
                Some(RenewalPlan::Refresh(pair.clone()))
            }
            (_, Some(login)) if self.sign_in_refused.is_none() => {
                Some(RenewalPlan::SignIn(login.clone()))
            }
            _ => None,
        }
    }

    fn can_renew(&self) -> bool {
        self.plan().is_some()
    }

    fn can_sign_in(&self) -> bool {
        self.login.is_some() && self.sign_in_refused.is_none()
    }

    fn sign_in_needed(&self) -> Error {
        let cause = self
            .sign_in_refused
            .as_ref()
            .or(self.refresh_refused.as_ref());
        match cause {
            Some(refused) => {
                let detail = if self.doubtful {
                    "the tokens were refused after the answer to an earlier refresh was lost"
                } else {
                    "the tokens or the password were refused"
                };
                Error::new(ErrorKind::SignInNeeded)
                    .with_detail(detail)
                    .with_cause(refused.cause.clone())
            }
            None if self.pair.is_some() => Error::new(ErrorKind::SignInNeeded)
                .with_detail("the access token ended and there is no refresh token"),
            None => Error::invalid(Subject::CredentialNeeded),
        }
    }
}

impl RenewalPlan {
    /// Whether it renews with the same token or password.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Refresh(own), Self::Refresh(other)) => {
                own.refresh_text() == other.refresh_text()
            }
            (Self::SignIn(own), Self::SignIn(other)) => own.is_same(other),
            _ => false,
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("has_pair", &self.pair.is_some())
            .field("has_login", &self.login.is_some())
            .field("generation", &self.generation)
            .field("in_flight", &self.in_flight.is_some())
            .field("doubtful", &self.doubtful)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
