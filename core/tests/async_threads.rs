//! The asynchronous manager on many threads: its futures are `Send` where those of the host are.

// Threads, which wasm has not.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::disallowed_methods,
    reason = "threads of a test, as an executor has them"
)]
#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use fluxbase_client_keys::{
    AsyncClientKeysManager, AsyncHost, AsyncTransport, BaseUrl, Error, Head, Limits, Now, Outgoing,
    RenewalTask, Settings, TransportFailure,
    emulator::{EmulatorTransport, Profile},
};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// The emulator, slowed down, and with a thread for each renewal.
#[derive(Clone)]
struct Threads {
    emulator: EmulatorTransport,
    refreshes: Arc<AtomicUsize>,
}

impl AsyncTransport for Threads {
    type Body = <EmulatorTransport as AsyncTransport>::Body;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, Self::Body), TransportFailure> {
        if request.url().ends_with("/auth/refresh") {
            self.refreshes.fetch_add(1, Ordering::SeqCst);
            // Long enough for the others to find it under way.
            thread::sleep(Duration::from_millis(100));
        }
        self.emulator.send(request, limits).await
    }

    fn now(&self) -> Now {
        self.emulator.now()
    }

    async fn sleep(&self, _: Duration) {
        // Those who wait for a renewal are woken by its end.
        std::future::pending::<()>().await;
    }
}

impl AsyncHost for Threads {
    type Lock = ();

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        self.emulator.fill_random(buffer)
    }

    fn spawn(&self, renewal: RenewalTask<Self>) {
        thread::spawn(move || block_on(renewal.run()));
    }

    async fn lock_tokens(&self) {}
}

#[test]
fn threads_share_one_renewal() {
    let emulator = EmulatorTransport::new(Profile::V2026_3_7);
    let (email, password) = emulator.user();
    let threads = Threads {
        emulator: emulator.clone(),
        refreshes: Arc::default(),
    };
    let base = BaseUrl::parse("http://localhost").unwrap();
    let manager = AsyncClientKeysManager::new(Settings::new(base), threads.clone());
    block_on(manager.sign_in(&email, password)).unwrap();
    emulator.advance(Duration::from_secs(3600));
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let manager = manager.clone();
            // Moves the future itself to another thread, as an executor does.
            let call = async move { manager.list().await };
            thread::spawn(move || block_on(call))
        })
        .collect();
    for call in calls {
        call.join().unwrap().unwrap();
    }
    assert_eq!(threads.refreshes.load(Ordering::SeqCst), 1);
}
