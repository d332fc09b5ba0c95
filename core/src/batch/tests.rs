//! The order of a batch's jobs, and what becomes of each item.

use super::*;
use crate::{Reply, UpdateClientKeyRequest, wire::Head};

fn id(text: &str) -> ClientKeyId {
    ClientKeyId::parse(text).unwrap()
}

fn key(text: &str) -> ClientKey {
    let body = format!(r#"{{"id":"{text}","name":"{text}"}}"#);
    let get = crate::GetClientKey::new(id(text));
    get.output(&Reply::new(&Head::new(200), body.as_bytes()))
        .unwrap()
}

fn updates(ids: &[&str]) -> Vec<UpdateClientKey> {
    let update =
        |text: &&str| UpdateClientKey::new(id(text), UpdateClientKeyRequest::new().name("n"));
    ids.iter().map(update).collect()
}

fn deletions(ids: &[&str]) -> Vec<DeleteClientKey> {
    ids.iter()
        .map(|text| DeleteClientKey::new(id(text)))
        .collect()
}

fn message() -> Updated {
    Updated {
        key: None,
        message: Some("done".to_owned()),
    }
}

fn opaque() -> Error {
    Error::new(ErrorKind::Server)
        .with_status(500)
        .with_outcome(Outcome::Unknown)
}

fn not_found() -> Error {
    Error::new(ErrorKind::NotFound).with_status(404)
}

/// What the next job is, in words.
fn next<I: BatchItem>(batch: &mut Batch<I>) -> String {
    match batch.next_job() {
        Some(Job::Operate(at, _)) => format!("operate {at}"),
        Some(Job::List) => "list".to_owned(),
        Some(Job::Get(at, id)) => format!("get {at} {id}"),
        None => "none".to_owned(),
    }
}

fn names(results: Vec<Result<ClientKey, Error>>) -> Vec<String> {
    let name = |result: Result<ClientKey, Error>| match result {
        Ok(key) => key.name().to_owned(),
        Err(error) => format!("{:?} {:?}", error.kind(), error.outcome()),
    };
    results.into_iter().map(name).collect()
}

#[test]
fn updates_are_followed_by_one_list_and_gets_for_what_it_omits() {
    let mut batch = Batch::new(updates(&["a", "b", "c"]), false);
    assert_eq!(
        [next(&mut batch), next(&mut batch), next(&mut batch)],
        ["operate 0", "operate 1", "operate 2"]
    );
    // The list waits for the last of them.
    batch.operated(2, Ok(message()));
    batch.operated(0, Ok(message()));
    assert_eq!(next(&mut batch), "none");
    batch.operated(1, Ok(message()));
    assert_eq!(next(&mut batch), "list");
    assert_eq!(batch.unread_ids(), BTreeSet::from(["a", "b", "c"].map(id)));
    assert_eq!(next(&mut batch), "none");
    batch.listed(vec![key("c"), key("x"), key("a")]);
    assert_eq!(next(&mut batch), "get 1 b");
    assert_eq!(next(&mut batch), "none");
    batch.got(1, Ok(key("b")));
    assert_eq!(next(&mut batch), "none");
    assert_eq!(names(batch.into_results()), ["a", "b", "c"]);
}

#[test]
fn one_key_is_got_without_a_list_and_none_at_all_ends() {
    let mut batch = Batch::new(updates(&["a", "b"]), false);
    assert_eq!(
        [next(&mut batch), next(&mut batch)],
        ["operate 0", "operate 1"]
    );
    batch.operated(0, Ok(message()));
    // The documented answer holds the key.
    batch.operated(
        1,
        Ok(Updated {
            key: Some(key("b")),
            message: None,
        }),
    );
    assert_eq!(next(&mut batch), "get 0 a");
    batch.got(0, Ok(key("a")));
    assert_eq!(next(&mut batch), "none");
    assert_eq!(names(batch.into_results()), ["a", "b"]);
    assert_eq!(next(&mut Batch::new(updates(&[]), true)), "none");
}

#[test]
fn a_list_that_failed_leaves_gets() {
    let mut batch = Batch::new(updates(&["a", "b"]), false);
    for at in 0..2 {
        next(&mut batch);
        batch.operated(at, Ok(message()));
    }
    assert_eq!(next(&mut batch), "list");
    batch.listed(Vec::new());
    assert_eq!([next(&mut batch), next(&mut batch)], ["get 0 a", "get 1 b"]);
    // In any order, and a failure says that the change was made.
    batch.got(1, Ok(key("b")));
    batch.got(0, Err(not_found()));
    assert_eq!(next(&mut batch), "none");
    assert_eq!(names(batch.into_results()), ["NotFound Applied", "b"]);
}

#[test]
fn two_items_may_name_one_key() {
    let mut batch = Batch::new(updates(&["a", "a"]), false);
    for at in 0..2 {
        next(&mut batch);
        batch.operated(at, Ok(message()));
    }
    assert_eq!(next(&mut batch), "list");
    batch.listed(vec![key("a")]);
    assert_eq!(next(&mut batch), "none");
    assert_eq!(names(batch.into_results()), ["a", "a"]);
}

#[test]
fn nothing_new_is_begun_after_a_failure_if_asked() {
    let forbidden = || Error::new(ErrorKind::Forbidden).with_status(403);
    let mut batch = Batch::new(updates(&["a", "b", "c"]), true);
    assert_eq!(
        [next(&mut batch), next(&mut batch)],
        ["operate 0", "operate 1"]
    );
    batch.operated(1, Err(forbidden()));
    assert_eq!(next(&mut batch), "none");
    // What was under way is finished, also read.
    batch.operated(0, Ok(message()));
    assert_eq!(next(&mut batch), "get 0 a");
    batch.got(0, Ok(key("a")));
    assert_eq!(next(&mut batch), "none");
    let results = batch.into_results();
    let last = results[2].as_ref().unwrap_err();
    assert_eq!(
        (last.kind(), last.outcome()),
        (ErrorKind::Cancelled, Outcome::NotApplied)
    );
    assert_eq!(last.operation(), Some("update client key"));
    assert_eq!(
        names(results),
        ["a", "Forbidden NotApplied", "Cancelled NotApplied"]
    );

    let mut batch = Batch::new(updates(&["a", "b"]), false);
    next(&mut batch);
    batch.operated(0, Err(forbidden()));
    assert_eq!(next(&mut batch), "operate 1");
}

#[test]
fn a_500_is_looked_into_with_the_rest() {
    let mut batch = Batch::new(deletions(&["a", "b", "c", "d", "e"]), false);
    for at in 0..5 {
        assert_eq!(next(&mut batch), format!("operate {at}"));
    }
    batch.operated(0, Err(opaque()));
    batch.operated(1, Err(opaque()));
    // After a lost attempt the deletion may be why the key is gone.
    batch.operated(2, Err(opaque().with_uncertainty(true)));
    // Servers before 2026-04-25 say it in the 500 itself.
    batch.operated(3, Err(opaque().with_kind(ErrorKind::NotFound)));
    batch.operated(4, Err(not_found().with_uncertainty(true)));
    assert_eq!(next(&mut batch), "list");
    batch.listed(vec![key("a")]);
    assert_eq!([next(&mut batch), next(&mut batch)], ["get 1 b", "get 2 c"]);
    batch.got(1, Err(not_found()));
    batch.got(2, Err(not_found()));
    let results = batch.into_results();
    let told: Vec<_> = results
        .iter()
        .map(|result| {
            result
                .as_ref()
                .map_err(|error| (error.kind(), error.outcome()))
        })
        .map(|result| result.map(|done| done.message.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            Err((ErrorKind::Server, Outcome::Unknown)),
            Err((ErrorKind::NotFound, Outcome::NotApplied)),
            Ok("Client key deleted"),
            Err((ErrorKind::NotFound, Outcome::NotApplied)),
            Ok("Client key deleted"),
        ]
    );
    assert!(
        results[0]
            .as_ref()
            .unwrap_err()
            .to_string()
            .contains("the key exists")
    );
}

#[test]
fn what_else_failed_stays_as_it_is() {
    let mut batch = Batch::new(
        vec![RevokeClientKey::new(id("a")), RevokeClientKey::new(id("b"))],
        false,
    );
    assert_eq!(
        [next(&mut batch), next(&mut batch)],
        ["operate 0", "operate 1"]
    );
    // A 500 that says that nothing was done, and one of a proxy, are no reason to look.
    batch.operated(0, Err(opaque().with_outcome(Outcome::NotApplied)));
    batch.operated(1, Err(opaque().with_status(504)));
    assert_eq!(next(&mut batch), "none");
    let results = batch.into_results();
    assert_eq!(
        results[0].as_ref().unwrap_err().outcome(),
        Outcome::NotApplied
    );
    assert_eq!(results[1].as_ref().unwrap_err().outcome(), Outcome::Unknown);
    // The 500 stands when the GET cannot tell.
    let mut batch = Batch::new(deletions(&["a"]), false);
    next(&mut batch);
    batch.operated(0, Err(opaque()));
    assert_eq!(next(&mut batch), "get 0 a");
    batch.got(0, Err(Error::new(ErrorKind::Unavailable)));
    assert_eq!(
        batch.into_results()[0].as_ref().unwrap_err().kind(),
        ErrorKind::Server
    );
}

#[test]
fn reports_of_what_was_never_given_out_change_nothing() {
    let mut batch = Batch::new(deletions(&["a"]), false);
    batch.operated(7, Err(opaque()));
    batch.got(7, Err(not_found()));
    assert_eq!(next(&mut batch), "operate 0");
}
