//! Other text of the same shape in place of secrets and of what people are called, so that a recording can be shown around.
//!
//! The same text always gets the same stand-in. What is replaced: the caller's credentials, tokens (their signatures, and
//! e-mail addresses in them), client keys but for their public beginning, idempotency keys, e-mail addresses, names and
//! descriptions of keys that this program did not make, people's names and metadata, cookies of proxies, and what a
//! server says of its database's address.

mod json;

use std::{collections::BTreeMap, fmt};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use self::json::rewrite;
use crate::answer::{Answer, Exchange, Request};

/// Members whose text is a secret or about a person, wherever they stand.
const PRIVATE: [&str; 11] = [
    "password",
    "access_token",
    "refresh_token",
    "key",
    "name",
    "description",
    "full_name",
    "avatar_url",
    "user_metadata",
    "app_metadata",
    "allowed_namespaces",
];

/// Headers whose value is a secret.
const SECRET_HEADERS: [&str; 5] = [
    "x-client-key",
    "x-service-key",
    "clientkey",
    "idempotency-key",
    "proxy-authorization",
];

/// Texts and what stands in for them.
pub(crate) struct StandIns {
    /// The caller's own, longest first.
    known: Vec<String>,
    /// The mark of what this program made up itself, which is shown as it is.
    own: String,
    given: BTreeMap<String, String>,
    noise: Box<dyn FnMut() -> u8>,
}

impl StandIns {
    pub(crate) fn new<'s>(secrets: impl Iterator<Item = &'s str>, own: &str) -> Self {
        let mut known: Vec<String> = secrets
            .filter(|text| text.len() > 3)
            .map(str::to_owned)
            .collect();
        known.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self {
            known,
            own: own.to_owned(),
            given: BTreeMap::new(),
            noise: Box::new(|| getrandom::u32().map_or(0, |bits| bits.to_le_bytes()[0])),
        }
    }

    /// The exchange as it may be shown.
    pub(crate) fn exchange(&mut self, exchange: &Exchange) -> Exchange {
        let request = &exchange.request;
        let answer = &exchange.answer;
        Exchange {
            case: exchange.case.clone(),
            request: Request {
                method: request.method.clone(),
                target: self.text(&request.target),
                headers: self.headers(&request.headers),
                body: request.body.as_deref().map(|body| self.body(body)),
            },
            answer: Answer {
                status: answer.status,
                reason: answer.reason.clone(),
                headers: self.headers(&answer.headers),
                body: self.body(&answer.body),
            },
        }
    }

    fn headers(&mut self, headers: &[(String, String)]) -> Vec<(String, String)> {
        let shown = |(name, value): &(String, String)| {
            let lower = name.to_ascii_lowercase();
            let value = match lower.as_str() {
                "authorization" => match value.split_once(' ') {
                    Some((scheme, secret)) => format!("{scheme} {}", self.secret(secret)),
                    None => self.secret(value),
                },
                "set-cookie" => self.cookie(value),
                "location" => "replaced".to_owned(),
                _ if SECRET_HEADERS.contains(&lower.as_str()) => self.secret(value),
                _ => self.text(value),
            };
            (name.clone(), value)
        };
        headers.iter().map(shown).collect()
    }

    /// A body, which may be no text at all.
    fn body(&mut self, body: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(body) else {
            return format!("{} bytes that are no text", body.len()).into_bytes();
        };
        self.json(text).into_bytes()
    }

    /// JSON or any other text.
    pub(crate) fn json(&mut self, text: &str) -> String {
        let own = self.own.clone();
        let rewritten = rewrite(text, &mut |path, value| {
            let private = path.iter().any(|name| PRIVATE.contains(name));
            if private && !value.starts_with(&own) {
                self.secret(value)
            } else {
                self.text(value)
            }
        });
        rewritten.unwrap_or_else(|| self.text(text))
    }

    /// A text that may hold secrets among other things.
    pub(crate) fn text(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.known.clone() {
            if text.contains(&secret) {
                let stand_in = self.secret(&secret);
                text = text.replace(&secret, &stand_in);
            }
        }
        if let Some((before, cause)) = text.split_once("failed to connect to `") {
            let end = cause.find('`').unwrap_or(cause.len());
            let (address, after) = cause.split_at(end);
            text = format!(
                "{before}failed to connect to `{}{after}",
                self.noise_for(address)
            );
        }
        let mut shown = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(begin) = rest.find(is_word) {
            let (before, from) = rest.split_at(begin);
            let end = from.find(|c| !is_word(c)).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            shown.push_str(before);
            shown.push_str(&self.word(word));
            rest = after;
        }
        shown.push_str(rest);
        shown
    }

    fn word(&mut self, word: &str) -> String {
        let is_token = word.starts_with("eyJ") && word.split('.').count() == 3;
        let is_key = word.starts_with("fbk_") && word.len() > 12;
        let is_address = word.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !user.starts_with(&self.own)
        });
        if is_token || is_key || is_address {
            self.secret(word)
        } else {
            word.to_owned()
        }
    }

    /// What stands in for a whole secret.
    fn secret(&mut self, secret: &str) -> String {
        if let Some((prefix, rest)) = secret
            .split_at_checked(12)
            .filter(|_| secret.starts_with("fbk_"))
        {
            // The first twelve characters are public; the padding is no part of the word where a text is searched.
            let digits = rest.trim_end_matches('=');
            let padding = rest.get(digits.len()..).unwrap_or_default();
            return format!("{prefix}{}{padding}", self.noise_for(digits));
        }
        let parts: Vec<&str> = secret.split('.').collect();
        if let ([head, claims, signature], true) = (parts.as_slice(), secret.starts_with("eyJ")) {
            let claims = self.claims(claims);
            return format!("{head}.{claims}.{}", self.noise_for(signature));
        }
        self.noise_for(secret)
    }

    /// Claims with other names in them, or noise where they cannot be read.
    fn claims(&mut self, claims: &str) -> String {
        let text = URL_SAFE_NO_PAD
            .decode(claims)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        match text {
            Some(text) => URL_SAFE_NO_PAD.encode(self.json(&text)),
            None => self.noise_for(claims),
        }
    }

    /// The value of a cookie; its name and attributes are shown.
    fn cookie(&mut self, cookie: &str) -> String {
        let (pair, attributes) = cookie.split_at(cookie.find(';').unwrap_or(cookie.len()));
        match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}{attributes}", self.secret(value)),
            None => self.noise_for(cookie),
        }
    }

    /// Random letters and digits where there were letters and digits, the rest as it is; the same for the same text.
    fn noise_for(&mut self, text: &str) -> String {
        if let Some(given) = self.given.get(text) {
            return given.clone();
        }
        let noise = &mut self.noise;
        let mut pick = |first: u8, count: u8| char::from(first + noise() % count);
        let shown: String = text
            .chars()
            .map(|c| match c {
                'a'..='z' => pick(b'a', 26),
                'A'..='Z' => pick(b'A', 26),
                '0'..='9' => pick(b'0', 10),
                c if c.is_ascii() => c,
                _ => '?',
            })
            .collect();
        self.given.insert(text.to_owned(), shown.clone());
        shown
    }
}

impl fmt::Debug for StandIns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StandIns({})", self.given.len())
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=";

    fn stand_ins() -> StandIns {
        StandIns::new(["hunter2-pass\"word"].into_iter(), "conformance-0a")
    }

    #[test]
    fn secrets_keep_their_shape_and_are_told_apart() {
        let mut stand_ins = stand_ins();
        let other = "fbk_AAAAAAAAYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=";
        let body = format!(r#"{{"key":"{KEY}","again":"{KEY}","other":"{other}","n":1}}"#);
        let shown = stand_ins.json(&body);
        assert_eq!(shown.len(), body.len());
        assert!(
            shown.contains(r#""key":"fbk_Zm9vYmFy"#) && !shown.contains(KEY),
            "{shown}"
        );
        let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(read["key"], read["again"]);
        assert_ne!(read["key"], read["other"]);
        assert!(read["key"].as_str().unwrap().ends_with('='));
    }

    #[test]
    fn people_and_passwords_are_replaced_wherever_they_are() {
        let mut stand_ins = stand_ins();
        let body = r#"{"password": "hunter2-pass\"word", "user":{"full_name":"Ann Other","user_metadata":{"phone":"0123-456"}},
            "name":"conformance-0a x","email":"ann@example.com","list":[{"name":"their key","role":"authenticated"}],
            "error":"no hunter2-pass\"word for ann@example.com: failed to connect to `user=pg database=db1`: refused"}"#;
        let shown = stand_ins.json(body);
        for secret in [
            "hunter2",
            "Ann",
            "0123-456",
            "ann@",
            "their key",
            "user=pg",
            "db1",
        ] {
            assert!(!shown.contains(secret), "{secret} is in {shown}");
        }
        for kept in [
            "conformance-0a x",
            "authenticated",
            ": refused",
            "\"email\":\"",
        ] {
            assert!(shown.contains(kept), "{kept} is not in {shown}");
        }
        assert!(
            serde_json::from_str::<serde_json::Value>(&shown).is_ok(),
            "{shown}"
        );
    }

    #[test]
    fn tokens_keep_their_claims_but_for_names() {
        let mut stand_ins = stand_ins();
        let claims =
            URL_SAFE_NO_PAD.encode(r#"{"email":"ann@example.com","role":"authenticated"}"#);
        let token = format!("eyJhbGciOiJIUzI1NiJ9.{claims}.c2lnbmF0dXJl");
        let cookie = format!("fluxbase_access_token={token}; path=/; HttpOnly");
        let headers = [
            ("Authorization".to_owned(), format!("Bearer {token}")),
            ("Set-Cookie".to_owned(), cookie.clone()),
            ("Set-Cookie".to_owned(), "proxy=0123abcd; Secure".to_owned()),
            (
                "Location".to_owned(),
                "https://example.com/?token=0123abcd".to_owned(),
            ),
            ("X-Request-Id".to_owned(), "a.b-c".to_owned()),
        ];
        let shown = stand_ins.headers(&headers);
        let bearer = shown[0].1.strip_prefix("Bearer ").unwrap();
        assert_eq!(bearer.len(), token.len());
        let read = URL_SAFE_NO_PAD
            .decode(bearer.split('.').nth(1).unwrap())
            .unwrap();
        let read = String::from_utf8(read).unwrap();
        assert!(
            read.contains("authenticated") && !read.contains("ann@"),
            "{read}"
        );
        assert_eq!(shown[1].1, cookie.replace(&token, bearer));
        let all = format!("{shown:?}");
        assert!(
            !all.contains("c2lnbmF0dXJl") && !all.contains("0123abcd"),
            "{all}"
        );
        assert_eq!(shown[4].1, "a.b-c");
    }
}
