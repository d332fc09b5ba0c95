//! What a trace expects, what a run did, and the difference.

use core::{fmt::Write as _, time::Duration};

use similar::TextDiff;

use crate::{
    Trace,
    observed::{Event, Observed, told},
    table::{End, Row},
};

/// The difference between what the trace expects and what the run did; `None` when there is none.
#[must_use]
pub fn difference(trace: &Trace, observed: &Observed) -> Option<String> {
    let expected = expected_text(trace);
    let seen = observed_text(trace, observed);
    let mut report = String::new();
    if expected != seen {
        report += &diff("expected", &expected, "observed", &seen);
    }
    if let Some(wire) = &observed.wire {
        let essence = |requests: &[crate::observed::Request]| -> String {
            requests
                .iter()
                .map(crate::observed::Request::essence)
                .collect()
        };
        let (sent, arrived) = (essence(&wire.sent), essence(&wire.arrived));
        if sent != arrived {
            report += &diff("given to the transport", &sent, "on the wire", &arrived);
        }
        for oddity in &wire.oddities {
            let _ = writeln!(report, "on the wire: {oddity}");
        }
    }
    (!report.is_empty()).then(|| format!("{}\n{report}", trace.name))
}

fn diff(left: &str, left_text: &str, right: &str, right_text: &str) -> String {
    TextDiff::from_lines(left_text, right_text)
        .unified_diff()
        .context_radius(100)
        .header(left, right)
        .to_string()
}

fn expected_text(trace: &Trace) -> String {
    let mut text = String::new();
    for row in &trace.exchange {
        let body = row.body.as_ref().map(ToString::to_string);
        let line = told(
            &row.send,
            &row.credential,
            row.key.as_deref(),
            body.as_deref(),
        );
        let timeout = row.timeout.map(Duration::from_millis);
        let _ = writeln!(text, "{line}{}", limits(timeout, row.limit));
        for id in &row.gives {
            let _ = writeln!(text, "give {id}");
        }
        if let Some(wait) = row.wait {
            let _ = writeln!(text, "wait {wait} ms");
        }
    }
    text + &ending(&trace.end)
}

fn observed_text(trace: &Trace, observed: &Observed) -> String {
    let mut rows = trace.exchange.iter();
    let mut text = String::new();
    for event in &observed.events {
        let _ = match event {
            Event::Send {
                text: line,
                timeout,
                limit,
            } => {
                // Only what the row tells is compared.
                let row: Option<&Row> = rows.next();
                let timeout = row.and_then(|row| row.timeout).map(|_| *timeout);
                let limit = row.and_then(|row| row.limit).map(|_| *limit);
                writeln!(text, "{line}{}", limits(timeout, limit))
            }
            Event::Wait(pause) => writeln!(text, "wait {} ms", pause.as_millis()),
            Event::Give(id) => writeln!(text, "give {id}"),
        };
    }
    text += &observed.end.text;
    let learned = match &observed.end.learned {
        Some(learned) => learned.clone(),
        None => learned_text(&trace.end),
    };
    let _ = writeln!(text, "learned {learned}");
    if trace.end.token.is_some() {
        let token = observed.token.as_deref().unwrap_or("none");
        let _ = writeln!(text, "token {token}");
    }
    text
}

fn limits(timeout: Option<Duration>, limit: Option<u64>) -> String {
    let mut text = String::new();
    if let Some(timeout) = timeout {
        let _ = write!(text, ", at most {} ms", timeout.as_millis());
    }
    if let Some(limit) = limit {
        let _ = write!(text, ", at most {limit} bytes");
    }
    text
}

fn learned_text(end: &End) -> String {
    end.learned.clone().unwrap_or_else(|| "nothing".to_owned())
}

fn ending(end: &End) -> String {
    let mut text = match (&end.ok, &end.error) {
        (Some(value), _) => {
            let status = end
                .status
                .map_or_else(|| "200".to_owned(), |s| s.to_string());
            ok_text(&value.to_string(), &status, end.attempts, &end.warnings)
        }
        (None, kind) => error_text(
            kind.as_deref().unwrap_or("neither ok nor error"),
            end.status,
            end.code.as_deref(),
            end.outcome.as_deref().unwrap_or("not applied"),
            end.attempts,
        ),
    };
    let _ = writeln!(text, "learned {}", learned_text(end));
    if let Some(token) = &end.token {
        let _ = writeln!(text, "token {token}");
    }
    text
}

/// How a success is told.
#[must_use]
pub(crate) fn ok_text(value: &str, status: &str, attempts: u32, warnings: &[String]) -> String {
    let mut text = format!("ok {value}\n  status {status}, {attempts} requests\n");
    for warning in warnings {
        let _ = writeln!(text, "  warning: {warning}");
    }
    text
}

/// How a failure is told.
#[must_use]
pub(crate) fn error_text(
    kind: &str,
    status: Option<u16>,
    code: Option<&str>,
    outcome: &str,
    attempts: u32,
) -> String {
    let status = status.map_or_else(|| "none".to_owned(), |status| status.to_string());
    let code = code.unwrap_or("none");
    format!("error {kind}, {outcome}\n  status {status}, code {code}, {attempts} requests\n")
}
