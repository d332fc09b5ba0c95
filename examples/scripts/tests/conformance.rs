//! Both transports in the suite that every transport has to pass.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a panic there is how a test fails"
)]

use std::{fs, sync::Arc};

use fluxbase_key_scripts::{HyperTransport, ReqwestTransport, reqwest_transport::client_builder};
use fluxbase_transport_conformance::{Limitation, Peer as _, Server, Suite};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// Trusts the authority in this file, and no other.
fn trusting(file: &str) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(&fs::read(file).unwrap()).unwrap();
    roots.add(authority).unwrap();
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[tokio::test]
async fn reqwest_conforms() {
    let server = Server::start().unwrap();
    let client = client_builder()
        .no_proxy()
        .tls_backend_preconfigured(trusting(&server.site().authority))
        .build()
        .unwrap();
    let transport = ReqwestTransport::new(client);
    let report = Suite::new("reqwest").run(&transport, &server).await;
    println!("{report}");
    assert!(report.holds(108), "{report}");
}

#[tokio::test]
async fn hyper_conforms() {
    let server = Server::start().unwrap();
    let report = Suite::new("hyper")
        .limited_by([Limitation::NoTls, Limitation::NoReuse, Limitation::NoGzip])
        .run(&HyperTransport::new(), &server)
        .await;
    println!("{report}");
    assert!(report.holds(104), "{report}");
}
