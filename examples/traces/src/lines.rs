//! Programs that are given messages on standard input and reply on standard output, one a line.

use std::io::{self, BufRead as _, Write as _};

/// Replies to each line until the input ends. What is no message is answered with the problem.
///
/// # Errors
/// When the input or the output breaks.
pub fn serve_lines(mut reply: impl FnMut(&str) -> Result<String, String>) -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let reply = reply(&line?)
            .unwrap_or_else(|problem| serde_json::json!({ "problem": problem }).to_string());
        writeln!(output, "{reply}")?;
        output.flush()?;
    }
    Ok(())
}
