//! Any answer, read by every operation; the body is `fluxbase_client_keys::fuzz::read`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fluxbase_client_keys::fuzz::read(data));
