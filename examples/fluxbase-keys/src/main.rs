//! Fluxbase client keys on the command line; `--help` says how.

use std::{env, io, process::ExitCode};

use fluxbase_keys::Streams;

fn main() -> ExitCode {
    let mut streams = Streams {
        out: &mut io::stdout(),
        err: &mut io::stderr(),
    };
    let arguments = env::args_os().skip(1);
    let status = fluxbase_keys::run(arguments, &|name| env::var_os(name), &mut streams);
    ExitCode::from(status)
}
