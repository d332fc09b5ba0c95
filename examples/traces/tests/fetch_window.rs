//! Every trace through Rust's fetch transport, in a window of a browser.

#![cfg(target_arch = "wasm32")]

mod fetch;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
