//! Flows: one or more operations in sequence that together keep one promise.
//!
//! | flow | sends | keeps the promise that |
//! |---|---|---|
//! | [`Single`] | one operation | its answer is read |
//! | [`UpdateThenGet`] | the update, then a GET if no key came back | an update gives the key |
//! | [`ThenCheck`] | the operation, then a GET after a 500 | "does not exist" is told from "is broken" |
//! | [`WithSpelling`] | at most one probe, the operation, at most one more try | scopes are spelled as the server wants |
//! | [`CollectKeys`], [`EachKey`] | one list | a list of any length is read in chunks |

mod check;
mod list;
mod single;
mod spelling;
mod update;

pub use self::{
    check::{Checked, ThenCheck},
    list::{CollectKeys, EachKey},
    single::{Create, Single},
    spelling::{Respell, WithSpelling},
    update::UpdateThenGet,
};

use crate::{Auth, Call, Error, Head, Learned, Operation, Refusal, Replay, Reply, Warning};

/// One or more operations in sequence. An exchange asks it what to send, sends it as often as is right, and tells it how
/// that ended.
pub trait Flow {
    /// What it gives in the end.
    type Output;
    /// What it hands out while an answer is still being read: [`core::convert::Infallible`] for most.
    type Item;

    /// The operation as the caller knows it.
    fn name(&self) -> &'static str;

    /// The request to send now.
    fn errand(&self) -> Result<Errand, Error>;

    /// Reads the answer to it, if it is a 2xx, a 400 that was applied, or one that the errand claims.
    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<Self::Output>;

    /// Learns that it failed for good.
    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<Self::Output> {
        let _ = notes;
        Turn::Done(Err(error))
    }

    /// Puts a fresh idempotency key in the place of a spent one; whether there was one.
    fn use_spare(&mut self) -> bool {
        false
    }

    /// Whether the body that follows this head is to be fed in chunks.
    fn streams(&mut self, head: &Head) -> bool {
        let _ = head;
        false
    }

    /// Takes the next chunk of such a body, which follows this head.
    fn feed(&mut self, head: &Head, chunk: &[u8]) -> Result<(), Error> {
        let _ = (head, chunk);
        Ok(())
    }

    /// Gives what there is when the caller wants no more items.
    fn stopped(&mut self) -> Option<Self::Output> {
        None
    }

    /// Hands out what the chunks so far have completed.
    fn next_item(&mut self) -> Option<Self::Item> {
        None
    }
}

/// Whoever drives a borrowed or boxed flow, such as a `Box<dyn Flow>`, is compiled once for all of them.
macro_rules! forward {
    ($pointer:ty) => {
        impl<F: Flow + ?Sized> Flow for $pointer {
            type Output = F::Output;
            type Item = F::Item;

            fn name(&self) -> &'static str {
                (**self).name()
            }

            fn errand(&self) -> Result<Errand, Error> {
                (**self).errand()
            }

            fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<F::Output> {
                (**self).reply(reply, notes)
            }

            fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<F::Output> {
                (**self).failed(error, notes)
            }

            fn use_spare(&mut self) -> bool {
                (**self).use_spare()
            }

            fn streams(&mut self, head: &Head) -> bool {
                (**self).streams(head)
            }

            fn feed(&mut self, head: &Head, chunk: &[u8]) -> Result<(), Error> {
                (**self).feed(head, chunk)
            }

            fn stopped(&mut self) -> Option<F::Output> {
                (**self).stopped()
            }

            fn next_item(&mut self) -> Option<F::Item> {
                (**self).next_item()
            }
        }
    };
}

forward!(&mut F);
forward!(Box<F>);

/// What a flow does next.
#[derive(Debug)]
pub enum Turn<T> {
    /// Send the next errand.
    Next,
    /// End.
    Done(Result<T, Error>),
}

/// What a flow may look at and add to.
#[derive(Debug)]
pub struct Notes<'a> {
    /// Whether an attempt of the errand that just ended may have been carried out without an answer.
    pub uncertain: bool,
    /// Whether the call ends here, such as for a cancellation: the flow may add to the error, and nothing more is sent for it.
    pub ends: bool,
    /// Warnings for the answer.
    pub warnings: &'a mut Vec<Warning>,
    /// What was learned about the server.
    pub learned: &'a mut Learned,
}

/// A request and how it is to be treated.
#[derive(Debug, Clone)]
pub struct Errand {
    pub(crate) name: &'static str,
    pub(crate) auth: Auth,
    pub(crate) replay: Replay,
    pub(crate) refusal: Refusal,
    pub(crate) waits_when_busy: bool,
    pub(crate) retries: bool,
    pub(crate) limit: BodyLimit,
    /// Statuses other than 2xx that the flow reads, and statuses that refuse the credential.
    pub(crate) claimed: &'static [u16],
    pub(crate) refused: &'static [u16],
    pub(crate) call: Call,
}

/// Which limit a body has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyLimit {
    Single,
    List,
    Bytes(u64),
}

impl Errand {
    /// An operation's request, treated as the operation says.
    pub fn of<O: Operation>(operation: &O) -> Result<Self, Error> {
        Ok(Self {
            name: O::NAME,
            auth: O::AUTH,
            replay: operation.replay(),
            refusal: O::REFUSAL,
            waits_when_busy: O::WAITS_WHEN_BUSY,
            retries: true,
            limit: BodyLimit::Single,
            claimed: O::CLAIMED,
            refused: O::REFUSED,
            call: operation.call()?,
        })
    }
}
