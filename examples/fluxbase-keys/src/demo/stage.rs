//! How the walk is shown.

use std::{
    fmt,
    io::{self, Write},
};

use fluxbase_client_keys_ureq::{CreateClientKeyResponse, Secret};

use crate::output::printable;

/// Where the walk is shown: statements of the reference after `>`, remarks after `#`, promises that the server breaks
/// after `!`, and what the statements print as it is.
pub(super) struct Stage<'a> {
    out: &'a mut dyn Write,
    show_key: bool,
}

impl<'a> Stage<'a> {
    pub(super) fn new(out: &'a mut dyn Write, show_key: bool) -> Self {
        Self { out, show_key }
    }

    pub(super) fn quote(&mut self, statement: &str) -> io::Result<()> {
        self.gap()?;
        for line in statement.lines() {
            writeln!(self.out, "> {line}")?;
        }
        Ok(())
    }

    pub(super) fn print(&mut self, text: impl fmt::Display) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    pub(super) fn remark(&mut self, text: impl fmt::Display) -> io::Result<()> {
        writeln!(self.out, "# {text}")
    }

    pub(super) fn broken(&mut self, text: impl fmt::Display) -> io::Result<()> {
        writeln!(self.out, "! {text}")
    }

    pub(super) fn gap(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// The plaintext if it was asked for, else its public beginning and dots.
    pub(super) fn key(&self, made: &CreateClientKeyResponse) -> String {
        if self.show_key {
            Secret::expose(&made.key).to_owned()
        } else {
            format!("{}...", printable(made.client_key.key_prefix()))
        }
    }
}
