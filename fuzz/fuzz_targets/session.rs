//! Any interleaving of renewals, sign-ins and sign-outs on one session; the body is in `core/src/fuzz/session.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fluxbase_client_keys_fuzz::run("session", data));
