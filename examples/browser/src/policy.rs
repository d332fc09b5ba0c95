//! What a browser is told to refuse the page.

use fluxbase_client_keys::BaseUrl;
use http::HeaderMap;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// Everything but what may be connected to. wasm needs `'wasm-unsafe-eval'`; there is no inline script or style, no image
/// that is not a file of the page, and no text ever becomes markup (`trusted-types 'none'`).
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'; connect-src 'self'";

const FIXED: [(HeaderName, &str); 7] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    // The files change under the hands of whoever works on them.
    (CACHE_CONTROL, "no-cache"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-read=()",
    ),
];

/// The one server that a page may talk to, out of the query of its address: `server=URL`, as the form on it sends it.
///
/// The page is loaded anew for each server, so that its policy names that server and no other.
pub(crate) fn chosen_server(query: &str) -> Option<BaseUrl> {
    let value = query
        .split('&')
        .find_map(|member| member.strip_prefix("server="))?
        .replace('+', " ");
    let text = percent_encoding::percent_decode_str(&value)
        .decode_utf8()
        .ok()?;
    BaseUrl::parse(&text).ok()
}

/// The headers of every answer; `server` is what the page may connect to besides its own origin.
pub(crate) fn headers(server: Option<&BaseUrl>) -> HeaderMap {
    let mut headers: HeaderMap = FIXED
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect();
    let policy = match server {
        Some(server) => format!("{POLICY} {}", origin(server)),
        None => POLICY.to_owned(),
    };
    // An origin is letters, digits and `.:-_[]`: always a header value. Without it the page would be freer than it should.
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(POLICY));
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers
}

/// Scheme, host and port, without the path prefix.
fn origin(url: &BaseUrl) -> &str {
    let text = url.as_str();
    let authority = text.find("://").map_or(0, |at| at.saturating_add(3));
    let end = text
        .bytes()
        .enumerate()
        .skip(authority)
        .find_map(|(at, byte)| (byte == b'/').then_some(at));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy_for(query: &str) -> String {
        let headers = headers(chosen_server(query).as_ref());
        headers[CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn only_the_chosen_origin_may_be_connected_to() {
        for (query, sources) in [
            ("", "'self'"),
            ("server=", "'self'"),
            (
                "server=http%3A%2F%2F127.0.0.1%3A4000",
                "'self' http://127.0.0.1:4000",
            ),
            (
                "a=b&server=https://fluxbase.example.com/prefix",
                "'self' https://fluxbase.example.com",
            ),
            (
                "server=+https%3A%2F%2Fa.example+",
                "'self' https://a.example",
            ),
        ] {
            let policy = policy_for(query);
            let (_, connect) = policy.split_once("connect-src ").unwrap();
            assert_eq!(connect, sources, "{query}");
        }
    }

    #[test]
    fn nothing_else_gets_into_the_policy() {
        for query in [
            "server=*",
            "server=https:",
            "server=https%3A%2F%2Fa.example%3B+script-src+*",
            "server=https%3A%2F%2Fa.example%2F%0D%0Ax%3A+y",
            "server=https%3A%2F%2F*",
            "server=https%3A%2F%2Fa.example+https%3A%2F%2Fb.example",
            "server=http%3A%2F%2Fexample.com",
            "server=javascript%3Aalert(1)",
            "server=%FF",
        ] {
            assert_eq!(policy_for(query), POLICY, "{query}");
        }
    }

    #[test]
    fn says_no_to_what_the_page_does_not_need() {
        let headers = headers(None);
        assert_eq!(headers.len(), FIXED.len() + 1);
        let policy = policy_for("");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        assert!(!policy.contains("'unsafe-eval'"), "{policy}");
    }
}
