//! Every trace in memory: through `drive`, `drive_async` and the manager.

mod judge;

use fluxbase_key_traces::{
    Kind, all, async_in_memory, blocking_in_memory, manager_in_memory, run_all,
};
use judge::judge;

#[test]
fn through_drive() {
    let table = all().unwrap();
    judge("drive", &run_all(&table, &[], blocking_in_memory));
}

#[test]
fn through_drive_async() {
    let table = all().unwrap();
    let summary = run_all(&table, &[Kind::Async], async_in_memory);
    judge("drive_async", &summary);
}

#[test]
fn through_the_manager() {
    let table = all().unwrap();
    let summary = run_all(&table, &[Kind::Manager], manager_in_memory);
    judge("manager", &summary);
}
