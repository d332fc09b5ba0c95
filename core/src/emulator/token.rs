//! Tokens: JSON Web Tokens in shape, validated by look-up of the whole text and by their end.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::json::Writer;
use super::random::{self, Entropy};
use crate::Timestamp;

/// `{"alg":"HS256","typ":"JWT"}`, the same for every token: its first twenty characters are a limiter's key.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// What a token may be used for. Most routes do not ask.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Access,
    Refresh,
}

/// What the server knows of a token that it issued.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Empty for the role `anon`.
    pub(super) user_id: String,
    pub(super) role: String,
    pub(super) session_id: String,
    /// Seconds since 1970; `None` for a token without an end.
    pub(super) ends: Option<i64>,
    /// Signed out, where that is remembered.
    pub(super) revoked: bool,
}

/// Every token that is accepted, by its text.
#[derive(Clone, Default)]
pub(super) struct Tokens(BTreeMap<String, Token>);

/// What goes into a token's claims.
pub(super) struct Claims<'a> {
    pub(super) kind: Kind,
    pub(super) user_id: &'a str,
    pub(super) email: &'a str,
    pub(super) role: &'a str,
    pub(super) session_id: &'a str,
    pub(super) name: Option<&'a str>,
    pub(super) lifetime: i64,
    pub(super) audience: bool,
    /// The token of an administrator's sign-in on the newest servers.
    pub(super) instance_admin: bool,
    /// The default tenant, in such a token.
    pub(super) tenant: Option<&'a str>,
}

impl Tokens {
    /// Makes a token, remembers it and gives its text.
    pub(super) fn issue(
        &mut self,
        claims: &Claims<'_>,
        now: Timestamp,
        entropy: &mut Entropy<'_>,
    ) -> String {
        let issued = now.unix_seconds();
        self.0
            .retain(|_, token| token.ends.is_none_or(|ends| ends > issued));
        let text = sign(&claims.print(issued, &random::uuid(entropy)), entropy);
        let token = Token {
            kind: claims.kind,
            user_id: claims.user_id.to_owned(),
            role: claims.role.to_owned(),
            session_id: claims.session_id.to_owned(),
            ends: Some(issued.saturating_add(claims.lifetime)),
            revoked: false,
        };
        self.0.insert(text.clone(), token);
        text
    }

    /// Accepts a token that was issued elsewhere, of the role and with the end that its claims tell.
    pub(super) fn accept(&mut self, text: &str) {
        let claims = text
            .split('.')
            .nth(1)
            .and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok())
            .and_then(|claims| serde_json::from_slice::<Value>(&claims).ok())
            .unwrap_or(Value::Null);
        let member = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let role = member("role");
        let token = Token {
            kind: Kind::Access,
            user_id: member("user_id").to_owned(),
            role: if role.is_empty() { "anon" } else { role }.to_owned(),
            session_id: String::new(),
            ends: claims.get("exp").and_then(Value::as_i64),
            revoked: false,
        };
        self.0.insert(text.to_owned(), token);
    }

    /// The token of this text, if it has not ended.
    pub(super) fn find(&self, text: &str, now: Timestamp) -> Option<&Token> {
        self.0
            .get(text)
            .filter(|token| token.ends.is_none_or(|ends| now.unix_seconds() < ends))
    }

    /// Remembers that a token was signed out.
    pub(super) fn revoke(&mut self, text: &str) {
        if let Some(token) = self.0.get_mut(text) {
            token.revoked = true;
        }
    }
}

impl Claims<'_> {
    fn print(&self, issued: i64, jti: &str) -> Vec<u8> {
        let mut json = Writer::new();
        json.open();
        json.text("user_id", self.user_id);
        json.text("email", self.email);
        json.text("role", self.role);
        json.text("session_id", self.session_id);
        json.text(
            "token_type",
            match self.kind {
                Kind::Access => "access",
                Kind::Refresh => "refresh",
            },
        );
        if let Some(name) = self.name {
            json.member("user_metadata");
            json.open();
            json.text("name", name);
            json.close();
        }
        json.text("iss", "fluxbase");
        json.text("sub", self.user_id);
        if self.audience {
            json.texts("aud", ["fluxbase"]);
        }
        json.number("exp", issued.saturating_add(self.lifetime));
        json.number("nbf", issued);
        json.number("iat", issued);
        json.text("jti", jti);
        if self.instance_admin {
            json.optional_text("tenant_id", self.tenant);
            json.flag("is_instance_admin", true);
        }
        json.close();
        json.finish()
    }
}

/// A token of the role `anon` without an end.
pub(super) fn anon(entropy: &mut Entropy<'_>) -> String {
    let mut json = Writer::new();
    json.open();
    json.text("user_id", "");
    json.text("role", "anon");
    json.text("token_type", "access");
    json.text("iss", "fluxbase");
    json.text("jti", &random::uuid(entropy));
    json.close();
    sign(&json.finish(), entropy)
}

fn sign(claims: &[u8], entropy: &mut Entropy<'_>) -> String {
    let claims = URL_SAFE_NO_PAD.encode(claims);
    format!("{HEADER}.{claims}.{}", random::url_safe(entropy, 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_on_its_second() {
        let mut source = |bytes: &mut [u8]| bytes.fill(7);
        let mut entropy = Entropy::new(&mut source);
        let mut tokens = Tokens::default();
        let at = |seconds| Timestamp::from_unix_seconds(seconds).unwrap();
        let claims = Claims {
            kind: Kind::Access,
            user_id: "u",
            email: "a@b.c",
            role: "authenticated",
            session_id: "s",
            name: None,
            lifetime: 900,
            audience: true,
            instance_admin: false,
            tenant: None,
        };
        let text = tokens.issue(&claims, at(1000), &mut entropy);
        assert!(tokens.find(&text, at(1899)).is_some());
        assert!(tokens.find(&text, at(1900)).is_none());
        assert!(tokens.find(&text[..text.len() - 1], at(1000)).is_none());
    }

    #[test]
    fn foreign_tokens_keep_their_role_and_end() {
        let mut tokens = Tokens::default();
        let claims = URL_SAFE_NO_PAD.encode(br#"{"role":"service_role","exp":50}"#);
        let text = format!("{HEADER}.{claims}.c2ln");
        tokens.accept(&text);
        let at = |seconds| Timestamp::from_unix_seconds(seconds).unwrap();
        assert_eq!(tokens.find(&text, at(49)).unwrap().role, "service_role");
        assert!(tokens.find(&text, at(50)).is_none());
        tokens.accept("rubbish");
        assert_eq!(tokens.find("rubbish", at(0)).unwrap().role, "anon");
    }
}
