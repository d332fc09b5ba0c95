//! Flows that give JSON: one type for all, so that what drives them is compiled once.

use core::convert::Infallible;

use fluxbase_client_keys::{
    Checked, ClientKeyId, Errand, Error, Flow, Grant, Head, JsonText, Notes, Reply, Respell, Scope,
    Turn,
};

/// Any flow.
pub(crate) type AnyFlow = Box<dyn Flow<Output = Box<Given>, Item = Infallible> + Send>;

/// What a flow gives in the end.
#[derive(Default)]
pub(crate) struct Given {
    /// The value of the call, as JSON.
    pub(crate) value: JsonText,
    pub(crate) session: Session,
}

/// What has become of the session on the server.
#[derive(Default)]
pub(crate) enum Session {
    #[default]
    AsBefore,
    /// A new one, of an administrator or not.
    SignedIn(Grant, bool),
    Renewed(Grant),
    SignedOut,
}

/// A flow, and how its result is written.
pub(crate) struct Shown<F: Flow> {
    flow: F,
    show: fn(&mut Given, F::Output),
}

impl<F: Flow<Item = Infallible> + 'static> Shown<F> {
    /// This flow, with its result written so.
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "it is wanted as one of many flows"
    )]
    pub(crate) fn new(flow: F, show: fn(&mut Given, F::Output)) -> Box<Self> {
        Box::new(Self { flow, show })
    }
}

impl<F: Flow> Shown<F> {
    fn write(&self, turn: Turn<F::Output>) -> Turn<Box<Given>> {
        match turn {
            Turn::Next => Turn::Next,
            Turn::Done(Ok(output)) => Turn::Done(Ok(self.given(output))),
            Turn::Done(Err(error)) => Turn::Done(Err(error)),
        }
    }

    #[expect(
        clippy::unnecessary_box_returns,
        reason = "a pointer is moved through every layer in place of what it points to"
    )]
    fn given(&self, output: F::Output) -> Box<Given> {
        let mut given = Box::<Given>::default();
        (self.show)(&mut given, output);
        given
    }
}

impl<F: Flow<Item = Infallible>> Flow for Shown<F> {
    type Output = Box<Given>;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        self.flow.name()
    }

    fn errand(&self) -> Result<Errand, Error> {
        self.flow.errand()
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<Box<Given>> {
        let turn = self.flow.reply(reply, notes);
        self.write(turn)
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<Box<Given>> {
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

impl<F: Checked> Checked for Shown<F> {
    fn id(&self) -> ClientKeyId {
        self.flow.id()
    }

    fn gone(&self) -> Option<Box<Given>> {
        self.flow.gone().map(|output| self.given(output))
    }
}

impl<F: Respell> Respell for Shown<F> {
    fn scopes(&self) -> &[Scope] {
        self.flow.scopes()
    }

    fn set_scopes(&mut self, scopes: Vec<Scope>) {
        self.flow.set_scopes(scopes);
    }

    fn is_frozen(&self) -> bool {
        self.flow.is_frozen()
    }
}
