//! The functions that JavaScript calls: numbers and two buffers around one [`Machine`].

#![allow(
    unsafe_code,
    reason = "exporting a function under its own name counts as unsafe, since two of one name would clash; the linker of a \
              WebAssembly module refuses that, and nowhere else are the names exported"
)]

use core::cell::RefCell;

use zeroize::Zeroize;

use crate::{Machine, machine::time, text::Text};

#[derive(Default)]
struct Buffers {
    machine: Machine,
    input: Vec<u8>,
    output: Text,
}

thread_local! {
    /// One instance of the module is one client.
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// Makes room for the next input; gives where it is to be written.
#[must_use]
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn input(length: usize) -> *mut u8 {
    BUFFERS.with_borrow_mut(|buffers| {
        buffers.input.zeroize();
        buffers.input = vec![0; length];
        buffers.input.as_mut_ptr()
    })
}

/// Where the last result begins.
#[must_use]
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn output() -> *const u8 {
    BUFFERS.with_borrow(|buffers| buffers.output.as_str().as_ptr())
}

/// How long the last result is, in bytes.
#[must_use]
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn output_length() -> usize {
    BUFFERS.with_borrow(|buffers| buffers.output.as_str().len())
}

/// Says which server, which credential and which policy.
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn open(wall: f64, monotonic: f64, jitter: u32) {
    answer(|machine, input| machine.open(input, time(wall, monotonic, jitter)));
}

/// Begins a call.
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn start(call: u32, wall: f64, monotonic: f64, jitter: u32) {
    answer(|machine, input| machine.start(call, input, time(wall, monotonic, jitter)));
}

/// Brings the answer to a command.
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn deliver(id: u32, kind: u32, wall: f64, monotonic: f64, jitter: u32) {
    answer(|machine, input| machine.deliver(id, kind, input, time(wall, monotonic, jitter)));
}

/// Says that the caller wants no more of a call.
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn cancel(call: u32, wall: f64, monotonic: f64, jitter: u32) {
    answer(|machine, _| machine.cancel(call, time(wall, monotonic, jitter)));
}

/// Says where an operation goes, or what an answer to it means.
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn interpret(_wall: f64, _monotonic: f64, _jitter: u32) {
    answer(|machine, input| machine.interpret(input));
}

/// Hands the input over, which the machine overwrites when it is used up, and keeps the result until the next one.
fn answer(event: impl FnOnce(&mut Machine, Vec<u8>) -> Text) {
    BUFFERS.with_borrow_mut(|buffers| {
        let input = core::mem::take(&mut buffers.input);
        buffers.output = event(&mut buffers.machine, input);
    });
}
