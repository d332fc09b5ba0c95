//! Cancelling a call that renews the session, or waits for somebody else who does.

// Two threads wait for each other here, which wasm has not.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the transports of this test stand for real ones, which have a clock"
)]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use fluxbase_client_keys::{
    Authentication, BaseUrl, ClientKeysManager, Error, ErrorKind, Head, Limits, Now, Outcome,
    Outgoing, ResponseBody, Settings, Timestamp, TokenPair, Transport, TransportFailure,
};

struct Whole(Option<&'static str>);

impl ResponseBody for Whole {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        Ok(self.0.take().map(str::as_bytes))
    }
}

/// Answers as it is told, on a clock that runs.
struct Scripted<A> {
    answer: A,
    begun: Instant,
    cancelled: Arc<AtomicBool>,
    /// A cancellation comes while it sleeps.
    cancelled_asleep: bool,
}

impl<A: Fn(&str) -> (u16, &'static str)> Transport for Scripted<A> {
    type Body = Whole;

    fn send(&self, request: &Outgoing, _: &Limits) -> Result<(Head, Whole), TransportFailure> {
        let (status, body) = (self.answer)(request.url());
        Ok((Head::new(status), Whole(Some(body))))
    }

    fn now(&self) -> Now {
        Now::new(Timestamp::UNIX_EPOCH, self.begun.elapsed(), 0)
    }

    fn sleep(&self, _: Duration) {
        self.cancelled
            .fetch_or(self.cancelled_asleep, Ordering::SeqCst);
    }

    fn fill_random(&self, _: &mut [u8]) -> Result<(), Error> {
        Ok(())
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }
}

/// Tokens whose access token has ended.
fn stale() -> Settings {
    let mut settings = Settings::new(BaseUrl::parse("https://example.com").unwrap());
    let mut pair = TokenPair::new("eyJ.stale", Some("eyJ.refresh.of-twenty-and-more".into()));
    pair.expires_at = Some(Timestamp::UNIX_EPOCH);
    settings.authentication = Authentication::Tokens(pair);
    settings
}

fn scripted<A: Fn(&str) -> (u16, &'static str)>(answer: A) -> Scripted<A> {
    Scripted {
        answer,
        begun: Instant::now(),
        cancelled: Arc::default(),
        cancelled_asleep: false,
    }
}

#[test]
fn a_renewal_that_waits_for_a_busy_server_ends() {
    let sent = AtomicU32::new(0);
    let mut busy = scripted(|url: &str| {
        assert!(url.ends_with("/auth/refresh"), "{url}");
        sent.fetch_add(1, Ordering::SeqCst);
        (429, "{}")
    });
    busy.cancelled_asleep = true;
    let manager = ClientKeysManager::new(stale(), busy);
    let error = manager.list().unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Cancelled, Outcome::NotApplied)
    );
    assert_eq!(sent.load(Ordering::SeqCst), 1);
}

/// A server that holds the refresh back until it is told to answer.
fn holding(begun: Sender<()>, go_on: Receiver<()>) -> impl Fn(&str) -> (u16, &'static str) {
    let go_on = Mutex::new(go_on);
    move |url: &str| {
        if url.ends_with("/auth/refresh") {
            begun.send(()).unwrap();
            go_on.lock().unwrap().recv().unwrap();
            (200, r#"{"access_token":"eyJ.new","expires_in":900}"#)
        } else {
            (200, "null")
        }
    }
}

#[test]
fn a_call_that_waits_for_another_renewal_ends() {
    let (begun, has_begun) = channel();
    let (go_on, told) = channel();
    let renewing = ClientKeysManager::new(stale(), scripted(holding(begun, told)));
    let other = scripted(|url: &str| panic!("nothing is to be sent: {url}"));
    let cancelled = Arc::clone(&other.cancelled);
    let waiting = renewing.with_transport(other);
    thread::scope(|scope| {
        let renewing = scope.spawn(|| renewing.list());
        has_begun.recv().unwrap();
        let waiting = scope.spawn(|| waiting.list());
        thread::sleep(Duration::from_millis(50));
        assert!(!waiting.is_finished());
        cancelled.store(true, Ordering::SeqCst);
        let error = waiting.join().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        // The one that renews goes on, and is not disturbed.
        assert!(!renewing.is_finished());
        go_on.send(()).unwrap();
        assert_eq!(renewing.join().unwrap().unwrap().total, 0);
    });
}
