//! Any sequence of what can happen to a call; the body is in `core/src/fuzz/exchange.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fluxbase_client_keys_fuzz::run("exchange", data));
