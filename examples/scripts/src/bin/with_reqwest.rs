//! Makes, shows and deletes a client key through reqwest, in an asynchronous program.
//!
//! ```text
//! FLUXBASE_URL=http://127.0.0.1:8080 FLUXBASE_EMAIL=… FLUXBASE_PASSWORD=… \
//!     cargo run -p fluxbase-key-scripts --bin with_reqwest
//! ```

#![allow(clippy::print_stdout, reason = "what it prints is its result")]

use std::{convert::Infallible, env, error::Error};

use fluxbase_client_keys::{
    Access, BaseUrl, ClientKeyId, Context, Create, CreateClientKey, CreateClientKeyRequest,
    Credential, DeleteClientKey, Flow, GetClientKey, NoRenewal, Scope, SignIn, SignInResponse,
    Single, Spelling, Step, ThenCheck, WithSpelling, drive_async,
};
use fluxbase_key_scripts::{ReqwestTransport, reqwest_transport::client_builder};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let transport = ReqwestTransport::new(client_builder().build()?);
    let context = Context::new(BaseUrl::parse(&env::var("FLUXBASE_URL")?)?);

    let sign_in = SignIn::new(env::var("FLUXBASE_EMAIL")?, env::var("FLUXBASE_PASSWORD")?);
    let answer = call(&transport, &context, Single(sign_in)).await?;
    let SignInResponse::SignedIn(signed_in) = answer else {
        return Err("the account asks for a two-factor code".into());
    };
    let token = Credential::bearer_token(signed_in.grant.access_token)?;
    let context = context.access(Access::fixed(token));

    // Each flow adds what one request does not do: the scopes as the server spells them, the plaintext's warnings.
    let request = CreateClientKeyRequest::new("with reqwest", [Scope::TABLES_READ]);
    let create = Create(CreateClientKey::new(request));
    let made = call(
        &transport,
        &context,
        WithSpelling::new(create, Spelling::Auto, None),
    )
    .await?;
    let id: ClientKeyId = made.client_key.id();
    println!("made {}...", made.client_key.key_prefix());

    let key = call(&transport, &context, Single(GetClientKey::new(id))).await?;
    println!("it is called {:?}", key.name());

    let delete = ThenCheck::new(Single(DeleteClientKey::new(id)));
    call(&transport, &context, delete).await?;
    println!("deleted it");
    Ok(())
}

/// One call with all that belongs to it: attempts, waits, checks.
async fn call<F: Flow<Item = Infallible>>(
    transport: &ReqwestTransport,
    context: &Context,
    flow: F,
) -> Result<F::Output, fluxbase_client_keys::Error> {
    use fluxbase_client_keys::AsyncTransport as _;

    let step = Step::start(flow, context.clone(), transport.now());
    let done = drive_async(transport, &NoRenewal, step, |never| match never {}).await;
    done.into_result().map(|answer| answer.value)
}
