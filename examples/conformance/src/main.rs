//! Holds a Fluxbase server against the contract of its client-key API; `--help` says how.

use std::{
    env, io,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use conformance::Streams;

fn main() -> ExitCode {
    let signals = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&signals);
    // Where no handler can be had, a signal ends the program as usual.
    let _ = ctrlc::set_handler(move || {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let mut streams = Streams {
        out: &mut io::stdout(),
        err: &mut io::stderr(),
    };
    let status = conformance::run(
        env::args_os().skip(1),
        &|name| env::var_os(name),
        &|| signals.load(Ordering::Relaxed),
        &mut streams,
    );
    ExitCode::from(status)
}
