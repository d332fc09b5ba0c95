//! Every trace through Rust's fetch transport, in Node.

#![cfg(target_arch = "wasm32")]

mod fetch;
