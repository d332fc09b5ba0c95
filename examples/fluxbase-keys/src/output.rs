//! How results are shown: as a table for people, or as JSON for programs.

mod json;
mod printable;
mod table;

pub(crate) use self::{
    json::{Created, Ended, Key, Keys, print as print_json},
    printable::printable,
    table::{Row, key_rows, print_keys, print_rows},
};
