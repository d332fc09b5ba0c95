//! Whose certificates are taken; and that nothing is sent to others.

use std::{error::Error as _, fs, net::TcpListener, time::Duration};

use fluxbase_client_keys_ureq::{Builder, ErrorKind, FailureKind, Outcome, Policy, Spelling};
use fluxbase_emulator::{Guard, Options, start};
use fluxbase_transport_conformance::Authority;

use crate::{a_key, quick};

fn secured(authority: &Authority, name: &str) -> Guard {
    start(Options::new().tls(authority.server(name).unwrap())).unwrap()
}

/// One that may do what it asks for.
fn client(guard: &Guard) -> Builder {
    let token = &guard.credentials().anon_tokens[0];
    fluxbase_client_keys_ureq::builder(&guard.base_url())
        .policy(Policy::new().spelling(Spelling::AsGiven))
        .bearer_token(token.as_str())
}

#[test]
fn an_authority_from_a_file_is_trusted() {
    let authority = Authority::new().unwrap();
    let guard = secured(&authority, "127.0.0.1");
    assert!(guard.base_url().starts_with("https://"));
    for builder in [
        client(&guard).ca_file(authority.file()),
        client(&guard).extra_ca_file(authority.file()),
    ] {
        let created = builder.build().unwrap().create(&a_key()).unwrap();
        assert_eq!(created.client_key.name(), "ci");
    }
}

#[test]
fn several_files_are_trusted_together() {
    let [one, two, other] = [
        Authority::new().unwrap(),
        Authority::new().unwrap(),
        Authority::new().unwrap(),
    ];
    for signed_by in [&one, &two] {
        let guard = secured(signed_by, "127.0.0.1");
        let builder = client(&guard)
            .ca_file(other.file())
            .extra_ca_file(one.file())
            .extra_ca_file(two.file());
        assert!(builder.build().unwrap().list().is_ok());
    }
}

#[test]
fn other_authorities_get_nothing() {
    let [ours, theirs] = [Authority::new().unwrap(), Authority::new().unwrap()];
    let guard = secured(&theirs, "127.0.0.1");
    for builder in [
        client(&guard),
        client(&guard).ca_file(ours.file()),
        client(&guard).extra_ca_file(ours.file()),
    ] {
        refused(builder, "UnknownIssuer");
    }
    assert_eq!(guard.count(), 0);
}

#[track_caller]
fn refused(builder: Builder, why: &str) {
    let error = builder.build().unwrap().create(&a_key()).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (
            ErrorKind::Transport(FailureKind::Tls),
            Outcome::NotApplied,
            1
        ),
        "{error}"
    );
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains(why), "{cause}");
}

#[test]
fn a_port_that_speaks_no_tls_gets_nothing_readable() {
    let plain = start(Options::new()).unwrap();
    let url = plain.base_url().replace("http:", "https:");
    let error = quick(&url).build().unwrap().create(&a_key()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport(FailureKind::Tls));
    assert_eq!((error.attempts(), plain.count()), (1, 0));
}

#[test]
fn a_port_that_says_nothing_is_given_up_and_has_been_sent_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let manager = quick(&url)
        .timeout(Duration::from_millis(400))
        .build()
        .unwrap();
    let error = manager.create(&a_key()).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (
            ErrorKind::Transport(FailureKind::Connect),
            Outcome::NotApplied,
            2
        )
    );
}

#[test]
fn a_file_that_says_nothing_to_trust_is_refused() {
    let authority = Authority::new().unwrap();
    let file = authority.file();
    let damaged = authority.pem().replace("-----END CERTIFICATE-----", "");
    for (text, why) in [
        ("", "holds no certificate"),
        ("no certificate at all", "holds no certificate"),
        (damaged.as_str(), "is damaged"),
    ] {
        fs::write(file, text).unwrap();
        for builder in [
            quick("https://x").ca_file(file),
            quick("https://x").extra_ca_file(file),
        ] {
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains(why), "{error}");
            assert!(error.to_string().contains(&file.display().to_string()));
        }
    }
    fs::remove_file(file).unwrap();
    let error = quick("https://x").ca_file(file).build().unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
}
