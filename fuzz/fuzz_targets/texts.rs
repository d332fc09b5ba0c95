//! What callers pass and what headers hold; the body is in `core/src/fuzz/texts.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fluxbase_client_keys_fuzz::run("texts", data));
