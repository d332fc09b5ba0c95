//! Serves the page for client keys beside a Fluxbase server on another port; `--help` says how.

mod arguments;
mod files;
mod policy;
mod sample;
mod site;
mod wasm;

use arguments::{Arguments, Ask, HELP};
use files::Files;
use fluxbase_emulator::{Guard, Login, Options};
use site::Site;
use std::error::Error;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use tokio::net::TcpListener;

/// Under which name the package looks for its wasm.
const WASM: &str = "/package/machine.wasm";

type Problem = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let outcome = match arguments::parse(lexopt::Parser::from_env()) {
        Ok(Ask::Help) => print(HELP),
        Ok(Ask::Version) => print(concat!(
            "fluxbase-keys-page ",
            env!("CARGO_PKG_VERSION"),
            "\n"
        )),
        Ok(Ask::Serve(arguments)) => serve(&arguments),
        Err(error) => {
            tell(&format!("{error}\nTry --help."));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            tell(&with_cause(&*problem));
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &Arguments) -> Result<(), Problem> {
    let files = files(arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Before the first line is out: whoever reads it may send a signal at once.
        let signalled = signals()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
        let listener = TcpListener::bind(address).await.map_err(|error| {
            format!("cannot listen on {address} ({error}); --port 0 takes a free port")
        })?;
        let port = listener.local_addr()?.port();
        let guard = if arguments.page_only {
            None
        } else {
            Some(start_server(arguments, port)?)
        };
        print(&greeting(port, guard.as_ref()))?;
        let site = Site::new(files, guard.as_ref().map(Guard::base_url).as_deref());
        // The page outlives the server: what it shows when its server goes away is worth a look.
        tokio::select! {
            () = signalled => {}
            () = site.serve(listener) => {}
        }
        Ok(())
    })
}

fn files(arguments: &Arguments) -> Result<Files, Problem> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Files::default();
    files.add_directory("/", &here.join("page"))?;
    if let Some(package) = &arguments.package {
        files
            .add_directory("/package/", package)
            .map_err(|error| format!("{}: {error}", package.display()))?;
    } else {
        files.add_directory("/package/", &here.join("../../transport-wasm/package"))?;
        files.add(WASM, wasm::build(&mut tell)?);
    }
    Ok(files)
}

/// The server on a port of its own, so that the page is of another origin, as it is in real use.
fn start_server(arguments: &Arguments, page_port: u16) -> Result<Guard, Problem> {
    let mut options = Options::new()
        .profile(arguments.profile)
        .state(sample::state(arguments.profile, arguments.empty)?)
        .address(SocketAddr::from((
            Ipv4Addr::LOCALHOST,
            arguments.server_port,
        )))
        .allowed_origins([
            format!("http://localhost:{page_port}"),
            format!("http://127.0.0.1:{page_port}"),
        ])
        .control(true)
        .record(false);
    if let Some(lifetime) = arguments.token_lifetime {
        options = options.access_token_lifetime(lifetime);
    }
    Ok(fluxbase_emulator::start(options)?)
}

/// What standard output gets: where the page is, and the credentials that exist in this process alone.
fn greeting(page_port: u16, guard: Option<&Guard>) -> String {
    let mut lines = vec![format!("open http://localhost:{page_port}/")];
    if let Some(guard) = guard {
        lines.push(format!("server {}", guard.base_url()));
        let credentials = guard.credentials();
        for (kind, logins) in [("user", &credentials.users), ("admin", &credentials.admins)] {
            lines.extend(logins.iter().map(|login| account(kind, login)));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn account(kind: &str, login: &Login) -> String {
    let Login {
        email, password, ..
    } = login;
    match &login.two_factor_code {
        Some(code) => format!("{kind} {email} {password} {code}"),
        None => format!("{kind} {email} {password}"),
    }
}

fn print(text: &str) -> Result<(), Problem> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write to standard output: {error}").into())
}

fn tell(text: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "fluxbase-keys-page: {text}");
}

/// The error and everything that led to it, on one line.
fn with_cause(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
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
