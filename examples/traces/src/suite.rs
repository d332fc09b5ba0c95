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
        match reason {
            Some(reason) => summary.skip(trace, reason),
            None => summary.judge(trace, run(trace)),
        }
    }
    summary
}

impl Summary {
    /// Takes note of a trace that is impossible here.
    pub(crate) fn skip(&mut self, trace: &Trace, reason: &str) {
        self.skipped.push(format!("{}: {reason}", trace.name));
    }

    /// Takes note of a trace that was run, or could not be.
    pub(crate) fn judge(&mut self, trace: &Trace, run: Result<Observed, Error>) {
        self.ran += 1;
        match run {
            Ok(observed) => self.failed.extend(difference(trace, &observed)),
            Err(error) => self
                .failed
                .push(format!("{}: cannot be run: {error}", trace.name)),
        }
    }
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
