//! `Single`: one operation.

use core::convert::Infallible;

use super::{Errand, Flow, Notes, Turn};
use crate::{CreateClientKey, CreateClientKeyResponse, Error, Operation, Outcome, Reply, Warning};

/// One operation, its answer read.
#[derive(Debug, Clone)]
pub struct Single<O>(pub O);

impl<O: Operation> Flow for Single<O> {
    type Output = O::Output;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        O::NAME
    }

    fn errand(&self) -> Result<Errand, Error> {
        Errand::of(&self.0)
    }

    fn reply(&mut self, reply: &Reply<'_>, _: &mut Notes<'_>) -> Turn<O::Output> {
        Turn::Done(
            self.0
                .output(reply)
                .map_err(|error| self.0.replay().settle(error)),
        )
    }
}

/// Makes a client key, with the spare idempotency key and the warnings that go with it.
#[derive(Debug, Clone)]
pub struct Create(pub CreateClientKey);

impl Flow for Create {
    type Output = CreateClientKeyResponse;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        CreateClientKey::NAME
    }

    fn errand(&self) -> Result<Errand, Error> {
        Errand::of(&self.0)
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<CreateClientKeyResponse> {
        let read = self.0.output(reply);
        if let Ok(made) = &read {
            for member in &made.unreadable {
                notes.warnings.push(Warning::MemberUnreadable(member));
            }
        }
        Turn::Done(read)
    }

    fn failed(&mut self, error: Error, _: &mut Notes<'_>) -> Turn<CreateClientKeyResponse> {
        Turn::Done(Err(match error.outcome() {
            Outcome::Applied => error.with_detail(
                "the key was made and its plaintext is lost: find it (newest first in a list that an administrator makes) and delete it",
            ),
            _ => error,
        }))
    }

    fn use_spare(&mut self) -> bool {
        self.0.use_spare()
    }
}
