//! The command line.

use std::{ffi::OsString, path::PathBuf};

use lexopt::Arg;

use crate::problem::Problem;

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Help,
    Version,
    Run(Options),
    Replay(PathBuf, Format),
}

/// How a server is held against the contract.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) server: Option<String>,
    pub(crate) admin: bool,
    pub(crate) allow_plain_http: bool,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) record: Option<PathBuf>,
    pub(crate) format: Format,
}

/// How the report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}

pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Ask, Problem> {
    let mut options = Options::default();
    let mut replay = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Ask::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Ask::Version),
            Arg::Long("server") => options.server = Some(text(parser.value()?)?),
            Arg::Long("admin") => options.admin = true,
            Arg::Long("allow-plain-http") => options.allow_plain_http = true,
            Arg::Long("ca-file") => options.ca_file = Some(parser.value()?.into()),
            Arg::Long("record") => options.record = Some(parser.value()?.into()),
            Arg::Long("replay") => replay = Some(PathBuf::from(parser.value()?)),
            Arg::Short('o') | Arg::Long("output") => {
                options.format = match text(parser.value()?)?.as_str() {
                    "table" => Format::Table,
                    "json" => Format::Json,
                    _ => return Err(Problem::usage("--output is table or json")),
                };
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(path) = replay else {
        return Ok(Ask::Run(options));
    };
    let format = options.format;
    let alone = Options {
        format,
        ..Options::default()
    };
    if options != alone {
        return Err(Problem::usage(
            "--replay takes no other option but --output",
        ));
    }
    Ok(Ask::Replay(path, format))
}

fn text(value: OsString) -> Result<String, Problem> {
    // What it is instead may be a secret in the wrong place, so it is not quoted.
    (value.into_string()).map_err(|_| Problem::usage("an argument is not valid Unicode"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Ask, Problem> {
        parse(lexopt::Parser::from_args(arguments))
    }

    #[test]
    fn options_are_read() {
        let expected = Options {
            server: Some("http://localhost:1".to_owned()),
            admin: true,
            record: Some("a.jsonl".into()),
            format: Format::Json,
            ..Options::default()
        };
        let arguments = [
            "--server=http://localhost:1",
            "--admin",
            "--record",
            "a.jsonl",
            "-ojson",
        ];
        assert_eq!(read(&arguments), Ok(Ask::Run(expected)));
        let replay = Ask::Replay("a.jsonl".into(), Format::Table);
        assert_eq!(read(&["--replay", "a.jsonl"]), Ok(replay));
        assert_eq!(read(&["--admin", "-h"]), Ok(Ask::Help));
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_not_quoted() {
        for arguments in [
            &["hunter2"][..],
            &["--admin=hunter2"],
            &["--server"],
            &["--output", "hunter2"],
            &["--replay", "a.jsonl", "--admin"],
        ] {
            let problem = read(arguments).unwrap_err();
            assert_eq!(problem.exit_status(), 2, "{arguments:?}");
            assert!(!problem.to_string().contains("hunter2"), "{problem}");
        }
    }
}
