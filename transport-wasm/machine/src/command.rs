//! Commands: what JavaScript is to do next for a call, as JSON.

use core::time::Duration;

use fluxbase_client_keys::{Answer, Error, JsonText, Secret, Sending, TokenPair, Warning};

use crate::{
    fields::utf8,
    flow::{AnyFlow, Given},
    problem,
};

/// The longest time that JavaScript's timers take; beyond it they fire at once.
const LONGEST: u64 = 0x7fff_ffff;

/// A command, but for its particulars and its end.
fn begun(name: &str) -> JsonText {
    let mut text = JsonText::new();
    text.raw("{");
    text.text("do", Some(name));
    text
}

/// A command without particulars.
pub(crate) fn named(name: &str) -> JsonText {
    let mut text = begun(name);
    text.raw("}");
    text
}

/// A command for so long.
pub(crate) fn timed(name: &str, time: Duration) -> JsonText {
    let mut text = begun(name);
    text.number("ms", milliseconds(time));
    text.raw("}");
    text
}

/// Sends a request.
pub(crate) fn fetch(sending: &Sending<AnyFlow>) -> JsonText {
    let request = sending.request();
    let mut text = begun("fetch");
    text.text("method", Some(request.method().as_str()));
    text.text("url", Some(request.url()));
    text.json("headers", "[");
    for (name, value) in request.headers() {
        text.item("[");
        text.quoted(name);
        text.quoted(value);
        text.raw("]");
    }
    text.raw("]");
    // Every body of this client is JSON, so it is text.
    let body = request.body().and_then(utf8);
    text.text("body", body);
    text.number("timeout", milliseconds(sending.timeout()));
    text.number("limit", sending.body_limit());
    text.raw("}");
    text
}

/// Stores these tokens, or takes away what is stored.
pub(crate) fn store(pair: Option<&TokenPair>) -> JsonText {
    let exported = pair.map(TokenPair::export);
    let exported = exported.as_ref().map(Secret::expose);
    let mut text = begun("store");
    text.json("tokens", exported.unwrap_or("null"));
    text.text("text", exported);
    text.raw("}");
    text
}

/// What ends a call with this answer, but for what [`done`] adds.
pub(crate) fn answered(answer: &Answer<Box<Given>>) -> JsonText {
    let mut text = begun("done");
    text.number("status", answer.status.into());
    text.text("requestId", answer.request_id.as_deref());
    text.number("attempts", answer.attempts.into());
    valued(&mut text, answer.value.value.as_str());
    for warning in &answer.warnings {
        warn(&mut text, warning);
    }
    text
}

/// The same for a value that needed no answer.
pub(crate) fn ending(value: &str) -> JsonText {
    let mut text = begun("done");
    valued(&mut text, value);
    text
}

fn valued(text: &mut JsonText, value: &str) {
    if !value.is_empty() {
        text.json("value", value);
    }
    text.json("warnings", "[");
}

fn warn(text: &mut JsonText, warning: &Warning) {
    let mut words = String::new();
    warning.write_to(&mut words);
    text.quoted(&words);
}

/// The call ended well: with what was said of it, if anything, and a last warning.
pub(crate) fn done(said: JsonText, last: Option<&Warning>) -> JsonText {
    let mut text = if said.as_str().is_empty() {
        ending("")
    } else {
        said
    };
    if let Some(warning) = last {
        warn(&mut text, warning);
    }
    text.raw("]}");
    text
}

/// The call ended with this error.
pub(crate) fn failed(error: &Error) -> JsonText {
    let mut text = begun("done");
    text.name("error");
    problem::write(&mut text, error);
    text.raw("}");
    text
}

/// In whole milliseconds, rounded up: a wait must not end early.
fn milliseconds(duration: Duration) -> u64 {
    let seconds = duration.as_secs();
    if seconds > LONGEST / 1000 {
        return LONGEST;
    }
    let parts = u64::from(duration.subsec_nanos().div_ceil(1_000_000));
    (seconds * 1000 + parts).min(LONGEST)
}
