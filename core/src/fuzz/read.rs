//! Any answer, read by every operation.

use super::{
    said::Said,
    shown::{self, assert_hidden},
};
use crate::{
    AdminRefresh, AdminSignIn, AdminSignOut, CheckHealth, ClientKeyId, CreateClientKey,
    CreateClientKeyRequest, DeleteClientKey, Error, ErrorKind, GetClientKey, IdempotencyKey,
    ListClientKeys, Operation, Outcome, Refresh, Replay, RevokeClientKey, Scope, SignIn, SignOut,
    UpdateClientKey, UpdateClientKeyRequest, UserId, VerifyTwoFactor, operation::accepts,
    wire::Reply, wire::json::read_object,
};

const KINDS: [&str; 4] = [
    "application/json",
    "text/html",
    "",
    "application/problem+json",
];

/// Stands in a body for the secret that was sent, which a server may repeat anywhere. No text has this byte.
pub const ECHO: u8 = 0xfe;

/// Stands in a body for a secret that the server gives, as the value of a member `…key` or `…token`; elsewhere for
/// nothing. No text has this byte.
pub const GIVEN: u8 = 0xff;

/// Every password, code, refresh token and idempotency key that is sent.
const SENT: &str = "S3nt-0f8Zk1mB4tYx9LrT6wQ2";
const RECEIVED: &str = "fbk_R3cdQ7Gq2vN8pUeJ5hXo1sWzKcMy4TbA";
/// The beginning of a client key, which is public.
const PUBLIC: usize = 12;

/// An answer in the form that the target takes: status less 100 in two bytes, the place of the content type in the table
/// above, the length of `Retry-After`, its text, the body.
#[must_use]
pub fn encode(status: u16, kind: u8, hint: &str, body: &[u8]) -> Vec<u8> {
    let mut data = status.saturating_sub(100).to_be_bytes().to_vec();
    let hint = hint.as_bytes();
    let length = u8::try_from(hint.len()).unwrap_or(u8::MAX);
    data.extend([kind, length]);
    data.extend(hint.iter().take(usize::from(length)));
    data.extend(body);
    data
}

/// An answer with any status, headers and body, read by every operation.
pub(super) fn run(data: &[u8]) {
    let Some((&[high, low, kind, length], rest)) = data.split_first_chunk::<4>() else {
        return;
    };
    let (hint, body) = rest.split_at(usize::from(length).min(rest.len()));
    let mut response = http::Response::new(filled(body));
    let status = 100 + u16::from_be_bytes([high, low]) % 900;
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
    let kind = http::HeaderValue::from_static(KINDS[usize::from(kind) % KINDS.len()]);
    response.headers_mut().insert("content-type", kind);
    // As long as there is nothing else to say of the time, the server repeats what was sent in its id of the request.
    if hint.is_empty() {
        let id = http::HeaderValue::from_static(SENT);
        response.headers_mut().insert("x-request-id", id);
    }
    if let Ok(hint) = http::HeaderValue::from_bytes(hint) {
        response.headers_mut().insert("retry-after", hint);
    }
    with_every_operation(&Answered::new(response));
}

/// The body with the secrets in their places.
fn filled(body: &[u8]) -> Vec<u8> {
    let mut filled = Vec::with_capacity(body.len());
    for &byte in body {
        match byte {
            ECHO => filled.extend(SENT.as_bytes()),
            GIVEN if filled.ends_with(b"key\":\"") || filled.ends_with(b"token\":\"") => {
                filled.extend(RECEIVED.as_bytes());
            }
            GIVEN => {}
            byte => filled.push(byte),
        }
    }
    filled
}

/// An answer, and the same with a member in each object that nobody knows.
struct Answered {
    plain: http::Response<Vec<u8>>,
    more: Option<http::Response<Vec<u8>>>,
}

impl Answered {
    fn new(plain: http::Response<Vec<u8>>) -> Self {
        let (head, body) = plain.clone().into_parts();
        let more = with_more(&body).map(|body| http::Response::from_parts(head, body));
        Self { plain, more }
    }
}

/// A JSON text with a member in each object that nobody knows; `None` for another body.
fn with_more(body: &[u8]) -> Option<Vec<u8>> {
    let wrapped = [b"{\"a\":", body, b"}"].concat();
    read_object(
        &wrapped,
        &mut |_: &str, _: &crate::wire::json::Value<'_>| {},
    )?;
    let mut more = Vec::with_capacity(body.len());
    let (mut in_text, mut escaped, mut opened) = (false, false, false);
    for &byte in body {
        if opened && !byte.is_ascii_whitespace() {
            let comma = if byte == b'}' { "" } else { "," };
            let member = [r#""x_more":[{"id":"]}\"","key":1},null]"#, comma].concat();
            more.extend(member.as_bytes());
            opened = false;
        }
        more.push(byte);
        match byte {
            b'"' if !escaped => in_text = !in_text,
            b'{' if !in_text => opened = true,
            _ => {}
        }
        escaped = in_text && byte == b'\\' && !escaped;
    }
    // Of two values with a comma between them the wrapped text is an object, too.
    read_object(
        &[b"{\"a\":", more.as_slice(), b"}"].concat(),
        &mut |_: &str, _: &crate::wire::json::Value<'_>| {},
    )
    .map(|()| more)
}

fn with_every_operation(answer: &Answered) {
    let id = ClientKeyId::parse("k").unwrap();
    let user = UserId::parse("u").unwrap();
    let key = || IdempotencyKey::new(SENT).unwrap();
    let request = CreateClientKeyRequest::new("n", [Scope::ALL]);
    let create = CreateClientKey::new(request);
    check(&create.clone().with_idempotency_keys(key(), key()), answer);
    check(&create, answer);
    check(&ListClientKeys::new(), answer);
    check(&GetClientKey::new(id), answer);
    let update = UpdateClientKeyRequest::new().name("n");
    check(&UpdateClientKey::new(id, update), answer);
    check(&RevokeClientKey::new(id), answer);
    check(&DeleteClientKey::new(id), answer);
    check(&SignIn::new("e", SENT), answer);
    check(&VerifyTwoFactor::new(user, SENT), answer);
    check(&Refresh::new(SENT), answer);
    check(&SignOut, answer);
    check(&AdminSignIn::new("e", SENT), answer);
    check(&AdminRefresh::new(SENT), answer);
    check(&AdminSignOut, answer);
    check(&CheckHealth, answer);
}

/// What is promised of every reading.
fn check<O: Operation<Output: Said>>(operation: &O, answer: &Answered) {
    let read = operation.read(&answer.plain);
    if let Some(more) = &answer.more {
        let with_more = operation.read(more);
        assert_eq!(
            text_of(&read),
            text_of(&with_more),
            "an unknown member matters"
        );
    }
    match read {
        Ok(output) => {
            assert_hidden(&shown::debug(&output), &RECEIVED[PUBLIC..]);
            if output.is_stable() {
                said_again(operation, &output);
            }
        }
        Err(error) => check_error(operation, &error, &answer.plain),
    }
}

/// All that was read, in a form that can be compared.
fn text_of<T: Said>(read: &Result<T, Error>) -> String {
    match read {
        Ok(output) => shown::debug(output) + &output.body().to_string(),
        Err(error) => shown::error(error),
    }
}

/// What was read, written as a body, reads as the same.
fn said_again<O: Operation<Output: Said>>(operation: &O, output: &O::Output) {
    let body = output.body();
    let again = operation.read(&http::Response::new(body.to_string()));
    let again = again.map(|again| again.body());
    assert_eq!(again.ok(), Some(body), "what was read is not what it says");
}

fn check_error<O: Operation>(operation: &O, error: &Error, response: &http::Response<Vec<u8>>) {
    let shown = shown::error(error);
    let sent = operation.call().unwrap();
    if sent.secrets().iter().any(Option::is_some) {
        assert_hidden(&shown, SENT);
    }
    // A message may end in the public part of a key that a server gave, never in more of it.
    assert_hidden(&shown, &RECEIVED[PUBLIC..]);
    let status = response.status().as_u16();
    assert_eq!(error.status(), Some(status));
    assert_eq!(error.operation(), Some(O::NAME));
    if operation.replay() == Replay::Safe {
        assert_eq!(error.outcome(), Outcome::NotApplied);
    }
    let head = crate::Head::from(response);
    let reply = Reply::new(&head, response.body());
    if accepts(&reply, O::CLAIMED) {
        return;
    }
    let kind = error.kind();
    match status {
        300..400 => assert_eq!(kind, ErrorKind::Redirected),
        401 => assert_eq!(kind, ErrorKind::Refused { confirmed: false }),
        403 => assert_eq!(kind, ErrorKind::Forbidden),
        429 => assert_eq!(kind, ErrorKind::RateLimited),
        503 => assert_eq!(kind, ErrorKind::Unavailable),
        400 => assert!(matches!(
            kind,
            ErrorKind::Rejected | ErrorKind::Refused { .. }
        )),
        _ => assert!(!matches!(kind, ErrorKind::Refused { .. })),
    }
    let hint = response.headers().get("retry-after");
    let seconds = hint.and_then(|hint| hint.to_str().ok()?.trim_ascii().parse::<u64>().ok());
    if let Some(seconds) =
        seconds.filter(|_| !hint.is_some_and(|hint| hint.as_bytes().contains(&b'+')))
    {
        assert_eq!(
            error.retry_after().map(|after| after.as_secs()),
            Some(seconds)
        );
    }
}
