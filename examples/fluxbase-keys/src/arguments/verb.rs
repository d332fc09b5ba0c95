//! What is to be done with keys.

use std::{path::PathBuf, time::Duration};

use fluxbase_client_keys_ureq::{
    ClientKeyId, CreateClientKeyRequest, Scope, Timestamp, UpdateClientKeyRequest, UserId,
};

use super::{Ask, Common, Given, Problem, next, span, text, unknown, value};

/// What is to be done with keys.
#[derive(Debug)]
pub(crate) enum Verb {
    Create(Box<Create>),
    List(Option<UserId>),
    Get(ClientKeyId),
    Update(ClientKeyId, Box<UpdateClientKeyRequest>),
    Revoke(Vec<ClientKeyId>),
    Delete(Vec<ClientKeyId>),
    WhoAmI,
}

/// A key to be made.
#[derive(Debug)]
pub(crate) struct Create {
    /// All but the end, which the clock has a say in.
    pub(crate) request: CreateClientKeyRequest,
    pub(crate) end: Option<End>,
    pub(crate) idempotent: bool,
    pub(crate) sink: Sink,
}

/// When a key ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    At(Timestamp),
    /// Counted from the time of the request.
    In(Duration),
}

/// Where the plaintext goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sink {
    /// To standard output.
    Show,
    /// To a file that does not exist yet.
    File(PathBuf),
}

/// What was given, before it is known to make sense together.
#[derive(Default)]
struct Fields {
    values: Vec<String>,
    scopes: Vec<Scope>,
    name: Option<String>,
    description: Option<String>,
    rate_limit: Option<u32>,
    expires_at: Option<Timestamp>,
    expires_in: Option<Duration>,
    idempotent: bool,
    show_key: bool,
    key_file: Option<PathBuf>,
    user: Option<UserId>,
}

pub(super) fn parse(verb: &str, parser: &mut lexopt::Parser) -> Result<Ask, Problem> {
    let own: &[&str] = match verb {
        "create" => &[
            "scope",
            "description",
            "rate-limit",
            "expires-at",
            "expires-in",
            "idempotent",
            "show-key",
            "key-file",
        ],
        "update" => &["name", "description", "scope", "rate-limit"],
        "list" => &["user"],
        "get" | "revoke" | "delete" | "whoami" => &[],
        _ => return Err(Problem::usage("there is no such verb")),
    };
    let mut common = Common::default();
    let mut fields = Fields::default();
    while let Some(given) = next(parser)? {
        match given {
            Given::Value(value) => fields.values.push(text(value)?),
            Given::Option(option) if option == "help" => return Ok(Ask::Help),
            Given::Option(option) if own.contains(&option.as_str()) => {
                fields.take(&option, parser)?;
            }
            Given::Option(option) => common.take(&option, parser)?,
        }
    }
    Ok(Ask::Verb(common, fields.into_verb(verb)?))
}

impl Fields {
    fn take(&mut self, option: &str, parser: &mut lexopt::Parser) -> Result<(), Problem> {
        match option {
            "scope" => {
                for scope in value(parser)?.split(',') {
                    self.scopes.push(Scope::new(scope)?);
                }
            }
            "name" => self.name = Some(value(parser)?),
            "description" => self.description = Some(value(parser)?),
            "rate-limit" => {
                let number = value(parser)?.parse();
                self.rate_limit =
                    Some(number.map_err(|_| Problem::usage("--rate-limit is a whole number"))?);
            }
            "expires-at" => self.expires_at = Some(Timestamp::parse(&value(parser)?)?),
            "expires-in" => self.expires_in = Some(span::parse(&value(parser)?)?),
            "idempotent" => self.idempotent = true,
            "show-key" => self.show_key = true,
            "key-file" => self.key_file = Some(parser.value()?.into()),
            "user" => self.user = Some(UserId::parse(&value(parser)?)?),
            _ => return Err(unknown(option)),
        }
        Ok(())
    }

    fn into_verb(self, verb: &str) -> Result<Verb, Problem> {
        let none = |fields: &Self| {
            if fields.values.is_empty() {
                Ok(())
            } else {
                Err(Problem::usage(format!("{verb} takes options only")))
            }
        };
        Ok(match verb {
            "create" => Verb::Create(Box::new(self.into_create()?)),
            "update" => {
                let id = self.one("the id of a key")?;
                Verb::Update(ClientKeyId::parse(&id)?, Box::new(self.into_update()?))
            }
            "get" => Verb::Get(ClientKeyId::parse(&self.one("the id of a key")?)?),
            "revoke" => Verb::Revoke(self.ids()?),
            "delete" => Verb::Delete(self.ids()?),
            "list" => {
                none(&self)?;
                Verb::List(self.user)
            }
            _ => {
                none(&self)?;
                Verb::WhoAmI
            }
        })
    }

    fn into_create(self) -> Result<Create, Problem> {
        let name = self.one("the name of the new key")?;
        if self.scopes.is_empty() {
            return Err(Problem::usage(
                "create needs --scope: every known server wants one",
            ));
        }
        let sink = match (self.show_key, self.key_file) {
            (true, None) => Sink::Show,
            (false, Some(path)) => Sink::File(path),
            (true, Some(_)) => {
                return Err(Problem::usage(
                    "--show-key and --key-file exclude each other",
                ));
            }
            (false, None) => {
                return Err(Problem::usage(
                    "the plaintext is shown once and would be lost: give --key-file PATH or --show-key",
                ));
            }
        };
        let end = match (self.expires_at, self.expires_in) {
            (None, None) => None,
            (Some(end), None) => Some(End::At(end)),
            (None, Some(span)) => Some(End::In(span)),
            (Some(_), Some(_)) => {
                return Err(Problem::usage(
                    "--expires-at and --expires-in exclude each other",
                ));
            }
        };
        let mut request = CreateClientKeyRequest::new(name, self.scopes);
        if let Some(description) = self.description {
            request = request.description(description);
        }
        if let Some(limit) = self.rate_limit {
            request = request.rate_limit_per_minute(limit);
        }
        Ok(Create {
            request,
            end,
            idempotent: self.idempotent,
            sink,
        })
    }

    fn into_update(self) -> Result<UpdateClientKeyRequest, Problem> {
        let mut updates = UpdateClientKeyRequest::new();
        let mut changes = false;
        if let Some(name) = self.name {
            updates = updates.name(name);
            changes = true;
        }
        if let Some(description) = self.description {
            updates = updates.description(description);
            changes = true;
        }
        if !self.scopes.is_empty() {
            updates = updates.scopes(self.scopes);
            changes = true;
        }
        if let Some(limit) = self.rate_limit {
            updates = updates.rate_limit_per_minute(limit);
            changes = true;
        }
        if changes {
            Ok(updates)
        } else {
            let text = "nothing to change: give --name, --description, --scope or --rate-limit";
            Err(Problem::usage(text))
        }
    }

    fn one(&self, what: &str) -> Result<String, Problem> {
        match self.values.as_slice() {
            [value] => Ok(value.clone()),
            _ => Err(Problem::usage(format!(
                "{what} is needed, and nothing else"
            ))),
        }
    }

    fn ids(&self) -> Result<Vec<ClientKeyId>, Problem> {
        if self.values.is_empty() {
            return Err(Problem::usage("the ids of keys are needed"));
        }
        let ids = self.values.iter().map(|id| ClientKeyId::parse(id));
        Ok(ids.collect::<Result<_, _>>()?)
    }
}
