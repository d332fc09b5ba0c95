//! Why the program ends without a report.

use std::{fmt, io};

use fluxbase_client_keys_ureq::Error;

/// Why the program ends without a report. One line, without a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// What was passed makes no sense; nothing was sent.
    Usage(String),
    /// It did not work.
    Failed(String),
}

impl Problem {
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::Usage(text.into())
    }

    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Self::Failed(text.into())
    }

    pub(crate) fn exit_status(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failed(_) => 4,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => write!(f, "{text} (see --help)"),
            Self::Failed(text) => f.write_str(text),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<lexopt::Error> for Problem {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(match error {
            // The value may be a secret in the wrong place.
            lexopt::Error::UnexpectedValue { option, .. } => format!("{option} takes no value"),
            lexopt::Error::UnexpectedArgument(_) => "an argument is not an option".to_owned(),
            error => error.to_string(),
        })
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Failed(format!("cannot write the output: {error}"))
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::from(io::Error::from(error))
    }
}
