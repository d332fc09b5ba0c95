//! A list of client keys in chunks of any sizes; the body is in `core/src/fuzz/list.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fluxbase_client_keys_fuzz::run("list", data));
