//! The table of traces for a driver in another language: messages on standard input, replies on standard output, one a line.
//!
//! `commanded-traces browser|node [ORIGIN]`. ORIGIN is that of the pages that may read the scripted answers. Ends with its
//! input; the exit status is 1 where a trace failed.

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
};

use fluxbase_key_traces::{Commanded, all, serve_lines};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            // Where nobody listens any more there is nobody to tell.
            drop(writeln!(io::stderr(), "commanded-traces: {problem}"));
            ExitCode::from(2)
        }
    }
}

/// Serves until the input ends; whether no trace failed.
fn run() -> Result<bool, String> {
    let mut arguments = env::args().skip(1);
    let environment = arguments.next().unwrap_or_default().parse()?;
    let mut commanded = Commanded::new(all()?, environment, arguments.next());
    serve_lines(|message| commanded.reply(message)).map_err(|error| error.to_string())?;
    Ok(commanded.summary().failed.is_empty())
}
