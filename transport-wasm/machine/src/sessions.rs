//! The operations on the session: from arguments to a flow.

use fluxbase_client_keys::{
    AdminSignIn, AdminSignOut, CheckHealth, Error, PlannedRenewal, SignIn, SignOut, UserId,
    VerifyTwoFactor,
};

use crate::{
    fields::Fields,
    flow::{AnyFlow, One, Session, Shown},
    show,
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
        Unsigned::SignIn => One::new(SignIn::new(first, second), show::sign_in),
        Unsigned::VerifyTwoFactor => {
            let verify = VerifyTwoFactor::new(UserId::parse(first)?, second);
            One::new(verify, show::signed_in)
        }
        Unsigned::AdminSignIn => One::new(AdminSignIn::new(first, second), show::admin_signed_in),
        Unsigned::Health => One::new(CheckHealth, show::health),
    })
}

/// The sign-out of whoever is signed in.
pub(crate) fn sign_out(admin: bool) -> AnyFlow {
    if admin {
        One::new(AdminSignOut, show::signed_out)
    } else {
        One::new(SignOut, show::signed_out)
    }
}

/// What a renewal sends.
pub(crate) fn renewal(planned: &PlannedRenewal) -> AnyFlow {
    Shown::new(planned.flow(), |given, grant| {
        given.session = Session::Renewed(grant);
    })
}
