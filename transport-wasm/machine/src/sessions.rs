//! The operations on the session: from a name and arguments to a flow.

use fluxbase_client_keys::{
    AdminSignIn, AdminSignOut, CheckHealth, Error, PlannedRenewal, SignIn, SignOut, UserId,
    VerifyTwoFactor,
};

use crate::{
    fields::Fields,
    flow::{AnyFlow, One, Session, Shown},
    show,
};

/// The flow of the operation of this name, which needs no credential; `None` when it is none.
pub(crate) fn flow(name: &str, fields: &mut Fields<'_>) -> Result<Option<AnyFlow>, Error> {
    let [first, second] = [fields.text(), fields.text()];
    fields.check()?;
    Ok(Some(match name {
        "sign_in" => One::new(SignIn::new(first, second), show::sign_in),
        "verify_2fa" => {
            let verify = VerifyTwoFactor::new(UserId::parse(first)?, second);
            One::new(verify, show::signed_in)
        }
        "admin_sign_in" => One::new(AdminSignIn::new(first, second), show::admin_signed_in),
        "health" => One::new(CheckHealth, show::health),
        _ => return Ok(None),
    }))
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
