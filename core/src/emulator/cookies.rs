//! The cookies that carry a session in a browser.

use http::header::SET_COOKIE;

use super::answer::Answer;
use super::exchange::Exchange;
use super::session::REFRESH_SECONDS;

pub(super) const ACCESS_COOKIE: &str = "fluxbase_access_token";
pub(super) const REFRESH_COOKIE: &str = "fluxbase_refresh_token";

impl Exchange<'_, '_> {
    /// Gives a pair of tokens to a browser.
    pub(super) fn set_cookies(&self, answer: Answer, access: &str, refresh: &str) -> Answer {
        let site = self.server.profile.access_cookie_site();
        let age = self.server.settings.access_token_seconds;
        answer
            .with(
                SET_COOKIE,
                format!("{ACCESS_COOKIE}={access}; max-age={age}; path=/; HttpOnly; SameSite={site}"),
            )
            .with(
                SET_COOKIE,
                format!(
                    "{REFRESH_COOKIE}={refresh}; max-age={REFRESH_SECONDS}; path=/api/v1/auth; HttpOnly; \
                     SameSite=Strict"
                ),
            )
    }

    /// Takes the tokens from a browser.
    pub(super) fn clear_cookies(&self, answer: Answer) -> Answer {
        let site = self.server.profile.access_cookie_site();
        let age = if self.server.profile.clears_cookies_with_age() {
            " max-age=0;"
        } else {
            ""
        };
        answer
            .with(
                SET_COOKIE,
                format!("{ACCESS_COOKIE}=;{age} path=/; HttpOnly; SameSite={site}"),
            )
            .with(
                SET_COOKIE,
                format!("{REFRESH_COOKIE}=;{age} path=/api/v1/auth; HttpOnly; SameSite=Strict"),
            )
    }
}
