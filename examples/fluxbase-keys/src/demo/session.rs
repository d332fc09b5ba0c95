//! The server that is walked on, and a session there.

use fluxbase_client_keys_ureq::{
    Builder, ClientKeysManager, Proxy, Secret, Timestamp, Transport as _, User, builder,
};
use fluxbase_emulator::Guard;

use super::Role;
use crate::{
    Variables,
    arguments::Common,
    connect::{self, Kind},
    problem::Problem,
};

/// The server that is walked on, and how to get in.
pub(super) struct Session<'a> {
    /// What the first line says.
    pub(super) title: String,
    pub(super) role: Role,
    /// Signed in, unless there is a login.
    pub(super) manager: ClientKeysManager,
    pub(super) login: Option<(String, Secret)>,
    /// For a program that has nothing but a client key.
    stranger: Box<dyn Fn() -> Result<Builder, Problem> + 'a>,
}

impl<'a> Session<'a> {
    pub(super) fn of_emulator(server: &Guard, role: Role) -> Result<Self, Problem> {
        let credentials = server.credentials();
        let logins = match role {
            Role::User => &credentials.users,
            Role::Admin => &credentials.admins,
        };
        let login = (logins.first())
            .map(|login| (login.email.clone(), Secret::new(login.password.as_str())));
        let url = server.base_url();
        let generation = server.with_emulator(|emulator| emulator.profile());
        // The server is in this process: no proxy knows it.
        let stranger = move || Ok(builder(&url).proxy(Proxy::None));
        Ok(Self {
            title: format!("{}, generation {generation}", server.base_url()),
            role,
            manager: stranger()?.build()?,
            login,
            stranger: Box::new(stranger),
        })
    }

    pub(super) fn of_environment(
        common: &'a Common,
        role: Role,
        variables: Variables<'a>,
    ) -> Result<Self, Problem> {
        let (manager, login) = match Kind::of(variables) {
            Kind::Login => (
                connect::before_sign_in(common, variables)?,
                Some(connect::login(variables)?),
            ),
            _ => (connect::manager(common, variables)?, None),
        };
        Ok(Self {
            title: common.server.clone().unwrap_or_default(),
            role,
            manager,
            login,
            stranger: Box::new(move || connect::stranger(common, variables)),
        })
    }

    /// Signs in where there is a login: who it is, as the server says.
    pub(super) fn sign_in(&self) -> Result<Option<User>, Problem> {
        let Some((email, password)) = &self.login else {
            return Ok(None);
        };
        let admin = self.role == Role::Admin;
        let user = connect::sign_in(&self.manager, admin, email, password)?;
        Ok(Some(user))
    }

    /// A manager of somebody who has this client key and nothing else.
    pub(super) fn with_key(&self, key: &Secret) -> Result<ClientKeysManager, Problem> {
        Ok((self.stranger)()?.client_key(key.clone()).build()?)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.manager.transport().now().wall
    }
}
