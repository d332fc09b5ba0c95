//! Flows that give their result as JSON: one type for all, so that what drives them is compiled once.

use core::{convert::Infallible, fmt};

use fluxbase_client_keys::{Errand, Error, Flow, Head, Notes, Reply, Turn};

use crate::text::Text;

/// Any of the flows below, its result as JSON.
pub(crate) struct AnyFlow(Box<dyn Flow<Output = Text, Item = Infallible>>);

/// A flow, and how its result is written.
struct Shown<F: Flow> {
    flow: F,
    show: fn(&mut Text, &F::Output),
}

impl AnyFlow {
    /// This flow, with its result written so.
    pub(crate) fn new<F: Flow<Item = Infallible> + 'static>(
        flow: F,
        show: fn(&mut Text, &F::Output),
    ) -> Self {
        Self(Box::new(Shown { flow, show }))
    }
}

impl<F: Flow> Shown<F> {
    fn written(&self, turn: Turn<F::Output>) -> Turn<Text> {
        match turn {
            Turn::Next => Turn::Next,
            Turn::Done(result) => Turn::Done(result.map(|output| {
                let mut text = Text::default();
                (self.show)(&mut text, &output);
                text
            })),
        }
    }
}

impl<F: Flow<Item = Infallible>> Flow for Shown<F> {
    type Output = Text;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        self.flow.name()
    }

    fn errand(&self) -> Result<Errand, Error> {
        self.flow.errand()
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<Text> {
        let turn = self.flow.reply(reply, notes);
        self.written(turn)
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<Text> {
        let turn = self.flow.failed(error, notes);
        self.written(turn)
    }

    fn use_spare(&mut self) -> bool {
        self.flow.use_spare()
    }

    fn streams(&mut self, head: &Head) -> bool {
        self.flow.streams(head)
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<(), Error> {
        self.flow.feed(chunk)
    }
}

impl Flow for AnyFlow {
    type Output = Text;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn errand(&self) -> Result<Errand, Error> {
        self.0.errand()
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<Text> {
        self.0.reply(reply, notes)
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<Text> {
        self.0.failed(error, notes)
    }

    fn use_spare(&mut self) -> bool {
        self.0.use_spare()
    }

    fn streams(&mut self, head: &Head) -> bool {
        self.0.streams(head)
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<(), Error> {
        self.0.feed(chunk)
    }
}

impl fmt::Debug for AnyFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyFlow({})", self.0.name())
    }
}
