//! The operations on the session: from a name and arguments to a flow.

use fluxbase_client_keys::{
    AdminSignIn, AdminSignOut, CheckHealth, Error, PlannedRenewal, SignIn, SignOut, UserId,
    VerifyTwoFactor,
};

use crate::{
    call::Then,
    fields::{FIRST, Fields},
    flow::{AnyFlow, One, Shown},
    show,
};

/// The flow of the operation that needs no credential, and what is to be done with what it gives; `None` when it is none.
pub(crate) fn flow(fields: &Fields<'_>) -> Result<Option<(AnyFlow, Then)>, Error> {
    let [first, second] = [fields.text(FIRST), fields.text(FIRST + 1)];
    let of = |email: Option<&str>, admin| Then::SignIn {
        email: email.map(str::to_owned),
        admin,
    };
    Ok(Some(match fields.text(0) {
        "sign_in" => (
            One::new(SignIn::new(first, second), show::sign_in),
            of(Some(first), false),
        ),
        "verify_2fa" => {
            let verify = VerifyTwoFactor::new(UserId::parse(first)?, second);
            (One::new(verify, show::signed_in), of(None, false))
        }
        "admin_sign_in" => (
            One::new(AdminSignIn::new(first, second), show::signed_in),
            of(Some(first), true),
        ),
        "health" => (One::new(CheckHealth, show::health), Then::Nothing),
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
    Shown::new(planned.flow(), |given, grant| given.grant = Some(grant))
}
