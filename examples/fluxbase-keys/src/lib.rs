//! The program `fluxbase-keys`, as a function: arguments and environment in, text and exit status out.
//!
//! README.md and `--help` say what it does.

mod arguments;
mod connect;
mod demo;
mod keep;
mod output;
mod problem;
mod verbs;

use std::{
    ffi::OsString,
    io::{self, Write},
};

use self::{
    arguments::{Ask, parse},
    problem::Problem,
};

/// Looks up a variable of the environment.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Where the text goes.
pub struct Streams<'a> {
    /// What was asked for.
    pub out: &'a mut dyn Write,
    /// Errors, warnings and notes.
    pub err: &'a mut dyn Write,
}

impl std::fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Streams")
    }
}

/// What the help says.
pub const HELP: &str = include_str!("help.txt");

/// Does what the arguments (without the program's name) ask for, and gives the exit status: 0 done, 1 failed, 2 wrong
/// usage.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    variables: Variables<'_>,
    streams: &mut Streams<'_>,
) -> u8 {
    let outcome = match parse(lexopt::Parser::from_args(arguments)) {
        Ok(Ask::Help) => print(streams, HELP),
        Ok(Ask::Version) => print(
            streams,
            concat!("fluxbase-keys ", env!("CARGO_PKG_VERSION"), "\n"),
        ),
        Ok(Ask::Demo(demo)) => demo::run(&demo, variables, streams),
        Ok(Ask::Verb(common, verb)) => verbs::run(&common, verb, variables, streams),
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => 0,
        Err(problem) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(streams.err, "fluxbase-keys: {problem}");
            problem.exit_status()
        }
    }
}

fn print(streams: &mut Streams<'_>, text: &str) -> Result<(), Problem> {
    streams.out.write_all(text.as_bytes())?;
    Ok(streams.out.flush()?)
}

/// A line that is no error and not what was asked for.
fn note(streams: &mut Streams<'_>, text: impl std::fmt::Display) -> io::Result<()> {
    writeln!(streams.err, "fluxbase-keys: note: {text}")
}
