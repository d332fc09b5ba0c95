//! `WithSpelling`: scopes as the server wants them.

use core::convert::Infallible;

use super::{
    BodyLimit, Checked, Create, Errand, Flow, Notes, Single, ThenCheck, Turn, UpdateThenGet,
};
use crate::{
    Auth, Call, Error, Refusal, Replay, Reply, Scope, Spelling, UpdateClientKey, Warning,
    error::server_code,
    keys::PATH,
    wire::{Envelope, Method},
};

/// A flow that sends scopes.
pub trait Respell: Flow<Item = Infallible> {
    /// The scopes as they stand.
    fn scopes(&self) -> &[Scope];

    /// Puts others in their place.
    fn set_scopes(&mut self, scopes: Vec<Scope>);

    /// Whether the next sending must have the same bytes.
    fn is_frozen(&self) -> bool {
        false
    }
}

impl Respell for Create {
    fn scopes(&self) -> &[Scope] {
        self.0.scopes()
    }

    fn set_scopes(&mut self, scopes: Vec<Scope>) {
        *self.0.scopes_mut() = scopes;
    }

    fn is_frozen(&self) -> bool {
        use crate::Operation as _;

        self.0.replay() == Replay::Keyed
    }
}

impl Respell for Single<UpdateClientKey> {
    fn scopes(&self) -> &[Scope] {
        self.0.scopes()
    }

    fn set_scopes(&mut self, scopes: Vec<Scope>) {
        if let Some(own) = self.0.scopes_mut() {
            *own = scopes;
        }
    }
}

impl Respell for UpdateThenGet {
    fn scopes(&self) -> &[Scope] {
        self.update().scopes()
    }

    fn set_scopes(&mut self, scopes: Vec<Scope>) {
        if let Some(own) = self.update_mut().scopes_mut() {
            *own = scopes;
        }
    }
}

impl<F: Checked + Respell> Respell for ThenCheck<F> {
    fn scopes(&self) -> &[Scope] {
        self.inner().scopes()
    }

    fn set_scopes(&mut self, scopes: Vec<Scope>) {
        self.inner_mut().set_scopes(scopes);
    }
}

/// A flow whose scopes are spelled as the server wants them.
///
/// With [`Spelling::Auto`]: if no given scope is spelled differently by different servers, nothing is found out and
/// nothing extra is sent. Else what is already known is used, and else one probe asks. A server whose text says
/// `invalid scopes` has done nothing, so the other spelling is tried once, unless an idempotency key freezes the bytes.
#[derive(Debug, Clone)]
pub struct WithSpelling<F> {
    flow: F,
    given: Vec<Scope>,
    automatic: bool,
    probing: bool,
    flipped: bool,
}

impl<F: Respell> WithSpelling<F> {
    /// This flow in that spelling; `known` is what earlier calls have learned.
    pub fn new(flow: F, spelling: Spelling, known: Option<Spelling>) -> Self {
        let given = flow.scopes().to_vec();
        let automatic =
            spelling == Spelling::Auto && given.iter().any(Scope::is_spelled_differently);
        let wanted = if automatic { known } else { Some(spelling) };
        let mut this = Self {
            flow,
            given,
            automatic,
            probing: automatic && wanted.is_none(),
            flipped: false,
        };
        if let Some(spelling) = wanted {
            this.spell(spelling);
        }
        this
    }

    fn spell(&mut self, spelling: Spelling) {
        if self.given.iter().any(Scope::is_spelled_differently) {
            self.flow.set_scopes(
                self.given
                    .iter()
                    .map(|scope| scope.spelled(spelling))
                    .collect(),
            );
        }
    }

    /// The spelling in which the scopes stand, if it can be told.
    fn sent_as(&self) -> Option<Spelling> {
        self.flow
            .scopes()
            .iter()
            .find_map(|scope| Scope::reveals(scope.as_str()))
    }

    fn warn(&self, notes: &mut Notes<'_>) {
        for (given, sent) in self.given.iter().zip(self.flow.scopes()) {
            if given != sent {
                notes.warnings.push(Warning::ScopeRespelled {
                    given: given.clone(),
                    sent: sent.clone(),
                });
            } else if !given.is_known() {
                notes.warnings.push(Warning::UnknownScope(given.clone()));
            }
        }
    }

    /// What the probe's answer says. 403 names the scope that was lacking; 400 has a code since the error envelope
    /// changed, shortly after the spelling did.
    fn judge(reply: &Reply<'_>) -> Option<Spelling> {
        let envelope = Envelope::read(reply.body())?;
        match (reply.status(), envelope.required_scope, envelope.code) {
            (403, Some(scope), _) => Scope::reveals(&scope),
            (400, _, Some(code)) if &*code == server_code::INVALID_ID => Some(Spelling::New),
            (400, _, None) if envelope.error.is_some() => Some(Spelling::Old),
            _ => None,
        }
    }

    /// Names the scopes that no known server accepts, where the server's answer may be about them.
    fn explain(&self, error: Error) -> Error {
        let unknown: Vec<String> = self
            .given
            .iter()
            .filter(|scope| !scope.is_known())
            .take(8)
            .map(|scope| match scope.suggestion() {
                Some(nearest) => format!("{scope} (the nearest that exists: {nearest})"),
                None => scope.to_string(),
            })
            .collect();
        if unknown.is_empty() || error.status() != Some(500) {
            return error;
        }
        error.with_detail(format!(
            "no known server accepts the scope {}",
            unknown.join(", nor ")
        ))
    }
}

impl<F: Respell> Flow for WithSpelling<F> {
    type Output = F::Output;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        self.flow.name()
    }

    fn errand(&self) -> Result<Errand, Error> {
        if !self.probing {
            return self.flow.errand();
        }
        // What would be refused here for its form must not first cost a request.
        self.flow.errand()?;
        Ok(Errand {
            name: "find out how scopes are spelled",
            auth: Auth::Any,
            replay: Replay::Safe,
            refusal: Refusal::Credential,
            waits_when_busy: false,
            retries: false,
            limit: BodyLimit::Bytes(4096),
            claimed: vec![400, 403],
            refusing: vec![401],
            call: Call::new(Method::Get, format!("{PATH}?user_id=-")),
        })
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<F::Output> {
        if self.probing {
            self.probing = false;
            if let Some(spelling) = Self::judge(reply) {
                notes.learned.spelling = Some(spelling);
                self.spell(spelling);
            }
            return Turn::Next;
        }
        let turn = self.flow.reply(reply, notes);
        match &turn {
            Turn::Done(Ok(_)) => {
                self.warn(notes);
                if let Some(spelling) = self.sent_as() {
                    notes.learned.spelling = Some(spelling);
                }
            }
            // Done or not, a flow that goes on after a success has had its scopes accepted.
            Turn::Next => {
                if let (true, Some(spelling)) = (reply.is_success(), self.sent_as()) {
                    notes.learned.spelling = Some(spelling);
                }
            }
            Turn::Done(Err(_)) => {}
        }
        turn
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<F::Output> {
        if self.probing {
            self.probing = false;
            return Turn::Next;
        }
        let refused = error.status() == Some(500)
            && error
                .server_message()
                .is_some_and(|message| message.to_ascii_lowercase().contains("invalid scopes:"));
        if refused && self.automatic {
            // Whatever was known is contradicted.
            notes.learned.spelling = Some(Spelling::Auto);
            if !self.flipped && !self.flow.is_frozen() {
                self.flipped = true;
                let other = if self.sent_as() == Some(Spelling::New) {
                    Spelling::Old
                } else {
                    Spelling::New
                };
                self.spell(other);
                return Turn::Next;
            }
        }
        match self.flow.failed(error, notes) {
            Turn::Done(Err(error)) => Turn::Done(Err(self.explain(error))),
            turn => turn,
        }
    }

    fn use_spare(&mut self) -> bool {
        self.flow.use_spare()
    }
}

#[cfg(test)]
mod tests;
