//! The command line.

use fluxbase_client_keys::emulator::Profile;
use fluxbase_emulator::{Fault, Options};
use lexopt::prelude::{Long, Short, ValueExt};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub(crate) const HELP: &str = "\
A Fluxbase server for tests, on loopback.

Usage: fluxbase-emulator [OPTION]...

  --generation NAME    documented, 2026.1, 2026.3.6 or 2026.3.7 (the default)
  --address ADDR:PORT  where to listen, loopback only (127.0.0.1:0, a free port)
  --state FILE         users, admins and keys to start with, as JSON; without it
                       there are two users and an admin with random passwords
  --only-admins        only admins may manage keys
  --limit-everywhere   the limit of requests a minute counts on all paths
  --latency MS         hold each answer back so many milliseconds
  --fail SPEC          a failure on the way; may be given several times
  --origin URL         a web origin that browsers may call from; may be given
                       several times; replaces http://localhost:5173 and :8080
  --no-control         do not answer on /__emulator/
  -h, --help           this text
  -V, --version        the version

The first line on standard output is `listening on http://ADDR:PORT`. Without
--state these follow: `user EMAIL PASSWORD`, `admin EMAIL PASSWORD`,
`service-key KEY`, `anon-token TOKEN`. They exist in this process alone.

SPEC is WHAT[:METHOD[:PATH[:WHEN]]]:
  WHAT    lose-before       close the connection; the server has not acted
          lose-after        the server acts, then the connection is closed
          cut-body          the head and half of the body, then closed
          status=N          a JSON error with that status; not acted
          status-after=N    the same, but the server has acted
          html=N            a proxy's page with that status; not acted
          html-after=N      the same, but the server has acted
          stall=MS          the answer comes so many milliseconds late
          stall-body=MS     the second half of the body does
  METHOD  such as POST; * for any
  PATH    what the path begins with; with $ at the end the whole path; * for any
  WHEN    every (the default); 3 for the third matching request alone; x3 for
          the first three
  for example --fail 'lose-after:POST:/api/v1/client-keys$:1'

While it runs (nothing is sent back but a status, except for count):
  POST /__emulator/database/away    take the database away
  POST /__emulator/database/back    give it back
  POST /__emulator/faults           add the SPEC in the body
  POST /__emulator/faults/clear     take all of them back
  POST /__emulator/latency          the milliseconds in the body
  GET  /__emulator/count            how many requests have arrived
  POST /__emulator/stop             end, as SIGTERM and SIGINT do

Exit status: 0 ended as asked, 1 could not start, 2 wrong usage.
";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Ask {
    Run(Box<Arguments>),
    Help,
    Version,
}

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) options: Options,
    pub(crate) state: Option<PathBuf>,
}

/// Why the program ends at once, for its user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Usage(String),
    Start(String),
}

impl Problem {
    pub(crate) fn start(text: &str) -> Self {
        Self::Start(text.to_owned())
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Start(_) => 1,
            Self::Usage(_) => 2,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(text) => f.write_str(text),
            Self::Usage(text) => write!(f, "{text}\nTry --help."),
        }
    }
}

impl From<lexopt::Error> for Problem {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Ask, Problem> {
    let mut options = Options::new().control(true).record(false);
    let mut state = None;
    let mut origins = Vec::new();
    while let Some(argument) = parser.next()? {
        options = match argument {
            Short('h') | Long("help") => return Ok(Ask::Help),
            Short('V') | Long("version") => return Ok(Ask::Version),
            Long("generation") => options.profile(parser.value()?.parse::<Profile>()?),
            Long("address") => options.address(parser.value()?.parse::<SocketAddr>()?),
            Long("state") => {
                state = Some(PathBuf::from(parser.value()?));
                options
            }
            Long("only-admins") => options.only_admins(true),
            Long("limit-everywhere") => options.limit_everywhere(true),
            Long("latency") => {
                options.latency(Duration::from_millis(parser.value()?.parse::<u64>()?))
            }
            Long("fail") => options.fault(parser.value()?.parse::<Fault>()?),
            Long("origin") => {
                origins.push(parser.value()?.string()?);
                options
            }
            Long("no-control") => options.control(false),
            unknown => return Err(unknown.unexpected().into()),
        };
    }
    if !origins.is_empty() {
        options = options.allowed_origins(origins);
    }
    Ok(Ask::Run(Box::new(Arguments { options, state })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Ask, Problem> {
        parse(lexopt::Parser::from_args(arguments))
    }

    #[test]
    fn reads_every_option() {
        let asked = parsed(&[
            "--generation=2026.1",
            "--address",
            "127.0.0.1:4000",
            "--state",
            "state.json",
            "--only-admins",
            "--limit-everywhere",
            "--latency=20",
            "--fail",
            "lose-after:POST",
            "--fail=cut-body",
            "--origin",
            "http://a.example",
            "--no-control",
        ]);
        let Ok(Ask::Run(asked)) = asked else {
            panic!("{asked:?}")
        };
        assert_eq!(asked.state, Some(PathBuf::from("state.json")));
        let printed = format!("{:?}", asked.options);
        for part in [
            "profile: V2026_1,",
            "address: 127.0.0.1:4000",
            "only_admins: true",
            "limit_everywhere: true",
            "latency: 20ms",
            "LoseAfter",
            "CutBody",
            r#"origins: ["http://a.example"]"#,
            "control: false",
            "record: false",
        ] {
            assert!(printed.contains(part), "{part} is not in {printed}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (arguments, expected) in [
            (["--generation", "2025"], "2025"),
            (["--address", "localhost"], "invalid socket address"),
            (["--latency", "soon"], "invalid digit"),
            (["--fail", "explode"], "unknown fault"),
            (["--wrong", ""], "--wrong"),
            (["file", ""], "file"),
        ] {
            let problem = parsed(&arguments).err();
            let Some(Problem::Usage(text)) = problem else {
                panic!("{problem:?}")
            };
            assert!(text.contains(expected), "{text}");
        }
        assert!(matches!(parsed(&["--state"]), Err(Problem::Usage(_))));
    }

    #[test]
    fn help_names_every_control_and_fits_a_terminal() {
        assert!(matches!(parsed(&["--latency", "1", "-h"]), Ok(Ask::Help)));
        assert!(matches!(parsed(&["--version"]), Ok(Ask::Version)));
        let longest = HELP.lines().map(str::len).max();
        assert!(longest <= Some(80), "{longest:?}");
    }
}
