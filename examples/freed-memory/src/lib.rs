//! Looks for secrets in memory that is given back.
//!
//! [`Watching`] is an allocator. Before a block goes back to the system it is searched for a [`MARK`], which every
//! secret of such a test holds; [`found`] tells of each block that still held one, and where it
//! was given back. A block that grows is always moved, so that the copy it leaves behind is looked at too.
//!
//! What it cannot see: the stack, registers, and what the operating system or a process outside has copied.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    backtrace::Backtrace,
    cell::Cell,
    fmt,
    sync::{Mutex, PoisonError},
};

/// What every secret holds that is to be looked for.
pub const MARK: &str = "cAnArY0sEcReT";

/// What a secret holds that is made of hexadecimal digits.
pub const HEX_MARK: &str = "c0ffeec0ffee";

/// The allocator: make it the `#[global_allocator]` of a test program.
#[derive(Debug, Default)]
pub struct Watching;

/// A block that held a secret when it was given back.
#[derive(Debug)]
pub struct Found {
    /// Its size in bytes.
    pub size: usize,
    /// Its text around the secret.
    pub text: String,
    /// The calls that gave it back.
    pub place: Backtrace,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { size, text, place } = self;
        write!(f, "{size} bytes, {text:?}, given back by\n{place}")
    }
}

static FOUND: Mutex<Vec<Found>> = Mutex::new(Vec::new());

thread_local! {
    /// Whether this thread is noting a block, for which it needs memory itself.
    static NOTING: Cell<bool> = const { Cell::new(false) };
}

// SAFETY: every call is passed on to the system's allocator as it came, but for reading a block before it is given back.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Empty, so that what is found in a block later was written into this block, and all of it may be read.
        // SAFETY: the caller keeps the promises of `alloc`, which are the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is of this size, it is still the caller's, and it was initialised when it was allocated.
        let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
        if let Some(at) = position(bytes) {
            note(bytes, at);
        }
        // SAFETY: the caller keeps the promises of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

fn position(bytes: &[u8]) -> Option<usize> {
    let starts = |mark: &str, at: usize| {
        bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(mark.as_bytes()))
    };
    (0..bytes.len()).find(|&at| starts(MARK, at) || starts(HEX_MARK, at))
}

fn note(bytes: &[u8], at: usize) {
    // A thread that ends has no such value any more, and nothing that is looked for.
    let busy = NOTING.try_with(|noting| noting.replace(true));
    if busy.unwrap_or(true) {
        return;
    }
    let around = bytes.get(at.saturating_sub(40)..).unwrap_or_default();
    let around = around.get(..100).unwrap_or(around);
    let found = Found {
        size: bytes.len(),
        // Without the mark, or this text would be found in its turn.
        text: String::from_utf8_lossy(around)
            .replace(MARK, "<secret>")
            .replace(HEX_MARK, "<secret>"),
        place: Backtrace::force_capture(),
    };
    FOUND
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(found);
    NOTING.set(false);
}

/// What was found since this was last called.
#[must_use]
pub fn found() -> Vec<Found> {
    NOTING.set(true);
    let found = std::mem::take(&mut *FOUND.lock().unwrap_or_else(PoisonError::into_inner));
    NOTING.set(false);
    found
}

/// Prints what was found since this or [`found`] was last called.
///
/// # Panics
///
/// When there is any.
pub fn assert_nothing_found(name: &str) {
    let found = found();
    for found in &found {
        println!("{name}: {found}");
    }
    assert!(
        found.is_empty(),
        "{name}: {} blocks hold a secret",
        found.len()
    );
}
