//! `RenewalFlow`: what a renewal sends, and what it grants.

use core::convert::Infallible;

use crate::{
    AdminRefresh, AdminSignIn, Errand, Error, ErrorKind, Flow, Grant, Notes, Operation, Refresh,
    RenewalPlan, Reply, Secret, SignIn, SignInResponse, SignedIn, Turn,
};

/// What a [`PlannedRenewal`](super::PlannedRenewal) sends: one type for all plans, so that the drivers need to be compiled for one only.
#[derive(Debug)]
pub struct RenewalFlow(RenewalPlan);

impl RenewalFlow {
    pub(super) fn of(plan: &RenewalPlan) -> Self {
        Self(plan.clone())
    }
}

impl Flow for RenewalFlow {
    type Output = Grant;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        match &self.0 {
            RenewalPlan::Refresh(old) if old.admin => AdminRefresh::NAME,
            RenewalPlan::Refresh(_) => Refresh::NAME,
            RenewalPlan::SignIn(login) if login.is_admin() => AdminSignIn::NAME,
            RenewalPlan::SignIn(_) => SignIn::NAME,
        }
    }

    fn errand(&self) -> Result<Errand, Error> {
        match &self.0 {
            RenewalPlan::Refresh(old) => {
                let token = old.refresh_token.clone().unwrap_or_else(|| Secret::new(""));
                if old.admin {
                    Errand::of(&AdminRefresh::new(token))
                } else {
                    Errand::of(&Refresh::new(token))
                }
            }
            RenewalPlan::SignIn(login) => {
                let (email, password) = (login.email(), login.password().clone());
                if login.is_admin() {
                    Errand::of(&AdminSignIn::new(email, password))
                } else {
                    Errand::of(&SignIn::new(email, password))
                }
            }
        }
    }

    fn reply(&mut self, reply: &Reply<'_>, _: &mut Notes<'_>) -> Turn<Grant> {
        Turn::Done(match &self.0 {
            RenewalPlan::Refresh(_) => Grant::read(reply),
            RenewalPlan::SignIn(login) if login.is_admin() => {
                SignedIn::read(reply).map(|signed_in| signed_in.grant)
            }
            RenewalPlan::SignIn(_) => match SignInResponse::read(reply) {
                Ok(SignInResponse::SignedIn(signed_in)) => Ok(signed_in.grant),
                Ok(SignInResponse::TwoFactorNeeded { .. }) => Err(Error::new(
                    ErrorKind::SignInNeeded,
                )
                .with_detail(
                    "the account asks for a two-factor code: sign in with one and pass the tokens",
                )),
                Err(error) => Err(error),
            },
        })
    }
}
