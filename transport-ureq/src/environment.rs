//! A manager from environment variables.

use std::{ffi::OsString, path::Path};

use crate::{Builder, Error, builder};

/// Reads the variables that `look_up` knows. Errors name variables, never their values.
pub(crate) fn read(look_up: impl Fn(&str) -> Option<OsString>) -> Result<Builder, Error> {
    let value = |name: &str| value(&look_up, name);
    let url = value("FLUXBASE_URL")?.ok_or_else(|| {
        Error::invalid_input("FLUXBASE_URL is not set: it must hold the server's URL")
    })?;
    let token = value("FLUXBASE_TOKEN")?;
    let client_key = value("FLUXBASE_CLIENT_KEY")?;
    let service_token = value("FLUXBASE_SERVICE_TOKEN")?;
    let login = match (value("FLUXBASE_EMAIL")?, value("FLUXBASE_PASSWORD")?) {
        (Some(email), Some(password)) => Some((email, password)),
        (None, None) => None,
        _ => {
            return Err(Error::invalid_input(
                "FLUXBASE_EMAIL and FLUXBASE_PASSWORD go together: one is not set",
            ));
        }
    };
    let set = [
        ("FLUXBASE_TOKEN", token.is_some()),
        ("FLUXBASE_CLIENT_KEY", client_key.is_some()),
        ("FLUXBASE_SERVICE_TOKEN", service_token.is_some()),
        ("FLUXBASE_EMAIL with FLUXBASE_PASSWORD", login.is_some()),
    ];
    let set: Vec<&str> = set
        .iter()
        .filter(|(_, is_set)| *is_set)
        .map(|(name, _)| *name)
        .collect();
    if set.len() > 1 {
        return Err(Error::invalid_input(format!(
            "{} are set: leave one",
            set.join(" and ")
        )));
    }
    let mut builder = builder(&url);
    if let Some(token) = token {
        builder = builder.bearer_token(token);
    }
    if let Some(key) = client_key {
        builder = builder.client_key(key);
    }
    if let Some(key) = service_token {
        builder = builder.service_key(key);
    }
    if let Some((email, password)) = login {
        builder = builder.login(email, password);
    }
    Ok(builder)
}

/// The value of a variable, or of the file that its `_FILE` form names; empty counts as not set.
fn value(look_up: &impl Fn(&str) -> Option<OsString>, name: &str) -> Result<Option<String>, Error> {
    let own = match look_up(name).map(OsString::into_string) {
        Some(Ok(text)) => Some(text).filter(|text| !text.is_empty()),
        Some(Err(_)) => return Err(Error::invalid_input(format!("{name} is not UTF-8"))),
        None => None,
    };
    let file_name = format!("{name}_FILE");
    let Some(path) = look_up(&file_name).filter(|path| !path.is_empty()) else {
        return Ok(own);
    };
    let content = std::fs::read_to_string(Path::new(&path)).map_err(|error| {
        Error::invalid_input(format!(
            "the file that {file_name} names cannot be read: {}",
            error.kind()
        ))
    })?;
    let content = content.strip_suffix('\n').unwrap_or(&content);
    let content = content.strip_suffix('\r').unwrap_or(content);
    match own {
        Some(own) if own != content => Err(Error::invalid_input(format!(
            "{name} and {file_name} are both set and disagree: leave one"
        ))),
        _ if content.is_empty() => Err(Error::invalid_input(format!(
            "the file that {file_name} names is empty"
        ))),
        _ => Ok(Some(content.to_owned())),
    }
}
