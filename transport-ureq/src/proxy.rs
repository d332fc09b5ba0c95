//! Which proxy requests go through.

use core::fmt;

use crate::Error;

/// Which proxy requests go through. A proxy is always asked to connect through (CONNECT), for `http` too.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proxy {
    /// The one that `ALL_PROXY`, `HTTPS_PROXY` or `HTTP_PROXY` names, but for hosts that `NO_PROXY` names.
    #[default]
    Environment,
    /// This one, such as `http://proxy.example:3128`. It may hold a user and a password.
    Url(String),
    /// None, whatever the environment says.
    None,
}

impl Proxy {
    pub(crate) fn into_ureq(self) -> Result<Option<ureq::Proxy>, Error> {
        match self {
            Self::Environment => Ok(ureq::Proxy::try_from_env()),
            Self::Url(url) => ureq::Proxy::new(&url).map(Some).map_err(|_| {
                Error::invalid_input("the proxy must be a URL such as http://proxy.example:3128")
            }),
            Self::None => Ok(None),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Url(_) => "Url(..)",
            Self::None => "None",
        })
    }
}
