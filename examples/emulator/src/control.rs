//! Steering a server from outside its process: requests below `/__emulator/`.

use crate::Fault;
use crate::answer::allowed_origin;
use crate::shared::Shared;
use bytes::Bytes;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONNECTION, CONTENT_TYPE, ORIGIN};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use std::time::Duration;

const PREFIX: &str = "/__emulator/";

pub(crate) fn is_meant(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// Does what is asked; the flag says that the server ends once the answer is sent.
///
/// Pages of foreign origins are refused: any page in a browser on this machine could reach a loopback port.
pub(crate) fn control(shared: &Shared, request: &Request<Bytes>) -> (Response<Vec<u8>>, bool) {
    let origin = allowed_origin(shared, request);
    if request.headers().contains_key(ORIGIN) && origin.is_none() {
        return (
            plain(StatusCode::FORBIDDEN, "this origin may not steer"),
            false,
        );
    }
    let (mut answer, stop) = act(shared, request);
    if let Some(origin) = origin {
        answer
            .headers_mut()
            .insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    if stop {
        answer
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    (answer, stop)
}

fn act(shared: &Shared, request: &Request<Bytes>) -> (Response<Vec<u8>>, bool) {
    let done = || plain(StatusCode::NO_CONTENT, "");
    let wrong = |text: &str| plain(StatusCode::BAD_REQUEST, text);
    let body = std::str::from_utf8(request.body()).map(str::trim);
    let path = request
        .uri()
        .path()
        .strip_prefix(PREFIX)
        .unwrap_or_default();
    let answer = match (request.method(), path) {
        (&Method::POST, "database/away") => {
            shared.emulator().set_database(false);
            done()
        }
        (&Method::POST, "database/back") => {
            shared.emulator().set_database(true);
            done()
        }
        (&Method::POST, "faults") => match body.map(str::parse::<Fault>) {
            Ok(Ok(fault)) => {
                shared.desk().faults.add(fault);
                done()
            }
            Ok(Err(error)) => wrong(&error.to_string()),
            Err(_) => wrong("the body must be text"),
        },
        (&Method::POST, "faults/clear") => {
            shared.desk().faults.clear();
            done()
        }
        (&Method::POST, "latency") => match body.map(str::parse) {
            Ok(Ok(milliseconds)) => {
                shared.desk().latency = Duration::from_millis(milliseconds);
                done()
            }
            _ => wrong("the body must be a whole number of milliseconds"),
        },
        (&Method::GET, "count") => plain(StatusCode::OK, &shared.desk().count.to_string()),
        (&Method::POST, "stop") => return (done(), true),
        _ => plain(StatusCode::NOT_FOUND, "no such control"),
    };
    (answer, false)
}

fn plain(status: StatusCode, text: &str) -> Response<Vec<u8>> {
    let mut answer = Response::new(text.as_bytes().to_vec());
    *answer.status_mut() = status;
    if !text.is_empty() {
        answer.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
    }
    answer
}
