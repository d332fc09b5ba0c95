//! The reader and the writer of JSON, held against `serde_json`; the body is in `core/src/fuzz/json.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fluxbase_client_keys_fuzz::run("json", data));
