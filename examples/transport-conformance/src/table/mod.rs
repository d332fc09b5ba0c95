//! The cases, by what they are about.

mod body;
mod chunked;
mod closed;
mod gzip;
mod header;
mod length;
mod method;
mod odd;
mod page;
mod redirect;
mod reuse;
mod slow;
mod tls;

use std::time::Duration;

use crate::{Act, Case, act::answer};

/// What a key that was made is answered with.
pub(crate) const CREATED: &str =
    r#"{"client_key":{"id":"key-1","name":"ci"},"key":"fbk_made-for-a-test"}"#;

/// What a key that is asked for is answered with.
pub(crate) const KEY: &str = r#"{"id":"key-1","name":"ci"}"#;

/// The time of a call that is to run out of it.
const SHORT: Duration = Duration::from_millis(700);

/// Every case, in the order in which they run.
#[must_use]
pub fn cases() -> Vec<Case> {
    [
        method::cases(),
        closed::cases(),
        length::cases(),
        chunked::cases(),
        header::cases(),
        odd::cases(),
        page::cases(),
        gzip::cases(),
        body::cases(),
        redirect::cases(),
        reuse::cases(),
        slow::cases(),
        tls::cases(),
    ]
    .concat()
}

/// The answer to a creation, and the end of the connection.
fn created() -> Act {
    Act::write(answer("201 Created", "", CREATED.as_bytes()))
}
