//! Answers that no recording has: documented ones, those of proxies, and broken ones, for each operation.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "replies_support/keys.rs"]
mod keys;
#[path = "replies_support/refusals.rs"]
mod refusals;
mod replies_support;
#[path = "replies_support/session.rs"]
mod session;

use refusals::every_refusal;
