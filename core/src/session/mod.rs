//! Sessions: the operations that give, renew and end tokens, and the decisions about renewal.

mod admin;
mod health;
mod login;
mod refresh;
mod sign_in;
mod sign_out;
mod state;
mod tokens;
mod two_factor;

pub use self::{
    admin::{AdminRefresh, AdminSignIn, AdminSignOut},
    health::{CheckHealth, Health, HealthStatus},
    login::Login,
    refresh::Refresh,
    sign_in::{SignIn, SignInResponse, SignedIn, User},
    sign_out::{SignOut, SignOutResponse},
    state::{Generation, RenewalPlan, Session, SessionState},
    tokens::{Grant, TokenPair},
    two_factor::VerifyTwoFactor,
};
