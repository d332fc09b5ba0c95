//! The verbs: one question to the server each, and how its answer is shown.

mod create;
mod end;
mod whoami;

use fluxbase_client_keys_ureq::{Answer, ClientKey, ClientKeysManager, Transport as _};

use crate::{
    Streams, Variables,
    arguments::{Common, Format, Verb},
    connect::{self, Kind},
    note,
    output::{Key, Keys, key_rows, print_json, print_keys, print_rows},
    problem::Problem,
};

pub(crate) fn run(
    common: &Common,
    verb: Verb,
    variables: Variables<'_>,
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    if matches!(verb, Verb::WhoAmI) {
        return whoami::run(common, variables, streams);
    }
    let manager = connect::manager(common, variables)?;
    let done = carry_out(&manager, common, verb, streams);
    if Kind::of(variables) == Kind::Login {
        leave(&manager);
    }
    done?;
    Ok(streams.out.flush()?)
}

fn carry_out(
    manager: &ClientKeysManager,
    common: &Common,
    verb: Verb,
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    match verb {
        Verb::Create(create) => create::run(manager, common.format, *create, streams),
        Verb::List(owner) => {
            let list = match owner {
                Some(owner) => manager.list_of_user(owner)?,
                None => manager.list()?,
            };
            if list.skipped > 0 {
                let text = "keys of the list could not be read and are left out";
                note(streams, format_args!("{} {text}", list.skipped))?;
            }
            match common.format {
                Format::Table => {
                    let now = manager.transport().now().wall;
                    Ok(print_keys(streams.out, &list.client_keys, now)?)
                }
                Format::Json => print_json(streams.out, &Keys::from(&list)),
            }
        }
        Verb::Get(id) => {
            let answer = manager.get_answer(id)?;
            show(manager, common.format, &answer, streams)
        }
        Verb::Update(id, updates) => {
            let answer = manager.update_answer(id, &updates)?;
            show(manager, common.format, &answer, streams)
        }
        Verb::Revoke(ids) => end::revoke(manager, common.format, &ids, streams),
        Verb::Delete(ids) => end::delete(manager, common.format, &ids, streams),
        Verb::WhoAmI => Ok(()),
    }
}

fn show(
    manager: &ClientKeysManager,
    format: Format,
    answer: &Answer<ClientKey>,
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    warn(answer, streams)?;
    match format {
        Format::Table => {
            let rows = key_rows(&answer.value, manager.transport().now().wall);
            Ok(print_rows(streams.out, &rows)?)
        }
        Format::Json => print_json(streams.out, &Key::from(&answer.value)),
    }
}

fn warn<T>(answer: &Answer<T>, streams: &mut Streams<'_>) -> Result<(), Problem> {
    for warning in &answer.warnings {
        note(streams, warning)?;
    }
    Ok(())
}

/// Signs out, so that no refresh token outlives the program. Where there is none, or it fails, nothing is lost by it.
fn leave(manager: &ClientKeysManager) {
    if manager.export_tokens().is_some() {
        drop(manager.sign_out());
    }
}
