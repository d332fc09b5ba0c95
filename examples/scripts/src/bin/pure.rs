//! No machine, no transport: an operation gives a request and reads its response, and any HTTP client is between them.
//!
//! There is no second attempt and no renewal then: that is up to the program.
//!
//! ```text
//! FLUXBASE_URL=http://127.0.0.1:8080 FLUXBASE_EMAIL=… FLUXBASE_PASSWORD=… cargo run -p fluxbase-key-scripts --bin pure
//! ```

#![allow(clippy::print_stdout, reason = "what it prints is its result")]

use std::{env, error::Error};

use fluxbase_client_keys::{
    BaseUrl, CreateClientKey, CreateClientKeyRequest, Credential, DeleteClientKey, ListClientKeys,
    Operation, Payload, Scope, SignIn, SignInResponse,
    http::{Method, Request, Response},
};

fn main() -> Result<(), Box<dyn Error>> {
    let base = BaseUrl::parse(&env::var("FLUXBASE_URL")?)?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();

    let sign_in = SignIn::new(env::var("FLUXBASE_EMAIL")?, env::var("FLUXBASE_PASSWORD")?);
    let response = send(&agent, sign_in.request(&base, None)?)?;
    let SignInResponse::SignedIn(signed_in) = sign_in.read(&response)? else {
        return Err("the account asks for a two-factor code".into());
    };
    let token = Credential::bearer_token(signed_in.grant.access_token)?;

    // Operations send scopes as they are given; servers before 2026-04-06 spell this one `read:tables`.
    let scope = Scope::new(env::var("SCOPE").unwrap_or("tables:read".into()))?;
    let create = CreateClientKey::new(CreateClientKeyRequest::new("pure", [scope]));
    let made = create.read(&send(&agent, create.request(&base, Some(&token))?)?)?;
    println!("made {}...", made.client_key.key_prefix());

    let list = ListClientKeys::new();
    let listed = list.read(&send(&agent, list.request(&base, Some(&token))?)?)?;
    println!("the list has {}", listed.total);

    let delete = DeleteClientKey::new(made.client_key.id());
    let deleted = delete.read(&send(&agent, delete.request(&base, Some(&token))?)?)?;
    println!("{}", deleted.message);
    Ok(())
}

fn send(agent: &ureq::Agent, request: Request<Payload>) -> Result<Response<Vec<u8>>, ureq::Error> {
    let has_body = matches!(*request.method(), Method::POST | Method::PATCH);
    let response = if has_body {
        agent.run(request.map(Payload::into_bytes))?
    } else {
        agent.run(request.map(|_| ()))?
    };
    let (head, mut body) = response.into_parts();
    Ok(Response::from_parts(head, body.read_to_vec()?))
}
