//! One call of all that the exhaustive search knows, under a policy: both as the input says.

use core::{fmt::Debug, time::Duration};

use super::input::Input;
use crate::{
    Flow, Policy,
    exchange::explore::subject::{Case, Visitor, every_call},
};

/// Carries out the call that was picked.
pub(super) trait Player {
    fn play<F: Flow + Clone + Debug>(&mut self, case: &Case, flow: &F);
}

/// A policy with small limits.
pub(super) fn policy(input: &mut Input<'_>) -> Policy {
    Policy::new()
        .attempts(u32::from(input.byte() % 7))
        .deadline(Duration::from_secs(1 + u64::from(input.byte()) * 4))
        .attempt_timeout(Duration::from_secs(1 + u64::from(input.byte()) / 4))
        .confirm_refusals(input.byte() % 4 != 1)
        .body_limit(4096)
        .list_limit(4096)
}

/// Lets the player carry out the call of this number, counted round and round.
pub(super) fn pick(policy: &Policy, number: u16, player: &mut impl Player) {
    let mut calls = Count(0);
    every_call(policy, &mut calls).unwrap();
    let before = usize::from(number) % calls.0;
    every_call(policy, &mut After { before, player }).unwrap();
}

struct Count(usize);

impl Visitor for Count {
    fn visit<F: Flow + Clone + Debug>(&mut self, _: Case, _: &F) {
        self.0 += 1;
    }
}

/// Takes the call before which there are so many others.
struct After<'a, P> {
    before: usize,
    player: &'a mut P,
}

impl<P: Player> Visitor for After<'_, P> {
    fn visit<F: Flow + Clone + Debug>(&mut self, case: Case, flow: &F) {
        let is_picked = self.before == 0;
        self.before = self.before.wrapping_sub(1);
        if is_picked {
            self.player.play(&case, flow);
        }
    }
}
