//! `Kept`: a flow whose result is kept aside, so that all flows look alike to what drives them.

use core::convert::Infallible;

use crate::{Errand, Error, ErrorKind, Flow, Head, Notes, Reply, Turn};

/// Any flow. The futures that drive it are as large as the exchange, and are compiled once.
pub(super) type Erased<'f> = &'f mut (dyn Flow<Output = (), Item = Infallible> + Send + 'f);

/// A flow, and its result when it has ended well.
pub(super) struct Kept<F: Flow> {
    flow: F,
    output: Option<F::Output>,
}

impl<F: Flow<Item = Infallible> + Send> Kept<F>
where
    F::Output: Send,
{
    pub(super) fn new(flow: F) -> Self {
        Self { flow, output: None }
    }

    pub(super) fn erased(&mut self) -> Erased<'_> {
        self
    }

    /// The result. There is one if the flow has been driven to a good end.
    pub(super) fn into_output(self) -> Result<F::Output, Error> {
        self.output
            .ok_or_else(|| Error::new(ErrorKind::UnexpectedResponse))
    }
}

impl<F: Flow> Kept<F> {
    fn keep(&mut self, turn: Turn<F::Output>) -> Turn<()> {
        match turn {
            Turn::Next => Turn::Next,
            Turn::Done(result) => Turn::Done(result.map(|output| self.output = Some(output))),
        }
    }
}

impl<F: Flow<Item = Infallible>> Flow for Kept<F> {
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
        self.keep(turn)
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<()> {
        let turn = self.flow.failed(error, notes);
        self.keep(turn)
    }

    fn use_spare(&mut self) -> bool {
        self.flow.use_spare()
    }

    fn streams(&mut self, head: &Head) -> bool {
        self.flow.streams(head)
    }

    fn feed(&mut self, head: &Head, chunk: &[u8]) -> Result<(), Error> {
        self.flow.feed(head, chunk)
    }
}
