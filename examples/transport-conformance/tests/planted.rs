//! The suite finds what is wrong: transports with one fault each, and the cases that it fails.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a panic there is how a test fails"
)]

mod faulty;

use fluxbase_client_keys_ureq::{Proxy, builder};
use fluxbase_transport_conformance::{Limitation, Peer as _, Server, Suite, Verdict, cases};

use crate::faulty::{Fault, Faulty};

/// The cases that a transport with this fault fails among those whose names begin so.
fn found(fault: Option<Fault>, beginnings: &[&str]) -> Vec<String> {
    failed(fault, &[], beginnings)
}

/// The same of a transport that is said to be limited.
fn failed(fault: Option<Fault>, limitations: &[Limitation], beginnings: &[&str]) -> Vec<String> {
    let server = Server::start().unwrap();
    let manager = builder(&server.site().plain)
        .ca_file(&server.site().authority)
        .proxy(Proxy::None)
        .build()
        .unwrap();
    let transport = Faulty::new(manager.transport(), fault);
    let names = cases().into_iter().map(|case| case.name);
    let names: Vec<_> = names
        .filter(|name| beginnings.iter().any(|start| name.starts_with(start)))
        .collect();
    let report = Suite::new("planted")
        .only(names.iter().copied())
        .limited_by(limitations.iter().copied())
        .run_blocking(&&transport, &server);
    let ran = report.verdicts().count();
    assert_eq!(ran, names.len(), "{report}");
    let failed: Vec<_> = report.failed().map(str::to_owned).collect();
    let told = report
        .verdicts()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Failed(why) if !why.is_empty()));
    assert_eq!(told.count(), failed.len());
    assert_eq!(report.holds(ran), failed.is_empty());
    failed
}

/// Cases of each kind, those that take long left out.
const QUICK: &[&str] = &[
    "post",
    "get",
    "delete",
    "patch",
    "error",
    "refused",
    "reset",
    "closed",
    "length",
    "chunked",
    "header-",
    "http",
    "not",
    "gzip",
    "body-of",
    "redirect",
    "no-cookies",
    "race",
    "tls-",
];

#[test]
fn without_a_fault_nothing_is_found() {
    assert_eq!(found(None, QUICK), [""; 0]);
}

#[test]
fn what_sends_again_by_itself() {
    let failed = found(Some(Fault::SendsAgain), &["closed", "reset", "race"]);
    assert_eq!(
        failed,
        [
            "reset-before-answer",
            "closed-before-answer",
            "closed-in-status-line",
            "closed-in-headers",
            "race-closed-after-reading",
            "race-reset-after-reading",
            "race-closed-without-reading",
        ]
    );
}

#[test]
fn what_sends_again_in_the_background() {
    let failed = found(Some(Fault::SendsLater), &["post", "patch", "reuse", "race"]);
    let expected = ["post", "post-with-client-key"];
    assert_eq!(failed.get(..2).unwrap(), expected, "{failed:?}");
}

#[test]
fn what_says_that_nothing_was_sent() {
    let failed = found(
        Some(Fault::NothingSent),
        &["closed", "not-http", "silent-", "length-"],
    );
    let expected = [
        "closed-before-answer",
        "closed-in-status-line",
        "closed-in-headers",
        "closed-after-headers",
        "closed-in-body",
        "length-too-long",
        "length-twice-and-different",
        "length-is-no-number",
        "length-is-negative",
        "not-http",
        "silent-before-head",
        "silent-in-head",
        "silent-after-head",
        "silent-in-body",
    ];
    assert_eq!(failed, expected);
}

#[test]
fn what_never_says_that_nothing_was_sent() {
    let failed = found(
        Some(Fault::MaybeSent),
        &["refused", "no-address", "tls-", "closed"],
    );
    let expected = [
        "refused",
        "no-address",
        "tls-unknown-authority",
        "tls-wrong-name",
        "tls-expired",
        "tls-to-a-silent-port",
    ];
    assert_eq!(failed, expected);
}

#[test]
fn what_follows_redirects() {
    let failed = found(Some(Fault::FollowsRedirects), &["redirect", "post"]);
    assert_eq!(
        failed,
        [
            "redirect-301",
            "redirect-302",
            "redirect-302-of-get",
            "redirect-303",
            "redirect-307",
            "redirect-308",
            "redirect-308-of-delete",
        ]
    );
}

#[test]
fn what_reads_on_beyond_the_limit() {
    let failed = found(Some(Fault::ReadsAll), &["body", "gzip", "get"]);
    assert_eq!(failed, ["gzip-bomb", "body-without-end"]);
}

#[test]
fn what_hands_over_a_decompressed_body_at_once() {
    let failed = found(Some(Fault::UnzipsAll), &["body", "gzip", "get"]);
    assert_eq!(failed, ["gzip-bomb"]);
}

#[test]
fn what_takes_a_cut_for_the_end() {
    let failed = found(Some(Fault::TakesCutForEnd), &["closed", "gzip-", "post"]);
    let expected = ["closed-after-headers", "closed-in-body", "gzip-cut-in-data"];
    assert!(
        expected
            .iter()
            .all(|name| failed.iter().any(|own| own == name)),
        "{failed:?}"
    );
    assert!(!failed.iter().any(|name| name == "post"));
}

#[test]
fn what_has_no_limit_on_time() {
    let failed = found(Some(Fault::HasTime), &["silent-in-body", "dripping", "get"]);
    assert_eq!(failed, ["silent-in-body", "dripping-head", "dripping-body"]);
}

#[test]
fn what_turns_a_status_into_a_failure() {
    let failed = found(
        Some(Fault::StatusIsFailure),
        &["error", "header-", "redirect-307", "post"],
    );
    let expected = [
        "error-status",
        "header-in-capitals",
        "header-without-space",
        "header-with-much-space",
        "redirect-307",
    ];
    assert_eq!(failed, expected);
}

#[test]
fn what_keeps_headers_to_itself() {
    let failed = found(Some(Fault::NoHeaders), &["header-", "post"]);
    assert_eq!(
        failed,
        [
            "header-in-capitals",
            "header-without-space",
            "header-with-much-space"
        ]
    );
}

#[test]
fn what_adds_to_a_request() {
    for fault in [
        Fault::Cookie,
        Fault::SecondCredential,
        Fault::ChunkedRequest,
    ] {
        assert_eq!(
            found(Some(fault), &["post-empty", "patch"]),
            ["post-empty-object", "patch"]
        );
    }
}

#[test]
fn a_limitation_that_is_none() {
    let hides = [Limitation::HiddenFailures];
    let failed_by = |limitations, names| failed(None, limitations, names);
    assert_eq!(
        failed_by(&hides, &["no-address", "closed-in-", "post-empty"]),
        ["no-address", "closed-in-status-line", "closed-in-headers"]
    );
    assert_eq!(
        failed_by(&[Limitation::NoGzip], &["gzip-in"]),
        ["gzip-in-chunks"]
    );
    assert_eq!(
        failed_by(&[Limitation::NoTls], &["tls-wrong", "tls-expired"]),
        ["tls-wrong-name", "tls-expired"]
    );
}

#[test]
fn what_does_not_sleep() {
    assert_eq!(
        found(Some(Fault::NoSleep), &["time-passes"]),
        ["time-passes"]
    );
}

#[test]
fn a_run_that_skips_everything_holds_nothing() {
    let server = Server::start().unwrap();
    let manager = builder(&server.site().plain).build().unwrap();
    let report = Suite::new("none")
        .only([""; 0])
        .run_blocking(manager.transport(), &server);
    assert!(!report.holds(1), "{report}");
}
