//! Memory does not grow with a list that is read key by key.
//!
//! One test, because the counting allocator serves the whole program.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used)]

use std::{alloc::System, cell::Cell, io::Write as _, ops::ControlFlow, time::Duration};

use fluxbase_client_keys::{
    Authentication, BaseUrl, ClientKeysManager, Credential, Error, Head, Limits, Now, Outgoing,
    ResponseBody, Settings, Timestamp, Transport, TransportFailure,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The bytes that are in use now.
fn in_use() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// A server with so many keys, whose list is made while it is read.
struct Server {
    keys: usize,
    most: Cell<usize>,
}

struct List {
    next: usize,
    keys: usize,
    chunk: Vec<u8>,
}

impl Server {
    fn look(&self) {
        self.most.set(self.most.get().max(in_use()));
    }
}

impl ResponseBody for List {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        self.chunk.clear();
        // A chunk ends in the middle of a key, as it does on a wire.
        while self.next < self.keys && self.chunk.len() < 16_000 {
            let open = if self.next == 0 { '[' } else { ',' };
            let number = self.next;
            write!(
                self.chunk,
                r#"{open}{{"id":"key-{number}","name":"n{number}","scopes":["tables:read","*"],"created_at":"2026-05-01T09:30:00Z"}}"#
            )
            .unwrap();
            self.next += 1;
            if self.next == self.keys {
                self.chunk.push(b']');
            }
        }
        Ok((!self.chunk.is_empty()).then_some(&self.chunk))
    }
}

impl Transport for Server {
    type Body = List;

    fn send(&self, _: &Outgoing, _: &Limits) -> Result<(Head, List), TransportFailure> {
        let list = List {
            next: 0,
            keys: self.keys,
            chunk: Vec::with_capacity(32_000),
        };
        Ok((Head::new(200), list))
    }

    fn now(&self) -> Now {
        Now::new(Timestamp::UNIX_EPOCH, Duration::ZERO, 0)
    }

    fn sleep(&self, _: Duration) {}

    fn fill_random(&self, _: &mut [u8]) -> Result<(), Error> {
        Ok(())
    }
}

/// The bytes by which reading so many keys raised the most that was in use.
fn growth(keys: usize) -> usize {
    let mut settings = Settings::new(BaseUrl::parse("https://example.com").unwrap());
    settings.authentication = Authentication::Fixed(Credential::bearer_token("eyJ.a.b").unwrap());
    let most = Cell::new(0);
    let manager = ClientKeysManager::new(settings, Server { keys, most });
    let before = in_use();
    let mut seen = 0_usize;
    let summary = manager
        .list_each(|key| {
            assert_eq!(
                key.id().as_str().strip_prefix("key-"),
                Some(seen.to_string().as_str())
            );
            seen += 1;
            manager.transport().look();
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(
        (seen, summary.total, summary.skipped),
        (keys, keys as u64, 0)
    );
    manager.transport().most.get() - before
}

#[test]
fn a_list_is_read_in_constant_memory() {
    let small = growth(10_000);
    let large = growth(100_000);
    println!("10,000 keys: {small} bytes more at most; 100,000 keys: {large}");
    assert!(large.abs_diff(small) < 64 * 1024, "{small} and {large}");
    // The keys of a chunk, the chunk itself, and little more.
    assert!(large < 256 * 1024, "{large}");
}
