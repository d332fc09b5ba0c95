//! Every class of answer that servers, and what stands before them, are known to give.

use super::Kind;

/// Whether the request was carried out by the time this answer was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Did {
    No,
    Yes,
    /// The answer does not tell, and both happen.
    Either,
}

/// When a server gives an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum When {
    /// At any time: it comes from a limiter or a proxy, which look neither at a credential nor at an idempotency key.
    Before,
    /// At any time, from the server itself.
    Server,
    /// When all is as the request wants it.
    Works,
    /// When the credential is not good, or the database is away and a server that looks for one takes it for no good.
    Refuses,
    /// Then too, but without a look at the idempotency key: by a gateway that judges credentials itself, or a server whose
    /// database is away for a moment.
    RefusesUnseen,
    /// When the client key that it is about does not exist.
    Missing,
}

/// One class of answer.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) header: Option<(&'static str, &'static str)>,
    pub(crate) body: &'static str,
    pub(crate) did: Did,
    pub(crate) when: When,
    /// It is also given at the very end of the time for it.
    pub(crate) slow: bool,
}

impl Answer {
    const fn new(status: u16, body: &'static str, when: When, did: Did) -> Self {
        Self {
            status,
            header: None,
            body,
            did,
            when,
            slow: false,
        }
    }

    const fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.header = Some((name, value));
        self
    }

    const fn slow(mut self) -> Self {
        self.slow = true;
        self
    }

    /// It refuses a credential that the server has seen.
    pub(crate) fn refuses(&self) -> bool {
        matches!(self.when, When::Refuses | When::RefusesUnseen)
    }

    /// A server keeps it under the idempotency key of the request.
    pub(crate) fn is_stored(&self) -> bool {
        !matches!(self.when, When::Before | When::RefusesUnseen) && self.status < 500
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

const fn works(status: u16, body: &'static str) -> Answer {
    Answer::new(status, body, When::Works, Did::Yes)
}

const fn server(status: u16, body: &'static str, did: Did) -> Answer {
    Answer::new(status, body, When::Server, did)
}

const fn before(status: u16, body: &'static str, did: Did) -> Answer {
    Answer::new(status, body, When::Before, did)
}

const HTML: &str = "<html>";
const BUSY: &str = r#"{"error":"Rate limit exceeded","code":"RATE_LIMIT_EXCEEDED"}"#;
const AWAY: &str = r#"{"error":"service_unavailable","message":"Unable to verify token status"}"#;
const OPAQUE: &str = r#"{"error":"Failed","code":"INTERNAL_ERROR"}"#;
const TOKENS: &str = r#"{"access_token":"eyJ.second","refresh_token":"a-refresh-token-of-the-second-pair","expires_in":900}"#;

/// What may answer any request.
static ANY: [Answer; 22] = [
    before(429, BUSY, Did::No).slow(),
    before(429, BUSY, Did::No).with("retry-after", "5"),
    before(429, BUSY, Did::No).with("retry-after", "3600"),
    before(502, HTML, Did::Either).slow(),
    before(504, HTML, Did::Either),
    before(503, "{}", Did::Either).with("retry-after", "5"),
    before(302, "", Did::No),
    before(303, "", Did::Either),
    before(404, HTML, Did::No),
    before(408, "", Did::Either),
    before(200, HTML, Did::Either).with("content-type", "text/html"),
    before(401, HTML, Did::No).with("www-authenticate", "Basic realm=\"proxy\""),
    before(413, HTML, Did::No),
    server(500, OPAQUE, Did::Either).slow(),
    server(501, "{}", Did::No),
    server(503, AWAY, Did::No).slow(),
    server(404, r#"{"error":"tenant not found"}"#, Did::No),
    server(404, r#"{"error":"Not Found","path":"/x"}"#, Did::No),
    server(
        403,
        r#"{"error":"Access denied","code":"ACCESS_DENIED"}"#,
        Did::No,
    ),
    server(
        400,
        r#"{"error":"Invalid","code":"INVALID_REQUEST_BODY"}"#,
        Did::No,
    ),
    server(401, r#"{"error":"Authentication required"}"#, Did::No),
    works(200, r#"{"odd":"#),
];

/// What may answer a request that names scopes, or wants one.
static SCOPES: [Answer; 3] = [
    server(
        500,
        r#"{"error":"Failed to create client key: invalid scopes: invalid scopes: x"}"#,
        Did::No,
    ),
    server(
        403,
        r#"{"error":"x","required_scope":"clientkeys:read"}"#,
        Did::No,
    ),
    server(
        403,
        r#"{"error":"x","required_scope":"read:clientkeys"}"#,
        Did::No,
    ),
];

const INVALID: &str = r#"{"error":"Invalid client key"}"#;

static REFUSED: [Answer; 2] = [
    Answer::new(401, INVALID, When::Refuses, Did::No).slow(),
    Answer::new(401, INVALID, When::RefusesUnseen, Did::No),
];

static MISSING: [Answer; 2] = [
    Answer::new(
        404,
        r#"{"error":"Client key not found","code":"NOT_FOUND"}"#,
        When::Missing,
        Did::No,
    ),
    Answer::new(
        500,
        r#"{"error":"Failed to delete client key: client key not found"}"#,
        When::Missing,
        Did::No,
    ),
];

static CREATE: [Answer; 3] = [
    works(201, r#"{"id":"k1","name":"n","key":"fbk_plaintext"}"#).slow(),
    works(
        200,
        r#"{"client_key":{"id":"k1","name":"n"},"key":"fbk_plaintext"}"#,
    ),
    works(201, r#"{"id":"k1","name":"n"}"#),
];

static LIST: [Answer; 3] = [
    works(200, r#"[{"id":"k1","name":"n"},{"id":"k2","name":"n"}]"#).slow(),
    works(
        200,
        r#"{"client_keys":[{"id":"k1","name":"n"},{}],"total":2}"#,
    ),
    works(200, "null"),
];

static PROBE: [Answer; 3] = [
    works(200, "null").slow(),
    server(
        400,
        r#"{"error":"Invalid user ID","code":"INVALID_ID"}"#,
        Did::No,
    ),
    server(400, r#"{"error":"Invalid user ID"}"#, Did::No),
];

static KEY: [Answer; 1] = [works(200, r#"{"id":"k1","name":"n"}"#).slow()];

static UPDATE: [Answer; 3] = [
    works(200, r#"{"message":"done","success":true}"#).slow(),
    works(200, r#"{"id":"k1","name":"n"}"#),
    works(400, r#"{"message":"done","success":true}"#),
];

static MESSAGE: [Answer; 3] = [
    works(200, r#"{"message":"done","success":true}"#).slow(),
    works(204, ""),
    works(400, r#"{"message":"done","success":true}"#),
];

static SIGN_IN: [Answer; 3] = [
    works(200, TOKENS).slow(),
    works(200, r#"{"requires_2fa":true,"user_id":"u1"}"#),
    server(403, r#"{"error":"x","code":"ACCOUNT_LOCKED"}"#, Did::No),
];

static GRANT: [Answer; 1] = [works(200, TOKENS).slow()];

static CODE_REFUSED: [Answer; 2] = [
    Answer::new(
        400,
        r#"{"error":"Invalid 2FA code","code":"INVALID_CREDENTIALS"}"#,
        When::Refuses,
        Did::No,
    ),
    Answer::new(
        400,
        r#"{"error":"invalid 2FA code"}"#,
        When::Refuses,
        Did::No,
    ),
];

static HEALTH: [Answer; 5] = [
    works(200, r#"{"status":"ok"}"#).slow(),
    works(503, r#"{"status":"degraded"}"#).slow(),
    works(
        503,
        r#"{"status":"degraded","services":{"database":true,"realtime":false}}"#,
    ),
    works(200, r#"{"status":"starting"}"#),
    works(200, "{}"),
];

/// The answer of a server that is at work on the first request with the same idempotency key.
pub(crate) static IN_PROGRESS: Answer = server(
    409,
    r#"{"error":"Request In Progress","code":"IDEMPOTENCY_REQUEST_IN_PROGRESS"}"#,
    Did::No,
);

/// Every class of answer to a request of this kind.
pub(crate) fn answers(kind: Kind) -> impl Iterator<Item = &'static Answer> {
    let (own, more): (&[Answer], &[Answer]) = match kind {
        Kind::Create => (&CREATE, &SCOPES),
        Kind::List => (&LIST, &SCOPES[1..]),
        Kind::Probe => (&PROBE, &SCOPES[1..]),
        Kind::Get => (&KEY, &MISSING),
        Kind::Update => (&UPDATE, &SCOPES),
        Kind::Revoke | Kind::Delete | Kind::SignOut => (&MESSAGE, &[]),
        Kind::SignIn => (&SIGN_IN, &[]),
        Kind::Refresh | Kind::AdminRefresh => (&GRANT, &[]),
        Kind::TwoFactor => (&GRANT, &CODE_REFUSED),
        Kind::Health => (&HEALTH, &[]),
    };
    let missing: &[Answer] = match kind {
        Kind::Update | Kind::Revoke | Kind::Delete => &MISSING,
        _ => &[],
    };
    let refused: &[Answer] = match kind {
        Kind::Health => &[],
        _ => &REFUSED,
    };
    own.iter()
        .chain(more)
        .chain(missing)
        .chain(refused)
        .chain(&ANY)
}

/// The answer of a server that did what this kind of request asks.
pub(crate) fn success(kind: Kind) -> &'static Answer {
    match kind {
        Kind::Create => &CREATE[0],
        Kind::List => &LIST[0],
        Kind::Probe => &PROBE[0],
        Kind::Get => &KEY[0],
        Kind::Update => &UPDATE[0],
        Kind::Revoke | Kind::Delete | Kind::SignOut => &MESSAGE[0],
        Kind::SignIn => &SIGN_IN[0],
        Kind::Refresh | Kind::AdminRefresh | Kind::TwoFactor => &GRANT[0],
        Kind::Health => &HEALTH[0],
    }
}

/// The answer that refuses the credential.
pub(crate) fn refusal() -> &'static Answer {
    &REFUSED[0]
}

/// The answer of something that takes the credential away, or wants one of its own.
pub(crate) fn strips(answer: &Answer) -> bool {
    answer.status == 401 && !answer.refuses()
}

/// The answer of a server that says through its health that all is well, or at least its database is there.
pub(crate) fn says_well(answer: &Answer) -> bool {
    [HEALTH[0].body, HEALTH[2].body].contains(&answer.body)
}
