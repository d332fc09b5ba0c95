//! What a rejected `fetch` means.

use fluxbase_client_keys::{Delivery, FailureKind, Outgoing, TransportFailure};
use wasm_bindgen::JsValue;

use crate::global::{member, own_origin};

/// No whole answer, and nobody knows whether the request arrived.
pub(crate) fn unknown(kind: FailureKind) -> TransportFailure {
    TransportFailure::new(kind, Delivery::Unknown)
}

/// `fetch` threw, or was rejected, before there was a head.
///
/// Of what was thrown only the code is used that Node puts into the cause, and nothing is shown: the text may quote a header.
pub(crate) fn before_head(thrown: &JsValue, request: &Outgoing) -> TransportFailure {
    let code = member(thrown, "cause").and_then(|cause| member(&cause, "code")?.as_string());
    let kind = match code.as_deref() {
        Some("ECONNREFUSED" | "EHOSTUNREACH" | "ENETUNREACH" | "UND_ERR_CONNECT_TIMEOUT") => {
            FailureKind::Connect
        }
        Some("ENOTFOUND" | "EAI_AGAIN") => FailureKind::Resolve,
        Some("ECONNRESET" | "EPIPE" | "UND_ERR_SOCKET") => FailureKind::Closed,
        Some("UND_ERR_HEADERS_OVERFLOW") => FailureKind::Protocol,
        Some(code) if is_about_tls(code) => FailureKind::Tls,
        Some(code) if code.starts_with("HPE_") => FailureKind::Protocol,
        Some(_) => FailureKind::Other,
        None => FailureKind::Opaque,
    };
    let failure = unknown(kind);
    match advice(request, own_origin().as_deref()) {
        Some(advice) if kind == FailureKind::Opaque => failure.with_detail(advice),
        _ => failure,
    }
}

fn is_about_tls(code: &str) -> bool {
    code.starts_with("ERR_TLS_")
        || code.starts_with("ERR_SSL_")
        || code.contains("CERT")
        || code.starts_with("UNABLE_TO_")
}

/// What the server has to allow for a page of this origin to send this request.
fn advice(request: &Outgoing, origin: Option<&str>) -> Option<&'static str> {
    let origin = origin?;
    let is_own = request
        .url()
        .strip_prefix(origin)
        .is_some_and(|rest| rest.starts_with('/'));
    if is_own {
        return None;
    }
    let sends = |name| request.headers().any(|(own, _)| own == name);
    Some(if sends("x-client-key") {
        "a page of another origin may send a client key only if the server's CORS settings allow the header X-Client-Key, \
         which they do not by default; sign in instead"
    } else if sends("x-service-key") {
        "a page of another origin may send a service key only if the server's CORS settings allow the header X-Service-Key, \
         which they do not by default, and no page should hold one"
    } else if sends("idempotency-key") {
        "a page of another origin may send an idempotency key only if the server's CORS settings allow the header \
         Idempotency-Key, which they do not by default; create without one instead"
    } else {
        "the server's CORS settings must allow the origin of this page"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fluxbase_client_keys::{BaseUrl, Credential, ListClientKeys, Operation as _};

    fn told(credential: &Credential, origin: Option<&str>) -> Option<&'static str> {
        let base = BaseUrl::parse("https://api.example.com").unwrap();
        let call = ListClientKeys::new().call().unwrap();
        advice(&call.to_outgoing(&base, Some(credential)), origin)
    }

    #[test]
    fn advice_is_given_to_pages_of_other_origins() {
        let token = Credential::bearer_token("eyJ.a").unwrap();
        let key = Credential::client_key("fbk_Zm9vYmFy").unwrap();
        let elsewhere = Some("https://app.example.com");
        assert_eq!(told(&token, None), None);
        assert_eq!(told(&token, Some("https://api.example.com")), None);
        // An origin that is the beginning of another one.
        assert!(told(&token, Some("https://api.example.co")).is_some());
        assert!(told(&token, elsewhere).unwrap().contains("origin"));
        assert!(told(&key, elsewhere).unwrap().contains("X-Client-Key"));
    }
}
