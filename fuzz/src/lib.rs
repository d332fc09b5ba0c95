//! What the programs in `fuzz_targets` share: each runs the target of its name, and looks at how much memory it asks for.

use std::{alloc::System, sync::OnceLock};

use fluxbase_client_keys::fuzz::Target;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

static TARGET: OnceLock<Target> = OnceLock::new();

/// Runs the target of this name.
///
/// # Panics
///
/// When a promise is broken, when the run asks for more memory than the target allows, and when there is no such target.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGET.get_or_init(|| Target::named(name).expect("a target of this name"));
    let region = Region::new(ALLOCATOR);
    (target.run)(data);
    let allocated = region.change().bytes_allocated;
    assert!(
        target.allows(allocated, data.len()),
        "{allocated} bytes of memory for {} of input",
        data.len()
    );
}
