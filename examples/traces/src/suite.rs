//! The whole table through one runner.

use core::fmt;

use fluxbase_client_keys::Error;

use crate::{
    compare::difference,
    observed::Observed,
    table::{Kind, Trace},
};

/// How the whole table went through one runner.
#[derive(Debug, Default)]
pub struct Summary {
    /// Traces that were run.
    pub ran: usize,
    /// Traces that this kind of driver cannot run, each with the reason.
    pub skipped: Vec<String>,
    /// The differences of those that failed.
    pub failed: Vec<String>,
}

/// Runs every trace that is possible for drivers of these kinds.
pub fn run_all(
    table: &[Trace],
    kinds: &[Kind],
    run: impl Fn(&Trace) -> Result<Observed, Error>,
) -> Summary {
    let mut summary = Summary::default();
    for trace in table {
        let reason = kinds.iter().find_map(|kind| trace.skip.get(kind));
        if let Some(reason) = reason {
            summary.skipped.push(format!("{}: {reason}", trace.name));
            continue;
        }
        summary.ran += 1;
        match run(trace) {
            Ok(observed) => summary.failed.extend(difference(trace, &observed)),
            Err(error) => summary
                .failed
                .push(format!("{}: cannot be run: {error}", trace.name)),
        }
    }
    summary
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failed in &self.failed {
            writeln!(f, "{failed}")?;
        }
        for skipped in &self.skipped {
            writeln!(f, "not run: {skipped}")?;
        }
        write!(
            f,
            "{} traces ran, {} failed, {} not run",
            self.ran,
            self.failed.len(),
            self.skipped.len()
        )
    }
}
