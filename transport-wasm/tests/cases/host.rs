//! What comes from the host: the clock, waits, entropy; and what is left alone.

use std::time::Duration;

use fluxbase_client_keys_wasm::{AsyncHost as _, AsyncTransport as _, FetchTransport, Timestamp};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    script,
    stand_in::{SERVER, with_fetch},
};

async fn wall() -> Duration {
    let now = script("return Date.now()", "").await.as_f64().unwrap();
    Duration::from_secs_f64(now / 1000.0)
}

#[wasm_bindgen_test]
async fn the_clock_is_the_hosts() {
    let host = FetchTransport::new();
    let (before, now, after) = (wall().await, host.now(), wall().await);
    let told = now.wall.since(Timestamp::UNIX_EPOCH).unwrap();
    assert!(
        before <= told && told <= after,
        "{before:?} {told:?} {after:?}"
    );
    host.sleep(Duration::from_micros(30_500)).await;
    let slept = host.now().monotonic.checked_sub(now.monotonic).unwrap();
    // A host may round what its clocks say by a millisecond.
    assert!(slept >= Duration::from_millis(29), "{slept:?}");
    assert!(slept < Duration::from_secs(10), "{slept:?}");
    // The same bits twice would come once in four thousand million times.
    assert_ne!(host.now().jitter, host.now().jitter);
}

#[wasm_bindgen_test]
async fn entropy_comes_from_the_secure_source_in_any_amount() {
    let host = FetchTransport::new();
    // More than the source gives at once.
    let mut bytes = vec![0_u8; 65_536 + 65_536 + 16];
    host.fill_random(&mut bytes).unwrap();
    for piece in bytes.chunks(16) {
        assert_ne!(piece, [0; 16], "every part is filled");
    }
    script(
        "globalThis.draws = 0; const source = crypto.getRandomValues; \
         crypto.getRandomValues = (into) => { globalThis.draws += 1; return source.call(crypto, into); }",
        "",
    )
    .await;
    host.fill_random(&mut bytes).unwrap();
    script(
        "crypto.getRandomValues = () => { throw new Error('none') }",
        "",
    )
    .await;
    let without = host.fill_random(&mut bytes);
    let draws = script("delete crypto.getRandomValues; return globalThis.draws", "").await;
    assert_eq!(draws.as_f64(), Some(3.0));
    without.unwrap_err();
}

#[wasm_bindgen_test]
async fn nothing_is_kept_in_the_browser_unless_a_store_is_given() {
    let kept = "const kept = (name) => JSON.stringify({ ...globalThis[name] }); \
         return kept('localStorage') + kept('sessionStorage') + String(globalThis.document?.cookie)";
    let before = script(kept, "").await.as_string().unwrap();
    let manager = fluxbase_client_keys_wasm::builder("https://server.example")
        .build()
        .unwrap();
    with_fetch(SERVER, async {
        manager.sign_in("ada@example.com", "hunter2").await.unwrap();
        manager.refresh().await.unwrap();
    })
    .await;
    assert!(manager.export_tokens().is_some());
    assert_eq!(script(kept, "").await.as_string().unwrap(), before);
}
