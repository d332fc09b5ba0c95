//! How an error is shown.

use core::fmt;

use super::{Error, ErrorKind, Inner, Outcome, server_code};
use crate::text::{all, contains, decimal, is_visible, push_all, split_once, split_where};

/// Characters of a server's message that are kept.
const LONGEST_MESSAGE: usize = 200;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sentence = String::new();
        self.write_to(&mut sentence);
        f.write_str(&sentence)
    }
}

impl Error {
    /// Adds what `Display` shows to a text.
    ///
    /// For programs that have to be small, such as those in a browser: it needs none of the standard library's formatting.
    pub fn write_to(&self, text: &mut String) {
        let Inner {
            known,
            said,
            detail,
            ..
        } = &*self.0;
        if let Some(operation) = known.operation {
            push_all(text, &[operation, ": "]);
        }
        match detail {
            Some(detail) if matches!(known.kind, ErrorKind::InvalidInput) => text.push_str(detail),
            detail => {
                text.push_str(match known.kind {
                    ErrorKind::Transport(kind) => kind.text(),
                    kind => kind.text(),
                });
                if let ErrorKind::Refused { confirmed: false } = known.kind {
                    text.push_str(", unconfirmed");
                }
                push_part(text, ": ", detail.as_deref());
            }
        }
        if let Some(status) = said.status {
            push_all(text, &["; the server answered ", &decimal(status.into())]);
            push_part(text, " ", said.code.as_deref());
            push_part(text, ": ", said.message.as_deref());
        }
        let scope = said.required_scope.as_deref();
        push_part(text, "; the credential lacks the scope ", scope);
        push_part(text, "; ", self.advice());
        text.push_str(match known.outcome {
            Outcome::NotApplied => "",
            Outcome::Applied => "; the change was made",
            Outcome::Unknown => "; whether the change was made is not known",
        });
        let id = said.request_id.as_deref();
        push_part(text, " (request id ", id);
        if known.attempts > 1 {
            let before = if id.is_some() { ", " } else { " (" };
            let attempts = decimal(known.attempts.into());
            push_all(text, &[before, &attempts, " requests)"]);
        } else if id.is_some() {
            text.push(')');
        }
    }
}

/// Adds a part, if there is one, after what introduces it.
fn push_part(text: &mut String, before: &str, part: Option<&str>) {
    if let Some(part) = part {
        push_all(text, &[before, part]);
    }
}

impl Error {
    /// What a person can do, where the kind's own sentence does not say it.
    fn advice(&self) -> Option<&'static str> {
        Some(match (self.0.known.kind, self.code()) {
            (ErrorKind::Forbidden, Some(server_code::ACCOUNT_LOCKED)) => {
                "wait 15 minutes or ask an administrator; further attempts prolong it"
            }
            (ErrorKind::Forbidden, Some(server_code::EMAIL_NOT_VERIFIED)) => {
                "verify the e-mail address first"
            }
            (ErrorKind::Refused { confirmed: false }, _) => {
                "this may also be an outage of the server's database: look at its /health before giving up the credential"
            }
            (ErrorKind::Redirected, _) => {
                "set the base URL to the final address; the credential was sent to this one"
            }
            (ErrorKind::NotFluxbase, _) => "check the base URL and what stands before the server",
            (ErrorKind::ResponseTooLarge, _) => {
                "raise the body limit, or for a list the list limit"
            }
            (ErrorKind::SignInNeeded, _) => "sign in again",
            _ => return None,
        })
    }
}

impl ErrorKind {
    /// The sentence about this kind. It is no part of its caller, where the compiler would not make a table of it.
    #[inline(never)]
    fn text(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid input",
            Self::Refused { .. } => "the credential was refused",
            Self::SignInNeeded => "there is no usable session",
            Self::Forbidden => "not allowed",
            Self::NotFound => "there is no such client key",
            Self::Conflict => "the idempotency key is taken",
            Self::RateLimited => "too many requests",
            Self::Unavailable => "the server is not available for now",
            Self::Server => "the server failed",
            Self::Rejected => "the request was rejected",
            Self::Redirected => "the request was redirected",
            Self::NotFluxbase => "this is not the answer of a Fluxbase server",
            Self::UnexpectedResponse => "the answer is not what was promised",
            Self::ResponseTooLarge => "the answer is too large",
            Self::Transport(_) => "the request failed",
            Self::DeadlineExceeded => "the time for the call ran out",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A server's text made fit to print: control characters escaped, what looks like a secret replaced, cut.
pub(crate) fn clean(text: &str) -> Option<String> {
    let mut shown = String::new();
    let mut room = LONGEST_MESSAGE;
    let mut rest = text;
    while !rest.is_empty() {
        let (token, after) = split_where(rest, is_secret_byte, false);
        let token = if looks_secret(token) {
            "[redacted]"
        } else {
            token
        };
        let mut after = after.chars();
        let next = after.next();
        let fits = token.get(..room).unwrap_or(token);
        shown.push_str(fits);
        room -= fits.len();
        if fits.len() < token.len() || (room == 0 && next.is_some()) {
            shown.push('…');
            break;
        }
        if let Some(c) = next {
            room -= 1;
            push_visible(&mut shown, c);
        }
        rest = after.as_str();
    }
    (!shown.is_empty()).then_some(shown)
}

/// Adds a character, escaped if it is a control character. Those that change the direction of writing or have no width could
/// make a line of a log read as something else.
fn push_visible(text: &mut String, c: char) {
    let is_hidden = c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !is_hidden {
        return text.push(c);
    }
    text.push('\\');
    match c {
        '\t' => text.push('t'),
        '\r' => text.push('r'),
        '\n' => text.push('n'),
        _ => {
            text.push_str("u{");
            // None of them has more than four digits.
            let mut shift = 16;
            while shift > 0 {
                shift -= 4;
                let code = u32::from(c) >> shift;
                if code > 0 || shift == 0 {
                    text.push(char::from_digit(code & 15, 16).unwrap_or_default());
                }
            }
            text.push('}');
        }
    }
}

fn is_secret_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || is_mark(byte)
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}

/// A server's id of a request, unless it cannot be printed or is a secret by its beginning. Neither length nor what stands
/// in the middle says anything: real ids are 43 random characters.
pub(crate) fn clean_id(text: &str) -> Option<&str> {
    if !is_visible(text, 1, 128) {
        return None;
    }
    let mut rest = text;
    while !rest.is_empty() {
        let (token, after) = split_where(rest, is_secret_byte, false);
        if begins_like_a_key(token)
            || (token.starts_with("eyJ") && split_once(token, b'.').is_some())
        {
            return None;
        }
        rest = after.get(1..).unwrap_or_default();
    }
    Some(text)
}

/// Client keys, service keys and tokens by their public beginnings, idempotency keys and other numbers of 128 bits or more,
/// and any run that is too long for a word. Tokens have nothing but ASCII.
fn looks_secret(token: &str) -> bool {
    let is_word = all(token, |byte| byte.is_ascii_lowercase() || is_mark(byte));
    let (_, from_start) = split_where(token, is_mark, false);
    let mut bare = from_start.as_bytes();
    while let [start @ .., b'-' | b'_' | b'.'] = bare {
        bare = start;
    }
    let is_number = bare.len() >= 32 && bare.iter().all(u8::is_ascii_hexdigit);
    begins_like_a_secret(from_start) || is_number || (token.len() > 40 && !is_word)
}

fn begins_like_a_secret(bare: &str) -> bool {
    // The first two are part of no word, so something may stand before them.
    let known = ["fbk_", "eyJ"].iter().any(|mark| contains(bare, mark)) || begins_like_a_key(bare);
    known && bare.len() > 12
}

fn begins_like_a_key(token: &str) -> bool {
    ["fbk_", "sk_", "pk_", "fb_"]
        .iter()
        .any(|mark| token.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Said;

    #[test]
    fn a_message_is_cut_and_escaped() {
        assert_eq!(clean("a\u{1b}[31m\nb").as_deref(), Some("a\\u{1b}[31m\\nb"));
        assert_eq!(
            clean(&"x ".repeat(500)).unwrap().chars().count(),
            LONGEST_MESSAGE + 1
        );
        assert_eq!(clean(""), None);
        assert_eq!(clean("Ключ не найден").as_deref(), Some("Ключ не найден"));
    }

    #[test]
    fn what_looks_like_a_secret_is_replaced() {
        let text = "key fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE= (token=eyJhbGciOi.eyJ1c2.c2ln) sk_abcdefghijklmnop";
        let shown = clean(text).unwrap();
        assert!(
            !shown.contains("YmF6") && !shown.contains("c2ln") && !shown.contains("ijklm"),
            "{shown}"
        );
        assert!(
            shown.starts_with("key [redacted]= (token=[redacted])"),
            "{shown}"
        );
        // Our own idempotency keys, and what stands right beside a secret.
        for text in [
            "0123456789abcdef0123456789abcdef",
            ".0123456789ABCDEF0123456789ABCDEF.",
            "-sk_abcdefghijklmnop",
            "key_fbk_Zm9vYmFyYmF6cXV4",
            "xeyJhbGciOiJIUzI1NiJ9",
        ] {
            let shown = clean(&format!("key {text} is taken")).unwrap();
            assert_eq!(shown, "key [redacted] is taken", "{text}");
        }
        let harmless =
            "Key fbk_Zm9vYmFy: invalid scopes: read:users, 5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11";
        assert_eq!(clean(harmless).as_deref(), Some(harmless));
    }

    #[test]
    fn an_id_is_no_secret() {
        for id in [
            "5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11",
            "0123456789abcdef0123456789abcdef",
            "FzyVKPT6Z3R22QkqKT29YvjeyJ7YZinLPiRXGCBWJy4",
        ] {
            assert_eq!(clean_id(id), Some(id));
        }
        let long = "a".repeat(129);
        for text in [
            "",
            "a b",
            "fbk_Zm9vYmFyYmF6cXV4",
            "Bearer:eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
            "id=sk_abcdefghijklmnop",
            long.as_str(),
        ] {
            assert_eq!(clean_id(text), None, "{text}");
        }
    }

    #[test]
    fn the_line_says_what_to_do() {
        let said = Said {
            status: Some(401),
            message: clean("Invalid client key"),
            ..Said::default()
        };
        let kind = ErrorKind::Refused { confirmed: false };
        let error = Error::answered(kind, said, Outcome::NotApplied)
            .with_operation("list client keys")
            .with_attempts(2);
        assert_eq!(
            error.to_string(),
            "list client keys: the credential was refused, unconfirmed; the server answered 401: Invalid client key; this may \
             also be an outage of the server's database: look at its /health before giving up the credential (2 requests)"
        );
    }
}
