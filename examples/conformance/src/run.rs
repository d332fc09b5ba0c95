//! One run against a server: the walk, cleaning up, and the report.

use crate::{
    Signals, Streams, Variables,
    answer::Request,
    arguments::{Format, Options},
    caller::Caller,
    contract::Contract,
    diagnosis::{Diagnosis, Weight, at_the_end},
    problem::Problem,
    recording::Recording,
    report::Report,
    stand_in::StandIns,
    values::Values,
    walk::Walk,
    wire::Wire,
};

pub(crate) fn run(
    options: &Options,
    variables: Variables<'_>,
    signals: Signals<'_>,
    streams: &mut Streams<'_>,
) -> Result<u8, Problem> {
    let contract = Contract::read()?;
    let wire = Wire::new(&server(options, variables)?, options)?;
    let caller = Caller::of_environment(options, variables)?;
    let recording = options
        .record
        .as_deref()
        .map(Recording::create)
        .transpose()?;
    let mut values = Values::new()?;
    caller.introduce(&mut values);
    let mut stand_ins = StandIns::new(caller.secrets(), values.run());
    let mut walk = Walk::new(&contract, &wire, &caller, values, signals, streams.err);
    walk.lines(&contract.reach);
    if !caller.is_nobody() {
        walk.lines(&contract.enter);
        walk.lines(&contract.keys);
        walk.clean_up();
        leave(&mut walk);
    }
    walk.diagnoses.extend(at_the_end(&walk.exchanges));
    if !walk.made.is_empty() || walk.in_doubt {
        let text = left(&walk);
        walk.diagnoses
            .push(Diagnosis::new("left-behind", Weight::Unfinished, text));
    }
    if let Some(recording) = recording {
        let generation = walk.best().names().join(" ");
        let exchanges = walk
            .exchanges
            .iter()
            .map(|exchange| stand_ins.exchange(exchange));
        recording.write(&generation, exchanges)?;
    }
    let report = Report::of(&walk, &mut stand_ins);
    match options.format {
        Format::Table => report.print_table(streams.out)?,
        Format::Json => report.print_json(streams.out)?,
    }
    streams.out.flush()?;
    Ok(report.exit_status())
}

/// Signs out: by the lines for it, or, when the walk ended early, without a look at the answer.
fn leave<'a>(walk: &mut Walk<'a>) {
    let contract: &'a Contract = walk.contract;
    let ended = walk.end().is_some();
    walk.lines(&contract.leave);
    let header = walk.caller.header(&walk.values);
    let (true, true, Some(header)) = (ended, walk.caller.is("login"), header) else {
        return;
    };
    let path = if walk.caller.is("admin") {
        "/api/v1/admin/logout"
    } else {
        "/api/v1/auth/signout"
    };
    let mut request = Request::new("POST", path);
    request.headers.push(header);
    // What is left otherwise is a session that ends by itself.
    drop(walk.send("sign-out", request));
}

fn left(walk: &Walk<'_>) -> String {
    if walk.made.is_empty() {
        return format!(
            "a create had no readable answer, and whether a key was made cannot be found out: its name would begin with {}, and it ends within an hour",
            walk.values.run()
        );
    }
    format!(
        "these keys could not be deleted, and end within an hour: {}",
        walk.made.join(" ")
    )
}

fn server(options: &Options, variables: Variables<'_>) -> Result<String, Problem> {
    let set = || variables("FLUXBASE_URL").filter(|url| !url.is_empty());
    let from_environment = || set().and_then(|url| url.into_string().ok());
    options
        .server
        .clone()
        .or_else(from_environment)
        .ok_or_else(|| Problem::usage("no server: give --server URL or set FLUXBASE_URL"))
}
