//! Lists client keys one by one through hyper, in memory that does not grow with the list.
//!
//! ```text
//! FLUXBASE_URL=http://127.0.0.1:8080 FLUXBASE_SERVICE_TOKEN=sk_… cargo run -p fluxbase-key-scripts --bin with_hyper
//! ```

#![allow(clippy::print_stdout, reason = "what it prints is its result")]

use std::{env, error::Error, ops::ControlFlow};

use fluxbase_client_keys::{
    Access, AsyncTransport as _, BaseUrl, Context, Credential, EachKey, ListClientKeys, NoRenewal,
    Step, drive_async,
};
use fluxbase_key_scripts::HyperTransport;

/// No single key of the list may be larger, in bytes.
const LARGEST_KEY: usize = 1024 * 1024;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let transport = HyperTransport::new();
    let credential = Credential::service_key(env::var("FLUXBASE_SERVICE_TOKEN")?)?;
    let context =
        Context::new(BaseUrl::parse(&env::var("FLUXBASE_URL")?)?).access(Access::fixed(credential));

    let list = EachKey::new(ListClientKeys::new(), LARGEST_KEY);
    let step = Step::start(list, context, transport.now());
    let done = drive_async(&transport, &NoRenewal, step, |key| {
        println!("{}... {:?}", key.key_prefix(), key.name());
        ControlFlow::Continue(())
    });
    let answer = done.await.into_result()?;
    println!(
        "total: {}, requests: {}",
        answer.value.total, answer.attempts
    );
    Ok(())
}
