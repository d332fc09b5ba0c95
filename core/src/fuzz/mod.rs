//! The bodies of the fuzz targets: here, so that every check of this crate sees them, behind a feature that is no part of
//! the API.

use core::fmt::{Debug, Write as _};

use crate::{
    AdminRefresh, AdminSignIn, AdminSignOut, CheckHealth, ClientKeyId, CreateClientKey,
    CreateClientKeyRequest, DeleteClientKey, GetClientKey, ListClientKeys, ListReader, Operation,
    Refresh, RevokeClientKey, Scope, SignIn, SignOut, UpdateClientKey, UpdateClientKeyRequest,
    UserId, VerifyTwoFactor,
};

const KINDS: [&str; 4] = [
    "application/json",
    "text/html",
    "",
    "application/problem+json",
];

/// An answer in the form that [`read`] takes: status less 100 in two bytes, the place of the content type in the table
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

/// An answer with any status, headers and body, read by every operation; and as a list in two cuts.
pub fn read(data: &[u8]) {
    let Some((&[high, low, kind, length], rest)) = data.split_first_chunk::<4>() else {
        return;
    };
    let (hint, body) = rest.split_at(usize::from(length).min(rest.len()));
    let mut response = http::Response::new(body);
    let status = 100 + u16::from_be_bytes([high, low]) % 900;
    if let Ok(status) = http::StatusCode::from_u16(status) {
        *response.status_mut() = status;
    }
    let kind = KINDS.get(usize::from(kind) % KINDS.len()).copied();
    let kind = http::HeaderValue::from_static(kind.unwrap_or_default());
    response.headers_mut().insert("content-type", kind);
    if let Ok(hint) = http::HeaderValue::from_bytes(hint) {
        response.headers_mut().insert("retry-after", hint);
    }
    with_every_operation(&response);
    cut_in_two(body, usize::from(length));
}

fn with_every_operation(response: &http::Response<&[u8]>) {
    let (Ok(id), Ok(user)) = (ClientKeyId::parse("k"), UserId::parse("u")) else {
        return;
    };
    let request = CreateClientKeyRequest::new("n", [Scope::ALL]);
    check(&CreateClientKey::new(request), response);
    check(&ListClientKeys::new(), response);
    check(&GetClientKey::new(id), response);
    let update = UpdateClientKey::new(id, UpdateClientKeyRequest::new());
    check(&update, response);
    check(&RevokeClientKey::new(id), response);
    check(&DeleteClientKey::new(id), response);
    check(&SignIn::new("e", "p"), response);
    check(&VerifyTwoFactor::new(user, "c"), response);
    check(&Refresh::new("r"), response);
    check(&SignOut, response);
    check(&AdminSignIn::new("e", "p"), response);
    check(&AdminRefresh::new("r"), response);
    check(&AdminSignOut, response);
    check(&CheckHealth, response);
}

/// What is promised of every reading: a value that can be printed, or an error of one short line.
fn check<O: Operation<Output: Debug>>(operation: &O, response: &http::Response<&[u8]>) {
    let mut shown = String::new();
    match operation.read(response) {
        Ok(output) => {
            let _ = write!(shown, "{output:?}");
        }
        Err(error) => {
            let _ = write!(shown, "{error}{error:?}");
            assert!(!shown.chars().any(char::is_control), "more than one line");
            assert!(shown.len() < 8192, "too long");
            assert!(error.status() == Some(response.status().as_u16()));
        }
    }
}

/// A list reads the same whole and in two pieces.
fn cut_in_two(body: &[u8], at: usize) {
    let read = |pieces: [&[u8]; 2]| {
        let mut reader = ListReader::new(4096);
        let mut keys = Vec::new();
        let fed = pieces
            .iter()
            .try_for_each(|piece| reader.feed(piece, |key| keys.push(key)));
        (fed.and_then(|()| reader.finish()), keys)
    };
    let (first, second) = body.split_at(at.min(body.len()));
    assert!(
        read([body, b""]) == read([first, second]),
        "the cut matters"
    );
}
