//! Known ways for a server to be broken, or for something else to stand in its place.

use serde_json::Value;

use crate::{
    answer::{Answer, Exchange},
    caller::Caller,
    contract::{Line, Sender},
};

/// One thing that was found out about the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diagnosis {
    pub(crate) id: &'static str,
    pub(crate) text: String,
    pub(crate) weight: Weight,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The rest holds all the same.
    Note,
    /// The server is broken, or is not the one that answers.
    Broken,
    /// As [`Broken`](Self::Broken), and nothing more can be learned.
    Fatal,
    /// Nothing more can be learned, which need not be the server's fault.
    Unfinished,
}

impl Diagnosis {
    pub(crate) fn new(id: &'static str, weight: Weight, text: impl Into<String>) -> Self {
        Self {
            id,
            text: text.into(),
            weight,
        }
    }

    pub(crate) fn ends_the_run(&self) -> bool {
        matches!(self.weight, Weight::Fatal | Weight::Unfinished)
    }
}

/// What an answer says that is not about its line.
pub(crate) fn examine(line: &Line, answer: &Answer, caller: &Caller) -> Option<Diagnosis> {
    in_between(answer).or_else(|| of_the_server(line, answer, caller))
}

/// What something before the server says in its place.
fn in_between(answer: &Answer) -> Option<Diagnosis> {
    use Weight::{Fatal, Note};

    let challenge = answer.header("www-authenticate").unwrap_or_default();
    let found = match answer.status {
        300..=399 => {
            let to = answer.header("location").map_or("elsewhere", origin);
            let text = format!(
                "redirected to {to}: what is sent to this URL travels in the open or to another server; correct the URL"
            );
            Diagnosis::new("redirect", Fatal, text)
        }
        401 if !challenge.is_empty() && !challenge.to_ascii_lowercase().starts_with("bearer") => {
            Diagnosis::new(
                "proxy-authentication",
                Fatal,
                "a proxy wants credentials of its own before the server is reached",
            )
        }
        _ if !answer.is_html() => return None,
        200..300 | 405 => Diagnosis::new(
            "single-page-application",
            Fatal,
            "a page for people stands where the server should: a single-page application, a portal, or another server; check the URL",
        ),
        413 => Diagnosis::new(
            "proxy-size-limit",
            Note,
            "a proxy takes bodies of less than 1 MiB only",
        ),
        403 => Diagnosis::new(
            "proxy-refuses",
            Fatal,
            "a proxy refuses this client before the server is reached",
        ),
        429 => Diagnosis::new(
            "proxy-limit",
            Weight::Unfinished,
            "a proxy limits how often may be asked: try again later",
        ),
        502..=504 => Diagnosis::new(
            "proxy-without-server",
            Fatal,
            "a proxy gets no answer from the server: is it running?",
        ),
        status => Diagnosis::new(
            "not-fluxbase",
            Fatal,
            format!(
                "answered {status} with a page for people: this is not a Fluxbase server, or a proxy stands before it"
            ),
        ),
    };
    Some(found)
}

fn of_the_server(line: &Line, answer: &Answer, caller: &Caller) -> Option<Diagnosis> {
    use Weight::{Fatal, Unfinished};

    let json = answer.json().unwrap_or_default();
    let member = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default();
    let error = member("error");
    if line.name == "health" && member("status") == "degraded" {
        return Some(Diagnosis::new(
            "database-away",
            Fatal,
            "/health says that the server has lost its database; it refuses good credentials meanwhile, so nothing can be judged",
        ));
    }
    if line.name == "health" && member("status").is_empty() {
        let text = if answer.status == 404 && !member("path").is_empty() {
            "the server has no /health here: the URL has a path too many or too few"
        } else {
            "/health is not answered as a Fluxbase server answers it: this is another server"
        };
        return Some(Diagnosis::new("not-fluxbase", Fatal, text));
    }
    if answer.status == 503 && error == "service_unavailable" {
        return Some(Diagnosis::new(
            "database-away",
            Fatal,
            "the server has lost its database",
        ));
    }
    if error.starts_with("Admin access required") {
        return Some(gate(line, caller));
    }
    if answer.status == 403 && error.contains("IP not allowlisted") {
        return Some(Diagnosis::new(
            "address-refused",
            Unfinished,
            "the server takes requests from certain addresses only",
        ));
    }
    if line.sender == Sender::Caller && error == "A signed-in user is required" {
        return Some(Diagnosis::new(
            "signed-in-user-needed",
            Unfinished,
            "the server shows keys to signed-in users only, as documented: ask as one",
        ));
    }
    let signs_in = matches!(
        line.name.as_str(),
        "session/sign-in" | "session/admin/login"
    );
    match answer.status {
        429 => Some(Diagnosis::new(
            "rate-limit",
            Unfinished,
            "the server's rate limit is used up: try again later",
        )),
        401 if signs_in => Some(Diagnosis::new(
            "sign-in-refused",
            Unfinished,
            "e-mail address or password were refused; nothing is tried twice, because five wrong passwords lock an account",
        )),
        403 if signs_in => Some(Diagnosis::new(
            "sign-in-refused",
            Unfinished,
            "the account may not sign in: it is locked, not verified, or no administrator's",
        )),
        500 if signs_in => Some(Diagnosis::new(
            "sign-in-fails",
            Fatal,
            "the sign-in fails inside the server while /health is well: the account is not active, or the server's database user is under row-level security",
        )),
        200 if signs_in && json.get("requires_2fa").is_some() => Some(Diagnosis::new(
            "two-factor",
            Unfinished,
            "the account asks for a two-factor code, which cannot be given here: set FLUXBASE_TOKEN instead",
        )),
        401 if line.scope.is_some() => {
            let text = if caller.has_scopes() {
                "the key was refused while /health is well: it is unknown, revoked or expired; or the server's database user is under row-level security, where good keys are refused too"
            } else {
                "the access token was refused: it is wrong or has expired"
            };
            Some(Diagnosis::new("credential-refused", Unfinished, text))
        }
        _ => None,
    }
}

/// What it means that only administrators are let in.
fn gate(line: &Line, caller: &Caller) -> Diagnosis {
    use Weight::{Fatal, Note};

    let shows_a_key = (line.headers.values()).any(|value| value.contains("{reader_key}"));
    match line.sender {
        Sender::Nobody if shows_a_key => Diagnosis::new(
            "keys-shut-out",
            Note,
            "client keys may not manage keys: app.auth.allow_user_client_keys is false",
        ),
        Sender::Caller if !caller.is("admin") && !caller.is("service") => Diagnosis::new(
            "only-administrators",
            Fatal,
            "only administrators may manage keys: app.auth.allow_user_client_keys is false",
        ),
        _ => Diagnosis::new(
            "gate",
            Fatal,
            "only administrators may manage keys (app.auth.allow_user_client_keys is false), and the server shuts them out too: a known defect of 2026.3.7; change the setting",
        ),
    }
}

/// What only all the answers together say.
pub(crate) fn at_the_end(exchanges: &[Exchange]) -> Vec<Diagnosis> {
    let answer = |case: &str| {
        let mut found = exchanges.iter().filter(|exchange| exchange.case == case);
        found.next().map(|exchange| &exchange.answer)
    };
    let mut found = Vec::new();
    if answer("keys/create").is_some_and(|answer| answer.status == 500) {
        found.push(Diagnosis::new(
            "row-level-security",
            Weight::Broken,
            "a sound create is answered 500 while /health is well: most likely the server's database user is under row-level security (lists are then empty and good keys refused); it must be a superuser or have BYPASSRLS",
        ));
    }
    let newer_scopes = answer("scopes/newer-spelling").is_some_and(Answer::is_success);
    let older_errors = answer("keys/list/bad-user-id").is_some_and(|answer| {
        answer.status == 400 && answer.json().is_some_and(|json| json.get("code").is_none())
    });
    if newer_scopes && older_errors {
        found.push(Diagnosis::new(
            "in-between",
            Weight::Note,
            "newer scopes with older errors: a build from between 2026-04-06 and 2026-04-25, which is none of the known generations",
        ));
    }
    found
}

/// Scheme and host of a URL: what follows may hold a secret.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(host..).unwrap_or_default();
    let end = rest
        .find(['/', '?', '#'])
        .map_or(url.len(), |end| host + end);
    let origin = url.get(..end).unwrap_or_default();
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]/".contains(&byte);
    if host > 0 && origin.bytes().all(sound) {
        origin
    } else {
        "another path"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_redirect_only_the_host_is_shown() {
        assert_eq!(
            origin("https://example.com/login?token=hunter2"),
            "https://example.com"
        );
        assert_eq!(origin("https://example.com"), "https://example.com");
        assert_eq!(origin("https://user:hunter2@example.com/"), "another path");
        assert_eq!(origin("/login?token=hunter2"), "another path");
    }

    #[test]
    fn what_stands_in_between_is_told_by_status_and_headers() {
        let json = r#"{"error":"no"}"#;
        let page = "<html>";
        for (status, header, body, expected) in [
            (
                301,
                ("location", "https://example.com/x"),
                page,
                Some("redirect"),
            ),
            (
                401,
                ("www-authenticate", "Basic realm=x"),
                page,
                Some("proxy-authentication"),
            ),
            (
                401,
                ("www-authenticate", "Basic realm=x"),
                json,
                Some("proxy-authentication"),
            ),
            (401, ("www-authenticate", "Bearer"), json, None),
            (429, ("content-type", "text/html"), "", Some("proxy-limit")),
            (
                200,
                ("content-type", "text/html; charset=utf-8"),
                "",
                Some("single-page-application"),
            ),
            (
                504,
                ("content-type", "text/html"),
                page,
                Some("proxy-without-server"),
            ),
            (500, ("content-type", "application/json"), json, None),
            (204, ("server", "Fluxbase"), "", None),
        ] {
            let answer = Answer {
                status,
                reason: String::new(),
                headers: vec![(header.0.to_owned(), header.1.to_owned())],
                body: body.as_bytes().to_vec(),
            };
            let found = in_between(&answer).map(|found| found.id);
            assert_eq!(found, expected, "{status} {header:?}");
        }
    }
}
