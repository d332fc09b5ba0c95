//! The server of the cases as a program. Prints where it is, and ends with its standard input.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

#[cfg(not(target_arch = "wasm32"))]
fn serve() -> io::Result<()> {
    use fluxbase_transport_conformance::{Peer as _, Server};

    let server = Server::start()?;
    let mut out = io::stdout().lock();
    write!(out, "{}", server.site())?;
    out.flush()?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

#[cfg(target_arch = "wasm32")]
fn serve() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(io::stderr(), "fluxbase-transport-conformance: {error}");
            ExitCode::FAILURE
        }
    }
}
