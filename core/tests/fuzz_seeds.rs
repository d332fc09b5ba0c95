//! Every fuzz target on its seeds and on what fuzzing found (`fuzz/regressions`); with `FLUXBASE_KEYS_BLESS=1` the seeds
//! are written to `fuzz/seeds`, from which a fuzzer starts.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
#![allow(
    dead_code,
    reason = "the seeds need only some of what a recording holds"
)]
#![allow(
    clippy::print_stdout,
    reason = "which input was at fault is shown with the panic"
)]

mod fuzz_support;
mod recordings_support;

use std::{
    alloc::System,
    sync::{Mutex, PoisonError},
};

use fluxbase_client_keys::fuzz::{TARGETS, Target};
use fuzz_support::seeds;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The counting allocator serves the whole program, so one test runs at a time.
static ONE: Mutex<()> = Mutex::new(());

/// Runs a target, and looks at how much memory it asks for.
fn run(target: &Target, name: &str, input: &[u8]) {
    println!("{} {name}", target.name);
    let region = Region::new(ALLOCATOR);
    (target.run)(input);
    let allocated = region.change().bytes_allocated;
    assert!(
        target.allows(allocated, input.len()),
        "{} {name}: {allocated} bytes for {}",
        target.name,
        input.len()
    );
}

#[test]
fn every_seed_passes_its_target() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    for target in &TARGETS {
        let seeds = seeds(target.name);
        assert!(seeds.len() > 20, "only {}", seeds.len());
        for (name, seed) in &seeds {
            run(target, name, seed);
        }
        // Nor does the shortest of inputs fail.
        for length in 0..6 {
            run(target, "short", &[u8::MAX; 6][..length]);
        }
    }
}

#[cfg(not(target_family = "wasm"))]
mod files {
    #![expect(
        clippy::disallowed_methods,
        reason = "a fuzzer and these tests exchange files"
    )]

    use std::{fs, path::PathBuf};

    use super::*;

    fn folder(kind: &str, target: &Target) -> PathBuf {
        let fuzz = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz");
        [fuzz, kind, target.name].iter().collect()
    }

    #[test]
    fn what_fuzzing_found_stays_mended() {
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        for target in &TARGETS {
            let mut count = 0;
            // The package that is published has no such folder.
            for entry in fs::read_dir(folder("regressions", target))
                .into_iter()
                .flatten()
            {
                let path = entry.unwrap().path();
                run(
                    target,
                    &path.display().to_string(),
                    &fs::read(&path).unwrap(),
                );
                count += 1;
            }
            println!("{}: {count} files", target.name);
            let has_folder = folder("regressions", target).parent().unwrap().exists();
            assert_eq!(count > 0, has_folder, "{}", target.name);
        }
    }

    #[test]
    fn seeds_are_written_when_asked() {
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = std::env::var("FLUXBASE_KEYS_BLESS").is_ok_and(|value| value == "1");
        for target in &TARGETS {
            let folder = folder("seeds", target);
            for (name, seed) in seeds(target.name) {
                // Without being asked it only shows that each name is one of a file.
                assert!(name.len() < 100 && !name.contains('/'), "{name}");
                if asked {
                    fs::create_dir_all(&folder).unwrap();
                    fs::write(folder.join(&name), &seed).unwrap();
                    assert_eq!(fs::read(folder.join(&name)).unwrap(), seed);
                }
            }
        }
    }
}
