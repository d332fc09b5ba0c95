//! JSON as Go reads and writes it.

mod read;
mod text;
mod write;

pub(super) use read::{Members, Unreadable, depth};
pub(super) use write::Writer;
