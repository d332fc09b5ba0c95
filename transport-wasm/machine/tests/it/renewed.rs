//! Renewals: shared, not cut, stored before they are used.

use fluxbase_client_keys::emulator::Profile;

use crate::page::Page;

const HOUR: f64 = 3_600_000.0;

#[test]
fn calls_at_the_same_time_share_one_refresh() {
    let mut page = Page::new(Profile::V2026_3_7);
    page.sign_in();
    page.clock += HOUR;
    let calls: Vec<u32> = (0..5).map(|_| page.start("list", &[])).collect();
    page.run();
    for call in calls {
        assert!(page.done(call).unwrap()["error"].is_null());
    }
    assert_eq!(page.requests("/auth/refresh"), 1);
    page.assert_idle();
}

#[test]
fn the_new_pair_is_stored_before_it_is_used() {
    let mut page = Page::new(Profile::V2026_3_7);
    page.sign_in();
    page.clock += HOUR;
    page.seen.clear();
    page.value("list", &[]);
    let order: Vec<_> = page
        .seen
        .iter()
        .filter(|command| ["fetch", "store"].contains(&command["do"].as_str().unwrap()))
        .map(|command| {
            command["url"]
                .as_str()
                .map_or("store", |url| url.rsplit('/').next().unwrap())
        })
        .collect();
    assert_eq!(order, ["refresh", "store", "client-keys"]);
}

#[test]
fn whoever_cancels_does_not_cut_the_refresh_for_others() {
    let mut page = Page::new(Profile::V2026_3_7);
    page.sign_in();
    page.clock += HOUR;
    let [first, second] = [page.start("list", &[]), page.start("list", &[])];
    page.step();
    page.cancel(first, true);
    assert_eq!(page.done(first).unwrap()["error"]["kind"], "cancelled");
    page.run();
    assert!(page.done(second).unwrap()["error"].is_null());
    assert_eq!(page.requests("/auth/refresh"), 1);
    page.assert_idle();
}

#[test]
fn a_store_that_fails_is_warned_of_and_costs_nothing() {
    let mut page = Page::new(Profile::V2026_3_7);
    page.store_fails = true;
    page.sign_in();
    let done = page.call("list", &[]);
    assert!(done["error"].is_null());
    assert!(
        done["warnings"][0]
            .as_str()
            .unwrap()
            .contains("could not be stored")
    );
}

/// Two tabs that share a store, the first of which has signed in; the second has the server.
fn tabs() -> (Page, Page) {
    let shared = [Some("http://localhost:8080"), None, None, Some("1")];
    let mut first = Page::with(Profile::V2026_3_7, &shared);
    first.sign_in();
    let mut second = Page::with(Profile::V2026_3_7, &shared);
    std::mem::swap(&mut first.server, &mut second.server);
    second.stored = first.stored.clone();
    second.clock = first.clock;
    (first, second)
}

#[test]
fn a_shared_store_is_locked_and_read_again() {
    let (mut first, mut second) = tabs();
    // The second tab signs nobody in: it takes what is stored.
    second.value("list", &[]);
    // It renews; the first one finds that in the store, under the lock, and sends no refresh.
    second.clock += HOUR;
    second.value("list", &[]);
    assert_eq!(second.requests("/auth/refresh"), 1);
    std::mem::swap(&mut first.server, &mut second.server);
    first.stored = second.stored.clone();
    first.clock = second.clock;
    first.value("list", &[]);
    assert_eq!(first.requests("/auth/refresh"), 0);
    let order: Vec<_> = first
        .seen
        .iter()
        .rev()
        .take(5)
        .rev()
        .map(|command| command["do"].as_str().unwrap())
        .collect();
    assert_eq!(order, ["done", "fetch", "read", "read", "done"]);
    let locked: Vec<_> = first
        .seen
        .iter()
        .filter(|command| ["lock", "load"].contains(&command["do"].as_str().unwrap()))
        .map(|command| command["do"].clone())
        .collect();
    assert_eq!(locked, ["lock", "lock", "load"]);
}

#[test]
fn a_refresh_that_is_the_first_call_looks_in_the_store() {
    let (_, mut second) = tabs();
    second.value("refresh", &[]);
    assert_eq!(second.requests("/auth/refresh"), 1);
    second.assert_idle();
}

#[test]
fn a_sign_in_that_others_overtake_while_it_is_stored_is_stored_again() {
    let stored = |page: &Page| {
        let store = page.seen.iter().rfind(|command| command["do"] == "store");
        store.unwrap()["tokens"].clone()
    };
    for other in ["refresh", "forget"] {
        let mut page = Page::new(Profile::V2026_3_7);
        page.sign_in();
        let user = page.server.users()[0].clone();
        let sign_in = page.start("sign_in", &[Some(&user.email), Some(&user.password)]);
        while page.queue[0].1["do"] != "store" {
            page.step();
        }
        // The store takes its time.
        let (call, store) = page.queue.pop_back().unwrap();
        assert_eq!((call, &store["do"]), (sign_in, &"store".into()));
        page.value(other, &[]);
        assert_ne!(stored(&page), store["tokens"], "{other}");
        page.queue.push_back((call, store));
        page.run();
        assert_eq!(stored(&page), page.value("tokens", &[]), "{other}");
        page.assert_idle();
    }
}

#[test]
fn a_pair_that_reaches_the_store_late_saves_the_session() {
    let shared = [Some("http://localhost:8080"), None, None, Some("1")];
    for comes in [true, false] {
        let mut first = Page::with(Profile::V2026_3_7, &shared);
        first.sign_in();
        let mut second = Page::with(Profile::V2026_3_7, &shared);
        std::mem::swap(&mut first.server, &mut second.server);
        second.stored = first.stored.clone();
        second.clock = first.clock + HOUR;
        second.value("list", &[]);
        // The second tab has renewed; the first does not see that yet, and its refresh is refused.
        std::mem::swap(&mut first.server, &mut second.server);
        first.clock = second.clock;
        let call = first.start("list", &[]);
        while first.requests("/health") == 0 {
            assert!(first.step());
        }
        if comes {
            first.stored = second.stored.clone();
        }
        first.run();
        let error = &first.done(call).unwrap()["error"];
        assert_eq!(error.is_null(), comes, "{error}");
        first.assert_idle();
    }
}
