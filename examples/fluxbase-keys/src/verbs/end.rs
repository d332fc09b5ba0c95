//! `revoke` and `delete`: the end of one or more keys.

use fluxbase_client_keys_ureq::{BatchOptions, ClientKeyId, ClientKeysManager, Error};

use crate::{
    Streams,
    arguments::Format,
    output::{Ended, print_json, printable},
    problem::{Problem, line},
};

pub(super) fn revoke(
    manager: &ClientKeysManager,
    format: Format,
    ids: &[ClientKeyId],
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    let results = manager.revoke_many(ids.iter().copied(), BatchOptions::new());
    let messages = results.into_iter().map(|it| it.map(|ended| ended.message));
    report("revoked", format, ids, messages, streams)
}

pub(super) fn delete(
    manager: &ClientKeysManager,
    format: Format,
    ids: &[ClientKeyId],
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    let results = manager.delete_many(ids.iter().copied(), BatchOptions::new());
    let messages = results.into_iter().map(|it| it.map(|ended| ended.message));
    report("deleted", format, ids, messages, streams)
}

/// Shows what became of each key, in the order in which they were given.
fn report(
    what: &str,
    format: Format,
    ids: &[ClientKeyId],
    results: impl Iterator<Item = Result<String, Error>>,
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    let mut failed = 0;
    let mut ended = Vec::new();
    for (id, result) in ids.iter().zip(results) {
        let id = id.to_string();
        match (&result, format) {
            (Ok(_), Format::Table) => writeln!(streams.out, "{id}  {what}")?,
            (Err(error), _) => {
                failed += 1;
                writeln!(streams.err, "fluxbase-keys: {id}: {}", line(error))?;
            }
            (Ok(_), Format::Json) => {}
        }
        ended.push(Ended {
            id,
            message: result.as_ref().ok().map(|text| printable(text)),
            error: result.as_ref().err().map(line),
        });
    }
    if format == Format::Json {
        print_json(streams.out, &ended)?;
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(Problem::failed(format!(
            "{failed} of {} keys were not {what}",
            ids.len()
        )))
    }
}
