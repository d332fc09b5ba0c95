//! The command line.

use fluxbase_emulator::Profile;
use lexopt::prelude::{Long, Short, ValueExt};
use std::path::PathBuf;
use std::time::Duration;

pub(crate) const HELP: &str = "\
A page for client keys, and a Fluxbase server for it to manage, on loopback.

Usage: fluxbase-keys-page [OPTION]...

  --generation NAME      the server: documented, 2026.1, 2026.3.6 or 2026.3.7
                         (the default)
  --port N               where the page is (5173, which servers allow unless
                         told otherwise; 0 for a free one)
  --server-port N        where the server is (0, a free one)
  --token-lifetime SECS  how long an access token lasts (900)
  --empty                no sample keys
  --package DIR          serve the package in DIR as it is, in place of the
                         sources and a wasm built here and now
  --page-only            no server: the page is for one of your own
  -h, --help             this text
  -V, --version          the version

The first line on standard output is `open URL`. Unless --page-only is given,
`server URL` and the accounts follow: `user EMAIL PASSWORD`, with a second
factor `user EMAIL PASSWORD CODE`, `admin EMAIL PASSWORD`. They exist in this
process alone. Ends at SIGINT and SIGTERM.

Take the server's database away, and give it back, or end the server:
  curl -X POST SERVER/__emulator/database/away
  curl -X POST SERVER/__emulator/database/back
  curl -X POST SERVER/__emulator/stop
fluxbase-emulator --help lists what else can fail on request.

Exit status: 0 ended as asked, 1 could not start, 2 wrong usage.
";

/// The page's port unless told otherwise: `http://localhost:5173` is one of two origins that a Fluxbase server allows by
/// default, so that the page can also talk to one that runs on this machine.
const PORT: u16 = 5173;

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Ask {
    Serve(Arguments),
    Help,
    Version,
}

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) profile: Profile,
    pub(crate) port: u16,
    pub(crate) server_port: u16,
    pub(crate) token_lifetime: Option<Duration>,
    pub(crate) empty: bool,
    pub(crate) package: Option<PathBuf>,
    pub(crate) page_only: bool,
}

pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Ask, lexopt::Error> {
    let mut arguments = Arguments {
        profile: Profile::V2026_3_7,
        port: PORT,
        server_port: 0,
        token_lifetime: None,
        empty: false,
        package: None,
        page_only: false,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Ask::Help),
            Short('V') | Long("version") => return Ok(Ask::Version),
            Long("generation") => arguments.profile = parser.value()?.parse()?,
            Long("port") => arguments.port = parser.value()?.parse()?,
            Long("server-port") => arguments.server_port = parser.value()?.parse()?,
            Long("token-lifetime") => {
                arguments.token_lifetime = Some(Duration::from_secs(parser.value()?.parse()?));
            }
            Long("empty") => arguments.empty = true,
            Long("package") => arguments.package = Some(parser.value()?.into()),
            Long("page-only") => arguments.page_only = true,
            unknown => return Err(unknown.unexpected()),
        }
    }
    Ok(Ask::Serve(arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Ask, lexopt::Error> {
        parse(lexopt::Parser::from_args(arguments))
    }

    #[test]
    fn reads_every_option() {
        let asked = parsed(&[
            "--generation=2026.1",
            "--port",
            "0",
            "--server-port=4000",
            "--token-lifetime",
            "3",
            "--empty",
            "--package",
            "dist",
            "--page-only",
        ]);
        let Ok(Ask::Serve(asked)) = asked else {
            panic!("{asked:?}")
        };
        assert_eq!(asked.profile, Profile::V2026_1);
        assert_eq!((asked.port, asked.server_port), (0, 4000));
        assert_eq!(asked.token_lifetime, Some(Duration::from_secs(3)));
        assert_eq!(asked.package, Some(PathBuf::from("dist")));
        assert!(asked.empty && asked.page_only);
    }

    #[test]
    fn says_what_is_wrong() {
        for (arguments, expected) in [
            (["--generation", "2025"], "2025"),
            (["--port", "70000"], "70000"),
            (["--token-lifetime", "soon"], "soon"),
            (["--wrong", ""], "--wrong"),
            (["file", ""], "file"),
        ] {
            let error = parsed(&arguments).err().map(|error| error.to_string());
            assert!(
                error.as_ref().is_some_and(|text| text.contains(expected)),
                "{error:?}"
            );
        }
    }

    #[test]
    fn help_fits_a_terminal() {
        assert!(matches!(parsed(&["-h"]), Ok(Ask::Help)));
        let longest = HELP.lines().map(str::len).max();
        assert!(longest <= Some(80), "{longest:?}");
    }
}
