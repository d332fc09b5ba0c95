//! Calls that their callers want no more.

use fluxbase_client_keys::emulator::Profile;

use crate::page::{CANCELLED, DONE, Page};

#[test]
fn a_call_may_be_cancelled_before_and_in_every_command() {
    for begun in [false, true] {
        let ended = (0..200).find(|steps| is_over_after(*steps, begun));
        assert!(ended.is_some_and(|steps| steps > 4), "{ended:?}");
    }
}

/// Cancels a list after so many steps; whether it had ended by then.
fn is_over_after(steps: usize, begun: bool) -> bool {
    let mut page = Page::new(Profile::V2026_3_7);
    page.sign_in();
    page.failures.push_back("closed");
    let call = page.start("list", &[]);
    for _ in 0..steps {
        page.step();
    }
    if page.done(call).is_some() {
        return true;
    }
    page.cancel(call, begun);
    let done = page.done(call).unwrap().clone();
    assert_eq!(done["error"]["kind"], "cancelled", "{done}");
    page.run();
    page.assert_idle();
    // The client goes on.
    page.failures.clear();
    page.value("list", &[]);
    false
}

#[test]
fn a_create_that_is_cancelled_before_it_is_sent_was_not_made() {
    for (begun, outcome) in [(false, "not_applied"), (true, "unknown")] {
        let mut page = Page::new(Profile::V2026_3_7);
        page.sign_in();
        let arguments = [Some("ci"), None, None, None, None, Some("*")];
        let call = page.start("create", &arguments);
        page.cancel(call, begun);
        assert_eq!(page.done(call).unwrap()["error"]["outcome"], outcome);
    }
}

#[test]
fn a_sign_out_that_is_cancelled_while_a_renewal_is_awaited_sends_nothing() {
    let mut page = Page::new(Profile::V2026_3_7);
    page.sign_in();
    page.clock += 3_600_000.0;
    let list = page.start("list", &[]);
    page.step();
    let out = page.start("sign_out", &[]);
    page.step();
    page.cancel(out, true);
    assert_eq!(page.done(out).unwrap()["error"]["kind"], "cancelled");
    page.run();
    assert!(page.done(list).unwrap()["error"].is_null());
    assert_eq!(page.requests("/auth/signout"), 0);
    page.assert_idle();
}

#[test]
fn a_refresh_that_is_cancelled_ends_and_the_renewal_goes_on() {
    for begun in [false, true] {
        let mut page = Page::new(Profile::V2026_3_7);
        page.sign_in();
        let refresh = page.start("refresh", &[]);
        let list = page.start("list", &[]);
        if begun {
            page.step();
        }
        page.cancel(refresh, begun);
        assert_eq!(page.done(refresh).unwrap()["error"]["kind"], "cancelled");
        page.run();
        assert!(page.done(list).unwrap()["error"].is_null());
        page.assert_idle();
    }
}

#[test]
fn cancelling_a_call_that_is_not_there_does_nothing() {
    let mut page = Page::new(Profile::V2026_3_7);
    page.deliver(77, CANCELLED, &[]);
    assert!(page.queue.is_empty());
}

#[test]
fn a_store_that_hangs_holds_no_call_for_longer_than_it_may_last() {
    let shared = [Some("http://localhost:8080"), None, None, Some("1")];
    for operation in ["list", "refresh"] {
        for (kind, ended) in [(CANCELLED, "cancelled"), (DONE, "deadline_exceeded")] {
            let mut page = Page::with(Profile::V2026_3_7, &shared);
            let call = page.start(operation, &[]);
            let (_, load) = page.queue.pop_front().unwrap();
            assert_eq!(
                (&load["do"], &load["ms"]),
                (&"load".into(), &120_000.into())
            );
            page.deliver(call, kind, &[]);
            assert_eq!(page.done(call).unwrap()["error"]["kind"], ended);
            page.assert_idle();
        }
    }
}

#[test]
fn what_the_store_has_taken_of_a_calls_time_is_gone() {
    let shared = [Some("http://localhost:8080"), None, None, Some("1")];
    let mut page = Page::with(Profile::V2026_3_7, &shared);
    page.sign_in();
    let stored = page.stored.clone();
    let server = page.server;
    let mut page = Page::with(Profile::V2026_3_7, &shared);
    (page.server, page.stored) = (server, stored);
    page.start("list", &[]);
    page.clock += 110_000.0;
    page.step();
    assert_eq!(page.queue[0].1["timeout"], 10_000);
}
