//! A trace's call through the manager's own methods.

use core::{
    future::{Future, ready},
    ops::ControlFlow,
};

use fluxbase_client_keys::{
    Answer, ClientKeysManager, CollectKeys, EachKey, Error, Flow, Transport,
};

use crate::{
    Trace,
    call::{Driven, Driver, create_request, list, list_each, session_call, update_request},
    observed::Ending,
    stage::Stage,
    table::Action,
    told::{Tell, ending},
};

/// Runs the trace's call.
pub(crate) async fn carry_out<T: Transport>(
    trace: &Trace,
    manager: &ClientKeysManager<T>,
    stage: &Stage,
) -> Result<Ending, Error> {
    let call = &trace.call;
    let id = call.id.as_str();
    let limit = usize::MAX;
    let driver = Managed { manager, stage };
    Ok(match call.action {
        Action::Create => told(manager.create_answer(&create_request(call)?)),
        Action::CreateIdempotent => told(manager.create_idempotent_answer(&create_request(call)?)),
        Action::List if call.user.is_none() => told(manager.list_answer()),
        Action::List => told(manager.run(CollectKeys::new(list(call)?, limit))),
        Action::ListEach => list_each(&driver, call, EachKey::new(list(call)?, limit)).await,
        Action::Get => told(manager.get_answer(id)),
        Action::Update => told(manager.update_answer(id, &update_request(call)?)),
        Action::Revoke => told(manager.revoke_answer(id)),
        Action::Delete => told(manager.delete_answer(id)),
        action => session_call(action, &driver).await?,
    })
}

fn told<T: Tell>(result: Result<Answer<T>, Error>) -> Ending {
    ending(result, None)
}

struct Managed<'a, T> {
    manager: &'a ClientKeysManager<T>,
    stage: &'a Stage,
}

impl<T: Transport> Driver for Managed<'_, T> {
    fn run<F: Flow>(
        &self,
        flow: F,
        give: &mut dyn FnMut(F::Item) -> ControlFlow<()>,
    ) -> impl Future<Output = Driven<F::Output>> {
        ready((self.manager.run_each(flow, give), None))
    }

    fn given(&self, id: &str) {
        self.stage.give(id);
    }
}
