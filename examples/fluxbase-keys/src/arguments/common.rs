//! Options that every verb takes.

use super::{Problem, unknown, value};

/// Options that every verb takes.
#[derive(Debug, Default)]
pub(crate) struct Common {
    pub(crate) server: Option<String>,
    pub(crate) admin: bool,
    pub(crate) allow_plain_http: bool,
    pub(crate) format: Format,
}

/// How the result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Format {
    /// For people, 80 columns wide.
    #[default]
    Table,
    /// For programs, with the documented member names.
    Json,
}

impl Common {
    /// Takes an option that is one of these.
    pub(super) fn take(
        &mut self,
        option: &str,
        parser: &mut lexopt::Parser,
    ) -> Result<(), Problem> {
        match option {
            "server" => self.server = Some(value(parser)?),
            "admin" => self.admin = true,
            "allow-plain-http" => self.allow_plain_http = true,
            "output" => {
                self.format = match value(parser)?.as_str() {
                    "table" => Format::Table,
                    "json" => Format::Json,
                    _ => return Err(Problem::usage("--output is table or json")),
                };
            }
            _ => return Err(unknown(option)),
        }
        Ok(())
    }
}
