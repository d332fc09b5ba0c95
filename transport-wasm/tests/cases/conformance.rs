//! The suite that every transport has to pass, against its server in another process.

use fluxbase_client_keys_wasm::FetchTransport;
use fluxbase_transport_conformance::{Limitation, Peer, Seen, Site, Suite};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::{is_browser, script};

struct Remote(Site);

impl Peer for Remote {
    fn site(&self) -> &Site {
        &self.0
    }

    async fn seen(&self, case: &str) -> Seen {
        let url = format!("{}/seen/{case}", self.0.desk);
        let text = "return fetch(argument).then((answer) => answer.text())";
        let text = script(text, &url).await.as_string().expect("text");
        Seen::from_json(&text).expect("what the server saw")
    }
}

#[wasm_bindgen_test]
async fn conforms() {
    let site = option_env!("FLUXBASE_TEST_SITE").expect("run these tests by test.sh");
    let site = Site::parse(site).expect("where the server is");
    let (limitations, at_least): (&[_], _) = if is_browser() {
        (
            &[
                Limitation::FixedAuthorities,
                Limitation::LenientLength,
                Limitation::LenientGzip,
                Limitation::HiddenFailures,
                Limitation::HiddenBodyFailures,
                Limitation::HiddenRedirects,
                Limitation::FixedCoding,
                Limitation::Cors,
                Limitation::Resends,
            ],
            103,
        )
    } else {
        (
            &[
                Limitation::UnknownDelivery,
                Limitation::NoContinue,
                Limitation::LenientGzip,
                Limitation::HiddenBodyFailures,
            ],
            107,
        )
    };
    let report = Suite::new("fetch")
        .limited_by(limitations.iter().copied())
        .run(&FetchTransport::new(), &Remote(site))
        .await;
    console_log!("{report}");
    assert!(report.holds(at_least), "{report}");
}
