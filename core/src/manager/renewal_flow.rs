//! `RenewalFlow`: what a renewal sends, and what it grants.

use core::{convert::Infallible, time::Duration};

use super::Common;
use crate::{
    AdminRefresh, AdminSignIn, Context, Errand, Error, ErrorKind, Flow, Grant, Notes, Policy,
    Refresh, RenewalPlan, Reply, Secret, SignIn, SignInResponse, Single, Timestamp, TokenPair,
    Turn,
};

/// The time that a renewal has, whatever is left for the call that wanted it.
const DEADLINE: Duration = Duration::from_secs(60);

/// Carries out a [`RenewalPlan`]: one type for all plans, so that the drivers need to be compiled for one only.
pub(super) enum RenewalFlow {
    Refresh(Single<Refresh>),
    AdminRefresh(Single<AdminRefresh>),
    SignIn(Single<SignIn>),
    AdminSignIn(Single<AdminSignIn>),
}

impl RenewalFlow {
    pub(super) fn of(plan: &RenewalPlan) -> Self {
        match plan {
            RenewalPlan::Refresh(old) => {
                let token = old.refresh_token.clone().unwrap_or_else(|| Secret::new(""));
                if old.admin {
                    Self::AdminRefresh(Single(AdminRefresh::new(token)))
                } else {
                    Self::Refresh(Single(Refresh::new(token)))
                }
            }
            RenewalPlan::SignIn {
                email,
                password,
                admin,
            } => {
                let (email, password) = (email.clone(), password.clone());
                if *admin {
                    Self::AdminSignIn(Single(AdminSignIn::new(email, password)))
                } else {
                    Self::SignIn(Single(SignIn::new(email, password)))
                }
            }
        }
    }
}

impl Flow for RenewalFlow {
    type Output = Grant;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        match self {
            Self::Refresh(flow) => flow.name(),
            Self::AdminRefresh(flow) => flow.name(),
            Self::SignIn(flow) => flow.name(),
            Self::AdminSignIn(flow) => flow.name(),
        }
    }

    fn errand(&self) -> Result<Errand, Error> {
        match self {
            Self::Refresh(flow) => flow.errand(),
            Self::AdminRefresh(flow) => flow.errand(),
            Self::SignIn(flow) => flow.errand(),
            Self::AdminSignIn(flow) => flow.errand(),
        }
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<Grant> {
        match self {
            Self::Refresh(flow) => flow.reply(reply, notes),
            Self::AdminRefresh(flow) => flow.reply(reply, notes),
            Self::SignIn(flow) => granted(flow.reply(reply, notes), |answer| {
                match answer {
                SignInResponse::SignedIn(signed_in) => Ok(signed_in.grant),
                SignInResponse::TwoFactorNeeded { .. } => Err(Error::new(ErrorKind::SignInNeeded)
                    .with_detail("the account asks for a two-factor code: sign in with one and pass the tokens")),
            }
            }),
            Self::AdminSignIn(flow) => {
                granted(flow.reply(reply, notes), |signed_in| Ok(signed_in.grant))
            }
        }
    }
}

fn granted<T>(turn: Turn<T>, grant: impl FnOnce(T) -> Result<Grant, Error>) -> Turn<Grant> {
    match turn {
        Turn::Next => Turn::Next,
        Turn::Done(result) => Turn::Done(result.and_then(grant)),
    }
}

impl RenewalPlan {
    /// The pair that a grant makes.
    pub(super) fn pair(&self, grant: Grant, now: Timestamp) -> TokenPair {
        match self {
            Self::Refresh(old) => TokenPair::from_grant(grant, Some(old), old.admin, now),
            Self::SignIn { admin, .. } => TokenPair::from_grant(grant, None, *admin, now),
        }
    }
}

impl Common {
    /// What a renewal starts with. It has a deadline of its own, and is cut by no caller.
    pub(super) fn renewal_context(&self, policy: &Policy) -> Context {
        let policy = policy.clone().deadline(DEADLINE);
        self.base_context(&policy).uninterruptible()
    }
}
