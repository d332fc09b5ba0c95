//! The suite that every transport has to pass, against its server in another process.

use fluxbase_client_keys_wasm::FetchTransport;
use fluxbase_transport_conformance::{Limitation, Suite};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::{Cases, is_browser};

#[wasm_bindgen_test]
async fn conforms() {
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
            104,
        )
    } else {
        (
            &[
                Limitation::UnknownDelivery,
                Limitation::NoContinue,
                Limitation::LenientGzip,
                Limitation::HiddenBodyFailures,
            ],
            108,
        )
    };
    let report = Suite::new("fetch")
        .limited_by(limitations.iter().copied())
        .run(&FetchTransport::new(), &Cases::new())
        .await;
    console_log!("{report}");
    assert!(report.holds(at_least), "{report}");
}
