//! Tabs that share tokens take turns, by Web Locks.

use std::{cell::Cell, future::Future, rc::Rc, sync::Arc, time::Duration};

use fluxbase_client_keys_wasm::{
    AsyncTransport as _, ClientKeysManager, Loaded, Stored, TokenPair, TokenStore,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    Sent, go_on, is_browser, pause, script,
    sharing::{REFRESH, Shared, observed},
    stand_in::{SERVER, advance, with_fetch},
};

/// Tokens in memory that several managers share, with a lock of this name: each test has its own.
#[derive(Clone)]
struct Locked {
    shared: Shared,
    lock: &'static str,
    /// How often it was looked at.
    loads: Rc<Cell<u32>>,
}

impl TokenStore for Locked {
    fn lock_name(&self) -> Option<&str> {
        Some(self.lock)
    }

    fn load(&self) -> Loaded<'_> {
        self.loads.set(self.loads.get() + 1);
        self.shared.load()
    }

    fn store<'a>(&'a self, pair: Option<&'a TokenPair>) -> Stored<'a> {
        self.shared.store(pair)
    }
}

/// A pair whose access token is no longer taken.
fn ended() -> TokenPair {
    TokenPair::new("ended", Some("the-refresh-token-before".into()))
}

/// What another tab has made of it.
fn renewed() -> TokenPair {
    TokenPair::new("renewed", Some("the-refresh-token-after".into()))
}

/// A store in which the session has ended, and a manager on it.
async fn ended_session(lock: &'static str) -> (Locked, ClientKeysManager, Arc<Sent>) {
    let store = Locked {
        shared: Shared::default(),
        lock,
        loads: Rc::default(),
    };
    store.store(Some(&ended())).await.unwrap();
    let (manager, sent) = observed(|builder| builder.store(store.clone()));
    (store, manager, sent)
}

/// Whether there are Web Locks. Browsers have them.
async fn has_locks() -> bool {
    let found = script("return Boolean(globalThis.navigator?.locks)", "").await;
    assert!(found.is_truthy() || !is_browser());
    found.is_truthy()
}

/// How many hold the lock, and how many wait for it.
async fn held_and_waiting(lock: &str) -> String {
    let count = "const { held, pending } = await navigator.locks.query(); \
         const count = (of) => of.filter(({ name }) => name === argument).length; \
         return `${count(held)} and ${count(pending)}`";
    let counted = script(&format!("return (async () => {{ {count} }})()"), lock).await;
    counted.as_string().unwrap()
}

/// Waits until so many hold the lock and wait for it: a browser hears of changes a little later.
async fn becomes(lock: &str, expected: &str) {
    let mut found = String::new();
    for _ in 0..100 {
        found = held_and_waiting(lock).await;
        if found == expected {
            return;
        }
        pause(10).await;
    }
    panic!("{found} hold the lock and wait for it, not {expected}");
}

/// Goes on with the call until it waits for the lock.
async fn until_it_waits(call: &mut (impl Future + Unpin)) {
    let waits = "return navigator.locks.query().then(({ pending }) => pending.length)";
    advance(call, waits).await;
}

/// Takes the lock, as another tab would.
async fn hold(lock: &str) {
    script(
        "return new Promise((held) => navigator.locks.request(argument, () => \
         new Promise((release) => { globalThis.release = release; held(); })))",
        lock,
    )
    .await;
}

async fn release() {
    script("globalThis.release()", "").await;
}

/// Lists while another tab holds the lock, which does this once it is waited for; how long the call takes after that.
async fn list_after(
    lock: &str,
    manager: &ClientKeysManager,
    then: impl Future<Output = ()>,
) -> Duration {
    hold(lock).await;
    let now = || manager.host().now().monotonic;
    with_fetch(SERVER, async {
        let mut call = Box::pin(manager.list());
        until_it_waits(&mut call).await;
        then.await;
        let begun = now();
        call.await.unwrap();
        now().saturating_sub(begun)
    })
    .await
}

#[wasm_bindgen_test]
async fn what_another_tab_renewed_meanwhile_is_not_renewed_again() {
    let lock = "renewed elsewhere";
    let (store, manager, sent) = ended_session(lock).await;
    if !has_locks().await {
        with_fetch(SERVER, manager.list()).await.unwrap();
        assert_eq!(sent.count(REFRESH), 1, "goes on without");
        return;
    }
    list_after(lock, &manager, async {
        assert_eq!(sent.count(REFRESH), 0);
        store.store(Some(&renewed())).await.unwrap();
        release().await;
    })
    .await;
    assert_eq!(sent.count(REFRESH), 0);
    becomes(lock, "0 and 0").await;
}

#[wasm_bindgen_test]
async fn what_another_tab_renewed_may_arrive_after_its_lock() {
    let lock = "arrives before the store";
    let (store, manager, sent) = ended_session(lock).await;
    if !has_locks().await {
        return;
    }
    list_after(lock, &manager, async {
        release().await;
        pause(300).await;
        store.store(Some(&renewed())).await.unwrap();
    })
    .await;
    assert_eq!(sent.count(REFRESH), 0);
    becomes(lock, "0 and 0").await;
}

#[wasm_bindgen_test]
async fn who_stored_nothing_is_waited_for_a_second() {
    let lock = "nothing stored";
    let (_, manager, sent) = ended_session(lock).await;
    if !has_locks().await {
        return;
    }
    let waited = list_after(lock, &manager, release()).await;
    assert_eq!(sent.count(REFRESH), 1);
    assert!(waited >= Duration::from_millis(900), "{waited:?}");
    assert!(waited < Duration::from_secs(10), "{waited:?}");
}

#[wasm_bindgen_test]
async fn a_renewal_gives_the_lock_back() {
    let lock = "given back";
    let (store, manager, sent) = ended_session(lock).await;
    with_fetch(SERVER, manager.list()).await.unwrap();
    assert_eq!(sent.count(REFRESH), 1);
    // For the call and under the lock: nobody was waited for.
    assert_eq!(store.loads.get(), 2);
    if has_locks().await {
        becomes(lock, "0 and 0").await;
    }
}

#[wasm_bindgen_test]
async fn a_tab_that_never_gives_the_lock_back_stops_nobody() {
    let lock = "never given back";
    let (_, manager, sent) = ended_session(lock).await;
    if !has_locks().await {
        return;
    }
    hold(lock).await;
    // As if the time that it is waited for had passed soon.
    script(
        "const own = globalThis.ownTimeout = setTimeout; \
         globalThis.setTimeout = (then, time) => own(then, time === 65_000 ? 100 : time)",
        "",
    )
    .await;
    let listed = with_fetch(SERVER, manager.list()).await;
    script("globalThis.setTimeout = globalThis.ownTimeout", "").await;
    listed.unwrap();
    assert_eq!(sent.count(REFRESH), 1);
    assert_eq!(held_and_waiting(lock).await, "1 and 0");
    release().await;
}

#[wasm_bindgen_test]
async fn locks_that_are_forbidden_stop_nobody() {
    if !has_locks().await {
        return;
    }
    for refusal in [
        "return Promise.reject(new DOMException('no', 'SecurityError'))",
        "throw new Error('no')",
        "return undefined",
    ] {
        let (_, manager, sent) = ended_session("forbidden").await;
        script("navigator.locks.request = new Function(argument)", refusal).await;
        let listed = with_fetch(SERVER, manager.list()).await;
        script("delete navigator.locks.request", "").await;
        listed.unwrap();
        assert_eq!(sent.count(REFRESH), 1, "{refusal}");
    }
}

#[wasm_bindgen_test]
async fn who_no_longer_wants_the_lock_does_not_wait_for_it() {
    let lock = "not wanted";
    let (_, manager, _) = ended_session(lock).await;
    if !has_locks().await {
        return;
    }
    hold(lock).await;
    let mut call = Box::pin(manager.restore_tokens(ended()));
    until_it_waits(&mut call).await;
    drop(call);
    becomes(lock, "1 and 0").await;
    release().await;
    becomes(lock, "0 and 0").await;
}

#[wasm_bindgen_test]
async fn who_goes_away_before_the_answer_holds_no_lock() {
    let lock = "gone away";
    let (_, manager, _) = ended_session(lock).await;
    if !has_locks().await {
        return;
    }
    let mut call = Box::pin(manager.restore_tokens(ended()));
    go_on(&mut call).await;
    drop(call);
    becomes(lock, "0 and 0").await;
}
