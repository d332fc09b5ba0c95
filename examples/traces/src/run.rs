//! The runners: one trace through one driver.

use core::{
    future::{Future, ready},
    ops::ControlFlow,
    pin::pin,
    task::{Context as TaskContext, Poll},
};
use std::sync::{Arc, mpsc};
use std::task::{Wake, Waker};

use fluxbase_client_keys::{
    AsyncTransport, BaseUrl, ClientKeysManager, Context, Error, Flow, Policy, Settings, Step,
    Transport, drive, drive_async,
};

use crate::{
    Trace, access,
    call::{Driven, Driver, carry_out},
    manager,
    memory::Peer,
    observed::{Ending, Observed, Wire},
    renewal::Renewer,
    server::Server,
    stage::Stage,
    timed::Timed,
};

/// Where the peer in memory is; nothing is ever sent there.
const NOWHERE: &str = "https://fluxbase.example";

/// In memory, through [`drive`].
///
/// # Errors
/// When the trace's own arguments are not valid.
pub fn blocking_in_memory(trace: &Trace) -> Result<Observed, Error> {
    let stage = Arc::new(Stage::new(trace));
    let transport = Timed::new(Peer::new(Arc::clone(&stage)), Arc::clone(&stage));
    blocking(trace, NOWHERE, &transport, &stage)
}

/// In memory, through [`drive_async`].
///
/// # Errors
/// When the trace's own arguments are not valid.
pub fn async_in_memory(trace: &Trace) -> Result<Observed, Error> {
    let stage = Arc::new(Stage::new(trace));
    let transport = Timed::new(Peer::new(Arc::clone(&stage)), Arc::clone(&stage));
    Block.block_on(asynchronous(trace, NOWHERE, &transport, &stage))
}

/// In memory, through the methods of [`ClientKeysManager`].
///
/// # Errors
/// When the trace's own arguments are not valid.
pub fn manager_in_memory(trace: &Trace) -> Result<Observed, Error> {
    let stage = Arc::new(Stage::new(trace));
    let transport = Timed::new(Peer::new(Arc::clone(&stage)), Arc::clone(&stage));
    let mut settings = Settings::new(BaseUrl::parse(NOWHERE)?);
    settings.authentication = access::of_manager(trace.access, stage.now())?;
    settings.policy = access::policy(&trace.policy)?;
    let manager = ClientKeysManager::new(settings, transport);
    let end = Block.block_on(manager::carry_out(trace, &manager, &stage))?;
    let token = manager
        .export_tokens()
        .map(|pair| pair.access_token.expose().to_owned());
    Ok(observed(&stage, end, token))
}

/// Over a loopback socket, through a blocking transport.
///
/// # Errors
/// When the trace's own arguments are not valid, or no socket is to be had.
pub fn blocking_over_socket<T: Transport>(trace: &Trace, transport: T) -> Result<Observed, Error> {
    let stage = Arc::new(Stage::new(trace));
    let server = Arc::new(start_server()?);
    let base = server.url();
    let transport = Timed::new(transport, Arc::clone(&stage)).with_server(Arc::clone(&server));
    let mut observed = blocking(trace, &base, &transport, &stage)?;
    drop(transport);
    observed.wire = Some(wire(&server, &stage));
    Ok(observed)
}

/// Over a loopback socket, through an asynchronous transport whose futures `executor` runs.
///
/// # Errors
/// When the trace's own arguments are not valid, or no socket is to be had.
pub fn async_over_socket<T: AsyncTransport>(
    trace: &Trace,
    transport: T,
    executor: &impl Executor,
) -> Result<Observed, Error> {
    let stage = Arc::new(Stage::new(trace));
    let server = Arc::new(start_server()?);
    let base = server.url();
    let transport = Timed::new(transport, Arc::clone(&stage)).with_server(Arc::clone(&server));
    let mut observed = executor.block_on(asynchronous(trace, &base, &transport, &stage))?;
    drop(transport);
    observed.wire = Some(wire(&server, &stage));
    Ok(observed)
}

fn start_server() -> Result<Server, Error> {
    Server::start(None)
        .map_err(|error| Error::invalid_input(format!("no loopback socket: {error}")))
}

fn wire(server: &Server, stage: &Stage) -> Wire {
    let (arrived, oddities) = server.stop();
    Wire {
        sent: stage.arrived(),
        arrived,
        oddities,
    }
}

fn blocking<T: Transport>(
    trace: &Trace,
    base: &str,
    transport: &T,
    stage: &Stage,
) -> Result<Observed, Error> {
    let now = stage.now();
    let session = access::session(trace.access, now);
    let policy = access::policy(&trace.policy)?;
    let context = Context::new(BaseUrl::parse(base)?)
        .policy(policy)
        .access(access::of_machine(trace.access, &session, now)?);
    let renewer = Renewer::new(transport, context.clone(), policy, session);
    let driver = Blocking {
        transport,
        renewer: &renewer,
        context,
        stage,
    };
    let end = Block.block_on(carry_out(trace, &policy, &driver))?;
    Ok(observed(stage, end, renewer.token()))
}

pub(crate) async fn asynchronous<T: AsyncTransport>(
    trace: &Trace,
    base: &str,
    transport: &T,
    stage: &Stage,
) -> Result<Observed, Error> {
    let now = stage.now();
    let session = access::session(trace.access, now);
    let policy: Policy = access::policy(&trace.policy)?;
    let context = Context::new(BaseUrl::parse(base)?)
        .policy(policy)
        .access(access::of_machine(trace.access, &session, now)?);
    let renewer = Renewer::new(transport, context.clone(), policy, session);
    let driver = Asynchronous {
        transport,
        renewer: &renewer,
        context,
        stage,
    };
    let end = carry_out(trace, &policy, &driver).await?;
    Ok(observed(stage, end, renewer.token()))
}

fn observed(stage: &Stage, end: Ending, token: Option<String>) -> Observed {
    Observed {
        events: stage.events(),
        end,
        token,
        wire: None,
    }
}

struct Blocking<'a, T> {
    transport: &'a T,
    renewer: &'a Renewer<'a, T>,
    context: Context,
    stage: &'a Stage,
}

impl<T: Transport> Driver for Blocking<'_, T> {
    fn run<F: Flow>(
        &self,
        flow: F,
        give: &mut dyn FnMut(F::Item) -> ControlFlow<()>,
    ) -> impl Future<Output = Driven<F::Output>> {
        let step = Step::start(flow, self.context.clone(), self.transport.now());
        let done = drive(self.transport, self.renewer, step, give);
        let learned = done.learned();
        ready((done.into_result(), Some(learned)))
    }

    fn given(&self, id: &str) {
        self.stage.give(id);
    }
}

struct Asynchronous<'a, T> {
    transport: &'a T,
    renewer: &'a Renewer<'a, T>,
    context: Context,
    stage: &'a Stage,
}

impl<T: AsyncTransport> Driver for Asynchronous<'_, T> {
    async fn run<F: Flow>(
        &self,
        flow: F,
        give: &mut dyn FnMut(F::Item) -> ControlFlow<()>,
    ) -> Driven<F::Output> {
        let step = Step::start(flow, self.context.clone(), self.transport.now());
        let done = drive_async(self.transport, self.renewer, step, give).await;
        let learned = done.learned();
        (done.into_result(), Some(learned))
    }

    fn given(&self, id: &str) {
        self.stage.give(id);
    }
}

/// Runs one future to its end.
pub trait Executor {
    /// Runs this one.
    fn block_on<F: Future>(&self, future: F) -> F::Output;
}

/// Enough of an executor for futures that wait for nothing outside this thread.
#[derive(Debug, Clone, Copy)]
pub struct Block;

impl Executor for Block {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        let (wake, woken) = mpsc::channel();
        let waker = Waker::from(Arc::new(Bell(wake)));
        let mut context = TaskContext::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            // `waker` holds the other end, so waiting ends only when it is rung.
            let _ = woken.recv();
        }
    }
}

struct Bell(mpsc::Sender<()>);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        // Nobody listens any more when the future has ended.
        let _ = self.0.send(());
    }
}
