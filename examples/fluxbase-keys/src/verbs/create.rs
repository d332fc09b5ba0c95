//! `create`: a new key, and its plaintext to where it was asked for.

use fluxbase_client_keys_ureq::{
    Answer, ClientKeysManager, CreateClientKeyResponse, Timestamp, Transport as _,
};

use super::warn;
use crate::{
    Streams,
    arguments::{Create, End, Format, Sink},
    keep::KeyFile,
    output::{Created, Key, key_rows, print_json, print_rows},
    problem::{Problem, line},
};

pub(super) fn run(
    manager: &ClientKeysManager,
    format: Format,
    create: Create,
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    let now = manager.transport().now().wall;
    let mut request = create.request;
    match create.end {
        None => {}
        Some(End::In(span)) => request = request.expires_at(now.saturating_add(span)),
        // Servers would take it, and make a key that never works.
        Some(End::At(end)) if end <= now => return Err(Problem::usage("--expires-at has passed")),
        Some(End::At(end)) => request = request.expires_at(end),
    }
    let mut file = match &create.sink {
        Sink::File(path) => Some(KeyFile::create(path)?),
        Sink::Show => None,
    };
    let answer = if create.idempotent {
        manager.create_idempotent_answer(&request)?
    } else {
        manager.create_answer(&request)?
    };
    let made = &answer.value;
    if let Some(file) = &mut file {
        if let Err(problem) = file.store(&made.key) {
            return Err(undo(manager, made, &problem));
        }
    }
    let shown = show(format, &answer, file.as_ref(), now, streams);
    match (shown, file) {
        (Err(problem), None) => Err(undo(manager, made, &problem)),
        (shown, _) => shown,
    }
}

fn show(
    format: Format,
    answer: &Answer<CreateClientKeyResponse>,
    file: Option<&KeyFile>,
    now: Timestamp,
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    warn(answer, streams)?;
    let made = &answer.value;
    let key = file.is_none().then(|| made.key.expose());
    let key_file = file.map(|file| file.path().display().to_string());
    match format {
        Format::Json => {
            let client_key = Key::from(&made.client_key);
            let created = Created {
                client_key,
                key,
                key_file,
            };
            print_json(streams.out, &created)?;
        }
        Format::Table => {
            let mut rows = key_rows(&made.client_key, now);
            rows.extend(key.map(|key| ("key", key.to_owned())));
            rows.extend(key_file.map(|path| ("key file", path)));
            print_rows(streams.out, &rows)?;
        }
    }
    Ok(streams.out.flush()?)
}

/// Deletes a key whose plaintext went nowhere: nobody could use it.
fn undo(manager: &ClientKeysManager, made: &CreateClientKeyResponse, problem: &Problem) -> Problem {
    let id = made.client_key.id();
    Problem::failed(match manager.delete(id) {
        Ok(_) => format!("{problem}; the new key was deleted again"),
        Err(error) => format!("{problem}; delete the new key {id}: {}", line(&error)),
    })
}

#[cfg(test)]
mod tests {
    use fluxbase_client_keys_ureq::{CreateClientKeyRequest, Scope, builder};
    use fluxbase_emulator::{Fault, Options, What};

    use super::*;

    #[test]
    fn a_key_that_could_not_be_stored_is_deleted_or_named() {
        let server = fluxbase_emulator::start(Options::new()).unwrap();
        let key = server.credentials().service_keys[0].as_str();
        let manager = builder(&server.base_url())
            .service_key(key)
            .build()
            .unwrap();
        let request = CreateClientKeyRequest::new("ci", [Scope::MIGRATIONS_READ]);
        let full = Problem::failed("the disk is full");
        let made = manager.create(&request).unwrap();
        let problem = undo(&manager, &made, &full).to_string();
        assert_eq!(problem, "the disk is full; the new key was deleted again");
        assert_eq!(
            server.with_emulator(|emulator| emulator.client_keys().count()),
            0
        );

        let made = manager.create(&request).unwrap();
        server.add_fault(Fault::new(What::LoseBefore).method("DELETE"));
        let problem = undo(&manager, &made, &full).to_string();
        let id = made.client_key.id();
        let expected = format!("the disk is full; delete the new key {id}: delete client key: ");
        assert!(problem.starts_with(&expected), "{problem}");
        assert!(!problem.contains(made.key.expose()), "{problem}");
    }
}
