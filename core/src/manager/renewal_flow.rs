//! `RenewalFlow`: what a renewal sends, and what it grants.

use core::convert::Infallible;

use crate::{
    AdminRefresh, AdminSignIn, Errand, Error, ErrorKind, Flow, Grant, Notes, Refresh, RenewalPlan,
    Reply, Secret, SignIn, SignInResponse, Single, Turn,
};

/// What a [`PlannedRenewal`](super::PlannedRenewal) sends: one type for all plans, so that the drivers need to be compiled for one only.
#[derive(Debug)]
pub struct RenewalFlow(Sends);

#[derive(Debug)]
enum Sends {
    Refresh(Single<Refresh>),
    AdminRefresh(Single<AdminRefresh>),
    SignIn(Single<SignIn>),
    AdminSignIn(Single<AdminSignIn>),
}

impl RenewalFlow {
    pub(super) fn of(plan: &RenewalPlan) -> Self {
        Self(match plan {
            RenewalPlan::Refresh(old) => {
                let token = old.refresh_token.clone().unwrap_or_else(|| Secret::new(""));
                if old.admin {
                    Sends::AdminRefresh(Single(AdminRefresh::new(token)))
                } else {
                    Sends::Refresh(Single(Refresh::new(token)))
                }
            }
            RenewalPlan::SignIn {
                email,
                password,
                admin,
            } => {
                let (email, password) = (email.clone(), password.clone());
                if *admin {
                    Sends::AdminSignIn(Single(AdminSignIn::new(email, password)))
                } else {
                    Sends::SignIn(Single(SignIn::new(email, password)))
                }
            }
        })
    }
}

impl Flow for RenewalFlow {
    type Output = Grant;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        match &self.0 {
            Sends::Refresh(flow) => flow.name(),
            Sends::AdminRefresh(flow) => flow.name(),
            Sends::SignIn(flow) => flow.name(),
            Sends::AdminSignIn(flow) => flow.name(),
        }
    }

    fn errand(&self) -> Result<Errand, Error> {
        match &self.0 {
            Sends::Refresh(flow) => flow.errand(),
            Sends::AdminRefresh(flow) => flow.errand(),
            Sends::SignIn(flow) => flow.errand(),
            Sends::AdminSignIn(flow) => flow.errand(),
        }
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<Grant> {
        match &mut self.0 {
            Sends::Refresh(flow) => flow.reply(reply, notes),
            Sends::AdminRefresh(flow) => flow.reply(reply, notes),
            Sends::SignIn(flow) => granted(flow.reply(reply, notes), |answer| {
                match answer {
                SignInResponse::SignedIn(signed_in) => Ok(signed_in.grant),
                SignInResponse::TwoFactorNeeded { .. } => Err(Error::new(ErrorKind::SignInNeeded)
                    .with_detail("the account asks for a two-factor code: sign in with one and pass the tokens")),
            }
            }),
            Sends::AdminSignIn(flow) => {
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
