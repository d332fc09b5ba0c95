//! `Command`: what JavaScript is to do next for a call, as JSON.

use core::time::Duration;

use fluxbase_client_keys::{Error, Secret, Sending, TokenPair, Warning};

use crate::{flow::AnyFlow, problem, text::Text};

/// The longest time that JavaScript's timers take; beyond it they fire at once.
const LONGEST: u64 = 0x7fff_ffff;

/// What is to be done next for a call, or how it ended.
pub(crate) struct Command {
    pub(crate) text: Text,
    /// Nothing more happens to the call.
    pub(crate) ends: bool,
}

impl Command {
    /// A command without particulars.
    pub(crate) fn named(name: &str) -> Self {
        Self::with(name, &|_| {})
    }

    fn with(name: &str, members: &dyn Fn(&mut Text)) -> Self {
        let mut text = Text::default();
        text.raw("{");
        text.text("do", Some(name));
        members(&mut text);
        text.raw("}");
        Self { text, ends: false }
    }

    /// A command for so long.
    pub(crate) fn timed(name: &str, time: Duration) -> Self {
        Self::with(name, &|text| text.number("ms", milliseconds(time)))
    }

    /// Sends a request.
    pub(crate) fn fetch(sending: &Sending<AnyFlow>) -> Self {
        let request = sending.request();
        Self::with("fetch", &|text| {
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
            let body = request.body().map(core::str::from_utf8);
            text.text("body", body.and_then(Result::ok));
            text.number("timeout", milliseconds(sending.timeout()));
            text.number("limit", sending.body_limit());
        })
    }

    /// Stores these tokens, or takes away what is stored.
    pub(crate) fn store(pair: Option<&TokenPair>) -> Self {
        Self::with("store", &|text| {
            let exported = pair.map(TokenPair::export);
            let exported = exported.as_ref().map(Secret::expose);
            text.json("tokens", exported.unwrap_or("null"));
            text.text("text", exported);
        })
    }

    /// The call ended well. `answered` is status, id of the request and number of requests.
    pub(crate) fn done(
        value: &Text,
        warnings: &[Warning],
        answered: Option<&(u16, Option<String>, u32)>,
    ) -> Self {
        let command = Self::with("done", &|text| {
            let value = value.as_str();
            text.json("value", if value.is_empty() { "{}" } else { value });
            text.json("warnings", "[");
            for warning in warnings {
                let mut words = String::new();
                warning.write_to(&mut words);
                text.quoted(&words);
            }
            text.raw("]");
            if let Some((status, request_id, attempts)) = answered {
                text.number("status", (*status).into());
                text.text("requestId", request_id.as_deref());
                text.number("attempts", (*attempts).into());
            }
        });
        Self {
            ends: true,
            ..command
        }
    }

    /// The call ended with this error.
    pub(crate) fn failed(error: &Error) -> Self {
        let command = Self::with("done", &|text| {
            text.name("error");
            problem::write(text, error);
        });
        Self {
            ends: true,
            ..command
        }
    }
}

/// In whole milliseconds, rounded up: a wait must not end early.
fn milliseconds(duration: Duration) -> u64 {
    let parts = u64::from(duration.subsec_nanos().div_ceil(1_000_000));
    (duration
        .as_secs()
        .saturating_mul(1000)
        .saturating_add(parts))
    .min(LONGEST)
}
