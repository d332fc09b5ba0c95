//! Revokes every active client key whose name begins with a prefix, when a service is given up or its keys have leaked.
//!
//! Revoked keys stay on record, so the description is made to say why first. Use a credential that sees all keys.
//!
//! ```text
//! FLUXBASE_URL=http://127.0.0.1:8080 FLUXBASE_SERVICE_TOKEN=… \
//!     cargo run -p fluxbase-key-scripts --bin revoke_service -- billing- "moved to another provider"
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what it prints is its result"
)]

use std::{env, error::Error, process::ExitCode, time::SystemTime};

use fluxbase_client_keys_ureq::{
    BatchOptions, ClientKey, KeyStatus, Timestamp, UpdateClientKeyRequest, from_env,
};

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
    let [_, prefix, reason] = <[String; 3]>::try_from(env::args().collect::<Vec<_>>())
        .map_err(|_| "usage: revoke_service PREFIX REASON")?;
    if prefix.is_empty() {
        return Err("an empty prefix would revoke all keys".into());
    }
    let keys = from_env()?;
    let now = Timestamp::try_from(SystemTime::now())?;

    let mut listed = keys.list()?.client_keys;
    listed.retain(|key| key.name().starts_with(&prefix) && key.status(now) == KeyStatus::Active);
    let ids: Vec<_> = listed.iter().map(ClientKey::id).collect();

    // What is revoked counts; a description that could not be changed does not stop it.
    let updates = listed.iter().map(|key| {
        let before = key.description().map(|text| format!("{text}; "));
        let text = format!("{}revoked: {reason}", before.unwrap_or_default());
        (key.id(), UpdateClientKeyRequest::new().description(text))
    });
    let described = keys.update_many(updates, BatchOptions::new());
    let revoked = keys.revoke_many(ids, BatchOptions::new());

    let mut failed = 0;
    for ((key, described), revoked) in listed.iter().zip(described).zip(revoked) {
        let told = described
            .err()
            .map(|error| format!(" (not described: {error})"));
        match revoked {
            Ok(_) => println!("revoked {:?}{}", key.name(), told.unwrap_or_default()),
            Err(error) => {
                failed += 1;
                println!("NOT revoked {:?}: {error}", key.name());
            }
        }
    }
    match failed {
        0 => Ok(()),
        failed => Err(format!("{failed} keys still work").into()),
    }
}
