//! Any answer, read by every operation; the body is in `core/src/fuzz/read.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fluxbase_client_keys_fuzz::run("read", data));
