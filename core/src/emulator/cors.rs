//! Cross-origin rules.

use http::Method;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::profile::Profile;
use super::request::Request;

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const REQUEST_HEADERS: [&str; 10] = [
    "Origin",
    "Content-Type",
    "Accept",
    "Authorization",
    "X-Request-ID",
    "X-CSRF-Token",
    "X-Impersonation-Token",
    "Prefer",
    "apikey",
    "x-client-app",
];

const EXPOSED: [&str; 7] = [
    "Content-Range",
    "Content-Encoding",
    "Content-Length",
    "X-Request-ID",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
];

/// Seconds for which a browser may remember a preflight.
const MAX_AGE: &str = "300";

/// Adds the cross-origin headers of this request's answer; true for a preflight, which is answered with 204 at once.
pub(super) fn apply(
    request: &Request<'_>,
    profile: Profile,
    allowed: &[String],
    headers: &mut HeaderMap,
) -> bool {
    let everyone = allowed.iter().any(|origin| origin == "*");
    let origin = request.header("origin");
    let asks = request.method == Method::OPTIONS;
    let preflight = asks && !request.header("access-control-request-method").is_empty();
    if origin.is_empty() || (asks && !preflight) {
        if !everyone {
            set(headers, header::VARY, "Origin");
        }
        return false;
    }
    let list = |names: &[&str]| names.join(profile.list_separator());
    if everyone {
        set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    } else if allowed
        .iter()
        .any(|known| known.eq_ignore_ascii_case(origin))
    {
        set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        set(headers, header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    set(
        headers,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        &list(&EXPOSED),
    );
    if preflight || profile.repeats_max_age() {
        set(headers, header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
    let vary = match (preflight, everyone) {
        (true, false) => "Access-Control-Request-Method, Access-Control-Request-Headers, Origin",
        (true, true) => "Access-Control-Request-Method, Access-Control-Request-Headers",
        (false, false) => "Origin",
        (false, true) => "",
    };
    set(headers, header::VARY, vary);
    if preflight {
        set(
            headers,
            header::ACCESS_CONTROL_ALLOW_METHODS,
            &list(&METHODS),
        );
        set(
            headers,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            &list(&REQUEST_HEADERS),
        );
    }
    preflight
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if value.is_empty() {
        return;
    }
    // An origin came as a header itself, and all else is constant.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(allowed: &[&str], build: http::request::Builder) -> (bool, HeaderMap) {
        let request = build.body(Vec::new()).unwrap();
        let allowed: Vec<String> = allowed.iter().map(|&origin| origin.to_owned()).collect();
        let mut headers = HeaderMap::new();
        let preflight = apply(
            &Request::new(&request),
            Profile::V2026_3_7,
            &allowed,
            &mut headers,
        );
        (preflight, headers)
    }

    #[test]
    fn everyone_is_let_in_without_credentials() {
        let request = http::Request::get("/").header("origin", "https://app.example.com");
        let (preflight, headers) = answer(&["*"], request);
        assert!(!preflight);
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert!(!headers.contains_key("access-control-allow-credentials"));
        assert!(!headers.contains_key("vary"));
    }

    #[test]
    fn options_without_a_method_is_no_preflight() {
        let request = http::Request::options("/").header("origin", "http://localhost:5173");
        let (preflight, headers) = answer(&["http://localhost:5173"], request);
        assert!(!preflight);
        assert!(!headers.contains_key("access-control-allow-origin"));
    }
}
