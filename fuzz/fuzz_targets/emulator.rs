//! Any requests to the emulator, one after the other; the body is in `core/src/fuzz/emulator.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fluxbase_client_keys_fuzz::run("emulator", data));
