//! `demo`: a walk through the published reference, from sign-in to delete.

mod made;
mod session;
mod stage;
mod statements;
mod walk;

use std::fmt;

use fluxbase_emulator::{Options, Profile};

use self::{session::Session, stage::Stage};
use crate::{Streams, Variables, arguments::Common, problem::Problem};

/// Where the walk goes, and who walks.
#[derive(Debug, Default)]
pub(crate) struct Demo {
    pub(crate) common: Common,
    /// Of the server inside this program.
    pub(crate) generation: Option<Profile>,
    pub(crate) role: Option<Role>,
    pub(crate) all: bool,
    pub(crate) show_key: bool,
}

/// Who walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Role {
    #[default]
    User,
    Admin,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "an ordinary user",
            Self::Admin => "an administrator",
        })
    }
}

pub(crate) fn run(
    demo: &Demo,
    variables: Variables<'_>,
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    let mut stage = Stage::new(streams.out, demo.show_key);
    let role = demo.role.unwrap_or_default();
    if demo.common.server.is_some() {
        let session = Session::of_environment(&demo.common, role, variables)?;
        return walk::all(&mut stage, &session);
    }
    if !demo.all {
        return emulated(
            &mut stage,
            demo.generation.unwrap_or(Profile::V2026_3_7),
            role,
        );
    }
    for (at, profile) in Profile::ALL.into_iter().enumerate() {
        for role in [Role::User, Role::Admin] {
            if (at, role) != (0, Role::User) {
                stage.gap()?;
            }
            emulated(&mut stage, profile, role)?;
        }
    }
    Ok(())
}

/// The walk against a server of its own, over HTTP on loopback, which ends with it.
fn emulated(stage: &mut Stage<'_>, profile: Profile, role: Role) -> Result<(), Problem> {
    let server = fluxbase_emulator::start(Options::new().profile(profile).record(false))
        .map_err(|error| Problem::failed(format!("the server did not start: {error}")))?;
    let session = Session::of_emulator(&server, role)?;
    walk::all(stage, &session)?;
    let left = server.with_emulator(|emulator| emulator.client_keys().count());
    match left {
        0 => Ok(()),
        left => Err(Problem::failed(format!(
            "{left} keys are left on the server"
        ))),
    }
}
