//! What every runner's test ends with.

use fluxbase_key_traces::Summary;

/// Tells how many traces ran, and fails with the differences of those that did not go as they have to.
#[expect(
    clippy::print_stdout,
    reason = "`cargo test -- --nocapture` shows how many traces ran, and which could not"
)]
pub(crate) fn judge(driver: &str, summary: &Summary) {
    println!("{driver}: {summary}");
    assert!(summary.failed.is_empty(), "{driver}: {summary}");
    assert!(summary.ran >= 200, "{driver}: the table has shrunk");
}
