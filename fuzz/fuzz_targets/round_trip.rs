//! Any sequence of operations on client keys, held against what was meant; the body is in `core/src/fuzz/round_trip.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fluxbase_client_keys_fuzz::run("round_trip", data));
