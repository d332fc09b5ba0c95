//! One manager in many threads.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use fluxbase_client_keys_ureq::{CreateClientKeyRequest, Proxy, Scope, builder};
use fluxbase_emulator::{Guard, Options, start};

const THREADS: usize = 16;

fn sent(guard: &Guard, path: &str) -> usize {
    guard
        .received()
        .iter()
        .filter(|request| request.path() == path)
        .count()
}

#[test]
fn one_renewal_serves_sixteen_threads_and_their_calls_overlap() {
    const LIFETIME: Duration = Duration::from_secs(2);
    const LATENCY: Duration = Duration::from_millis(100);

    let guard = start(Options::new().access_token_lifetime(LIFETIME)).unwrap();
    let user = &guard.credentials().users[0];
    let manager = builder(&guard.base_url())
        .proxy(Proxy::None)
        .login(&user.email, user.password.as_str())
        .build()
        .unwrap();
    let key = manager
        .create(&CreateClientKeyRequest::new("ci", [Scope::MONITORING_READ]))
        .unwrap()
        .client_key;
    let first = manager.export_tokens().unwrap();
    thread::sleep(LIFETIME + Duration::from_millis(100));
    guard.set_latency(LATENCY);

    let barrier = Barrier::new(THREADS);
    let begun = Instant::now();
    thread::scope(|scope| {
        let calls: Vec<_> = (0..THREADS)
            .map(|_| {
                let (manager, barrier, key) = (manager.clone(), &barrier, &key);
                scope.spawn(move || {
                    barrier.wait();
                    manager.get(key.id()).map(|key| key.name().to_owned())
                })
            })
            .collect();
        for call in calls {
            assert_eq!(call.join().unwrap().unwrap(), "ci");
        }
    });
    let took = begun.elapsed();

    assert_eq!(sent(&guard, "/api/v1/auth/signin"), 1);
    assert_eq!(sent(&guard, "/api/v1/auth/refresh"), 1);
    let path = format!("/api/v1/client-keys/{}", key.id());
    assert_eq!(sent(&guard, &path), THREADS);
    // The refresh and a call after it; one after the other the calls alone would take sixteen times as long.
    assert!(took >= 2 * LATENCY && took < 8 * LATENCY, "{took:?}");
    let second = manager.export_tokens().unwrap();
    assert_ne!(
        first.refresh_token.unwrap().expose(),
        second.refresh_token.unwrap().expose()
    );
}

#[test]
fn new_tokens_are_stored_before_they_are_used() {
    use std::sync::{Arc, Mutex};

    let guard = Arc::new(start(Options::new()).unwrap());
    let user = &guard.credentials().users[0];
    let stored = Arc::<Mutex<Vec<_>>>::default();
    let (keep, server) = (Arc::clone(&stored), Arc::clone(&guard));
    let manager = builder(&guard.base_url())
        .proxy(Proxy::None)
        .login(&user.email, user.password.as_str())
        .store_tokens(move |pair| {
            let mut stored = keep.lock().unwrap();
            stored.push((pair.export(), server.count()));
            if stored.len() > 1 {
                return Err("the disk is full".into());
            }
            Ok(())
        })
        .build()
        .unwrap();
    let answer = manager.list_answer().unwrap();
    assert!(answer.warnings.is_empty());
    // The sign-in had been sent, and the list had not.
    assert_eq!(stored.lock().unwrap()[0].1, 1);
    let warnings = manager.refresh().unwrap();
    assert_eq!(
        warnings,
        [fluxbase_client_keys_ureq::Warning::TokensNotStored]
    );
    assert!(manager.list().is_ok());
    assert_eq!(stored.lock().unwrap().len(), 2);
}
