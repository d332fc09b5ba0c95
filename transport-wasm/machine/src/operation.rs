//! `Operation`: what JavaScript begins a call for, by number.

use crate::{
    keys::{OnKey, OnKeys},
    sessions::Unsigned,
};

/// What a call is to do.
#[derive(Clone, Copy)]
pub(crate) enum Operation {
    /// Something with client keys, signed with the client's credential.
    Keys(OnKeys),
    /// What needs no credential.
    Unsigned(Unsigned),
    /// Newer tokens.
    Refresh,
    SignOut,
    /// Gives the tokens out.
    Tokens,
    /// Takes tokens that were given out.
    Restore,
    /// Drops the tokens, and tells no server.
    Forget,
    /// The renewal that other calls wait for.
    Renewal,
}

impl Operation {
    /// The operation with this number, if there is one.
    pub(crate) fn numbered(number: u32) -> Option<Self> {
        const ALL: [Operation; 16] = [
            Operation::Keys(OnKeys::Create),
            Operation::Keys(OnKeys::List),
            Operation::Keys(OnKeys::One(OnKey::Get)),
            Operation::Keys(OnKeys::One(OnKey::Update)),
            Operation::Keys(OnKeys::One(OnKey::Revoke)),
            Operation::Keys(OnKeys::One(OnKey::Delete)),
            Operation::Unsigned(Unsigned::SignIn),
            Operation::Unsigned(Unsigned::VerifyTwoFactor),
            Operation::Unsigned(Unsigned::AdminSignIn),
            Operation::Unsigned(Unsigned::Health),
            Operation::Refresh,
            Operation::SignOut,
            Operation::Tokens,
            Operation::Restore,
            Operation::Forget,
            Operation::Renewal,
        ];
        ALL.get(usize::try_from(number).ok()?).copied()
    }
}
