//! Why the program ends without having done what was asked for.

use std::{error::Error as StdError, fmt, io};

use fluxbase_client_keys_ureq::{Error, ErrorKind, TimestampError};

/// Why the program ends without having done what was asked for. One line, without a secret.
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
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
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
        match error.kind() {
            ErrorKind::InvalidInput => Self::Usage(line(&error)),
            _ => Self::Failed(line(&error)),
        }
    }
}

impl From<TimestampError> for Problem {
    fn from(error: TimestampError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<lexopt::Error> for Problem {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(match error {
            // The value may be a secret in the wrong place.
            lexopt::Error::UnexpectedValue { option, .. } => format!("{option} takes no value"),
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

/// The error and its causes, which its own text does not repeat.
pub(crate) fn line(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_sent_is_wrong_usage() {
        let invalid = fluxbase_client_keys_ureq::ClientKeyId::parse("../users").unwrap_err();
        let problem = Problem::from(invalid);
        assert_eq!(problem.exit_status(), 2);
        assert!(problem.to_string().ends_with(" (see --help)"), "{problem}");
        assert_eq!(Problem::failed("no").exit_status(), 1);
    }
}
