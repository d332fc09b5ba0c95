//! Answers made by hand, and what must hold whichever operation reads them.

use std::{error::Error as _, fmt::Debug};

use fluxbase_client_keys::{Error, ErrorKind, Operation, Outcome, Replay};
use http::Response;

/// A text that stands where a secret may be: no error may show it.
pub(crate) const CANARY: &str = "fbk_CanaryCanaryCanaryCanaryCanaryCanaryCanary9=";

pub(crate) fn answer(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Response<Vec<u8>> {
    let response = Response::builder().status(status);
    response
        .header("content-type", kind)
        .body(body.into())
        .unwrap()
}

pub(crate) fn json(status: u16, body: impl Into<Vec<u8>>) -> Response<Vec<u8>> {
    answer(status, "application/json; charset=utf-8", body)
}

pub(crate) fn html(status: u16, body: &str) -> Response<Vec<u8>> {
    answer(status, "text/html", body)
}

/// Reads a success.
pub(crate) fn value<O: Operation>(operation: &O, response: &Response<Vec<u8>>) -> O::Output {
    let body = String::from_utf8_lossy(response.body());
    operation
        .read(response)
        .unwrap_or_else(|error| panic!("{body}: {error}"))
}

/// Reads an error, which says whose it is, quotes nothing and is one line.
pub(crate) fn error<O: Operation<Output: Debug>>(
    operation: &O,
    response: &Response<Vec<u8>>,
) -> Error {
    let body = String::from_utf8_lossy(response.body());
    let error = match operation.read(response) {
        Err(error) => error,
        Ok(output) => panic!("{body}: {output:?}"),
    };
    let printed = format!("{error} {error:?}");
    assert!(!printed.contains("Canary"), "{printed}");
    assert!(!printed.contains(char::is_control), "{printed}");
    assert!(error.source().is_none());
    assert_eq!(error.operation(), Some(O::NAME));
    assert_eq!(error.status(), Some(response.status().as_u16()));
    assert_eq!(error.attempts(), 1);
    error
}

/// An outcome of an operation that changes something; of one that does not it is always the same.
pub(crate) fn outcome(operation: &impl Operation, outcome: Outcome) -> Outcome {
    match operation.replay() {
        Replay::Safe => Outcome::NotApplied,
        _ => outcome,
    }
}

/// The success of an operation is not there, although the status says so; `member` is what the error names.
pub(crate) fn unexpected<O: Operation<Output: Debug>>(
    operation: &O,
    response: &Response<Vec<u8>>,
    member: &str,
) {
    let error = error(operation, response);
    let body = String::from_utf8_lossy(response.body());
    assert_eq!(
        error.kind(),
        ErrorKind::UnexpectedResponse,
        "{body}: {error}"
    );
    assert_eq!(
        error.outcome(),
        outcome(operation, Outcome::Applied),
        "{body}"
    );
    assert!(error.to_string().contains(member), "{body}: {error}");
    assert!(!error.is_retryable());
}

/// What is no success of any operation, `good` being one of this operation's. `blank` says that an empty body is one.
pub(crate) fn never_a_success<O: Operation<Output: Debug>>(
    operation: &O,
    status: u16,
    good: &str,
    blank: bool,
) {
    assert!(operation.read(&json(status, good)).is_ok(), "{good}");
    // The bytes count for more than the type, which a proxy may have changed.
    assert!(operation.read(&html(status, good)).is_ok(), "{good}");
    // A page, whatever it is called, is not the answer of such a server.
    for response in [
        html(status, "<!doctype html><title>app</title>"),
        answer(status, "application/json", "\r\n <html>"),
        answer(
            status,
            "text/plain; charset=utf-8",
            "ok fbk_CanaryCanaryCanary",
        ),
    ] {
        let error = error(operation, &response);
        assert_eq!(error.kind(), ErrorKind::NotFluxbase);
        assert_eq!(error.outcome(), outcome(operation, Outcome::Unknown));
    }
    for cut in usize::from(blank)..good.len() {
        if good.is_char_boundary(cut) {
            unexpected(operation, &json(status, &good[..cut]), "");
        }
    }
    for body in [
        "true",
        "5",
        "-",
        "\"x\"",
        "nul",
        "{}{}",
        "{} x",
        "{\"id\":",
        "{'id':1}",
        "{\"a\":1,}",
        "\u{feff}{}",
    ] {
        unexpected(operation, &json(status, body), "");
    }
    unexpected(operation, &json(status, *b"{\"id\":\"\xff\",\"message\":\"\xfe\",\"access_token\":\"\xff\",\"status\":\"\xff\",\"user_id\":\"\xff\"}"), "");
    unexpected(
        operation,
        &json(status, *b"\x1f\x8b\x08\x00\x00"),
        "compressed",
    );
    if blank {
        for body in ["", " \r\n"] {
            assert!(operation.read(&json(status, body)).is_ok());
        }
    } else {
        unexpected(operation, &json(status, ""), "");
        unexpected(operation, &json(204, ""), "");
    }
}

/// A value nested so deep that reading it by recursion would end the process.
pub(crate) fn deep(open: &str, close: &str) -> String {
    format!("{}1{}", open.repeat(200_000), close.repeat(200_000))
}
