//! The operations on the session: from arguments to a flow.

use fluxbase_client_keys::{
    AdminSignIn, AdminSignOut, CheckHealth, Error, PlannedRenewal, SignIn, SignOut, UserId,
    VerifyTwoFactor,
};

use crate::{
    fields::Fields,
    flow::{AnyFlow, One, Session, Shown},
};

/// What is done without a credential.
#[derive(Clone, Copy)]
pub(crate) enum Unsigned {
    SignIn,
    VerifyTwoFactor,
    AdminSignIn,
    Health,
}

/// The flow of this operation.
pub(crate) fn flow(operation: Unsigned, fields: &mut Fields<'_>) -> Result<AnyFlow, Error> {
    let [first, second] = [fields.text(), fields.text()];
    fields.check()?;
    Ok(match operation {
        Unsigned::SignIn => Box::new(One::SignIn(SignIn::new(first, second))),
        Unsigned::VerifyTwoFactor => {
            let verify = VerifyTwoFactor::new(UserId::parse(first)?, second);
            Box::new(One::VerifyTwoFactor(verify))
        }
        Unsigned::AdminSignIn => Box::new(One::AdminSignIn(AdminSignIn::new(first, second))),
        Unsigned::Health => Box::new(One::Health(CheckHealth)),
    })
}

/// The sign-out of whoever is signed in.
pub(crate) fn sign_out(admin: bool) -> AnyFlow {
    if admin {
        Box::new(One::AdminSignOut(AdminSignOut))
    } else {
        Box::new(One::SignOut(SignOut))
    }
}

/// What a renewal sends.
pub(crate) fn renewal(planned: &PlannedRenewal) -> AnyFlow {
    Shown::new(planned.flow(), |given, grant| {
        given.session = Session::Renewed(grant);
    })
}
