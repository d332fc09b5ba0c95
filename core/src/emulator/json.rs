//! JSON as Go reads and writes it.

mod read;
mod write;

pub(super) use read::{Members, depth};
pub(super) use write::Writer;
