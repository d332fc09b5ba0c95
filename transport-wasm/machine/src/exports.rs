//! The functions that JavaScript calls: numbers and two buffers around one [`Machine`].

#![allow(
    unsafe_code,
    reason = "exporting a function under its own name counts as unsafe, since two of one name would clash; the linker of a \
              WebAssembly module refuses that, and nowhere else are the names exported"
)]

use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::Zeroize;

use fluxbase_client_keys::JsonText;

use crate::{Machine, machine::time};

struct Buffers {
    machine: Machine,
    input: Vec<u8>,
    output: Option<JsonText>,
}

/// One instance of the module is one client.
static BUFFERS: Mutex<Buffers> = Mutex::new(Buffers {
    machine: Machine::new(),
    input: Vec::new(),
    output: None,
});

fn buffers() -> MutexGuard<'static, Buffers> {
    BUFFERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes room for the next input; gives where it is to be written.
#[must_use]
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn input(length: usize) -> *mut u8 {
    let mut buffers = buffers();
    buffers.input = vec![0; length];
    buffers.input.as_mut_ptr()
}

/// The first number that begins a call.
const FIRST_OPERATION: u32 = 10;

/// Tells the machine something: with `what` 0 to open the client, with 1 to 9 that the event of the kind `what - 1` happened
/// to call `call`, and with any other number that it begins, for the operation `what - 10`. Gives where the result is.
#[must_use]
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn tell(what: u32, call: u32, wall: f64, monotonic: f64, jitter: u32) -> *const u8 {
    let now = time(wall, monotonic, jitter);
    let Buffers {
        machine,
        input,
        output,
    } = &mut *buffers();
    let text = match what {
        0 => machine.open(input, now),
        FIRST_OPERATION.. => machine.start(call, what - FIRST_OPERATION, input, now),
        event => machine.deliver(call, event - 1, input, now),
    };
    input.zeroize();
    output.insert(text).as_ref().as_ptr()
}

/// How long the last result is, in bytes.
#[must_use]
#[cfg_attr(target_os = "unknown", unsafe(no_mangle))]
pub extern "C" fn output_length() -> usize {
    let output = &buffers().output;
    output.as_ref().map_or(0, |text| text.as_ref().len())
}
