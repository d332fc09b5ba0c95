//! The error envelope: about ten shapes, read leniently by one type.

use core::time::Duration;

use super::json::{Show, Value, read_object};
use crate::{
    error::{Said, clean, clean_id},
    text::{all, concat, contains_in_any_case, decimal, split_once},
};

/// What an error body, or the short body of a success, says. Every member may be absent.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says that one thing was read in the body"
)]
pub(crate) struct Envelope {
    pub(crate) error: Option<String>,
    pub(crate) said: Said,
    pub(crate) success: bool,
    /// The router's 404 names the path.
    pub(crate) has_path: bool,
    /// The uncut `error` says that a client key does not exist, or that scopes are not known.
    pub(crate) client_key_not_found: bool,
    pub(crate) invalid_scopes: bool,
}

impl Envelope {
    pub(crate) fn read(body: &[u8]) -> Option<Box<Self>> {
        let mut envelope = Box::<Self>::default();
        read_object(body, &mut *envelope)?;
        Some(envelope)
    }

    /// What an error keeps of it, with the best sentence for a person.
    pub(crate) fn best_said(&mut self) -> &mut Said {
        if self.said.message.is_none() {
            self.said.message = self.error.take();
        }
        &mut self.said
    }
}

impl Show for Envelope {
    fn member(&mut self, name: &str, value: &Value<'_>) {
        let said = &mut self.said;
        let text = value.text().unwrap_or_default();
        match name {
            "error" => {
                self.client_key_not_found = contains_in_any_case(text, "client key not found");
                self.invalid_scopes = contains_in_any_case(text, "invalid scopes:");
                // A single machine word in place of prose is a code.
                if said.code.is_none() && is_word(text) && split_once(text, b'_').is_some() {
                    said.code = Some(text.into());
                }
                self.error = clean(text);
            }
            "code" | "error_code" => {
                let code = code(text, value);
                if code.is_some() {
                    said.code = code;
                }
            }
            "message" => said.message = clean(text),
            "request_id" => said.request_id = clean_id(text).map(Into::into),
            "required_scope" => {
                said.required_scope = Some(text).filter(|text| text.len() <= 64).and_then(clean);
            }
            "retry_after" => {
                let seconds = value
                    .integer()
                    .and_then(|number| u64::try_from(number).ok());
                said.retry_after = seconds.map(Duration::from_secs);
            }
            "success" => self.success = value.flag() == Some(true),
            "path" => self.has_path = true,
            _ => {}
        }
    }
}

/// A word, or a whole number in plain digits.
fn code(text: &str, value: &Value<'_>) -> Option<String> {
    if is_word(text) {
        return Some(text.into());
    }
    let number = value.integer()?;
    let sign = if number < 0 { "-" } else { "" };
    Some(concat(&[sign, &decimal(number.unsigned_abs())]))
}

/// A machine's word, unless it looks like a secret that somebody put there.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && all(text, |byte| byte.is_ascii_alphanumeric() || byte == b'_')
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
            (full.said.code.as_deref(), full.said.request_id.as_deref()),
            (Some("NOT_FOUND"), Some("abc"))
        );
        assert!(full.client_key_not_found);

        let mut word =
            read(r#"{"error":"service_unavailable","message":"Unable to verify token status"}"#);
        assert_eq!(word.said.code.as_deref(), Some("service_unavailable"));
        assert_eq!(
            word.best_said().message.as_deref(),
            Some("Unable to verify token status")
        );

        let other =
            read(r#"{"error":"Service role token has been revoked","error_code":"token_revoked"}"#);
        assert_eq!(other.said.code.as_deref(), Some("token_revoked"));

        assert_eq!(
            read(r#"{"error":"Internal Server Error","code":500}"#)
                .said
                .code
                .as_deref(),
            Some("500")
        );
        assert_eq!(
            read(r#"{"retry_after":60}"#).said.retry_after,
            Some(Duration::from_secs(60))
        );
        assert!(read(r#"{"error":"Not Found","path":"/x"}"#).has_path);
        assert!(
            read(r#"{"error":{"deep":[1]},"code":[],"message":null,"x":{"y":[{}]}}"#)
                .best_said()
                .message
                .is_none()
        );
    }

    #[test]
    fn a_code_may_be_any_whole_number() {
        for (body, code) in [
            (r#"{"code":0}"#, "0"),
            (r#"{"code":404}"#, "404"),
            (r#"{"code":-5}"#, "-5"),
        ] {
            let envelope = Envelope::read(body.as_bytes()).unwrap();
            assert_eq!(envelope.said.code.as_deref(), Some(code));
        }
    }

    #[test]
    fn a_secret_is_no_code() {
        for body in [
            r#"{"code":"fbk_Zm9vYmFyYmF6cXV4Zm9vYmFy"}"#,
            r#"{"error_code":"sk_abcdefghijklmnop"}"#,
            r#"{"error":"fbk_Zm9vYmFyYmF6cXV4Zm9vYmFy"}"#,
        ] {
            assert!(Envelope::read(body.as_bytes()).unwrap().said.code.is_none());
        }
        let longest = r#"{"code":"IDEMPOTENCY_REQUEST_BODY_MISMATCH"}"#;
        assert!(
            Envelope::read(longest.as_bytes())
                .unwrap()
                .said
                .code
                .is_some()
        );
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
                .best_said()
                .message
                .is_none()
        );
    }
}
