//! Holds what was told and seen against what a case expects.

use std::time::Duration;

use fluxbase_client_keys::{Delivery, Error, FailureKind, TransportFailure};

use crate::{
    BODY_LIMIT, Case, Copy, Limitation, Mark, Seen, Told, Verdict,
    ask::{Asked, SECRETS},
    probe::{Record, Sent},
};

/// How much longer than allowed a request may take: what a busy machine adds.
const SLACK: Duration = Duration::from_secs(3);

/// The most that may be handed over at once.
const LARGEST_CHUNK: u64 = 1024 * 1024;

/// `elsewhere` is how many requests came to the place that is to be left alone.
pub(crate) fn judge(
    case: &Case,
    limitations: &[Limitation],
    asked: &[Asked],
    seen: &Seen,
    elsewhere: usize,
) -> Verdict {
    let mut complaints = Vec::new();
    let admitted = case.admitted(limitations);
    let mut why = "";
    for (at, one) in asked.iter().enumerate() {
        if at + 1 < asked.len() {
            // Only what comes last is about something.
            let told = classify(&one.told);
            if !matches!(told, Told::Answer(200..300)) {
                complaints.push(format!("request {}: told {told:?}", at + 1));
            }
        } else {
            let told = classify_last(case, &one.told);
            if let Some((_, reason)) = admitted.iter().find(|(expected, _)| *expected == told) {
                why = reason;
                check_last(case, one, told, &mut complaints);
            } else {
                let expected: Vec<_> = admitted.iter().map(|(expected, _)| expected).collect();
                complaints.push(format!("told {told:?}, expected one of {expected:?}"));
            }
        }
        if one.told.sends != 1 {
            complaints.push(format!("asked {} times for one request", one.told.sends));
        }
        if shows_secret(one) {
            complaints.push("an error shows the credential".to_owned());
        }
        if one.took > case.timeout + SLACK {
            complaints.push(format!("took {:?} of {:?}", one.took, case.timeout));
        }
        if one.told.largest > LARGEST_CHUNK {
            complaints.push(format!("handed over {} bytes at once", one.told.largest));
        }
    }
    check_seen(case, limitations, asked, seen, &mut complaints);
    if elsewhere > 0 {
        complaints.push(format!("{elsewhere} requests went to another place"));
    }
    if seen.copies.len() > case.copies {
        why = Limitation::Resends.reason();
    }
    match (complaints.is_empty(), why) {
        (true, "") => Verdict::Passed,
        (true, why) => Verdict::PassedOtherwise(why),
        (false, _) => Verdict::Failed(complaints),
    }
}

/// What was told, in the words of a case.
fn classify(told: &Record) -> Told {
    let failure = told.failure.as_ref();
    match (told.status, failure) {
        (None, None) => Told::Nothing,
        (None, Some(failure)) => Told::Failed(failure.kind(), failure.delivery()),
        (Some(0), _) => Told::OpaqueRedirect,
        (Some(status), Some(failure)) if failure.kind() == FailureKind::TooLarge => {
            Told::TooLarge(status)
        }
        (Some(status), Some(failure)) => Told::Cut(status, failure.kind()),
        (Some(status), None) if told.length > BODY_LIMIT => Told::TooLarge(status),
        (Some(status), None) => Told::Answer(status),
    }
}

/// The same, of the request that the case is about: a part of the body is no answer.
fn classify_last(case: &Case, told: &Record) -> Told {
    let is_part = told.body.len() < case.body.len() && case.body.starts_with(&told.body);
    match classify(told) {
        Told::Answer(status) if is_part && told.is_complete => Told::Part(status),
        other => other,
    }
}

fn check_last(case: &Case, asked: &Asked, told: Told, complaints: &mut Vec<String>) {
    match told {
        Told::Answer(_) if !asked.told.is_complete => {
            complaints.push("the body did not end".to_owned());
        }
        Told::Answer(_) if asked.told.body != case.body => {
            let (own, other) = (case.body.len(), asked.told.length);
            complaints.push(format!(
                "the body, of {own} bytes, came as another, of {other}"
            ));
        }
        Told::Cut(..) | Told::TooLarge(_) => {
            let delivery = asked.told.failure.as_ref().map(TransportFailure::delivery);
            if delivery.is_some_and(|delivery| delivery != Delivery::Unknown) {
                complaints.push("a head was told of, and yet that nothing was sent".to_owned());
            }
        }
        _ => {}
    }
    if let (true, Some(error)) = (case.is(Mark::Usable), &asked.error) {
        complaints.push(format!("the machine made of it: {error}"));
    }
    let hint = asked.error.as_ref().and_then(Error::retry_after);
    if case.retry_after.is_some() && hint != case.retry_after {
        complaints.push(format!("the header retry-after gave {hint:?}"));
    }
}

fn check_seen(
    case: &Case,
    limitations: &[Limitation],
    asked: &[Asked],
    seen: &Seen,
    complaints: &mut Vec<String>,
) {
    let (copies, expected) = (seen.copies.len(), case.copies(limitations));
    if !expected.contains(&copies) {
        complaints.push(format!("{copies} requests arrived, not {expected:?}"));
    }
    let connections = seen
        .copies
        .windows(2)
        .any(|two| matches!(two, [a, b] if a.connection != b.connection));
    if case.is(Mark::Race) && copies == case.copies && connections {
        complaints.push("the requests did not come on one connection".to_owned());
    }
    if case.is(Mark::Aborted) && seen.aborted == 0 {
        complaints.push("the connection was not ended when nothing was left to read".to_owned());
    }
    for copy in seen.copies.iter().filter(|copy| !copy.method.is_empty()) {
        let same =
            |sent: &&Sent| sent.method.as_str() == copy.method && sent.url.ends_with(&copy.target);
        match asked
            .iter()
            .filter_map(|one| one.told.sent.as_ref())
            .find(same)
        {
            Some(sent) => compare(sent, copy, limitations, complaints),
            None => complaints.push(format!("nobody asked for {} {}", copy.method, copy.target)),
        }
    }
}

/// Whether what is told of a failure repeats the credential.
fn shows_secret(asked: &Asked) -> bool {
    let failure = asked.told.failure.as_ref();
    let first = failure.and_then(std::error::Error::source);
    let causes = std::iter::successors(first, |cause| cause.source());
    let shown = causes
        .map(|cause| format!("{cause} {cause:?}"))
        .chain([format!("{:?} {failure:?}", asked.error)]);
    shown
        .into_iter()
        .any(|text| SECRETS.iter().any(|secret| text.contains(secret)))
}

/// Whether what arrived is what was to be sent, and nothing besides that matters.
fn compare(sent: &Sent, copy: &Copy, limitations: &[Limitation], complaints: &mut Vec<String>) {
    let mut once = |name: &str, expected: Option<&str>| {
        let values: Vec<_> = copy.values(name).collect();
        if values != expected.as_slice() {
            // The values may be secrets.
            let wanted = usize::from(expected.is_some());
            complaints.push(format!(
                "the header {name} came {} times, not {wanted} times with the value that was given",
                values.len()
            ));
        }
    };
    let given = |wanted: &str| {
        let mut headers = sent.headers.iter();
        headers
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
    };
    for name in [
        "accept",
        "authorization",
        "x-client-key",
        "x-service-key",
        "content-type",
        "idempotency-key",
    ] {
        once(name, given(name));
    }
    if given("accept-encoding").is_some() && !limitations.contains(&Limitation::FixedCoding) {
        once("accept-encoding", given("accept-encoding"));
    }
    for name in ["cookie", "proxy-authorization", "transfer-encoding"] {
        once(name, None);
    }
    let length = sent.body.as_ref().map(|body| body.len().to_string());
    once("content-length", length.as_deref());
    let host = sent.url.split('/').nth(2);
    once("host", host);
    if copy.is_whole && copy.body.as_bytes() != sent.body.as_deref().unwrap_or_default() {
        complaints.push("the body arrived as another one".to_owned());
    }
}
