//! A trace's call as a flow, run by any driver.

use core::{future::Future, ops::ControlFlow};

use fluxbase_client_keys::{
    AdminRefresh, AdminSignIn, AdminSignOut, Answer, CheckHealth, ClientKey, ClientKeyId,
    CollectKeys, Create, CreateClientKey, CreateClientKeyRequest, DeleteClientKey, EachKey, Error,
    Flow, GetClientKey, IdempotencyKey, Learned, ListClientKeys, Policy, Refresh, RevokeClientKey,
    Scope, SignIn, SignOut, Single, ThenCheck, UpdateClientKey, UpdateClientKeyRequest,
    UpdateThenGet, UserId, VerifyTwoFactor, WithSpelling,
};

use crate::{
    Trace, access,
    observed::Ending,
    table::{Action, Call},
    told::{Tell, ending, learned},
};

/// How one flow ended, and what was learned about spelling if the driver tells.
pub(crate) type Driven<T> = (Result<Answer<T>, Error>, Option<Learned>);

/// Runs flows: one driver over one transport. What a blocking one gives is ready at once.
pub(crate) trait Driver {
    /// Runs this flow from beginning to end.
    fn run<F: Flow>(
        &self,
        flow: F,
        give: &mut dyn FnMut(F::Item) -> ControlFlow<()>,
    ) -> impl Future<Output = Driven<F::Output>>;

    /// Is told of each key that is handed out.
    fn given(&self, id: &str);
}

/// Runs the trace's call as a manager would, but through the driver.
pub(crate) async fn carry_out(
    trace: &Trace,
    policy: &Policy,
    driver: &impl Driver,
) -> Result<Ending, Error> {
    let call = &trace.call;
    let known = trace.known.as_deref().map(access::spelling).transpose()?;
    let spelled = policy.spelling;
    Ok(match call.action {
        Action::Create => {
            let flow = Create(CreateClientKey::new(create_request(call)?));
            simple(driver, WithSpelling::new(flow, spelled, known)).await
        }
        Action::CreateIdempotent => {
            let key = |byte| IdempotencyKey::from_entropy([byte; 16]);
            let create = CreateClientKey::new(create_request(call)?);
            let flow = Create(create.with_idempotency_keys(key(1), key(2)));
            simple(driver, WithSpelling::new(flow, spelled, known)).await
        }
        Action::List => simple(driver, CollectKeys::new(list(call)?, element_limit(policy))).await,
        Action::ListEach => {
            list_each(
                driver,
                call,
                EachKey::new(list(call)?, element_limit(policy)),
            )
            .await
        }
        Action::Get => simple(driver, Single(GetClientKey::new(id(call)?))).await,
        Action::Update => {
            let update = UpdateClientKey::new(id(call)?, update_request(call)?);
            let flow = ThenCheck::new(UpdateThenGet::new(update));
            simple(driver, WithSpelling::new(flow, spelled, known)).await
        }
        Action::Revoke => {
            let flow = Single(RevokeClientKey::new(id(call)?));
            simple(driver, ThenCheck::new(flow)).await
        }
        Action::Delete => {
            let flow = Single(DeleteClientKey::new(id(call)?));
            simple(driver, ThenCheck::new(flow)).await
        }
        _ => session_call(call.action, driver).await?,
    })
}

/// The operations of sessions, which every driver runs in the same way.
pub(crate) async fn session_call(action: Action, driver: &impl Driver) -> Result<Ending, Error> {
    let (email, password) = (access::EMAIL, access::PASSWORD);
    let token = access::REFRESH_TOKEN;
    Ok(match action {
        Action::SignIn => simple(driver, Single(SignIn::new(email, password))).await,
        Action::VerifyTwoFactor => {
            let user = UserId::parse("user-1")?;
            simple(driver, Single(VerifyTwoFactor::new(user, "123456"))).await
        }
        Action::AdminSignIn => simple(driver, Single(AdminSignIn::new(email, password))).await,
        Action::Refresh => simple(driver, Single(Refresh::new(token))).await,
        Action::AdminRefresh => simple(driver, Single(AdminRefresh::new(token))).await,
        Action::SignOut => simple(driver, Single(SignOut)).await,
        Action::AdminSignOut => simple(driver, Single(AdminSignOut)).await,
        Action::Health => simple(driver, Single(CheckHealth)).await,
        _ => return Err(Error::invalid_input("this is no operation of sessions")),
    })
}

async fn simple<F: Flow<Item = core::convert::Infallible>>(driver: &impl Driver, flow: F) -> Ending
where
    F::Output: Tell,
{
    let (result, seen) = driver.run(flow, &mut |never| match never {}).await;
    ending(result, learned(seen))
}

/// Lists key by key and tells each.
pub(crate) async fn list_each(driver: &impl Driver, call: &Call, flow: EachKey) -> Ending {
    let mut given = 0;
    let mut give = |key: ClientKey| {
        driver.given(key.id().as_str());
        given += 1;
        if call.stop_after.is_some_and(|most| given >= most) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let (result, seen) = driver.run(flow, &mut give).await;
    ending(result, learned(seen))
}

pub(crate) fn list(call: &Call) -> Result<ListClientKeys, Error> {
    Ok(match &call.user {
        Some(user) => ListClientKeys::of_user(UserId::parse(user)?),
        None => ListClientKeys::new(),
    })
}

pub(crate) fn element_limit(policy: &Policy) -> usize {
    usize::try_from(policy.body_limit).unwrap_or(usize::MAX)
}

fn id(call: &Call) -> Result<ClientKeyId, Error> {
    ClientKeyId::parse(&call.id)
}

fn scopes(call: &Call) -> Result<Option<Vec<Scope>>, Error> {
    let scopes = call.scopes.as_ref();
    scopes
        .map(|scopes| scopes.iter().map(Scope::new).collect())
        .transpose()
}

pub(crate) fn create_request(call: &Call) -> Result<CreateClientKeyRequest, Error> {
    let name = call.name.as_deref().unwrap_or_default();
    Ok(CreateClientKeyRequest::new(
        name,
        scopes(call)?.unwrap_or_default(),
    ))
}

pub(crate) fn update_request(call: &Call) -> Result<UpdateClientKeyRequest, Error> {
    let mut request = UpdateClientKeyRequest::new();
    if let Some(name) = &call.name {
        request = request.name(name);
    }
    if let Some(scopes) = scopes(call)? {
        request = request.scopes(scopes);
    }
    Ok(request)
}
