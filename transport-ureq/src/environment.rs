//! Settings from environment variables, and from files that they name.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs::File,
    io::Read as _,
};

use fluxbase_client_keys::{Credential, Error, Secret};

use crate::{Builder, proxy};

/// A file that a `…_FILE` variable names holds one line; what is longer is another file.
const LONGEST_FILE: u64 = 64 * 1024;

type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

impl Builder {
    /// Reads the environment of this process.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `FLUXBASE_URL` | the server |
    /// | `FLUXBASE_TOKEN` | an access token |
    /// | `FLUXBASE_CLIENT_KEY` | a client key, `fbk_…` |
    /// | `FLUXBASE_SERVICE_TOKEN` | a service key |
    /// | `FLUXBASE_EMAIL` with `FLUXBASE_PASSWORD` | a user's login |
    ///
    /// Each may also be given as the path of a file that holds it, in a variable of the same name with `_FILE` behind it;
    /// one line break at the file's end is not part of it. Empty variables count as absent.
    ///
    /// Only the URL must be there. Two kinds of credential are an error, and so are a variable and its `_FILE` that
    /// disagree. Errors name variables and never show their values.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_vars(|name| env::var_os(name))
    }

    /// Reads variables from elsewhere than the environment of this process, as [`from_env`](Self::from_env) does; also those
    /// that name a [proxy](crate::Proxy::Environment).
    ///
    /// ```
    /// use fluxbase_client_keys_ureq::Builder;
    ///
    /// let variables = [("FLUXBASE_URL", "https://example.com"), ("FLUXBASE_CLIENT_KEY", "fbk_Zm9vYmFyYmF6")];
    /// let builder = Builder::from_vars(|name| {
    ///     variables.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).into())
    /// })?;
    /// assert!(builder.build().is_ok());
    ///
    /// let error = Builder::from_vars(|_| None).unwrap_err();
    /// assert_eq!(error.to_string(), "FLUXBASE_URL or FLUXBASE_URL_FILE must be set");
    /// # Ok::<_, fluxbase_client_keys_ureq::Error>(())
    /// ```
    pub fn from_vars(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        read(&lookup)
    }
}

fn read(lookup: Lookup<'_>) -> Result<Builder, Error> {
    let Some(url) = value(lookup, "FLUXBASE_URL")? else {
        return refuse("FLUXBASE_URL or FLUXBASE_URL_FILE must be set");
    };
    let mut builder = crate::builder(url.expose())
        .named("FLUXBASE_URL")
        .variables(proxy::Variables::read(lookup));
    let mut used: Option<&str> = None;
    let mut only = |name| match used.replace(name) {
        Some(other) => refuse(format!(
            "{other} and {name} are both set: only one credential can be used"
        )),
        None => Ok(()),
    };
    if let Some(token) = value(lookup, "FLUXBASE_TOKEN")? {
        only("FLUXBASE_TOKEN")?;
        check("FLUXBASE_TOKEN", Credential::bearer_token(token.clone()))?;
        builder = builder.bearer_token(token);
    }
    if let Some(key) = value(lookup, "FLUXBASE_CLIENT_KEY")? {
        only("FLUXBASE_CLIENT_KEY")?;
        check("FLUXBASE_CLIENT_KEY", Credential::client_key(key.clone()))?;
        builder = builder.client_key(key);
    }
    if let Some(key) = value(lookup, "FLUXBASE_SERVICE_TOKEN")? {
        only("FLUXBASE_SERVICE_TOKEN")?;
        check(
            "FLUXBASE_SERVICE_TOKEN",
            Credential::service_key(key.clone()),
        )?;
        builder = builder.service_key(key);
    }
    match (
        value(lookup, "FLUXBASE_EMAIL")?,
        value(lookup, "FLUXBASE_PASSWORD")?,
    ) {
        (Some(email), Some(password)) => {
            only("FLUXBASE_EMAIL")?;
            builder = builder.login(email.expose(), password);
        }
        (None, None) => {}
        (Some(_), None) => return refuse("FLUXBASE_EMAIL is set and FLUXBASE_PASSWORD is not"),
        (None, Some(_)) => return refuse("FLUXBASE_PASSWORD is set and FLUXBASE_EMAIL is not"),
    }
    Ok(builder)
}

/// What the variable holds, or the file that its twin names.
fn value(lookup: Lookup<'_>, name: &str) -> Result<Option<Secret>, Error> {
    let twin = format!("{name}_FILE");
    let present = |name: &str| lookup(name).filter(|value| !value.is_empty());
    let direct = match present(name) {
        Some(text) => Some(
            text.into_string()
                .map(Secret::new)
                .or_else(|_| refuse(format!("{name} is not valid text")))?,
        ),
        None => None,
    };
    let from_file = match present(&twin) {
        Some(path) => Some(read_file(&path, &twin)?),
        None => None,
    };
    match (direct, from_file) {
        (Some(direct), Some(from_file)) if direct.expose() != from_file.expose() => {
            refuse(format!("{name} and {twin} are both set and disagree"))
        }
        (direct, from_file) => Ok(direct.or(from_file)),
    }
}

fn read_file(path: &OsStr, name: &str) -> Result<Secret, Error> {
    // A path may be given in place of the secret itself by mistake, so it is not shown either.
    let most = LONGEST_FILE.saturating_add(1);
    // Room for all of it, because a text that grows leaves pieces of the secret behind.
    let mut text = String::with_capacity(usize::try_from(most).unwrap_or_default());
    let read = File::open(path).and_then(|file| file.take(most).read_to_string(&mut text));
    let whole = Secret::new(text);
    if let Err(error) = read {
        return refuse(format!(
            "the file that {name} names cannot be read: {}",
            error.kind()
        ));
    }
    let line = whole.expose();
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    match u64::try_from(line.len()) {
        Ok(0) => refuse(format!("the file that {name} names is empty")),
        Ok(length) if length < LONGEST_FILE => Ok(Secret::new(line)),
        _ => refuse(format!("the file that {name} names is too large")),
    }
}

fn check(name: &str, credential: Result<Credential, Error>) -> Result<(), Error> {
    match credential {
        Ok(_) => Ok(()),
        Err(error) => refuse(format!("{name}: {error}")),
    }
}

fn refuse<T>(why: impl Into<String>) -> Result<T, Error> {
    Err(Error::invalid_input(why))
}
