//! `Machine`: a client that is told events and answers with commands.

use core::{fmt, time::Duration};

use fluxbase_client_keys::{Error, Now, Secret, Timestamp, TokenPair};
use zeroize::Zeroizing;

use crate::{
    call::{Call, Then},
    client::Client,
    command::Command,
    event::Kind,
    fields::{FIRST, Fields},
    keep::Keep,
    keys, open, problem, sessions,
    text::Text,
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

    /// Says which server, which credential and which policy.
    pub fn open(&mut self, input: Vec<u8>, now: Now) -> Text {
        let input = Zeroizing::new(input);
        let opened = if self.client.is_some() {
            Err(Error::invalid_input("the client is open already"))
        } else {
            Fields::read(&input).and_then(|fields| open::open(&fields, now))
        };
        let mut text = Text::default();
        text.raw("{");
        match opened {
            Ok(client) => self.client = Some(client),
            Err(error) => {
                text.name("error");
                problem::write(&mut text, &error);
            }
        }
        text.raw("}");
        text
    }

    /// Begins a call under a number of the caller's choice.
    pub fn start(&mut self, number: u32, input: Vec<u8>, now: Now) -> Text {
        let input = Zeroizing::new(input);
        let Some(client) = &mut self.client else {
            return Command::failed(&Error::invalid_input("the client is not open")).text;
        };
        match Fields::read(&input).and_then(|fields| begin(client, number, &fields, now)) {
            Ok((call, command)) => Self::keep(&mut self.calls, call, command),
            Err(error) => Command::failed(&error).text,
        }
    }

    /// Brings what became of the last command of a call. Empty where there is no such call.
    pub fn deliver(&mut self, number: u32, kind: u32, input: Vec<u8>, now: Now) -> Text {
        let input = Zeroizing::new(input);
        let place = self.calls.iter().position(|call| call.id == number);
        let (Some(client), Some(place), Some(kind)) =
            (&mut self.client, place, Kind::numbered(kind))
        else {
            return Text::default();
        };
        let mut call = self.calls.swap_remove(place);
        let command = call.happened(kind, &input, client, now);
        Self::keep(&mut self.calls, call, command)
    }

    fn keep(calls: &mut Vec<Call>, call: Call, command: Command) -> Text {
        if !command.ends {
            calls.push(call);
        }
        command.text
    }
}

/// Begins a call.
fn begin(
    client: &mut Client,
    number: u32,
    fields: &Fields<'_>,
    now: Now,
) -> Result<(Call, Command), Error> {
    let mut policy = client.policy.clone();
    if let Some(deadline) = fields.number(1, "the time for the call, in milliseconds,")? {
        policy.deadline = Duration::from_millis(deadline);
    }
    if let Some(flow) = keys::flow(fields, &policy, client.state.known_spelling())? {
        let mut call = Call::new(number, policy, Then::Nothing);
        let command = call.begin_signed(Some(flow), client, now);
        return Ok((call, command));
    }
    if let Some((flow, then)) = sessions::flow(fields)? {
        let mut call = Call::new(number, policy, then);
        let command = call.begin(flow, client, now);
        return Ok((call, command));
    }
    let mut call = Call::new(number, policy, Then::Nothing);
    let command = match fields.text(0) {
        "refresh" => call.begin_signed(None, client, now),
        "renewal" => match client.planned.take() {
            Some(planned) => call.renewal(planned, client, now),
            None => call.done(client),
        },
        "sign_out" => call.sign_out(client, now),
        "tokens" => {
            let pair = client.state.session().pair().map(TokenPair::export);
            let value = &mut call.given().value;
            value.raw(pair.as_ref().map_or("null", Secret::expose));
            call.done(client)
        }
        "restore" => {
            let pair = TokenPair::restore(&Secret::new(fields.text(FIRST)))?;
            match client.state.restore(pair, now.wall) {
                Some(generation) => call.keep(Keep::Restored(generation), client),
                None => call.done(client),
            }
        }
        "forget" => {
            client.state.forget();
            call.keep(Keep::Forgotten, client)
        }
        _ => return Err(Error::invalid_input("there is no such operation")),
    };
    Ok((call, command))
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
