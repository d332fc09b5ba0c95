//! Real handshakes, with an authority made for the test.

use crate::client::{Client, sign_in, start};
use fluxbase_emulator::{Fault, Guard, Options, What};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

type Tls = StreamOwned<ClientConnection, TcpStream>;

/// A server with a certificate for localhost and 127.0.0.1, and the authority that signed it.
fn secured(options: Options) -> (Guard, CertificateDer<'static>) {
    let mut authority = CertificateParams::new(vec![]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap();
    let issuer = Issuer::from_params(&authority, &authority_key);
    let names = ["localhost", "127.0.0.1"].map(str::to_owned);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(names.to_vec())
        .and_then(|leaf| leaf.signed_by(&key, &issuer))
        .unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    (start(options.tls(Arc::new(config))), root.der().clone())
}

/// A client that trusts these authorities alone.
fn connect(guard: &Guard, name: &'static str, roots: &[CertificateDer<'static>]) -> Client<Tls> {
    let mut trusted = RootCertStore::empty();
    for root in roots {
        trusted.add(root.clone()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let name = ServerName::try_from(name).unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(guard.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    Client::over(StreamOwned::new(connection, stream))
}

#[test]
fn answers_over_tls() {
    let (guard, root) = secured(Options::new());
    assert_eq!(
        guard.base_url(),
        format!("https://127.0.0.1:{}", guard.address().port())
    );
    for name in ["localhost", "127.0.0.1"] {
        let mut client = connect(&guard, name, std::slice::from_ref(&root));
        let user = &guard.credentials().users[0];
        sign_in(&mut client, &user.email, &user.password);
        let health = client.exchange("GET", "/health", "", "");
        assert_eq!(health.status, "200 OK");
    }
    assert_eq!(guard.count(), 4);
}

#[test]
fn is_refused_by_who_does_not_know_the_authority() {
    let (guard, _) = secured(Options::new());
    let mut stream = connect(&guard, "localhost", &[]).into_stream();
    let refused = stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidData);
    assert!(refused.to_string().contains("UnknownIssuer"), "{refused}");
    assert_eq!(guard.count(), 0);
}

#[test]
fn speaks_no_plain_http_there() {
    let (guard, _) = secured(Options::new());
    let mut plain = TcpStream::connect(guard.address()).unwrap();
    plain
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    plain.write_all(b"GET /health HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = vec![];
    // A TLS alert, then the end; a reset instead of the end says the same.
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"));
    assert_eq!(guard.count(), 0);
}

#[test]
fn cuts_without_a_goodbye() {
    let (guard, root) = secured(Options::new().fault(Fault::new(What::CutBody)));
    let mut client = connect(&guard, "localhost", &[root]);
    client.send("GET", "/health", "", "");
    let length = client.head().length().unwrap();
    client.bytes(length / 2);
    let cut = client.rest().unwrap_err();
    assert_eq!(cut.kind(), ErrorKind::UnexpectedEof, "no close_notify");
}
