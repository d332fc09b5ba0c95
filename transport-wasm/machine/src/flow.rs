//! Flows that give JSON: one type for all, so that what drives them is compiled once.

use core::convert::Infallible;

use fluxbase_client_keys::{
    AdminSignIn, AdminSignOut, CheckHealth, DeleteClientKey, Errand, Error, Flow, GetClientKey,
    Grant, Head, JsonText, Notes, Operation, Reply, Respell, RevokeClientKey, Scope, SignIn,
    SignOut, Turn, VerifyTwoFactor,
};

use crate::show;

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

/// One operation, its result written: no type of its own for each, with a table of functions and a box.
pub(crate) enum One {
    Get(GetClientKey),
    Revoke(RevokeClientKey),
    Delete(DeleteClientKey),
    SignIn(SignIn),
    VerifyTwoFactor(VerifyTwoFactor),
    AdminSignIn(AdminSignIn),
    SignOut(SignOut),
    AdminSignOut(AdminSignOut),
    Health(CheckHealth),
}

/// The same, with whichever operation it is.
macro_rules! each {
    ($one:expr, $operation:ident => $same:expr) => {
        match $one {
            One::Get($operation) => $same,
            One::Revoke($operation) => $same,
            One::Delete($operation) => $same,
            One::SignIn($operation) => $same,
            One::VerifyTwoFactor($operation) => $same,
            One::AdminSignIn($operation) => $same,
            One::SignOut($operation) => $same,
            One::AdminSignOut($operation) => $same,
            One::Health($operation) => $same,
        }
    };
}

fn name<O: Operation>(_: &O) -> &'static str {
    O::NAME
}

impl One {
    /// Reads the answer, and writes what it says.
    fn read(&self, reply: &Reply<'_>, given: &mut Given) -> Result<(), Error> {
        match self {
            Self::Get(get) => show::key(given, get.output(reply)?),
            Self::Revoke(revoke) => show::revoked(given, revoke.output(reply)?),
            Self::Delete(delete) => show::deleted(given, delete.output(reply)?),
            Self::SignIn(sign_in) => show::sign_in(given, sign_in.output(reply)?),
            Self::VerifyTwoFactor(verify) => show::signed_in(given, verify.output(reply)?),
            Self::AdminSignIn(sign_in) => show::admin_signed_in(given, sign_in.output(reply)?),
            Self::SignOut(sign_out) => show::signed_out(given, sign_out.output(reply)?),
            Self::AdminSignOut(sign_out) => show::signed_out(given, sign_out.output(reply)?),
            Self::Health(check) => show::health(given, check.output(reply)?),
        }
        Ok(())
    }
}

impl Flow for One {
    type Output = Box<Given>;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        each!(self, operation => name(operation))
    }

    fn errand(&self) -> Result<Errand, Error> {
        each!(self, operation => Errand::of(operation))
    }

    fn reply(&mut self, reply: &Reply<'_>, _: &mut Notes<'_>) -> Turn<Box<Given>> {
        let mut given = Box::<Given>::default();
        Turn::Done(match self.read(reply, &mut given) {
            Ok(()) => Ok(given),
            Err(error) => Err(each!(self, operation => operation.replay()).settle(error)),
        })
    }
}

/// It sends no scopes.
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
