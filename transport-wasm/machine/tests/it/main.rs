//! Drives the machine as JavaScript would, against the emulator: the results of every operation from every server, what is
//! cancelled, what is shared, what is stored, and input that makes no sense.

mod cancelled;
mod input;
mod interpreted;
mod operations;
mod page;
mod renewed;
