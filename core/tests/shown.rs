//! What people read: the sentences of failures, warnings and refused input.

#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

use std::{collections::BTreeSet, error::Error as _};

use fluxbase_client_keys::{
    Access, BaseUrl, ClientKeyId, Context, CreateClientKey, CreateClientKeyRequest, Credential,
    Delivery, Error, ErrorKind, FailureKind, Head, KeyStatus, Operation, Outcome, Reply, Scope,
    SignIn, Timestamp, TimestampError, TransportFailure, UpdateClientKey, UpdateClientKeyRequest,
    UserId, VerifyTwoFactor, Warning,
};

const FAILURES: [FailureKind; 11] = [
    FailureKind::Resolve,
    FailureKind::Connect,
    FailureKind::Tls,
    FailureKind::Timeout,
    FailureKind::Closed,
    FailureKind::Protocol,
    FailureKind::TooLarge,
    FailureKind::Unsendable,
    FailureKind::Cancelled,
    FailureKind::Opaque,
    FailureKind::Other,
];

#[test]
fn each_failure_says_what_failed_and_keeps_its_cause() {
    let mut sentences = BTreeSet::new();
    for kind in FAILURES {
        let cause = std::io::Error::other("the cause");
        let failure = TransportFailure::new(kind, Delivery::NotSent);
        assert!(failure.source().is_none());
        let sentence = failure.to_string();
        let failure = failure.with_detail("mend the network").with_source(cause);
        assert_eq!(failure.to_string(), format!("{sentence}: mend the network"));
        #[cfg(feature = "sources")]
        assert_eq!(failure.source().unwrap().to_string(), "the cause");
        assert_eq!(
            format!("{failure:?}"),
            format!("TransportFailure {{ kind: {kind:?}, delivery: NotSent, .. }}")
        );
        assert!(sentences.insert(sentence));
    }
}

#[test]
fn each_warning_names_what_it_is_about() {
    let scope = |text| Scope::new(text).unwrap();
    let respelled = Warning::ScopeRespelled {
        given: scope("tables:read"),
        sent: scope("read:tables"),
    };
    for (warning, parts) in [
        (
            Warning::UnknownScope(scope("tables:raed")),
            ["scope tables:raed", "no known server"],
        ),
        (respelled, ["scope tables:read", "sent as read:tables"]),
        (
            Warning::ElementsSkipped(2),
            ["2 elements", "could not be read"],
        ),
        (
            Warning::MemberUnreadable("expires_at"),
            ["member expires_at", "could not be read"],
        ),
        (
            Warning::AppliedDespiteStatus(400),
            ["answered 400", "did what was asked"],
        ),
        (Warning::AlreadyGone, ["already gone", "answer was lost"]),
        (Warning::Replayed, ["stored", "idempotency key"]),
        (Warning::TokensNotStored, ["new tokens", "not be stored"]),
        (
            Warning::TokensNotRemoved,
            ["signed out", "not be taken out"],
        ),
    ] {
        let sentence = warning.to_string();
        for part in parts {
            assert!(sentence.contains(part), "{part:?} in {sentence:?}");
        }
    }
}

#[test]
fn what_cannot_be_sent_is_refused_with_a_reason_and_no_quotation() {
    let create = |request| CreateClientKey::new(request).call().unwrap_err();
    let update = |request| {
        let id = ClientKeyId::parse("key-uuid").unwrap();
        UpdateClientKey::new(id, request).call().unwrap_err()
    };
    let request = || CreateClientKeyRequest::new("ci", [Scope::TABLES_READ]);
    let user = UserId::parse("u-1").unwrap();
    for (refused, reason) in [
        (
            create(CreateClientKeyRequest::new("", [Scope::TABLES_READ])),
            "needs a name",
        ),
        (
            create(CreateClientKeyRequest::new("ci", [])),
            "at least one scope",
        ),
        (
            create(request().description("quoted\0")),
            "no NUL character",
        ),
        (
            create(request().rate_limit_per_minute(1 << 31)),
            "at most 2147483647",
        ),
        (update(UpdateClientKeyRequest::new()), "at least one field"),
        (
            update(UpdateClientKeyRequest::new().name("quoted\0")),
            "no NUL character",
        ),
        (
            update(UpdateClientKeyRequest::new().description("quoted\0")),
            "no NUL character",
        ),
        (
            update(UpdateClientKeyRequest::new().scopes([])),
            "at least one scope",
        ),
        (
            SignIn::new(" ", "quoted").call().unwrap_err(),
            "an e-mail address and a password",
        ),
        (
            SignIn::new("quoted@example.com", "").call().unwrap_err(),
            "an e-mail address and a password",
        ),
        (
            VerifyTwoFactor::new(user, "").call().unwrap_err(),
            "the user's id and a code",
        ),
    ] {
        assert_eq!(
            (refused.kind(), refused.outcome()),
            (ErrorKind::InvalidInput, Outcome::NotApplied)
        );
        let sentence = refused.to_string();
        assert!(sentence.contains(reason), "{reason:?} in {sentence:?}");
        assert!(!sentence.contains("quoted"), "{sentence}");
    }
}

#[test]
fn requests_and_values_show_what_they_hold() {
    let request = CreateClientKeyRequest::new("ci", [Scope::TABLES_READ]);
    assert_eq!(
        (request.name(), request.scopes()),
        ("ci", &[Scope::TABLES_READ][..])
    );
    let call = CreateClientKey::new(request).call().unwrap();
    assert_eq!(
        (call.method().to_string(), call.path()),
        ("POST".to_owned(), "/api/v1/client-keys")
    );
    let printed = format!("{call:?}");
    assert!(
        printed.contains("Post") && !printed.contains("tables"),
        "{printed}"
    );

    let base: BaseUrl = "https://example.com/".parse().unwrap();
    let token = Credential::bearer_token("eyJ.hunter2").unwrap();
    let printed = format!("{:?}", Context::new(base).access(Access::fixed(token)));
    assert!(
        printed.contains("example.com") && !printed.contains("hunter2"),
        "{printed}"
    );

    let head = Head::new(418);
    let printed = format!("{:?}", Reply::new(&head, b"hunter2"));
    assert!(
        printed.contains("418") && !printed.contains("hunter2"),
        "{printed}"
    );

    let statuses = [KeyStatus::Active, KeyStatus::Expired, KeyStatus::Revoked];
    assert_eq!(
        statuses.map(|status| format!("{status:>8}")),
        ["  active", " expired", " revoked"]
    );

    let base: BaseUrl = "https://example.com/".parse().unwrap();
    assert!(base.is_https());
    assert_eq!(base.to_string(), base.as_str());
    assert!(!BaseUrl::parse("http://localhost:8080").unwrap().is_https());

    for scope in [
        "tables:read".parse(),
        "tables:read".try_into(),
        Scope::try_from("tables:read".to_owned()),
    ] {
        let scope: Scope = scope.unwrap();
        assert_eq!(
            (&scope, scope.as_ref()),
            (&Scope::TABLES_READ, "tables:read")
        );
        assert!(scope == *"tables:read");
    }
    assert!("a b".parse::<Scope>().is_err());

    let no_instant: TimestampError = Timestamp::parse("soon").unwrap_err();
    let error = Error::from(no_instant);
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.to_string().contains(&no_instant.to_string()),
        "{error}"
    );
}
