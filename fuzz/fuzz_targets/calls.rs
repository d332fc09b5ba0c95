//! Any bytes in answer to a call; the body is in `core/src/fuzz/calls.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fluxbase_client_keys_fuzz::run("calls", data));
