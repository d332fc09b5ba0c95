//! A server's words without the secrets that were sent to it, should it repeat them.
//!
//! What a secret looks like is one net ([`clean`](super::clean)); what was really sent is the other, for those that look
//! like words: passwords, codes, tokens of an unknown form.

use super::Error;
use crate::text::{all, split_where};

/// Shorter pieces of a token than this are no secret, and may be part of any word.
const PIECE: usize = 6;

/// What is shown of a client key by its server, too.
const PUBLIC_PREFIX: usize = 12;

const REDACTED: &str = "[redacted]";

impl Error {
    /// This error, with the secrets taken out of what the server said.
    pub(crate) fn without_echoes(mut self, secrets: &[Option<&str>]) -> Self {
        for secret in secrets.iter().flatten() {
            let said = &mut self.0.said;
            for text in &mut [
                &mut said.message,
                &mut said.code,
                &mut said.request_id,
                &mut said.required_scope,
            ] {
                if let Some(clean) = text.as_deref().and_then(|text| without(text, secret)) {
                    **text = Some(clean);
                }
            }
        }
        self
    }
}

/// Whether one of the secrets, or enough of it, is in the text.
pub(crate) fn is_repeated(text: &str, secrets: &[Option<&str>]) -> bool {
    let is_in = |secret: &&str| without(text, secret).is_some();
    secrets.iter().flatten().any(is_in)
}

/// The text without this secret; `None` where it is not in it.
///
/// A token is recognised by any six characters of it. A password is recognised whole, or by its beginning where the text
/// was cut, since its parts may be words. One that is itself a plain word is left alone: `Invalid email or password` says
/// nothing of a password that is `password`, but would with that word taken out.
fn without(text: &str, secret: &str) -> Option<String> {
    let is_key = secret.starts_with("fbk_");
    let hidden = secret.get(if is_key { PUBLIC_PREFIX } else { 0 }..)?;
    if hidden.is_empty() || is_plain_word(hidden) {
        return None;
    }
    let piece = if is_key || is_token(hidden) {
        PIECE.min(hidden.len())
    } else {
        hidden.len()
    };
    let sought = hidden.as_bytes();
    let kept = text.strip_suffix("…").map(str::as_bytes);
    let mut shown = String::with_capacity(text.len());
    // Up to where the text is covered, and whether the last character was, and any.
    let (mut until, mut within, mut found) = (0, false, false);
    for (at, c) in text.char_indices() {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        if sought.windows(piece).any(|part| rest.starts_with(part)) {
            until = until.max(at + piece);
        }
        if let Some(kept) = kept {
            let end = kept.get(at..).unwrap_or_default();
            if end.len() >= 3 && sought.starts_with(end) {
                until = kept.len();
            }
        }
        if at >= until {
            shown.push(c);
        } else if !within {
            shown.push_str(REDACTED);
        }
        within = at < until;
        found |= within;
    }
    found.then_some(shown)
}

/// A single word in lower case, as the servers' own sentences are made of.
fn is_plain_word(text: &str) -> bool {
    text.len() <= PUBLIC_PREFIX && all(text, |byte| byte.is_ascii_lowercase())
}

/// Long, without a space, and of several kinds of characters: made by a machine.
fn is_token(text: &str) -> bool {
    let has = |is: fn(u8) -> bool| !split_where(text, is, true).1.is_empty();
    text.len() >= 20
        && !has(|byte| byte.is_ascii_whitespace())
        && has(|byte| byte.is_ascii_digit())
        && has(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ErrorKind, Outcome,
        error::{Said, clean},
    };

    #[test]
    fn what_was_sent_is_taken_out_whatever_it_looks_like() {
        for (text, secret, shown) in [
            (
                "no user with hunter2!",
                "hunter2!",
                "no user with [redacted]",
            ),
            (
                "bad code 123456 given",
                "123456",
                "bad code [redacted] given",
            ),
            (
                "Schlüssel пароль9 falsch",
                "пароль9",
                "Schlüssel [redacted] falsch",
            ),
            (
                "my-cat-tom and my-cat-tom",
                "my-cat-tom",
                "[redacted] and [redacted]",
            ),
            // A piece of a token is enough.
            (
                "ends with rT6wQ2",
                "0f8Zk1mB4tYx9LrT6wQ2",
                "ends with [redacted]",
            ),
        ] {
            assert_eq!(without(text, secret).as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn the_servers_own_words_stay() {
        for (text, secret) in [
            ("Invalid email or password", "password"),
            ("Internal server error", "server-room-9"),
            // The public beginning of a client key.
            (
                "Key fbk_Zm9vYmFy is revoked",
                "fbk_Zm9vYmFyc2VjcmV0LXBhcnQtMQ==",
            ),
            ("Invalid client key", ""),
            ("Invalid client key", "fbk_"),
        ] {
            assert_eq!(without(text, secret), None, "{text}");
        }
    }

    #[test]
    fn a_secret_that_was_cut_off_is_taken_out_too() {
        let password = "Correct-Horse-9";
        let text = clean(&format!("{}{password}", "x ".repeat(96))).unwrap();
        assert!(text.ends_with(" Correct-…"), "{text}");
        let shown = without(&text, password).unwrap();
        assert!(shown.ends_with("x [redacted]…"), "{shown}");
    }

    #[test]
    fn no_part_of_an_error_is_left_out() {
        let said = || Some("hunter2!".into());
        let said = Said {
            status: Some(400),
            message: said(),
            code: said(),
            request_id: said(),
            required_scope: said(),
            retry_after: None,
        };
        let error = Error::answered(ErrorKind::Rejected, said, Outcome::NotApplied)
            .without_echoes(&[None, Some("hunter2!")]);
        let printed = format!("{error} {error:?} {:?}", error.required_scope());
        assert!(!printed.contains("hunter2"), "{printed}");
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_success_that_cannot_be_read_repeats_nothing() {
        use crate::{Operation, Refresh};

        let token = "refresh-token-0f8Zk1mB4tYx9L";
        for (status, body) in [(200, "<html>"), (200, "{}"), (401, "{}")] {
            let answer = http::Response::builder()
                .status(status)
                .header("x-request-id", token)
                .body(body)
                .unwrap();
            let error = Refresh::new(token).read(&answer).unwrap_err();
            assert_eq!(error.request_id(), Some("[redacted]"), "{status} {body}");
        }
    }
}
