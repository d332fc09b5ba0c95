//! Finds the active client keys that nobody has used for some days, and those that end within as many.
//!
//! As an administrator, since an ordinary user's list omits keys. The list is read key by key, of whatever length it is.
//!
//! ```text
//! FLUXBASE_URL=http://127.0.0.1:8080 FLUXBASE_EMAIL=… FLUXBASE_PASSWORD=… \
//!     cargo run -p fluxbase-key-scripts --bin stale -- 30
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what it prints is its result"
)]

use std::{
    env,
    error::Error,
    ops::ControlFlow,
    process::ExitCode,
    time::{Duration, SystemTime},
};

use fluxbase_client_keys_ureq::{KeyStatus, Timestamp, builder};

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
    let days = env::args().nth(1).ok_or("usage: stale DAYS")?;
    let span = Duration::from_secs(u64::from(days.parse::<u32>()?) * 24 * 60 * 60);
    let keys = builder(&env::var("FLUXBASE_URL")?)
        .admin_login(env::var("FLUXBASE_EMAIL")?, env::var("FLUXBASE_PASSWORD")?)
        .build()?;
    let now = Timestamp::try_from(SystemTime::now())?;

    let mut found = 0;
    let listed = keys.list_each(|key| {
        if key.status(now) != KeyStatus::Active {
            return ControlFlow::Continue(());
        }
        // A key that was never used is as old as it is.
        let used = key.last_used_at().or(key.created_at());
        let unused = used.is_some_and(|used| used <= now.saturating_sub(span));
        let ends = key
            .expires_at()
            .filter(|end| *end <= now.saturating_add(span));
        if let (true, Some(used)) = (unused, used) {
            println!("{}  unused since {used}  {:?}", key.id(), key.name());
        }
        if let Some(end) = ends {
            println!("{}  expires {end}  {:?}", key.id(), key.name());
        }
        found += usize::from(unused || ends.is_some());
        ControlFlow::Continue(())
    })?;
    println!("{found} of {} keys", listed.total);
    keys.sign_out()?;
    Ok(())
}
