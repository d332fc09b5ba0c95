//! The emulator as a program; `--help` says how.

mod arguments;

use arguments::{Arguments, Ask, HELP, Problem};
use fluxbase_client_keys::emulator::State;
use fluxbase_emulator::{Credentials, Guard};
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let outcome = match arguments::parse(lexopt::Parser::from_env()) {
        Ok(Ask::Help) => print(HELP),
        Ok(Ask::Version) => print(concat!(
            "fluxbase-emulator ",
            env!("CARGO_PKG_VERSION"),
            "\n"
        )),
        Ok(Ask::Run(arguments)) => run(*arguments),
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(io::stderr(), "fluxbase-emulator: {problem}");
            ExitCode::from(problem.exit_code())
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Problem> {
    let mut options = arguments.options;
    let sample = arguments.state.is_none();
    if let Some(path) = arguments.state {
        let name = path.display();
        let text = std::fs::read(&path).map_err(|e| Problem::start(&format!("{name}: {e}")))?;
        let state = State::from_json(&text).map_err(|e| failed(&format!("{name}: {e}"), &e))?;
        options = options.state(state);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| failed("cannot wait for signals", &e))?;
    runtime.block_on(async {
        // Before the first line is out: whoever reads it may send a signal at once.
        let signalled = signals().map_err(|e| failed("cannot wait for signals", &e))?;
        let guard = fluxbase_emulator::start(options).map_err(|e| failed(&e.to_string(), &e))?;
        print(&greeting(&guard, sample))?;
        tokio::select! {
            () = signalled => {}
            () = guard.stopped() => {}
        }
        guard.stop();
        Ok(())
    })
}

/// What standard output gets: the address, and the credentials that exist in this process alone.
fn greeting(guard: &Guard, sample: bool) -> String {
    let mut lines = vec![format!("listening on {}", guard.base_url())];
    if sample {
        let Credentials {
            users,
            admins,
            service_keys,
            anon_tokens,
            ..
        } = guard.credentials();
        for (kind, logins) in [("user", users), ("admin", admins)] {
            let line = |login: &fluxbase_emulator::Login| {
                format!("{kind} {} {}", login.email, login.password)
            };
            lines.extend(logins.iter().map(line));
        }
        lines.extend(service_keys.iter().map(|key| format!("service-key {key}")));
        lines.extend(
            anon_tokens
                .iter()
                .map(|token| format!("anon-token {token}")),
        );
    }
    lines.push(String::new());
    lines.join("\n")
}

fn print(text: &str) -> Result<(), Problem> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| failed("cannot write to standard output", &e))
}

fn failed(what: &str, error: &(dyn Error + 'static)) -> Problem {
    match error.source() {
        Some(source) => Problem::start(&format!("{what}: {source}")),
        None => Problem::start(what),
    }
}

/// Completes at the first signal that asks the program to end.
#[cfg(unix)]
fn signals() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes at the first signal that asks the program to end.
#[cfg(not(unix))]
fn signals() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
