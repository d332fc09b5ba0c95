//! The table: what a trace is, and all of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The table's files; each holds an array of traces about one theme.
const FILES: [(&str, &str); 10] = [
    ("shapes", include_str!("../table/shapes.json")),
    ("sessions", include_str!("../table/sessions.json")),
    ("delivery", include_str!("../table/delivery.json")),
    ("busy", include_str!("../table/busy.json")),
    ("refusal", include_str!("../table/refusal.json")),
    ("renewal", include_str!("../table/renewal.json")),
    ("spelling", include_str!("../table/spelling.json")),
    ("effect", include_str!("../table/effect.json")),
    ("keyed", include_str!("../table/keyed.json")),
    ("limits", include_str!("../table/limits.json")),
];

/// Answers that many traces use, by name.
const BODIES: &str = include_str!("../table/bodies.json");

/// One call, what the peer does to each of its requests, and how it has to end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// What the trace shows, in words; unique in the table.
    pub name: String,
    /// The operation and its arguments.
    pub call: Call,
    /// Where the credential comes from.
    pub access: Access,
    /// What is set otherwise than by default.
    #[serde(default)]
    pub policy: Policy,
    /// The spelling of scopes that earlier calls have learned.
    pub known: Option<String>,
    /// The random bits that take part of each wait away or add to it; 0 gives the longest waits of a back-off.
    #[serde(default)]
    pub jitter: u32,
    /// The call is cancelled before its first step.
    #[serde(default)]
    pub cancelled: bool,
    /// The requests in order, and what becomes of each.
    #[serde(default)]
    pub exchange: Vec<Row>,
    /// How the call ends.
    pub end: End,
    /// Kinds of drivers that cannot run it, each with the reason.
    #[serde(default)]
    pub skip: BTreeMap<Kind, String>,
}

/// The kinds of drivers that a trace may be impossible for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Asynchronous ones.
    Async,
    /// Ones that use real sockets.
    Sockets,
    /// The manager, which keeps to itself what earlier calls have learned.
    Manager,
}

/// The operation of a call, as a user names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each stands for the core operation of its name"
)]
pub enum Action {
    Create,
    CreateIdempotent,
    List,
    ListEach,
    Get,
    Update,
    Revoke,
    Delete,
    SignIn,
    VerifyTwoFactor,
    AdminSignIn,
    Refresh,
    AdminRefresh,
    SignOut,
    AdminSignOut,
    Health,
}

/// An operation and its arguments.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The operation.
    #[serde(rename = "do")]
    pub action: Action,
    /// The key's id.
    #[serde(default)]
    pub id: String,
    /// The key's name; for an update its new one.
    pub name: Option<String>,
    /// The key's scopes.
    pub scopes: Option<Vec<String>>,
    /// Whose keys are listed.
    pub user: Option<String>,
    /// After how many keys a list that is read one by one is broken off.
    pub stop_after: Option<usize>,
}

/// Where the credential of a call comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// There is none.
    None,
    /// The access token `token-0`, which cannot be renewed.
    Bearer,
    /// A client key.
    ClientKey,
    /// A service key.
    ServiceKey,
    /// The access token `token-1` and a refresh token.
    Session,
    /// The same, of an administrator.
    AdminSession,
    /// The access token `token-1` alone.
    SessionWithoutRefresh,
    /// A session whose access token has ended, so that a refresh comes first.
    EndedSession,
    /// An e-mail address and a password, no tokens yet.
    Login,
    /// Tokens, and an e-mail address and a password for when they are refused.
    SessionAndLogin,
}

/// What is set otherwise than by default; durations in milliseconds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each is the core policy's field of its name")]
pub struct Policy {
    pub attempts: Option<u32>,
    pub attempt_timeout: Option<u64>,
    pub deadline: Option<u64>,
    pub body_limit: Option<u64>,
    pub list_limit: Option<u64>,
    pub confirm_refusals: Option<bool>,
    pub spelling: Option<String>,
}

/// One request as it has to be, and what the peer does to it.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Method and target.
    pub send: String,
    /// The credential: `none`, `bearer TOKEN`, `client key`, `service key`.
    #[serde(rename = "as")]
    pub credential: String,
    /// The idempotency key, by its place among those that the call has used: `first`, `second`.
    pub key: Option<String>,
    /// The body, as JSON.
    pub body: Option<Value>,
    /// The time that the request is given, in milliseconds; not compared when absent.
    pub timeout: Option<u64>,
    /// The limit of its answer, in bytes; not compared when absent.
    pub limit: Option<u64>,
    /// The status that the peer answers; absent when it does not answer.
    pub answer: Option<u16>,
    /// Headers of the answer, names in lower case; the content type follows from the body unless it stands here.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The answer's body as JSON; a text that begins with `@` names one of the common bodies.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub json: Option<Value>,
    /// The answer's body as it stands, sent as HTML.
    pub html: Option<String>,
    /// Blanks put behind the body, to make it this long.
    pub pad: Option<usize>,
    /// The size of the pieces in which the body comes.
    pub pieces: Option<usize>,
    /// After how many bytes of the body the connection breaks.
    pub cut: Option<usize>,
    /// After how many bytes of the body nothing more comes, until the time for the attempt is over.
    pub stall: Option<usize>,
    /// What happens in place of an answer.
    pub fail: Option<Fail>,
    /// How far the clock moves while the request is under way, in milliseconds.
    #[serde(default)]
    pub takes: u64,
    /// When the caller cancels.
    pub cancel: Option<Cancel>,
    /// The ids of the keys that are handed out while the answer is read.
    #[serde(default)]
    pub gives: Vec<String>,
    /// The wait that follows, in milliseconds.
    pub wait: Option<u64>,
}

/// What happens to a request in place of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fail {
    /// The connection is refused: nothing was sent.
    Refused,
    /// The TLS handshake fails: nothing was sent.
    Tls,
    /// The request is read, then the connection is closed.
    Lost,
    /// The request is read, then nothing comes until the time for the attempt is over.
    Stall,
    /// The request is read, then comes what is no HTTP.
    Garbage,
    /// A browser that gives no reason.
    Opaque,
}

/// When the caller cancels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancel {
    /// While the request is under way: the transport cuts it.
    InSend,
    /// When the head of the answer has come.
    InBody,
    /// In the wait that follows.
    InWait,
}

/// How a call ends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The value, where it succeeds.
    pub ok: Option<Value>,
    /// The kind of the error, where it fails.
    pub error: Option<String>,
    /// The status of the answer that decided.
    pub status: Option<u16>,
    /// The server's word.
    pub code: Option<String>,
    /// What is known about the effect of a call that failed: `not applied`, `applied`, `unknown`.
    pub outcome: Option<String>,
    /// How many requests it counts. A renewal is a call of its own, whose requests are not counted.
    pub attempts: u32,
    /// The warnings of a call that succeeded.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What was learned about the spelling of scopes.
    pub learned: Option<String>,
    /// The access token of the session afterwards; not compared when absent.
    pub token: Option<String>,
}

/// All traces, in the order of the files.
///
/// # Errors
/// Says which file is not in the form of the table, which common body is missing, or which name stands there twice.
pub fn all() -> Result<Vec<Trace>, String> {
    let bodies: BTreeMap<String, Value> =
        serde_json::from_str(BODIES).map_err(|error| format!("bodies.json: {error}"))?;
    let mut table: Vec<Trace> = Vec::new();
    for (theme, text) in FILES {
        let traces: Vec<Trace> =
            serde_json::from_str(text).map_err(|error| format!("{theme}.json: {error}"))?;
        for mut trace in traces {
            trace.name = format!("{theme}: {}", trace.name);
            trace.fill_in(&bodies)?;
            if table.iter().any(|other| other.name == trace.name) {
                return Err(format!("{theme}.json: {:?} stands twice", trace.name));
            }
            table.push(trace);
        }
    }
    Ok(table)
}

impl Trace {
    /// Puts the common bodies in the place of their names.
    fn fill_in(&mut self, bodies: &BTreeMap<String, Value>) -> Result<(), String> {
        for row in &mut self.exchange {
            let Some(Value::String(text)) = &row.json else {
                continue;
            };
            if let Some(name) = text.strip_prefix('@') {
                let body = bodies
                    .get(name)
                    .ok_or_else(|| format!("{}: there is no body {name:?}", self.name))?;
                row.json = Some(body.clone());
            }
        }
        Ok(())
    }
}

/// Reads `null` as a value that is there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Row {
    /// Whether the peer falls silent before all of its answer has come.
    pub(crate) fn stalls(&self) -> bool {
        self.fail == Some(Fail::Stall) || self.stall.is_some()
    }

    /// The body of the answer, before it is cut.
    #[must_use]
    pub fn answer_body(&self) -> Vec<u8> {
        let mut body = match (&self.json, &self.html) {
            (Some(json), _) => json.to_string().into_bytes(),
            (None, Some(html)) => html.clone().into_bytes(),
            (None, None) => Vec::new(),
        };
        body.resize(body.len().max(self.pad.unwrap_or_default()), b' ');
        body
    }

    /// The headers of the answer, names in lower case.
    #[must_use]
    pub fn answer_headers(&self) -> Vec<(String, String)> {
        let mut headers: Vec<(String, String)> = self.headers.clone().into_iter().collect();
        let kind = match (&self.json, &self.html) {
            (Some(_), _) => Some("application/json; charset=utf-8"),
            (None, Some(_)) => Some("text/html"),
            (None, None) => None,
        };
        if !self.headers.contains_key("content-type") {
            headers.extend(kind.map(|kind| ("content-type".to_owned(), kind.to_owned())));
        }
        headers
    }
}
