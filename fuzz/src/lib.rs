//! What the programs in `fuzz_targets` share: each runs the target of its name, and looks at how much memory and time it
//! asks for.

use std::{alloc::System, sync::OnceLock, time::Duration};

use fluxbase_client_keys::fuzz::Target;
use rustix::time::{ClockId, clock_gettime};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

static TARGET: OnceLock<Target> = OnceLock::new();

/// Runs the target of this name.
///
/// # Panics
///
/// When a promise is broken, when the run asks for more memory or time than the target allows, and when there is no such
/// target.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGET.get_or_init(|| Target::named(name).expect("a target of this name"));
    let region = Region::new(ALLOCATOR);
    let begun = spent();
    (target.run)(data);
    let spent = spent().saturating_sub(begun);
    let allocated = region.change().bytes_allocated;
    assert!(
        target.allows(allocated, data.len()),
        "{allocated} bytes of memory for {} of input",
        data.len()
    );
    assert!(
        target.allows_time(spent, data.len()),
        "{spent:?} for {} of input",
        data.len()
    );
}

/// What this thread has had of the processor's time.
fn spent() -> Duration {
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    spent.try_into().expect("no thread has less than none")
}
