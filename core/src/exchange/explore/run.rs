//! A call under way: the machine's step is looked at, and what happens next is noted.

use core::time::Duration;

use super::{
    event::{Event, play},
    request::Request,
    server::{World, menu_of_renewal, menu_of_wait},
    subject::Case,
    watch::{Broken, Watch},
};
use crate::{Flow, Step};

/// What stands beside the machine: the clock, the model server, the observer.
#[derive(Debug, Clone, Hash)]
pub(crate) struct Run {
    pub(crate) clock: Duration,
    pub(crate) world: World,
    pub(crate) watch: Watch,
    request: Option<Request>,
}

impl Run {
    /// Begins a call.
    pub(crate) fn new(case: &Case) -> Self {
        let clock = Duration::from_secs(1000);
        Self {
            clock,
            world: case.world,
            watch: Watch::new(case.main, &case.context.policy, clock),
            request: None,
        }
    }

    /// Looks at what is to be done next: everything that can happen to it; nothing after the end.
    pub(crate) fn look<F: Flow>(&mut self, step: &Step<F>) -> Result<Vec<Event>, Broken> {
        match step {
            Step::Send(sending) => {
                let request = Request::of(sending.request()).ok_or(Broken::Route)?;
                self.watch
                    .sending(&request, sending.timeout(), self.clock)?;
                let menu = self.world.menu(&request);
                self.request = Some(request);
                Ok(menu)
            }
            Step::Wait(waiting) => {
                self.watch.waiting(waiting.duration(), self.clock)?;
                Ok(menu_of_wait())
            }
            Step::Renew(_) => {
                self.watch.renewing()?;
                Ok(menu_of_renewal())
            }
            Step::Receive(_) => Err(Broken::Endless),
            Step::Done(_) => Ok(Vec::new()),
        }
    }

    /// It happens: first to the server, then to the machine.
    pub(crate) fn go<F: Flow>(&mut self, step: Step<F>, event: Event) -> Step<F> {
        match (&step, event, self.request) {
            (Step::Send(_), event, Some(request)) => {
                self.world.take(&request, event);
                self.watch.happened(&request, event);
            }
            (Step::Renew(_), Event::Granted(_, good), _) => self.world.renew(good),
            _ => {}
        }
        let played = play(step, event, &mut self.clock);
        self.watch.gave(played.given);
        played.step
    }

    /// Checks the end, if it is one.
    #[cfg(test)]
    pub(crate) fn close<F: Flow>(&self, step: Step<F>) -> Result<(), Broken> {
        match step {
            Step::Done(done) => self.watch.done(&done.into_result(), &self.world),
            _ => Ok(()),
        }
    }
}
