//! The error envelope: about ten shapes, read leniently by one type.

use core::time::Duration;

use super::json::{Value, read_object};
use crate::{
    error::{clean, clean_id},
    text::{concat, contains_in_any_case, decimal},
};

/// What an error body, or the short body of a success, says. Every member may be absent.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says that one thing was read in the body"
)]
pub(crate) struct Envelope {
    pub(crate) error: Option<Box<str>>,
    pub(crate) code: Option<Box<str>>,
    pub(crate) message: Option<Box<str>>,
    pub(crate) request_id: Option<Box<str>>,
    pub(crate) required_scope: Option<Box<str>>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) success: bool,
    /// The router's 404 names the path.
    pub(crate) has_path: bool,
    /// The uncut `error` says that a client key does not exist, or that scopes are not known.
    pub(crate) client_key_not_found: bool,
    pub(crate) invalid_scopes: bool,
}

impl Envelope {
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut envelope = Self::default();
        read_object(body, &mut |name, value| envelope.member(name, value))?;
        Some(envelope)
    }

    /// The best sentence for a person.
    pub(crate) fn sentence(&self) -> Option<Box<str>> {
        self.message.clone().or_else(|| self.error.clone())
    }

    fn member(&mut self, name: &str, value: Value<'_>) {
        let cleaned = || value.text().as_deref().and_then(clean);
        match name {
            "error" => {
                let text = value.text().unwrap_or_default();
                self.client_key_not_found = contains_in_any_case(&text, "client key not found");
                self.invalid_scopes = contains_in_any_case(&text, "invalid scopes:");
                // A single machine word in place of prose is a code.
                if self.code.is_none() && is_word(&text) && text.contains('_') {
                    self.code = Some(text.as_ref().into());
                }
                self.error = clean(&text);
            }
            "code" | "error_code" => {
                if let Some(word) = value.text().filter(|text| is_word(text)) {
                    self.code = Some(word.into());
                } else if let Some(number) = value.integer() {
                    let sign = if number < 0 { "-" } else { "" };
                    self.code = Some(concat(&[sign, &decimal(number.unsigned_abs())]).into());
                }
            }
            "message" => self.message = cleaned(),
            "request_id" => {
                self.request_id = value.text().as_deref().and_then(clean_id).map(Into::into);
            }
            "required_scope" => {
                let short = value.text().filter(|text| text.len() <= 64);
                self.required_scope = short.as_deref().and_then(clean);
            }
            "retry_after" => {
                let seconds = value
                    .integer()
                    .and_then(|number| u64::try_from(number).ok());
                self.retry_after = seconds.map(Duration::from_secs);
            }
            "success" => self.success = value.flag() == Some(true),
            "path" => self.has_path = true,
            _ => {}
        }
    }
}

/// A machine's word, unless it looks like a secret that somebody put there.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && clean(text).as_deref() == Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_shape() {
        let read = |body: &str| Envelope::read(body.as_bytes()).unwrap();

        let full =
            read(r#"{"error":"Client key not found","code":"NOT_FOUND","request_id":"abc"}"#);
        assert_eq!(
            (full.code.as_deref(), full.request_id.as_deref()),
            (Some("NOT_FOUND"), Some("abc"))
        );
        assert!(full.client_key_not_found);

        let word =
            read(r#"{"error":"service_unavailable","message":"Unable to verify token status"}"#);
        assert_eq!(word.code.as_deref(), Some("service_unavailable"));
        assert_eq!(
            word.sentence().as_deref(),
            Some("Unable to verify token status")
        );

        let other =
            read(r#"{"error":"Service role token has been revoked","error_code":"token_revoked"}"#);
        assert_eq!(other.code.as_deref(), Some("token_revoked"));

        assert_eq!(
            read(r#"{"error":"Internal Server Error","code":500}"#)
                .code
                .as_deref(),
            Some("500")
        );
        assert_eq!(
            read(r#"{"retry_after":60}"#).retry_after,
            Some(Duration::from_secs(60))
        );
        assert!(read(r#"{"error":"Not Found","path":"/x"}"#).has_path);
        assert!(
            read(r#"{"error":{"deep":[1]},"code":[],"message":null,"x":{"y":[{}]}}"#)
                .sentence()
                .is_none()
        );
    }

    #[test]
    fn a_secret_is_no_code() {
        for body in [
            r#"{"code":"fbk_Zm9vYmFyYmF6cXV4Zm9vYmFy"}"#,
            r#"{"error_code":"sk_abcdefghijklmnop"}"#,
            r#"{"error":"fbk_Zm9vYmFyYmF6cXV4Zm9vYmFy"}"#,
        ] {
            assert!(Envelope::read(body.as_bytes()).unwrap().code.is_none());
        }
        let longest = r#"{"code":"IDEMPOTENCY_REQUEST_BODY_MISMATCH"}"#;
        assert!(Envelope::read(longest.as_bytes()).unwrap().code.is_some());
    }

    #[test]
    fn what_is_no_object_is_no_envelope() {
        for body in ["", "null", "[]", "<html>", "{", "{}x", "\u{feff}{}"] {
            assert!(Envelope::read(body.as_bytes()).is_none(), "{body:?}");
        }
        let deep = format!(
            "{{\"error\":{}{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        // Skipped without recursion.
        assert!(
            Envelope::read(deep.as_bytes())
                .unwrap()
                .sentence()
                .is_none()
        );
    }
}
