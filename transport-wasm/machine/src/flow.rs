//! Flows that give JSON: one type for all, so that what drives them is compiled once.

use core::convert::Infallible;

use fluxbase_client_keys::{
    Errand, Error, Flow, Grant, Head, JsonText, Notes, Operation, Replay, Reply, Respell, Scope,
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

/// How the result of a flow is written.
pub(crate) type Show<T> = fn(&mut Given, T);

impl Given {
    /// This result, written so.
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "a pointer is moved through every layer in place of what it points to"
    )]
    pub(crate) fn of<T>(output: T, show: Show<T>) -> Box<Self> {
        let mut given = Box::<Self>::default();
        show(&mut given, output);
        given
    }
}

fn write<T>(turn: Turn<T>, show: Show<T>) -> Turn<Box<Given>> {
    match turn {
        Turn::Next => Turn::Next,
        Turn::Done(result) => Turn::Done(result.map(|output| Given::of(output, show))),
    }
}

/// One operation, its result written: one type for all, and for each no more than what it alone does.
pub(crate) struct One {
    name: &'static str,
    replay: Replay,
    act: Box<dyn Act + Send>,
}

/// What an operation alone does.
trait Act {
    fn errand(&self) -> Result<Errand, Error>;
    fn read(&self, reply: &Reply<'_>) -> Result<Box<Given>, Error>;
}

struct Acting<O: Operation>(O, Show<O::Output>);

impl<O: Operation> Act for Acting<O> {
    fn errand(&self) -> Result<Errand, Error> {
        Errand::of(&self.0)
    }

    fn read(&self, reply: &Reply<'_>) -> Result<Box<Given>, Error> {
        let read = self.0.output(reply);
        read.map(|output| Given::of(output, self.1))
    }
}

impl One {
    /// This operation, with its result written so.
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "it is wanted as one of many flows"
    )]
    pub(crate) fn new<O: Operation + Send + 'static>(
        operation: O,
        show: Show<O::Output>,
    ) -> Box<Self> {
        Box::new(Self {
            name: O::NAME,
            replay: operation.replay(),
            act: Box::new(Acting(operation, show)),
        })
    }
}

impl Flow for One {
    type Output = Box<Given>;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        self.name
    }

    fn errand(&self) -> Result<Errand, Error> {
        self.act.errand()
    }

    fn reply(&mut self, reply: &Reply<'_>, _: &mut Notes<'_>) -> Turn<Box<Given>> {
        let read = self.act.read(reply);
        Turn::Done(read.map_err(|error| self.replay.settle(error)))
    }
}

/// It sends none.
impl Respell for One {
    fn scopes(&mut self) -> &mut [Scope] {
        &mut []
    }
}

/// A flow of more than one operation, or of one in more than one piece, its result written.
pub(crate) struct Shown<F: Flow> {
    flow: F,
    show: Show<F::Output>,
}

impl<F: Flow<Item = Infallible> + Send + 'static> Shown<F> {
    /// This flow, with its result written so.
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "it is wanted as one of many flows"
    )]
    pub(crate) fn new(flow: F, show: Show<F::Output>) -> Box<Self> {
        Box::new(Self { flow, show })
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
        write(self.flow.reply(reply, notes), self.show)
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<Box<Given>> {
        write(self.flow.failed(error, notes), self.show)
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

impl<F: Respell> Respell for Shown<F> {
    fn scopes(&mut self) -> &mut [Scope] {
        self.flow.scopes()
    }

    fn is_frozen(&self) -> bool {
        self.flow.is_frozen()
    }
}
