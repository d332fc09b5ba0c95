//! `WithSpelling`: scopes as the server wants them.

use core::convert::Infallible;

use super::{BodyLimit, Create, Errand, Flow, Notes, Single, ThenCheck, Turn, UpdateThenGet};
use crate::{
    Auth, Call, Error, Refusal, Replay, Reply, Scope, Spelling, UpdateClientKey, Warning,
    error::server_code,
    keys::PATH,
    text::{concat, contains_in_any_case, push_all},
    wire::{Envelope, Method},
};

/// A flow that sends scopes.
pub trait Respell: Flow<Item = Infallible> {
    /// The scopes as they stand, to be replaced one by one.
    fn scopes(&mut self) -> &mut [Scope];

    /// Whether the next sending must have the same bytes.
    fn is_frozen(&self) -> bool {
        false
    }
}

impl Respell for Create {
    fn scopes(&mut self) -> &mut [Scope] {
        self.0.scopes_mut()
    }

    fn is_frozen(&self) -> bool {
        use crate::Operation as _;

        self.0.replay() == Replay::Keyed
    }
}

impl Respell for Single<UpdateClientKey> {
    fn scopes(&mut self) -> &mut [Scope] {
        self.0.scopes_mut()
    }
}

impl Respell for UpdateThenGet {
    fn scopes(&mut self) -> &mut [Scope] {
        self.update_mut().scopes_mut()
    }
}

impl<F: Respell> Respell for ThenCheck<F> {
    fn scopes(&mut self) -> &mut [Scope] {
        self.inner_mut().scopes()
    }
}

impl<F: Respell + ?Sized> Respell for Box<F> {
    fn scopes(&mut self) -> &mut [Scope] {
        (**self).scopes()
    }

    fn is_frozen(&self) -> bool {
        (**self).is_frozen()
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
    spelled: Spelled,
}

/// What there is to decide about the scopes, whatever flow sends them.
#[derive(Debug, Clone)]
struct Spelled {
    given: Vec<Scope>,
    automatic: bool,
    probing: bool,
    flipped: bool,
}

impl<F: Respell> WithSpelling<F> {
    /// This flow in that spelling; `known` is what earlier calls have learned.
    pub fn new(mut flow: F, spelling: Spelling, known: Option<Spelling>) -> Self {
        let given = flow.scopes().to_vec();
        let automatic =
            spelling == Spelling::Auto && given.iter().any(Scope::is_spelled_differently);
        let wanted = if automatic { known } else { Some(spelling) };
        let mut this = Self {
            flow,
            spelled: Spelled {
                given,
                automatic,
                probing: automatic && wanted.is_none(),
                flipped: false,
            },
        };
        this.spell(wanted);
        this
    }

    fn spell(&mut self, spelling: Option<Spelling>) {
        let Some(spelling) = spelling else { return };
        for (scope, given) in self.flow.scopes().iter_mut().zip(&self.spelled.given) {
            *scope = given.spelled(spelling);
        }
    }
}

impl Spelled {
    fn probe() -> Errand {
        Errand {
            name: "find out how scopes are spelled",
            auth: Auth::Any,
            refusal: Refusal::Credential,
            waits_when_busy: false,
            claimed: &[400, 403],
            refused: &[401],
            replay: Replay::Safe,
            retries: false,
            limit: BodyLimit::Bytes(4096),
            call: Call::new(Method::Get, concat(&[PATH, "?user_id=-"])),
        }
    }

    /// What the probe's answer says. 403 names the scope that was lacking; 400 has a code since the error envelope
    /// changed, shortly after the spelling did.
    fn judge(reply: &Reply<'_>) -> Option<Spelling> {
        let envelope = Envelope::read(reply.body());
        let envelope = envelope.as_ref()?;
        let said = &envelope.said;
        match reply.status() {
            403 => Scope::reveals(said.required_scope.as_deref()?),
            400 => match said.code.as_deref() {
                Some(server_code::INVALID_ID) => Some(Spelling::New),
                None if envelope.error.is_some() => Some(Spelling::Old),
                _ => None,
            },
            _ => None,
        }
    }

    /// The server has accepted the scopes as they were sent.
    fn accepted(sent: &[Scope], notes: &mut Notes<'_>) {
        if let Some(spelling) = shown_by(sent) {
            notes.learned.spelling = Some(spelling);
        }
    }

    fn warn(&self, sent: &[Scope], notes: &mut Notes<'_>) {
        for (given, sent) in self.given.iter().zip(sent) {
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

    /// The spelling to try next, where the server has refused the scopes for theirs.
    fn after_refusal(
        &mut self,
        error: &Error,
        sent: &[Scope],
        is_frozen: bool,
        notes: &mut Notes<'_>,
    ) -> Option<Spelling> {
        let refused = error.status() == Some(500)
            && error
                .server_message()
                .is_some_and(|message| contains_in_any_case(message, "invalid scopes:"));
        if !refused || !self.automatic {
            return None;
        }
        // Whatever was known is contradicted.
        notes.learned.spelling = Some(Spelling::Auto);
        if self.flipped || is_frozen {
            return None;
        }
        self.flipped = true;
        if shown_by(sent) == Some(Spelling::New) {
            Some(Spelling::Old)
        } else {
            Some(Spelling::New)
        }
    }

    /// Names the scopes that no known server accepts, where the server's answer may be about them.
    fn explain(&self, error: Error) -> Error {
        if error.status() != Some(500) {
            return error;
        }
        let mut detail = String::new();
        for scope in self.given.iter().filter(|scope| !scope.is_known()).take(8) {
            detail.push_str(if detail.is_empty() {
                "no known server accepts the scope "
            } else {
                ", nor "
            });
            detail.push_str(scope.as_str());
            if let Some(nearest) = scope.suggestion() {
                let nearest = nearest.as_str();
                push_all(&mut detail, &[" (the nearest that exists: ", nearest, ")"]);
            }
        }
        if detail.is_empty() {
            error
        } else {
            error.with_detail(&detail)
        }
    }
}

/// The spelling in which these scopes stand, if it can be told.
fn shown_by(scopes: &[Scope]) -> Option<Spelling> {
    scopes
        .iter()
        .find_map(|scope| Scope::reveals(scope.as_str()))
}

impl<F: Respell> Flow for WithSpelling<F> {
    type Output = F::Output;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        self.flow.name()
    }

    fn errand(&self) -> Result<Errand, Error> {
        // What would be refused here for its form must not first cost a request.
        let errand = self.flow.errand();
        if self.spelled.probing && errand.is_ok() {
            return Ok(Spelled::probe());
        }
        errand
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<F::Output> {
        if self.spelled.probing {
            self.spelled.probing = false;
            let spelling = Spelled::judge(reply);
            notes.learned.spelling = spelling.or(notes.learned.spelling);
            self.spell(spelling);
            return Turn::Next;
        }
        let turn = self.flow.reply(reply, notes);
        let sent = self.flow.scopes();
        match &turn {
            Turn::Done(Ok(_)) => {
                self.spelled.warn(sent, notes);
                Spelled::accepted(sent, notes);
            }
            // Done or not, a flow that goes on after a success has had its scopes accepted.
            Turn::Next if reply.is_success() => Spelled::accepted(sent, notes),
            Turn::Next | Turn::Done(Err(_)) => {}
        }
        turn
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<F::Output> {
        if self.spelled.probing {
            self.spelled.probing = false;
            return if notes.ends {
                Turn::Done(Err(error))
            } else {
                Turn::Next
            };
        }
        let frozen = notes.ends || self.flow.is_frozen();
        let other = (self.spelled).after_refusal(&error, self.flow.scopes(), frozen, notes);
        if other.is_some() {
            self.spell(other);
            return Turn::Next;
        }
        match self.flow.failed(error, notes) {
            Turn::Done(Err(error)) => Turn::Done(Err(self.spelled.explain(error))),
            turn => turn,
        }
    }

    fn use_spare(&mut self) -> bool {
        self.flow.use_spare()
    }
}

#[cfg(test)]
mod tests;
