//! Faults as text: `WHAT[:METHOD[:PATH[:WHEN]]]`, explained at [`Fault`].

use super::{Fault, What, When};
use http::{Method, StatusCode};
use std::str::FromStr;
use std::time::Duration;

/// The text of a [`Fault`] could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// The first part names nothing that can happen.
    #[error(
        "unknown fault: expected lose-before, lose-after, cut-body, status=N, status-after=N, html=N, html-after=N, stall=MS or stall-body=MS"
    )]
    What,
    /// The status is not one that ends an exchange: 400 to 599 for `status`, 200 to 599 but for 204 and 304 for `html`.
    #[error("the status must be 400 to 599 for `status`, 200 to 599 with a body for `html`")]
    Status,
    /// The time is not a whole number of milliseconds.
    #[error("the time must be a whole number of milliseconds")]
    Milliseconds,
    /// The second part is no HTTP method.
    #[error("the method must be an HTTP method such as POST, or *")]
    Method,
    /// The third part is no path.
    #[error("the path must begin with / or be *")]
    Path,
    /// The last part says no time.
    #[error("the last part must be `every`, a number from 1 on, or `x` and such a number")]
    When,
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut parts = text.splitn(4, ':');
        let mut fault = Self::new(parts.next().unwrap_or_default().parse()?);
        let given = |part: &&str| !part.is_empty() && *part != "*";
        if let Some(method) = parts.next().filter(given) {
            Method::from_bytes(method.as_bytes()).map_err(|_| FaultError::Method)?;
            fault = fault.method(method);
        }
        if let Some(path) = parts.next().filter(given) {
            if !path.starts_with('/') {
                return Err(FaultError::Path);
            }
            fault = match path.strip_suffix('$') {
                Some(whole) => fault.path(whole),
                None => fault.path_prefix(path),
            };
        }
        if let Some(when) = parts.next() {
            fault.when = when.parse()?;
        }
        Ok(fault)
    }
}

impl FromStr for What {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        match (name, value) {
            ("lose-before", None) => Ok(Self::LoseBefore),
            ("lose-after", None) => Ok(Self::LoseAfter),
            ("cut-body", None) => Ok(Self::CutBody),
            ("status", Some(value)) => status(value, 400).map(Self::Status),
            ("status-after", Some(value)) => status(value, 400).map(Self::StatusAfter),
            ("html", Some(value)) => status(value, 200).map(Self::Html),
            ("html-after", Some(value)) => status(value, 200).map(Self::HtmlAfter),
            ("stall", Some(value)) => milliseconds(value).map(Self::Stall),
            ("stall-body", Some(value)) => milliseconds(value).map(Self::StallBody),
            _ => Err(FaultError::What),
        }
    }
}

impl FromStr for When {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let number = |digits: &str| match digits.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(FaultError::When),
        };
        match (text, text.strip_prefix('x')) {
            ("every", _) => Ok(Self::Every),
            (_, Some(count)) => number(count).map(Self::First),
            (_, None) => number(text).map(Self::Nth),
        }
    }
}

fn status(text: &str, lowest: u16) -> Result<StatusCode, FaultError> {
    match text.parse::<u16>() {
        Ok(code) if (lowest..600).contains(&code) && code != 204 && code != 304 => {
            StatusCode::from_u16(code).map_err(|_| FaultError::Status)
        }
        _ => Err(FaultError::Status),
    }
}

fn milliseconds(text: &str) -> Result<Duration, FaultError> {
    text.parse()
        .map(Duration::from_millis)
        .map_err(|_| FaultError::Milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_grammar() {
        let millis = Duration::from_millis;
        let keys = "/api/v1/client-keys";
        for (text, expected) in [
            ("lose-before", Fault::new(What::LoseBefore)),
            ("lose-before:*:*:every", Fault::new(What::LoseBefore)),
            ("cut-body:GET", Fault::new(What::CutBody).method("GET")),
            (
                "lose-after:POST:/api/v1/client-keys:1",
                Fault::new(What::LoseAfter)
                    .method("POST")
                    .path_prefix(keys)
                    .nth(1),
            ),
            (
                "status=503::/api/v1/client-keys$:x2",
                Fault::new(What::Status(StatusCode::SERVICE_UNAVAILABLE))
                    .path(keys)
                    .first(2),
            ),
            (
                "status-after=500",
                Fault::new(What::StatusAfter(StatusCode::INTERNAL_SERVER_ERROR)),
            ),
            ("html=200", Fault::new(What::Html(StatusCode::OK))),
            (
                "html-after=504",
                Fault::new(What::HtmlAfter(StatusCode::GATEWAY_TIMEOUT)),
            ),
            ("stall=250", Fault::new(What::Stall(millis(250)))),
            ("stall-body=0", Fault::new(What::StallBody(millis(0)))),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn says_which_part_is_wrong() {
        for (text, expected) in [
            ("", FaultError::What),
            ("explode", FaultError::What),
            ("lose-after=1", FaultError::What),
            ("stall", FaultError::What),
            ("status=200", FaultError::Status),
            ("status=600", FaultError::Status),
            ("html=204", FaultError::Status),
            ("html=101", FaultError::Status),
            ("stall=1.5", FaultError::Milliseconds),
            ("stall=-1", FaultError::Milliseconds),
            ("cut-body:P ST", FaultError::Method),
            ("cut-body:POST:api", FaultError::Path),
            ("cut-body:POST:/api:", FaultError::When),
            ("cut-body:POST:/api:0", FaultError::When),
            ("cut-body:POST:/api:x0", FaultError::When),
            ("cut-body:POST:/api:2:3", FaultError::When),
        ] {
            assert_eq!(text.parse::<Fault>(), Err(expected), "{text}");
        }
    }
}
