//! Calls that their callers want no more.

use fluxbase_client_keys::emulator::Profile;

use crate::page::Page;

#[test]
fn a_call_may_be_cancelled_before_every_command() {
    for steps in 0..200 {
        let mut page = Page::new(Profile::V2026_3_7);
        page.sign_in();
        page.failures.push_back("closed");
        let call = page.start("list", &[]);
        for _ in 0..steps {
            page.step();
        }
        if page.done(call).is_some() {
            assert!(steps > 4, "the call ended after {steps} steps");
            return;
        }
        page.cancel(call);
        let done = page.done(call).unwrap().clone();
        assert_eq!(done["error"]["kind"], "cancelled", "{done}");
        page.run();
        page.assert_idle();
        // The client goes on.
        page.failures.clear();
        page.value("list", &[]);
    }
    panic!("the call never ended");
}

#[test]
fn cancelling_a_call_that_is_not_there_does_nothing() {
    let mut page = Page::new(Profile::V2026_3_7);
    page.cancel(77);
    assert!(page.queue.is_empty());
}
