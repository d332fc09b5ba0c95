//! Flows that leave their result as JSON: one type for all, so that what drives them is compiled once.

use core::{convert::Infallible, fmt};

use fluxbase_client_keys::{Errand, Error, Flow, Head, Notes, Reply, Turn};

use crate::text::Text;

/// Any flow, as it is driven.
pub(crate) type Driven<'f> = &'f mut (dyn Flow<Output = (), Item = Infallible> + Send + 'f);

/// Any flow, with its result as JSON.
pub(crate) struct AnyFlow(Box<dyn Written>);

trait Written {
    fn driven(&mut self) -> Driven<'_>;

    fn text(&mut self) -> Text;
}

/// A flow, how its result is written, and what was written.
struct Shown<F: Flow> {
    flow: F,
    show: fn(&mut Text, &F::Output),
    text: Text,
}

impl AnyFlow {
    /// This flow, with its result written so.
    pub(crate) fn new<F>(flow: F, show: fn(&mut Text, &F::Output)) -> Self
    where
        F: Flow<Item = Infallible> + Send + 'static,
    {
        Self(Box::new(Shown {
            flow,
            show,
            text: Text::default(),
        }))
    }

    /// What is to be driven.
    pub(crate) fn driven(&mut self) -> Driven<'_> {
        self.0.driven()
    }

    /// Its result: nothing unless it has been driven to a good end.
    pub(crate) fn into_text(mut self) -> Text {
        self.0.text()
    }
}

impl<F: Flow<Item = Infallible> + Send> Written for Shown<F> {
    fn driven(&mut self) -> Driven<'_> {
        self
    }

    fn text(&mut self) -> Text {
        core::mem::take(&mut self.text)
    }
}

impl<F: Flow> Shown<F> {
    fn write(&mut self, turn: Turn<F::Output>) -> Turn<()> {
        match turn {
            Turn::Next => Turn::Next,
            Turn::Done(result) => {
                Turn::Done(result.map(|output| (self.show)(&mut self.text, &output)))
            }
        }
    }
}

impl<F: Flow<Item = Infallible>> Flow for Shown<F> {
    type Output = ();
    type Item = Infallible;

    fn name(&self) -> &'static str {
        self.flow.name()
    }

    fn errand(&self) -> Result<Errand, Error> {
        self.flow.errand()
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<()> {
        let turn = self.flow.reply(reply, notes);
        self.write(turn)
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<()> {
        let turn = self.flow.failed(error, notes);
        self.write(turn)
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

impl fmt::Debug for AnyFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyFlow")
    }
}
