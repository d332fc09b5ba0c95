//! Input that makes no sense.

use fluxbase_client_keys::emulator::Profile;
use fluxbase_client_keys_machine::{Machine, time};

use crate::page::{Page, fields, json, numbered};

#[test]
fn arguments_that_make_no_sense_end_the_call() {
    let mut page = Page::new(Profile::V2026_3_7);
    page.sign_in();
    let name = Some("ci");
    let star = Some("*");
    for (operation, arguments, words) in [
        ("frobnicate", vec![], "no such operation"),
        ("get", vec![Some("../users")], "id must be"),
        (
            "create",
            vec![name, None, Some("1.5"), None, None, star],
            "no numbers",
        ),
        (
            "create",
            vec![name, None, Some("-1"), None, None, star],
            "no numbers",
        ),
        (
            "create",
            vec![name, None, Some("4000000000"), None, None, star],
            "at most",
        ),
        (
            "create",
            vec![name, None, None, Some("soon"), None, star],
            "expires_at",
        ),
        (
            "create",
            vec![name, None, None, None, Some("abc"), star],
            "an idempotency key must be 22 to 256",
        ),
        ("create", vec![name], "at least one scope"),
        ("update", vec![Some("k")], "at least one field"),
        (
            "update",
            vec![Some("k"), name, None, None, None, Some("1")],
            "update of its own",
        ),
        ("restore", vec![Some("{}")], "tokens"),
    ] {
        let before = page.requests("");
        let done = page.call(operation, &arguments);
        assert_eq!(done["error"]["kind"], "invalid_input", "{done}");
        let message = done["error"]["message"].as_str().unwrap();
        assert!(message.contains(words), "{operation}: {message}");
        assert_eq!(page.requests(""), before, "{operation} sent something");
    }
    page.assert_idle();
}

#[test]
fn a_client_that_is_not_open_says_so() {
    let now = time(f64::NAN, -1.0, 0);
    let mut machine = Machine::new();
    let refused = json(&machine.open(&fields(&[Some("ftp://x")]), now));
    assert_eq!(refused["error"]["kind"], "invalid_input");
    let done = json(&machine.start(1, numbered("list"), &[], now));
    assert_eq!(done["error"]["kind"], "invalid_input");
}

#[test]
fn any_bytes_are_survived() {
    let mut state = 1u32;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    let mut page = Page::new(Profile::V2026_3_7);
    for _ in 0..3000 {
        let operations = [
            "create", "list", "update", "sign_in", "restore", "get", "\u{0}",
        ];
        let operation = operations[random() as usize % operations.len()];
        let mut input = fields(&[None, Some("k")]);
        let length = random() as usize % 40;
        input.extend((0..length).map(|_| random().to_le_bytes()[2]));
        let now = time(page.clock, page.clock, random());
        let call = random() % 9;
        json(&page.machine.start(call, numbered(operation), &input, now));
        let answered = page
            .machine
            .deliver(random() % 9, random() % 10, &input, now);
        assert!(answered.as_str().is_empty() || json(&answered).is_object());
    }
}
