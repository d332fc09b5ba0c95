//! `BaseUrl`: where the server is.

mod address;

use core::{fmt, str::FromStr};

use address::{ipv4_is_loopback, ipv6_is_loopback};

use crate::{
    Error,
    error::Subject,
    text::{all, concat, contains, number, split_at, split_once, strip_in_any_case},
};

/// The address of a server: scheme, host, optional port, optional path prefix.
///
/// Parsed once. `https`, or `http` to this machine (`localhost`, `127.0.0.0/8`, `[::1]`); `http` to elsewhere would carry
/// credentials in clear and must be asked for with [`parse_allowing_plain_http`](Self::parse_allowing_plain_http). No user
/// information, query or fragment. A path prefix is kept: with `https://example.com/fluxbase` the keys are at
/// `https://example.com/fluxbase/api/v1/client-keys`. Trailing slashes are dropped.
///
/// ```
/// use fluxbase_client_keys::BaseUrl;
///
/// assert_eq!(BaseUrl::parse("https://example.com/fluxbase/")?.as_str(), "https://example.com/fluxbase");
/// assert!(BaseUrl::parse("http://example.com").is_err());
/// # Ok::<_, fluxbase_client_keys::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    text: Box<str>,
    is_loopback: bool,
}

impl BaseUrl {
    /// Reads a URL, and insists on `https` beyond this machine.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let url = Self::parse_allowing_plain_http(text)?;
        if url.is_https() || url.is_loopback {
            Ok(url)
        } else {
            Err(Error::invalid(Subject::PlainHttp))
        }
    }

    /// Reads a URL, and takes `http` to any host: whoever is on the way can read and use the credentials.
    pub fn parse_allowing_plain_http(text: &str) -> Result<Self, Error> {
        read(text).ok_or_else(|| Error::invalid(Subject::BaseUrl))
    }

    /// The URL without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether requests travel encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https://")
    }

    /// Whether the server is on this machine, by its name (`localhost`) or address (`127.0.0.0/8`, `[::1]`): what is sent
    /// there leaves the machine only if a proxy takes it along.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

fn read(text: &str) -> Option<BaseUrl> {
    let text = text.trim_ascii();
    let (scheme, rest) = match strip_in_any_case(text, "https://") {
        Some(rest) => ("https://", rest),
        None => ("http://", strip_in_any_case(text, "http://")?),
    };
    let (authority, mut path) = split_at(rest, b'/');
    while let Some(shorter) = path.strip_suffix("/") {
        path = shorter;
    }
    let ended = concat(&[path, "/"]);
    let is_odd = |part| contains(&ended, part);
    if !all(path, in_path) || is_odd("//") || is_odd("/./") || is_odd("/../") {
        return None;
    }
    let authority = authority.to_ascii_lowercase();
    Some(BaseUrl {
        is_loopback: authority_is_loopback(&authority)?,
        text: concat(&[scheme, &authority, path]).into(),
    })
}

fn in_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'$' | b'%' | b'&'..=b'/' | b':' | b';' | b'=' | b'@' | b'_' | b'~'
        )
}

/// Whether `host` or `host:port` is on this machine; the host is a name, an IPv4 address or an IPv6 address in brackets.
/// International names have to be given in their ASCII form. `None` when it is none.
fn authority_is_loopback(authority: &str) -> Option<bool> {
    let (is_loopback, port) = if let Some(rest) = authority.strip_prefix("[") {
        let (address, port) = split_once(rest, b']')?;
        (ipv6_is_loopback(address)?, port)
    } else {
        let (host, port) = split_at(authority, b':');
        if host.is_empty() || !all(host, in_host) {
            return None;
        }
        let is_name = host == "localhost" || host.ends_with(".localhost");
        (is_name || ipv4_is_loopback(host) == Some(true), port)
    };
    let port_is_sound = match port.strip_prefix(":") {
        Some(digits) => (1..=0xffff).contains(&number(digits.as_bytes())?),
        None => port.is_empty(),
    };
    port_is_sound.then_some(is_loopback)
}

fn in_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

impl FromStr for BaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_a_server_can_be() {
        for (text, expected) in [
            ("https://example.com", "https://example.com"),
            (
                " HTTPS://Example.COM:8443/Api/ ",
                "https://example.com:8443/Api",
            ),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().as_str(), expected, "{text}");
        }
        assert!(BaseUrl::parse_allowing_plain_http("http://example.com").is_ok());
    }

    #[test]
    fn knows_this_machine() {
        for (text, expected) in [
            ("http://localhost:8080", true),
            ("https://api.localhost", true),
            ("http://127.8.9.1", true),
            ("http://[::1]:8080/fluxbase", true),
            ("https://example.com", false),
            ("https://localhost.example.com", false),
            ("https://128.0.0.1", false),
        ] {
            assert_eq!(
                BaseUrl::parse(text).unwrap().is_loopback(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "example.com",
            "ftp://example.com",
            "https://",
            "https://user@example.com",
            "https://u:p@example.com",
            "https://example.com?x=1",
            "https://example.com/#a",
            "https://exa mple.com",
            "https://bücher.example",
            "https://example.com:",
            "https://example.com:0",
            "https://example.com:99999",
            "https://example.com:+80",
            "https://example.com/a/../b",
            "https://example.com//x",
            "https://[::1",
            "https://[zz]",
            "http://example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "https://example.com\r\nx: y",
        ] {
            assert!(BaseUrl::parse(text).is_err(), "{text:?}");
        }
    }
}
