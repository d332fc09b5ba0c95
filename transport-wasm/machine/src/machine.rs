//! `Machine`: a client that is told events and answers with commands.

use core::{fmt, time::Duration};

use fluxbase_client_keys::{Access, Error, JsonText, Now, Secret, Timestamp, TokenPair};

use crate::{
    call::Call, client::Client, command, event::Kind, fields::Fields, keep::Keep, keys, open,
    operation::Operation, sessions,
};

/// A client without I/O: it is told what happened, and answers with what is to be done next.
///
/// The [crate's page](crate) says what each method takes and gives. All of them are total: input that makes no sense is
/// answered with an error, or passed over where there is nobody to tell.
#[derive(Default)]
pub struct Machine {
    client: Option<Client>,
    calls: Vec<Call>,
}

impl Machine {
    /// A client that is still to be opened.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            client: None,
            calls: Vec::new(),
        }
    }

    /// Says which server, which credential and which policy. The one who says it again has another client.
    pub fn open(&mut self, input: &[u8], now: Now) -> JsonText {
        match open::open(&mut Fields::new(input), now) {
            Ok(client) => {
                self.client = Some(client);
                let mut text = JsonText::new();
                text.raw("{}");
                text
            }
            Err(error) => command::failed(&error),
        }
    }

    /// Begins a call for the operation with this number, under a number of the caller's choice.
    pub fn start(&mut self, number: u32, operation: u32, input: &[u8], now: Now) -> JsonText {
        match self.begin(number, operation, input, now) {
            Ok(command) => command,
            Err(error) => command::failed(&error),
        }
    }

    fn begin(
        &mut self,
        number: u32,
        operation: u32,
        input: &[u8],
        now: Now,
    ) -> Result<JsonText, Error> {
        let known = Operation::numbered(operation);
        let (Some(client), Some(operation)) = (&mut self.client, known) else {
            return Err(Error::invalid_input(
                "there is no such operation, or no client",
            ));
        };
        let mut fields = Fields::new(input);
        let deadline = fields.time().unwrap_or(client.policy.deadline);
        fields.check()?;
        let mut call = Call::new(number, deadline, now);
        let command = begin(operation, &mut call, client, &mut fields, now)?;
        if !call.has_ended() {
            self.calls.push(call);
        }
        Ok(command)
    }

    /// Brings what became of the last command of a call. Empty where there is no such call.
    pub fn deliver(&mut self, number: u32, kind: u32, input: &[u8], now: Now) -> JsonText {
        if let (Some(client), Some(kind)) = (&mut self.client, Kind::numbered(kind)) {
            for (at, call) in self.calls.iter_mut().enumerate() {
                if call.id == number {
                    let command = call.happened(kind, input, client, now);
                    if call.has_ended() {
                        self.calls.swap_remove(at);
                    }
                    return command;
                }
            }
        }
        JsonText::default()
    }
}

/// Begins this operation; gives its first command.
fn begin(
    operation: Operation,
    call: &mut Call,
    client: &mut Client,
    fields: &mut Fields<'_>,
    now: Now,
) -> Result<JsonText, Error> {
    Ok(match operation {
        Operation::Keys(operation) => {
            let known = client.state.known_spelling();
            let flow = keys::flow(operation, fields, &client.policy, known)?;
            call.begin_signed(Some(flow), client, now)
        }
        Operation::Unsigned(operation) => {
            let flow = sessions::flow(operation, fields)?;
            call.begin(flow, Access::none(), client, now)
        }
        Operation::Refresh => call.begin_signed(None, client, now),
        Operation::Renewal => call.renew(client, now),
        Operation::SignOut => call.settle(client, now),
        Operation::Tokens => {
            let exported = client.state.session().pair().map(TokenPair::export);
            call.ending = command::ending(exported.as_ref().map_or("null", Secret::expose));
            call.done(client)
        }
        Operation::Restore => {
            let pair = TokenPair::restore(&Secret::new(fields.text()))?;
            match client.state.restore(pair, now.wall) {
                Some(generation) => call.keep(Keep::Restored(generation), client),
                None => call.done(client),
            }
        }
        Operation::Forget => {
            client.state.forget();
            call.keep(Keep::Forgotten, client)
        }
    })
}

/// The time as JavaScript tells it: milliseconds since 1970, milliseconds of a clock that never goes back, random bits.
#[must_use]
pub fn time(wall: f64, monotonic: f64, jitter: u32) -> Now {
    let wall = Timestamp::UNIX_EPOCH.saturating_add(milliseconds(wall));
    Now::new(wall, milliseconds(monotonic), jitter)
}

/// A number that is no time is none at all.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is too large, negative or no number becomes the nearest that can be expressed"
)]
fn milliseconds(count: f64) -> Duration {
    Duration::from_micros((count * 1000.0) as u64)
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine")
            .field("client", &self.client)
            .field("calls", &self.calls.len())
            .finish()
    }
}
