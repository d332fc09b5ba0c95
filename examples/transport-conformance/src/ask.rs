//! Asks a transport for what a case wants, and keeps what it told.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use fluxbase_client_keys::{
    Access, AsyncTransport, BaseUrl, ClientKeyId, Context, CreateClientKey, CreateClientKeyRequest,
    Credential, DeleteClientKey, Error, Flow, GetClientKey, IdempotencyKey, ListClientKeys,
    NoRenewal, Policy, RevokeClientKey, Scope, Single, Spelling, Step, UpdateClientKey,
    UpdateClientKeyRequest, drive_async,
};

use crate::{
    Ask, BODY_LIMIT, Case,
    probe::{Probe, Record},
};

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln";
const CLIENT_KEY: &str = "fbk_bWFkZSBmb3IgYSB0ZXN0";

/// What no error may repeat.
pub(crate) const SECRETS: [&str; 2] = [TOKEN, CLIENT_KEY];

/// What became of one request.
pub(crate) struct Asked {
    pub(crate) told: Record,
    /// The error that the machine made of it; none also for what was dropped.
    pub(crate) error: Option<Error>,
    pub(crate) took: Duration,
}

/// Asks for one thing below this URL.
pub(crate) async fn ask<T: AsyncTransport>(
    transport: &T,
    case: &Case,
    ask: Ask,
    url: &str,
) -> Result<Asked, Error> {
    let probe = Probe::new(transport);
    let begun = transport.now().monotonic;
    let call = call(&probe, case, ask, url);
    let result = match ask {
        Ask::CreateAndDrop(patience) => unless_later(transport.sleep(patience), call).await,
        _ => Some(call.await),
    };
    let took = transport.now().monotonic.saturating_sub(begun);
    let told = probe.take();
    let error = result.and_then(Result::err);
    match error {
        // It was the suite's request that could not be made.
        Some(error) if told.sends == 0 => Err(error),
        error => Ok(Asked { told, error, took }),
    }
}

async fn call<T: AsyncTransport>(
    probe: &Probe<'_, T>,
    case: &Case,
    ask: Ask,
    url: &str,
) -> Result<(), Error> {
    let credential = match ask {
        Ask::CreateByKey => Credential::client_key(CLIENT_KEY)?,
        _ => Credential::bearer_token(TOKEN)?,
    };
    let policy = Policy::new()
        .attempts(1)
        .attempt_timeout(case.timeout)
        .body_limit(BODY_LIMIT)
        .spelling(Spelling::AsGiven);
    let context = Context::new(BaseUrl::parse_allowing_plain_http(url)?)
        .access(Access::fixed(credential))
        .policy(policy);
    let id = ClientKeyId::parse("key-1")?;
    match ask {
        Ask::Create | Ask::CreateByKey | Ask::CreateAndDrop(_) => {
            run(probe, Single(create("ci")), context).await
        }
        Ask::CreateLarge(length) => run(probe, Single(create(&"a".repeat(length))), context).await,
        Ask::CreateOnce => {
            let [first, spare] = [1, 2].map(|byte| IdempotencyKey::from_entropy([byte; 16]));
            let create = create("ci").with_idempotency_keys(first, spare);
            run(probe, Single(create), context).await
        }
        Ask::Get => run(probe, Single(GetClientKey::new(id)), context).await,
        Ask::List => run(probe, Single(ListClientKeys::new()), context).await,
        Ask::Update => {
            let changes = UpdateClientKeyRequest::new().name("other");
            run(probe, Single(UpdateClientKey::new(id, changes)), context).await
        }
        Ask::Revoke => run(probe, Single(RevokeClientKey::new(id)), context).await,
        Ask::Delete => run(probe, Single(DeleteClientKey::new(id)), context).await,
        Ask::Sleep(duration) => {
            probe.sleep(duration).await;
            Ok(())
        }
    }
}

fn create(name: &str) -> CreateClientKey {
    CreateClientKey::new(CreateClientKeyRequest::new(name, [Scope::TABLES_READ]))
}

async fn run<T: AsyncTransport, F: Flow<Item = Infallible>>(
    probe: &Probe<'_, T>,
    flow: F,
    context: Context,
) -> Result<(), Error> {
    let step = Step::start(flow, context, probe.now());
    let done = drive_async(probe, &NoRenewal, step, |never| match never {}).await;
    done.into_result().map(drop)
}

/// What the call gives, unless the other future ends before it; then the call is dropped.
async fn unless_later<R>(
    patience: impl Future<Output = ()>,
    call: impl Future<Output = R>,
) -> Option<R> {
    let (mut patience, mut call) = (pin!(patience), pin!(call));
    poll_fn(|context| match call.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => patience.as_mut().poll(context).map(|()| None),
    })
    .await
}
