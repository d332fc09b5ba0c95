//! Calls: from the name of an operation and its arguments to the command that ends it.

use core::time::Duration;

use fluxbase_client_keys::{
    AdminSignIn, AsyncClientKeysManager, CheckHealth, CreateClientKey, DeleteClientKey, Error,
    GetClientKey, ListClientKeys, Operation, Refresh, RevokeClientKey, Secret, SignIn,
    SignInResponse, SignOut, TokenPair, UpdateClientKey, UserId, VerifyTwoFactor, Warning,
};
use zeroize::Zeroizing;

use crate::{fields::Fields, host::Host, keys, problem, shared::Shared, show, text::Text};

/// Where an operation's own arguments begin: its name and the deadline stand before them.
pub(crate) const FIRST: usize = 2;

/// What a call gives.
#[derive(Default)]
struct Given {
    value: Text,
    warnings: Vec<Warning>,
    /// Status, id of the request and number of requests, where the value comes from one answer.
    answer: Option<(u16, Option<String>, u32)>,
}

/// Carries out the call of this number, and gives out the command that ends it.
pub(crate) async fn carry_out(
    client: Option<AsyncClientKeysManager<Host>>,
    host: Host,
    call: u32,
    input: Zeroizing<Vec<u8>>,
) {
    let shared = host.shared();
    let result = match client {
        Some(client) => perform(client, host, &input).await,
        None => Err(Error::invalid_input("the client is not open")),
    };
    done(&shared, call, &result, &input);
}

fn done(shared: &Shared, call: u32, result: &Result<Given, Error>, input: &[u8]) {
    shared.command("done", &|text| {
        text.number("call", call.into());
        match result {
            Ok(given) => given.write(text),
            Err(error) => {
                text.name("error");
                let operation = Fields::read(input).map_or("", |fields| fields.text(0));
                problem::write(text, error, name_of(operation));
            }
        }
    });
}

/// What the core calls an operation; errors about arguments do not say.
pub(crate) fn name_of(operation: &str) -> &'static str {
    match operation {
        "create" => CreateClientKey::NAME,
        "list" => ListClientKeys::NAME,
        "get" => GetClientKey::NAME,
        "update" => UpdateClientKey::NAME,
        "revoke" => RevokeClientKey::NAME,
        "delete" => DeleteClientKey::NAME,
        "sign_in" => SignIn::NAME,
        "verify_2fa" => VerifyTwoFactor::NAME,
        "admin_sign_in" => AdminSignIn::NAME,
        "refresh" => Refresh::NAME,
        "sign_out" => SignOut::NAME,
        "health" => CheckHealth::NAME,
        "tokens" => "export tokens",
        "restore" => "restore tokens",
        "forget" => "forget tokens",
        _ => "call",
    }
}

async fn perform(
    client: AsyncClientKeysManager<Host>,
    host: Host,
    input: &[u8],
) -> Result<Given, Error> {
    let fields = Fields::read(input)?;
    let mut manager = client.with_host(host);
    if let Some(deadline) = fields.number(1, "the time for the call, in milliseconds,")? {
        let policy = manager.policy().clone();
        manager = manager.with_policy(policy.deadline(Duration::from_millis(deadline)));
    }
    if let Some(mut flow) = keys::flow(&fields, manager.policy(), manager.known_spelling())? {
        let answer = manager.run(flow.driven()).await?;
        return Ok(Given {
            value: flow.into_text(),
            warnings: answer.warnings,
            answer: Some((answer.status, answer.request_id, answer.attempts)),
        });
    }
    sessions(&manager, &fields).await
}

/// The operations on the session.
async fn sessions(
    manager: &AsyncClientKeysManager<Host>,
    fields: &Fields<'_>,
) -> Result<Given, Error> {
    let mut given = Given::default();
    let [first, second] = [fields.text(FIRST), fields.text(FIRST + 1)];
    let value = &mut given.value;
    match fields.text(0) {
        "sign_in" => match manager.sign_in(first, second).await? {
            SignInResponse::SignedIn(signed_in) => show::signed_in(value, &signed_in.user),
            SignInResponse::TwoFactorNeeded { user_id } => show::two_factor_needed(value, &user_id),
            _ => value.raw("{}"),
        },
        "verify_2fa" => {
            let id = UserId::parse(first)?;
            show::signed_in(value, &manager.verify_two_factor(id, second).await?);
        }
        "admin_sign_in" => show::signed_in(value, &manager.admin_sign_in(first, second).await?),
        "refresh" => given.warnings = manager.refresh().await?,
        "sign_out" => show::message(value, &manager.sign_out().await?.message),
        "health" => show::health(value, manager.health().await?),
        "tokens" => match manager.export_tokens() {
            Some(pair) => value.raw(pair.export().expose()),
            None => value.raw("null"),
        },
        "restore" => {
            let pair = TokenPair::restore(&Secret::new(first))?;
            given.warnings = manager.restore_tokens(pair).await;
        }
        "forget" => given.warnings = manager.forget().await,
        _ => return Err(Error::invalid_input("there is no such operation")),
    }
    Ok(given)
}

impl Given {
    fn write(&self, text: &mut Text) {
        let value = self.value.as_str();
        text.json("value", if value.is_empty() { "{}" } else { value });
        if !self.warnings.is_empty() {
            text.json("warnings", "[");
            for warning in &self.warnings {
                let mut words = String::new();
                warning.write_to(&mut words);
                text.quoted(&words);
            }
            text.raw("]");
        }
        if let Some((status, request_id, attempts)) = &self.answer {
            text.number("status", (*status).into());
            text.text("requestId", request_id.as_deref());
            text.number("attempts", (*attempts).into());
        }
    }
}
