//! For the fetch object of the published SDK, which sends by itself: where to, and what its answer means.

use fluxbase_client_keys::{
    ClientKeyId, Error, Head, Learned, Notes, Policy, Reply, Spelling, Turn,
};

use crate::{calls::name_of, fields::Fields, keys, problem, text::Text};

/// Where client keys are.
const PATH: &str = "/api/v1/client-keys";

/// Writes the path for an operation, or what an answer to it means.
pub(crate) fn interpret(text: &mut Text, input: &[u8]) {
    text.raw("{");
    let (operation, result) = match Fields::read(input) {
        Ok(fields) => (fields.text(0), judge(text, &fields)),
        Err(error) => ("", Err(error)),
    };
    if let Err(error) = result {
        text.name("error");
        problem::write(text, &error, name_of(operation));
    }
    text.raw("}");
}

fn judge(text: &mut Text, fields: &Fields<'_>) -> Result<(), Error> {
    let path = path(fields)?;
    let Some(answer) = fields.get(2) else {
        text.text("path", Some(&path));
        return Ok(());
    };
    match read(fields.text(0), fields.text(1), answer)? {
        Some(value) => text.json("value", value.as_str()),
        None => text.text("get", Some(&path)),
    }
    Ok(())
}

/// The path of an operation. An id is checked, and stands in it as it was given.
fn path(fields: &Fields<'_>) -> Result<String, Error> {
    let id = fields.text(1);
    let (has_id, end) = match fields.text(0) {
        "create" | "list" => (false, ""),
        "get" | "update" | "delete" => (true, ""),
        "revoke" => (true, "/revoke"),
        _ => return Err(Error::invalid_input("there is no such operation")),
    };
    let mut path = String::from(PATH);
    if has_id {
        ClientKeyId::parse(id)?;
        path.push('/');
        path.push_str(id);
        path.push_str(end);
    }
    Ok(path)
}

/// Reads an answer as the body of a 200; `None` when it lacks the key that was promised, which has to be got.
fn read(operation: &str, id: &str, answer: &str) -> Result<Option<Text>, Error> {
    // The object gives `null` for an empty list and for an empty body alike.
    let body = match (operation, answer) {
        ("list", "") => "null",
        (_, answer) => answer,
    };
    let fields = Fields::of([Some(operation), None, (operation != "list").then_some(id)]);
    let policy = Policy::new().spelling(Spelling::AsGiven);
    let Some(mut flow) = keys::flow(&fields, &policy, None)? else {
        return Ok(None);
    };
    let head = Head::new(200);
    let driven = flow.driven();
    if driven.streams(&head) {
        driven.feed(body.as_bytes())?;
    }
    let (mut warnings, mut learned) = (Vec::new(), Learned::default());
    let mut notes = Notes {
        uncertain: false,
        warnings: &mut warnings,
        learned: &mut learned,
    };
    match driven.reply(&Reply::new(&head, body.as_bytes()), &mut notes) {
        Turn::Next => Ok(None),
        Turn::Done(result) => result.map(|()| Some(flow.into_text())),
    }
}
