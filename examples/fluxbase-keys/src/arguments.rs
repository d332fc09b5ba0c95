//! The command line: the verb first, then options and values in any order.

mod common;
mod span;
mod verb;

use std::ffi::OsString;

use lexopt::Arg;

pub(crate) use self::{
    common::{Common, Format},
    verb::{Create, End, Sink, Verb},
};
use crate::{
    demo::{Demo, Role},
    problem::Problem,
};

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Ask {
    Help,
    Version,
    Demo(Demo),
    Verb(Common, Verb),
}

/// An argument that does not borrow the parser, which has to give the option's value.
enum Given {
    Option(String),
    Value(OsString),
}

pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Ask, Problem> {
    let verb = match next(&mut parser)? {
        None => return Err(Problem::usage("what shall be done?")),
        Some(Given::Option(option)) => match option.as_str() {
            "help" => return Ok(Ask::Help),
            "version" => return Ok(Ask::Version),
            _ => return Err(Problem::usage("the verb comes before the options")),
        },
        Some(Given::Value(verb)) => text(verb)?,
    };
    if verb == "demo" {
        demo(&mut parser)
    } else {
        verb::parse(&verb, &mut parser)
    }
}

fn demo(parser: &mut lexopt::Parser) -> Result<Ask, Problem> {
    let mut demo = Demo::default();
    let mut common = Common::default();
    while let Some(given) = next(parser)? {
        let Given::Option(option) = given else {
            return Err(Problem::usage("demo takes options only"));
        };
        match option.as_str() {
            "help" => return Ok(Ask::Help),
            "generation" => {
                let name = value(parser)?;
                demo.generation = Some(name.parse().map_err(|_| {
                    Problem::usage(
                        "--generation is one of documented, 2026.1, 2026.3.6 and 2026.3.7",
                    )
                })?);
            }
            "as" => {
                demo.role = Some(match value(parser)?.as_str() {
                    "user" => Role::User,
                    "admin" => Role::Admin,
                    _ => return Err(Problem::usage("--as is user or admin")),
                });
            }
            "all" => demo.all = true,
            "show-key" => demo.show_key = true,
            "server" | "allow-plain-http" => common.take(&option, parser)?,
            _ => return Err(unknown(&option)),
        }
    }
    let chosen = demo.generation.is_some() || demo.role.is_some() || common.server.is_some();
    if demo.all && chosen {
        let text = "--all excludes --generation, --as and --server";
        return Err(Problem::usage(text));
    }
    if common.server.is_some() && demo.generation.is_some() {
        return Err(Problem::usage(
            "a server that exists has its own generation",
        ));
    }
    demo.common = common;
    Ok(Ask::Demo(demo))
}

fn next(parser: &mut lexopt::Parser) -> Result<Option<Given>, Problem> {
    Ok(match parser.next()? {
        None => None,
        Some(Arg::Value(value)) => Some(Given::Value(value)),
        Some(Arg::Short('h')) => Some(Given::Option("help".to_owned())),
        Some(Arg::Short('V')) => Some(Given::Option("version".to_owned())),
        Some(Arg::Short('o')) => Some(Given::Option("output".to_owned())),
        Some(Arg::Long(name)) => Some(Given::Option(name.to_owned())),
        Some(unknown) => return Err(unknown.unexpected().into()),
    })
}

fn value(parser: &mut lexopt::Parser) -> Result<String, Problem> {
    text(parser.value()?)
}

fn text(value: OsString) -> Result<String, Problem> {
    // What it is instead may be a secret in the wrong place, so it is not quoted.
    (value.into_string()).map_err(|_| Problem::usage("an argument is not valid Unicode"))
}

fn unknown(option: &str) -> Problem {
    Problem::usage(format!("this verb has no option --{option}"))
}
