//! One session in the hands of many calls at once: who renews it, who waits, and what a call that goes away leaves behind.

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

use std::{cell::Cell, rc::Rc, time::Duration};

use fluxbase_client_keys::{
    Authentication, ErrorKind, FailureKind, Login, Outcome, Policy, Transport as _, Warning,
    emulator::{EmulatorTransport, Profile},
};

use async_support::{
    KEYS, REFRESH, REFUSED, SIGN_IN, SIGN_OUT, World, access, list, pair, refreshing, store::Store,
    tokens,
};

/// Lets an emulator answer whatever is under way; how many refreshes there were.
fn serve(world: &World, emulator: &EmulatorTransport) -> usize {
    let mut refreshes = 0;
    while let Some(request) = world.request() {
        refreshes += usize::from(request.path() == REFRESH);
        let http = request.outgoing.clone().into_http().unwrap();
        let wall = emulator.now().wall;
        let response =
            emulator.with(|emulator| emulator.handle(&http, wall, &mut |bytes| bytes.fill(3)));
        let body = String::from_utf8(response.body().clone()).unwrap();
        request.answer(response.status().as_u16(), &body);
    }
    refreshes
}

#[test]
fn calls_at_the_same_time_share_one_refresh() {
    for profile in [Profile::V2026_1, Profile::V2026_3_7] {
        let emulator = EmulatorTransport::new(profile);
        let (email, password) = emulator.user();
        let (world, store) = (World::new(), Rc::<Store>::default());
        let manager = world.tab(&store, Authentication::None);
        let own = manager.clone();
        let sign_in = world.start(async move { own.sign_in(&email, password).await.map(drop) });
        assert_eq!(serve(&world, &emulator), 0);
        sign_in.result().unwrap();
        let first = access(&manager);
        // Both clocks: the token has ended for the server, and for the client.
        emulator.advance(Duration::from_secs(3600));
        world.pass(Duration::from_secs(3600));
        let calls: Vec<_> = (0..5).map(|_| world.start(list(&manager))).collect();
        assert_eq!(serve(&world, &emulator), 1, "{profile:?}");
        for call in calls {
            call.result().unwrap();
        }
        assert!(access(&manager).is_some() && access(&manager) != first);
        assert_eq!(store.access(), access(&manager));
    }
}

#[test]
fn a_refresh_goes_on_when_the_call_that_began_it_is_dropped() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(&store, tokens("old"));
    let (first, refresh) = refreshing(&world, &manager);
    let second = world.start(list(&manager));
    world.next(KEYS).answer(401, REFUSED);
    drop(first);
    assert!(world.is_idle() && !refresh.is_aborted());
    refresh.grant("new");
    let request = world.next(KEYS);
    assert_eq!(request.bearer(), "access-new");
    request.answer(200, "[]");
    world.executor.settle();
    second.result().unwrap();
    assert!(world.is_idle(), "the call that was dropped sends no more");
    // The same when nobody at all waits.
    let (only, refresh) = refreshing(&world, &manager);
    drop(only);
    refresh.grant("newest");
    assert!(world.is_idle());
    assert_eq!(access(&manager).as_deref(), Some("access-newest"));
    assert_eq!(store.access().as_deref(), Some("access-newest"));
}

#[test]
fn a_request_is_aborted_when_its_call_is_dropped() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(&store, tokens("old"));
    let call = world.start(list(&manager));
    let request = world.next(KEYS);
    assert!(!request.is_aborted());
    drop(call);
    assert!(request.is_aborted());
}

#[test]
fn a_waiting_call_can_be_cancelled() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(&store, tokens("old"));
    let (call, refresh) = refreshing(&world, &manager);
    let cancelled = Rc::<Cell<bool>>::default();
    let other = manager.with_host(world.host(&store, &cancelled));
    let waiting = world.start(list(&other));
    world.next(KEYS).answer(401, REFUSED);
    assert!(world.is_idle() && !waiting.has_ended());
    cancelled.set(true);
    world.pass(Duration::ZERO);
    let error = waiting.result().unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Cancelled, Outcome::NotApplied)
    );
    // Nobody else is disturbed, and a call that is cancelled from the start sends nothing.
    assert!(!call.has_ended() && !refresh.is_aborted());
    let late = world.start(list(&other));
    assert_eq!(late.result().unwrap_err().kind(), ErrorKind::Cancelled);
    refresh.grant("new");
    world.next(KEYS).answer(200, "[]");
    world.executor.settle();
    call.result().unwrap();
    assert!(world.is_idle());
}

#[test]
fn a_call_that_is_cancelled_does_not_cut_the_refresh_that_it_began() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let cancelled = Rc::<Cell<bool>>::default();
    let manager = world
        .tab(&store, tokens("old"))
        .with_host(world.host(&store, &cancelled));
    let (call, refresh) = refreshing(&world, &manager);
    cancelled.set(true);
    world.pass(Duration::ZERO);
    assert_eq!(call.result().unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(!refresh.is_aborted());
    refresh.grant("new");
    world.executor.settle();
    assert_eq!(access(&manager).as_deref(), Some("access-new"));
}

#[test]
fn a_call_without_time_leaves_the_refresh_alone() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(&store, tokens("old"));
    let hasty = manager.with_policy(Policy::new().deadline(Duration::from_secs(5)));
    let (call, refresh) = refreshing(&world, &hasty);
    world.pass(Duration::from_secs(4));
    assert!(!call.has_ended());
    world.pass(Duration::from_secs(1));
    let error = call.result().unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::DeadlineExceeded, Outcome::NotApplied)
    );
    assert!(!refresh.is_aborted());
    refresh.grant("new");
    world.executor.settle();
    assert_eq!(access(&manager).as_deref(), Some("access-new"));
}

#[test]
fn a_refresh_whose_answer_is_lost_is_told_to_the_call_that_began_it() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(&store, tokens("old"));
    let (first, refresh) = refreshing(&world, &manager);
    let second = world.start(list(&manager));
    world.next(KEYS).answer(401, REFUSED);
    refresh.lose();
    // The other one may try the same token once more: it may still be good.
    let again = world.next(REFRESH);
    assert!(again.body().contains("refresh-of-a-session-old"));
    let error = first.result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport(FailureKind::Closed));
    assert_eq!(
        error.outcome(),
        Outcome::NotApplied,
        "of the list, not of the refresh"
    );
    again.answer(401, REFUSED);
    world.next("/health").answer(200, r#"{"status":"ok"}"#);
    world.next(REFRESH).answer(401, REFUSED);
    world.executor.settle();
    let error = second.result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused { confirmed: true });
    assert_eq!(access(&manager).as_deref(), Some("access-old"));
    let error = world.start(list(&manager));
    world.next(KEYS).answer(401, REFUSED);
    world.executor.settle();
    let error = error.result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInNeeded, "{error}");
    assert!(error.to_string().contains("was lost"), "{error}");
}

#[test]
fn a_renewal_that_nobody_runs_is_waited_for_by_nobody() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(&store, tokens("old"));
    world.drops_renewals.set(true);
    let call = world.start(list(&manager));
    world.next(KEYS).answer(401, REFUSED);
    world.executor.settle();
    assert_eq!(call.result().unwrap_err().kind(), ErrorKind::Cancelled);
    world.drops_renewals.set(false);
    let (call, refresh) = refreshing(&world, &manager);
    refresh.grant("new");
    world.next(KEYS).answer(200, "[]");
    world.executor.settle();
    call.result().unwrap();
}

#[test]
fn who_cannot_refresh_signs_in() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(
        &store,
        Authentication::Login {
            login: Login::new("robot@example.com", "password", false),
            tokens: Some(pair("old")),
        },
    );
    let (call, refresh) = refreshing(&world, &manager);
    refresh.answer(401, REFUSED);
    world.next("/health").answer(200, r#"{"status":"ok"}"#);
    world.next(REFRESH).answer(401, REFUSED);
    world.next(SIGN_IN).grant("new");
    let request = world.next(KEYS);
    assert_eq!(request.bearer(), "access-new");
    request.answer(200, "[]");
    world.executor.settle();
    call.result().unwrap();
}

#[test]
fn a_sign_in_during_a_refresh_is_what_stays_stored() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    // Nobody shares the tokens, so the sign-in waits for nobody.
    let unshared = Rc::<Store>::default();
    let manager = world.tab(&store, tokens("old"));
    let (call, refresh) = refreshing(&world, &manager);
    let own = manager.with_host(world.host(&unshared, &Rc::default()));
    let sign_in = world.start(async move { own.sign_in("b@example.com", "password").await });
    world.next(SIGN_IN).grant("of-b");
    world.executor.settle();
    sign_in.result().unwrap();
    refresh.grant("late");
    let request = world.next(KEYS);
    assert_eq!(request.bearer(), "access-of-b");
    request.answer(200, "[]");
    world.executor.settle();
    call.result().unwrap();
    assert_eq!(access(&manager).as_deref(), Some("access-of-b"));
    assert_eq!(unshared.access().as_deref(), Some("access-of-b"));
    assert_eq!(store.access(), None);
}

#[test]
fn tokens_forgotten_during_a_refresh_are_not_stored_again() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let manager = world.tab(&store, tokens("old"));
    let (call, refresh) = refreshing(&world, &manager);
    let own = manager.clone();
    let forgotten = world.start(async move { own.forget().await });
    refresh.grant("late");
    world.executor.settle();
    assert_eq!(forgotten.result(), []);
    assert!(call.result().is_err());
    assert_eq!((access(&manager), store.access()), (None, None));
}

#[test]
fn tokens_forgotten_while_they_are_stored_are_taken_away_again() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let manager = world.tab(&store, tokens("old"));
    let (call, refresh) = refreshing(&world, &manager);
    store.slow.set(true);
    refresh.grant("late");
    assert!(world.is_idle(), "the new pair is stored before it is used");
    let own = manager.clone();
    let forgotten = world.start(async move { own.forget().await });
    store.go_on();
    world.executor.settle();
    assert_eq!(forgotten.result(), []);
    assert!(call.result().is_err());
    assert_eq!((access(&manager), store.access()), (None, None));
}

#[test]
fn a_sign_in_that_is_dropped_while_it_is_stored_is_in_force() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(&store, Authentication::None);
    let own = manager.clone();
    let sign_in = world.start(async move { own.sign_in("a@example.com", "password").await });
    store.slow.set(true);
    world.next(SIGN_IN).grant("new");
    assert!(world.is_idle());
    assert_eq!(access(&manager), None);
    drop(sign_in);
    assert_eq!(access(&manager).as_deref(), Some("access-new"));
    assert!(!store.is_locked());
}

#[test]
fn a_sign_out_waits_for_the_newest_token() {
    let (world, store) = (World::new(), Store::with(Some(pair("old"))));
    let manager = world.tab(&store, tokens("old"));
    let (call, refresh) = refreshing(&world, &manager);
    let own = manager.clone();
    let sign_out = world.start(async move { own.sign_out().await });
    // A server takes an older access token, answers 200, and leaves the session alive.
    assert!(world.is_idle());
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
    assert_eq!((access(&manager), store.access()), (None, None));
}

#[test]
fn tokens_that_were_not_stored_are_spoken_of_until_they_are() {
    let (world, store) = (World::new(), Rc::<Store>::default());
    let manager = world.tab(&store, tokens("old"));
    store.full.set(true);
    let (call, refresh) = refreshing(&world, &manager);
    refresh.grant("1");
    world.next(KEYS).answer(403, r#"{"error":"Forbidden"}"#);
    world.executor.settle();
    assert_eq!(call.result().unwrap_err().kind(), ErrorKind::Forbidden);
    let listed = || {
        let own = manager.clone();
        world.start(async move { own.list_answer().await })
    };
    let call = listed();
    world.next(KEYS).answer(200, "[]");
    world.executor.settle();
    assert_eq!(call.result().unwrap().warnings, [Warning::TokensNotStored]);
    store.full.set(false);
    let call = listed();
    world.next(KEYS).answer(401, REFUSED);
    world.next(REFRESH).grant("2");
    world.next(KEYS).answer(200, "[]");
    world.executor.settle();
    assert_eq!(call.result().unwrap().warnings, []);
    // What cannot be taken away is spoken of, and does not come back by itself.
    store.full.set(true);
    let own = manager.clone();
    let forgotten = world.start(async move { own.forget().await });
    assert_eq!(forgotten.result(), [Warning::TokensNotRemoved]);
    let call = world.start(list(&manager));
    assert_eq!(call.result().unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(store.access().as_deref(), Some("access-2"));
}
