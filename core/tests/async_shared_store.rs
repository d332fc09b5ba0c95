//! Several managers that share one store for tokens, as the tabs of a browser do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is how a test fails, in its helpers too"
)]
#![allow(
    unreachable_pub,
    dead_code,
    reason = "the support is shared with another test file, which uses other parts of it"
)]

mod async_support;

use std::{rc::Rc, time::Duration};

use fluxbase_client_keys::{Authentication, Error, ErrorKind, TokenPair};

use async_support::{
    KEYS, REFRESH, REFUSED, Request, SIGN_IN, SIGN_OUT, World, access, executor::Call, list, pair,
    refreshing, store::Store, tokens,
};

/// The list is sent with this token now, and the call ends well.
fn goes_on_with(world: &World, call: &Call<Result<(), Error>>, access: &str) {
    let request = world.next(KEYS);
    assert_eq!(request.bearer(), access);
    request.answer(200, "[]");
    world.executor.settle();
    call.result().unwrap();
}

/// A program's own account, and tokens of an earlier run.
#[cfg(feature = "login")]
fn login(tokens: Option<TokenPair>) -> Authentication {
    Authentication::Login {
        login: fluxbase_client_keys::Login::new("robot@example.com", "password", false),
        tokens,
    }
}

#[test]
fn two_tabs_share_one_refresh() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let [one, two] = [0, 1].map(|_| world.tab(&store, Authentication::None));
    let (first, refresh) = refreshing(&world, &one);
    let second = world.start(list(&two));
    world.next(KEYS).answer(401, REFUSED);
    assert!(world.is_idle(), "the second tab waits for the lock");
    refresh.grant("new");
    for _ in 0..2 {
        let request = world.next(KEYS);
        assert_eq!(request.bearer(), "access-new");
        request.answer(200, "[]");
    }
    world.executor.settle();
    first.result().unwrap();
    second.result().unwrap();
    assert_eq!(access(&two).as_deref(), Some("access-new"));
    assert!(!store.is_locked());
}

#[test]
fn a_pair_is_stored_under_the_lock_and_before_it_is_used() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(&store, tokens("old"));
    let (call, refresh) = refreshing(&world, &manager);
    store.note("refreshing");
    refresh.grant("new");
    let request = world.next(KEYS);
    store.note("using");
    request.answer(200, "[]");
    world.executor.settle();
    call.result().unwrap();
    let expected = [
        "lock",
        "load",
        "refreshing",
        "store access-new",
        "unlock",
        "using",
    ];
    assert_eq!(*store.log.borrow(), expected);
}

#[test]
fn the_first_call_takes_what_is_stored() {
    let (world, store) = (World::new(), Store::with(Some(pair("stored"))));
    let manager = world.tab(&store, Authentication::None);
    assert_eq!(access(&manager), None);
    let call = world.start(list(&manager));
    goes_on_with(&world, &call, "access-stored");
    assert_eq!(*store.log.borrow(), ["load"]);
}

#[cfg(feature = "login")]
#[test]
fn a_login_is_not_used_when_others_have_tokens() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let [one, two] = [0, 1].map(|_| world.tab(&store, login(None)));
    let [first, second] = [&one, &two].map(|manager| world.start(list(manager)));
    world.next(SIGN_IN).grant("shared");
    for _ in 0..2 {
        let request = world.next(KEYS);
        assert_eq!(request.bearer(), "access-shared");
        request.answer(200, "[]");
    }
    world.executor.settle();
    first.result().unwrap();
    second.result().unwrap();
}

/// A pair whose access token ends then.
fn ending(name: &str, seconds: u64) -> TokenPair {
    let mut pair = pair(name);
    let end = fluxbase_client_keys::Timestamp::UNIX_EPOCH;
    pair.expires_at = Some(end.saturating_add(Duration::from_secs(seconds)));
    pair
}

#[test]
fn a_stored_pair_that_has_ended_is_the_one_that_is_refreshed() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(&store, Authentication::Tokens(ending("mine", 100)));
    // Another tab renewed it long ago, and has been closed.
    let elsewhere = world.tab(&store, Authentication::None);
    let stored = world.start(async move { elsewhere.restore_tokens(ending("theirs", 200)).await });
    assert_eq!(stored.result(), []);
    world.pass(Duration::from_secs(1000));
    let call = world.start(list(&manager));
    let refresh = world.next(REFRESH);
    assert!(refresh.body().contains("refresh-of-a-session-theirs"));
    refresh.grant("new");
    goes_on_with(&world, &call, "access-new");
    assert_eq!(store.access().as_deref(), Some("access-new"));
}

#[test]
fn a_stored_pair_that_ends_earlier_is_not_taken() {
    let (world, store) = (World::new(), Store::with(Some(ending("older", 100))));
    let manager = world.tab(&store, Authentication::Tokens(ending("newer", 200)));
    world.pass(Duration::from_secs(1000));
    let call = world.start(list(&manager));
    let refresh = world.next(REFRESH);
    assert!(refresh.body().contains("refresh-of-a-session-newer"));
    refresh.grant("newest");
    world.next(KEYS).answer(200, "[]");
    world.executor.settle();
    call.result().unwrap();
    assert_eq!(store.access().as_deref(), Some("access-newest"));
}

#[test]
fn what_could_not_be_stored_is_not_replaced_by_what_is_stored() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let manager = world.tab(&store, tokens("old"));
    store.full.set(true);
    let (call, refresh) = refreshing(&world, &manager);
    refresh.grant("1");
    world.next(KEYS).answer(200, "[]");
    world.executor.settle();
    call.result().unwrap();
    let (call, refresh) = refreshing(&world, &manager);
    assert!(refresh.body().contains("refresh-of-a-session-1"));
    refresh.grant("2");
    world.next(KEYS).answer(200, "[]");
    world.executor.settle();
    call.result().unwrap();
    assert_eq!(access(&manager).as_deref(), Some("access-2"));
}

#[test]
fn a_sign_out_uses_the_token_that_another_tab_has_renewed() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let [one, two] = [0, 1].map(|_| world.tab(&store, tokens("old")));
    let (call, refresh) = refreshing(&world, &one);
    let own = two.clone();
    let sign_out = world.start(async move { own.sign_out().await });
    assert!(world.is_idle(), "the other tab has the lock");
    refresh.grant("new");
    for _ in 0..2 {
        let request = world.request().unwrap();
        assert_eq!(request.bearer(), "access-new", "{}", request.path());
        let body = if request.path() == SIGN_OUT {
            "{}"
        } else {
            "[]"
        };
        request.answer(200, body);
    }
    world.executor.settle();
    call.result().unwrap();
    sign_out.result().unwrap();
    assert_eq!((access(&two), store.access()), (None, None));
}

#[test]
fn a_sign_in_waits_for_the_renewal_of_another_tab() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let [one, two] = [0, 1].map(|_| world.tab(&store, tokens("old")));
    let (call, refresh) = refreshing(&world, &one);
    let own = two.clone();
    let sign_in = world.start(async move { own.sign_in("b@example.com", "password").await });
    world.next(SIGN_IN).grant("of-b");
    assert!(world.is_idle() && !sign_in.has_ended());
    refresh.grant("late");
    world.next(KEYS).answer(200, "[]");
    world.executor.settle();
    sign_in.result().unwrap();
    call.result().unwrap();
    assert_eq!(store.access().as_deref(), Some("access-of-b"));
    assert_eq!(access(&two).as_deref(), Some("access-of-b"));
}

#[test]
fn restored_tokens_are_stored_for_the_others() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let manager = world.tab(&store, Authentication::None);
    let own = manager.clone();
    let restored = world.start(async move { own.restore_tokens(pair("brought")).await });
    assert_eq!(restored.result(), []);
    assert_eq!(store.access().as_deref(), Some("access-brought"));
    assert_eq!(access(&manager).as_deref(), Some("access-brought"));
}

/// Refuses a refresh, which is tried once more when the server is well.
fn refuse(world: &World, refresh: Request) {
    refresh.answer(401, REFUSED);
    world.next("/health").answer(200, r#"{"status":"ok"}"#);
    world.next(REFRESH).answer(401, REFUSED);
}

#[test]
fn a_pair_that_reaches_the_store_late_saves_the_session() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let manager = world.tab(&store, tokens("old"));
    let (call, refresh) = refreshing(&world, &manager);
    // Another tab had renewed them before this one got the lock.
    store.put(pair("theirs"));
    refuse(&world, refresh);
    goes_on_with(&world, &call, "access-theirs");
    assert!(!store.is_locked());
    assert_eq!(*store.log.borrow(), ["lock", "load", "load", "unlock"]);
    // Nothing is held against the tokens that there are now.
    let (call, refresh) = refreshing(&world, &manager);
    assert!(refresh.body().contains("refresh-of-a-session-theirs"));
    refresh.grant("new");
    goes_on_with(&world, &call, "access-new");
}

#[test]
fn a_pair_that_reaches_the_store_late_and_has_ended_is_refreshed_once() {
    for outcome in ["granted", "refused"] {
        let (world, store) = (World::new(), Store::with(Some(ending("old", 100))));
        let manager = world.tab(&store, Authentication::Tokens(ending("old", 100)));
        world.pass(Duration::from_secs(1000));
        let call = world.start(list(&manager));
        let refresh = world.next(REFRESH);
        assert!(refresh.body().contains("refresh-of-a-session-old"));
        store.put(ending("theirs", 200));
        refuse(&world, refresh);
        let refresh = world.next(REFRESH);
        assert!(refresh.body().contains("refresh-of-a-session-theirs"));
        if outcome == "granted" {
            refresh.grant("new");
            goes_on_with(&world, &call, "access-new");
            assert_eq!(store.access().as_deref(), Some("access-new"));
        } else {
            // What comes even later is for the next call.
            store.put(ending("latest", 9000));
            refuse(&world, refresh);
            world.executor.settle();
            let error = call.result().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused { confirmed: true });
        }
        assert!(world.is_idle() && !store.is_locked());
    }
}

#[test]
fn a_refusal_with_nothing_new_in_the_store_is_one() {
    for stored in [pair("old"), ending("older", 100)] {
        let (world, store) = (World::new(), Store::with(Some(stored)));
        let manager = world.tab(&store, Authentication::Tokens(ending("old", 200)));
        let (call, refresh) = refreshing(&world, &manager);
        refuse(&world, refresh);
        world.executor.settle();
        let error = call.result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused { confirmed: true });
        assert!(world.is_idle() && !store.is_locked());
        assert_eq!(*store.log.borrow(), ["lock", "load", "load", "unlock"]);
    }
}

#[test]
fn what_is_no_refusal_is_no_reason_to_look_again() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let manager = world.tab(&store, tokens("old"));
    let (call, refresh) = refreshing(&world, &manager);
    store.put(pair("theirs"));
    refresh.lose();
    world.executor.settle();
    call.result().unwrap_err();
    assert_eq!(access(&manager).as_deref(), Some("access-old"));
    assert_eq!(*store.log.borrow(), ["lock", "load", "unlock"]);
}

#[cfg(feature = "login")]
#[test]
fn a_late_pair_takes_the_place_of_a_login() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let manager = world.tab(&store, login(Some(pair("old"))));
    let (call, refresh) = refreshing(&world, &manager);
    store.put(pair("theirs"));
    refuse(&world, refresh);
    goes_on_with(&world, &call, "access-theirs");
}
