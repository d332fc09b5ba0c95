//! The search through every call.

use super::{
    search::{Count, Search},
    subject::every_call,
};
use crate::Policy;

/// Small bodies, and so many attempts of each request: the number of sequences grows with its power.
fn search(attempts: u32) -> Search {
    let policy = Policy::new()
        .attempts(attempts)
        .body_limit(4096)
        .list_limit(4096);
    let mut search = Search::default();
    every_call(&policy, &mut search).unwrap();
    let Count {
        sequences,
        states,
        ends,
        steps,
    } = search.count;
    println!(
        "attempts of each request: {attempts}; sequences: {sequences}; states: {states}; steps: {steps}, of which \
         {ends} end a call; broken promises: {}",
        search.found.len()
    );
    for found in &search.found {
        println!("{}", found.text());
    }
    search
}

#[test]
fn every_sequence_keeps_the_promises() {
    let search = search(1);
    assert!(search.found.is_empty(), "{} calls", search.found.len());
    // It has not passed for having looked at little.
    assert!(search.count.states > 5_000);
    assert!(search.count.steps > 500_000);
}

#[test]
#[ignore = "takes minutes: ./proof.sh exhaustive"]
fn every_sequence_of_two_attempts_keeps_the_promises() {
    let search = search(2);
    assert!(search.found.is_empty(), "{} calls", search.found.len());
    assert!(search.count.states > 500_000);
}
