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
    text: String,
    is_loopback: bool,
}

impl BaseUrl {
    /// Reads a URL, and insists on `https` beyond this machine.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_allowing_plain_http(text)?.carried_in_secret()
    }

    /// Reads a URL, and takes `http` to any host: whoever is on the way can read and use the credentials.
    pub fn parse_allowing_plain_http(text: &str) -> Result<Self, Error> {
        read(text).ok_or_else(|| Error::invalid(Subject::BaseUrl))
    }

    /// Takes a URL as a parser of the [URL Standard] prints it, such as `new URL(text).href` in a browser: for programs that
    /// have one and would not carry another. What that does not see to is the same as for the others.
    ///
    /// ```
    /// use fluxbase_client_keys::BaseUrl;
    ///
    /// assert_eq!(BaseUrl::normalized("https://example.com/fluxbase/", false)?.as_str(), "https://example.com/fluxbase");
    /// assert!(BaseUrl::normalized("http://example.com/", false).is_err());
    /// # Ok::<_, fluxbase_client_keys::Error>(())
    /// ```
    ///
    /// [URL Standard]: https://url.spec.whatwg.org/
    pub fn normalized(href: &str, allow_plain_http: bool) -> Result<Self, Error> {
        let url = read_normalized(href).ok_or_else(|| Error::invalid(Subject::BaseUrl))?;
        if allow_plain_http {
            Ok(url)
        } else {
            url.carried_in_secret()
        }
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

    /// This one, unless credentials would go in clear to another machine.
    fn carried_in_secret(self) -> Result<Self, Error> {
        if self.is_https() || self.is_loopback {
            Ok(self)
        } else {
            Err(Error::invalid(Subject::PlainHttp))
        }
    }
}

fn read(text: &str) -> Option<BaseUrl> {
    let text = text.trim_ascii();
    let (scheme, rest) = match strip_in_any_case(text, "https://") {
        Some(rest) => ("https://", rest),
        None => ("http://", strip_in_any_case(text, "http://")?),
    };
    let (authority, path) = split_at(without_last_slashes(rest), b'/');
    let ended = concat(&[path, "/"]);
    let is_odd = |part| contains(&ended, part);
    if !all(path, in_path) || is_odd("//") || is_odd("/./") || is_odd("/../") {
        return None;
    }
    let authority = authority.to_ascii_lowercase();
    Some(BaseUrl {
        is_loopback: authority_is_loopback(&authority)?,
        text: concat(&[scheme, &authority, path]),
    })
}

fn read_normalized(href: &str) -> Option<BaseUrl> {
    let (scheme, rest) = split_once(href, b'/')?;
    let (authority, _) = split_at(rest.strip_prefix('/')?, b'/');
    let (host, _) = split_at(authority, b':');
    let is_sound = matches!(scheme, "https:" | "http:")
        && !authority.is_empty()
        && all(authority, |byte| byte != b'@')
        && all(href, |byte| {
            byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\')
        });
    is_sound.then(|| BaseUrl {
        text: without_last_slashes(href).into(),
        // A host that ends in a number is an IPv4 address in its four parts.
        is_loopback: is_local_name(host)
            || authority == "[::1]"
            || authority.starts_with("[::1]:")
            || (host.starts_with("127.")
                && all(host, |byte| byte == b'.' || byte.is_ascii_digit())),
    })
}

fn without_last_slashes(mut text: &str) -> &str {
    while let Some(shorter) = text.strip_suffix('/') {
        text = shorter;
    }
    text
}

fn is_local_name(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
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
        (
            is_local_name(host) || ipv4_is_loopback(host) == Some(true),
            port,
        )
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
    fn what_is_normalized_is_taken_as_it_is() {
        for (href, plain, expected) in [
            ("https://example.com/", false, Some("https://example.com")),
            (
                "https://example.com:8443/Api//",
                false,
                Some("https://example.com:8443/Api"),
            ),
            (
                "https://example.com/@scope/",
                false,
                Some("https://example.com/@scope"),
            ),
            (
                "https://xn--bcher-kva.example/",
                false,
                Some("https://xn--bcher-kva.example"),
            ),
            (
                "http://localhost:8080/",
                false,
                Some("http://localhost:8080"),
            ),
            ("http://api.localhost/", false, Some("http://api.localhost")),
            ("http://127.8.9.1/", false, Some("http://127.8.9.1")),
            (
                "http://[::1]:8080/fluxbase/",
                false,
                Some("http://[::1]:8080/fluxbase"),
            ),
            ("http://example.com/", true, Some("http://example.com")),
            ("http://example.com/", false, None),
            ("http://128.0.0.1/", false, None),
            ("http://[::2]/", false, None),
            ("http://[::1].example.com/", false, None),
            ("http://127.example.com/", false, None),
            ("http://127.1-2/", false, None),
            ("http://localhost.example.com/", false, None),
            ("https://user@example.com/", true, None),
            ("https://user:word@example.com/", true, None),
            ("https://example.com/?", true, None),
            ("https://example.com/#top", true, None),
            ("https://example.com/a b", true, None),
            ("http://localhost\\.example.com/", true, None),
            ("https:///", true, None),
            ("https:/example.com/", true, None),
            ("ftp://example.com/", true, None),
            ("", true, None),
        ] {
            let url = BaseUrl::normalized(href, plain).ok();
            assert_eq!(url.as_ref().map(BaseUrl::as_str), expected, "{href}");
        }
    }

    proptest::proptest! {
        /// Whatever both take is the same text.
        #[test]
        fn both_readers_take_the_same(text in "https?://(localhost|127\\.[0-9.]{1,9}|\\[::1\\]|[a-z0-9.]{1,9})(:[0-9]{1,5})?(/[a-z@.]{0,4}){0,2}") {
            if let (Ok(read), Ok(normalized)) = (BaseUrl::parse(&text), BaseUrl::normalized(&text, false)) {
                proptest::prop_assert_eq!(read.as_str(), normalized.as_str());
            }
        }
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
