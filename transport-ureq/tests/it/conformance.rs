//! The suite that every transport has to pass.

use fluxbase_client_keys_ureq::Proxy;
use fluxbase_transport_conformance::{Peer as _, Server, Suite};

#[test]
fn conforms() {
    let server = Server::start().unwrap();
    let manager = fluxbase_client_keys_ureq::builder(&server.site().plain)
        .ca_file(&server.site().authority)
        .proxy(Proxy::None)
        .build()
        .unwrap();
    let report = Suite::new("ureq").run_blocking(manager.transport(), &server);
    println!("{report}");
    assert!(report.holds(107), "{report}");
}
