//! What every runner's test ends with.

use fluxbase_key_traces::Summary;

/// Tells how many traces ran, and fails with the differences of those that did not go as they have to.
pub(crate) fn judge(driver: &str, summary: &Summary) {
    show(&format!("{driver}: {summary}"));
    assert!(summary.failed.is_empty(), "{driver}: {summary}");
    assert!(summary.ran >= 200, "{driver}: the table has shrunk");
}

/// `cargo test -- --nocapture` shows how many traces ran, and which could not.
#[cfg(not(target_arch = "wasm32"))]
#[expect(clippy::print_stdout, reason = "it is there to be seen")]
fn show(text: &str) {
    println!("{text}");
}

#[cfg(target_arch = "wasm32")]
fn show(text: &str) {
    wasm_bindgen_test::console_log!("{text}");
}
