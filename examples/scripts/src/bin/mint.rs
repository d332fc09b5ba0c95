//! Mints a client key in a deploy, and stores it before anything else can go wrong.
//!
//! Once FILE is there, running it again does nothing. A lost answer is asked for again under an idempotency key. An
//! interrupted run leaves FILE.new behind: look for a key of that name in the list and delete it, then remove FILE.new.
//!
//! ```text
//! FLUXBASE_URL=http://127.0.0.1:8080 FLUXBASE_SERVICE_TOKEN_FILE=/run/secrets/fluxbase \
//!     cargo run -p fluxbase-key-scripts --bin mint -- billing /run/secrets/billing.key
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what it prints is its result"
)]

use std::{env, error::Error, fs, io::Write as _, path::Path, process::ExitCode};

use fluxbase_client_keys_ureq::{CreateClientKeyRequest, Scope, from_env};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Returned from here, it would be shown as `Debug`.
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let [_, name, path] = <[String; 3]>::try_from(env::args().collect::<Vec<_>>())
        .map_err(|_| "usage: mint NAME FILE")?;
    if Path::new(&path).exists() {
        println!("{path} is there already");
        return Ok(());
    }
    let keys = from_env()?;

    // First the place, for this user alone: what cannot be stored is not made.
    let place = format!("{path}.new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&place)?;

    let request = CreateClientKeyRequest::new(name, [Scope::TABLES_READ]);
    let made = keys.create_idempotent(&request).inspect_err(|_| {
        // Nothing is in it.
        let _ = fs::remove_file(&place);
    })?;
    let stored = file
        .write_all(made.key.expose().as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&place, &path));
    if let Err(error) = stored {
        // Nobody has it, so nobody needs it.
        keys.delete(made.client_key.id())?;
        return Err(error.into());
    }
    println!(
        "{} {}...",
        made.client_key.id(),
        made.client_key.key_prefix()
    );
    Ok(())
}
