//! The program `conformance`, as a function: arguments and environment in, text and exit status out.
//!
//! README.md and `--help` say what it does. The contract itself is data, in the folder `contract`.

mod answer;
mod arguments;
mod caller;
mod clean_up;
mod contract;
mod diagnosis;
mod generation;
mod judge;
mod pattern;
mod problem;
mod reader;
mod recording;
mod replay;
mod report;
mod run;
mod stand_in;
mod values;
mod walk;
mod wire;

use std::{ffi::OsString, io::Write};

use self::{
    arguments::{Ask, parse},
    problem::Problem,
};

/// Looks up a variable of the environment.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// How often the program was asked to end: once, and it deletes what it made; twice, and it leaves that too.
pub type Signals<'a> = &'a dyn Fn() -> usize;

/// Where the text goes.
pub struct Streams<'a> {
    /// What was asked for.
    pub out: &'a mut dyn Write,
    /// Errors and notes.
    pub err: &'a mut dyn Write,
}

impl std::fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Streams")
    }
}

/// What the help says.
pub const HELP: &str = include_str!("help.txt");

/// Does what the arguments (without the program's name) ask for, and gives the exit status, which [`HELP`] explains.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    variables: Variables<'_>,
    signals: Signals<'_>,
    streams: &mut Streams<'_>,
) -> u8 {
    let outcome = match parse(lexopt::Parser::from_args(arguments)) {
        Ok(Ask::Help) => print(streams, HELP),
        Ok(Ask::Version) => print(
            streams,
            concat!("conformance ", env!("CARGO_PKG_VERSION"), "\n"),
        ),
        Ok(Ask::Replay(path, format)) => replay::run(&path, format, streams),
        Ok(Ask::Run(options)) => run::run(&options, variables, signals, streams),
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(status) => status,
        Err(problem) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(streams.err, "conformance: {problem}");
            problem.exit_status()
        }
    }
}

fn print(streams: &mut Streams<'_>, text: &str) -> Result<u8, Problem> {
    streams.out.write_all(text.as_bytes())?;
    streams.out.flush()?;
    Ok(0)
}
