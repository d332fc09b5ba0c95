//! Which proxy stands between this machine and the server.

use std::{env, ffi::OsString, fmt};

use fluxbase_client_keys::{BaseUrl, Error};
use ureq::http::Uri;

/// Which proxy stands between this machine and the server. It is asked to `CONNECT`, so it sees of an `https` exchange
/// nothing but the host.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Proxy {
    /// The one that the environment names, if any.
    ///
    /// For `https` servers `HTTPS_PROXY`, for `http` ones `HTTP_PROXY`, else `ALL_PROXY`, in capitals or not; `HTTP_PROXY` in
    /// capitals is passed over in a CGI program, where any visitor can set it. `NO_PROXY` names servers that are reached
    /// without it, separated by commas: `example.com` (and all below it), `.example.com` (the same), an address, or `*`.
    /// Networks such as `10.0.0.0/8` are not understood. A server on this machine is always reached without it: through a
    /// proxy, what `http` sends to it would leave the machine.
    #[default]
    Environment,
    /// This one, for every server: `http://host:port`, or `https://…` if the way to the proxy is encrypted, with
    /// `user:password@` before the host if it asks for them. No SOCKS.
    Url(String),
    /// None, whatever the environment says.
    None,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            // It may hold a password.
            Self::Url(_) => "Url(..)",
            Self::None => "None",
        })
    }
}

/// What the environment says of proxies.
#[derive(Clone, Default)]
pub(crate) struct Variables {
    https: Option<Variable>,
    http: Option<Variable>,
    excepted: Option<Variable>,
}

#[derive(Clone)]
struct Variable {
    name: &'static str,
    value: String,
}

impl Variables {
    pub(crate) fn of_process() -> Self {
        Self::read(&|name| env::var_os(name))
    }

    pub(crate) fn read(lookup: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| {
                let value = lookup(name)?.into_string().ok()?;
                (!value.trim().is_empty()).then(|| Variable {
                    name,
                    value: value.trim().to_owned(),
                })
            })
        };
        let http: &[_] = if lookup("REQUEST_METHOD").is_some() {
            &["http_proxy", "ALL_PROXY", "all_proxy"]
        } else {
            &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
        };
        Self {
            https: first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
            http: first(http),
            excepted: first(&["NO_PROXY", "no_proxy"]),
        }
    }
}

/// The proxy to this server, if there is one.
pub(crate) fn choose(
    proxy: &Proxy,
    variables: &Variables,
    base: &BaseUrl,
) -> Result<Option<ureq::Proxy>, Error> {
    match proxy {
        Proxy::None => Ok(None),
        Proxy::Url(url) => parse(url, "the proxy's URL").map(Some),
        Proxy::Environment if base.is_loopback() => Ok(None),
        Proxy::Environment => {
            let variable = if base.is_https() {
                &variables.https
            } else {
                &variables.http
            };
            let Some(variable) = variable else {
                return Ok(None);
            };
            let proxy = parse(&variable.value, variable.name)?;
            let excepted = variables.excepted.as_ref();
            Ok((!excepted.is_some_and(|names| is_excepted(&names.value, base))).then_some(proxy))
        }
    }
}

fn parse(url: &str, name: &str) -> Result<ureq::Proxy, Error> {
    use ureq::ProxyProtocol::{Http, Https};

    // ureq's own error says no more, and the URL may hold a password.
    match ureq::Proxy::new(url) {
        Ok(proxy) if matches!(proxy.protocol(), Http | Https) => Ok(proxy),
        _ => Err(Error::invalid_input(format!(
            "{name} must be http://host:port or https://host:port"
        ))),
    }
}

/// Whether the server is one of those that the names in `NO_PROXY` stand for.
fn is_excepted(names: &str, base: &BaseUrl) -> bool {
    let Ok(server) = base.as_str().parse::<Uri>() else {
        return false;
    };
    let names = names
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|name| !name.is_empty());
    let mut rules = ureq::Proxy::builder(ureq::ProxyProtocol::Http);
    for name in names {
        // ureq takes a name for itself alone and `.name` for what is below; elsewhere either means both.
        let plain = name.trim_start_matches('.');
        rules = rules.no_proxy(plain);
        if !plain.starts_with('*') {
            rules = rules.no_proxy(&format!(".{plain}"));
        }
    }
    rules.build().is_ok_and(|rules| rules.is_no_proxy(&server))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(set: &[(&str, &str)]) -> Variables {
        Variables::read(&|name| {
            let found = set.iter().find(|(given, _)| *given == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    fn chosen(set: &[(&str, &str)], server: &str) -> Option<u16> {
        let base = BaseUrl::parse_allowing_plain_http(server).unwrap();
        choose(&Proxy::Environment, &variables(set), &base)
            .unwrap()
            .map(|proxy| proxy.port())
    }

    #[test]
    fn the_environment_is_read_by_scheme() {
        let all = [
            ("HTTPS_PROXY", "http://proxy:1"),
            ("http_proxy", "proxy:2"),
            ("ALL_PROXY", "http://proxy:3"),
        ];
        for (set, server, expected) in [
            (&all[..], "https://example.com", Some(1)),
            (&all[..], "http://example.com", Some(2)),
            (&all[1..], "https://example.com", Some(3)),
            (&all[2..], "http://example.com", Some(3)),
            (
                &[("HTTP_PROXY", "http://proxy:4")],
                "https://example.com",
                None,
            ),
            (&[("HTTPS_PROXY", " ")], "https://example.com", None),
            (&[], "https://example.com", None),
        ] {
            assert_eq!(chosen(set, server), expected, "{set:?} {server}");
        }
    }

    #[test]
    fn a_visitor_of_a_cgi_program_does_not_choose_the_proxy() {
        let set = [("HTTP_PROXY", "http://proxy:4"), ("REQUEST_METHOD", "GET")];
        assert_eq!(chosen(&set, "http://example.com"), None);
        assert_eq!(chosen(&set[..1], "http://example.com"), Some(4));
    }

    #[test]
    fn exceptions_hold_for_a_name_and_what_is_below() {
        for (names, excepted) in [
            ("example.com", true),
            ("other.org, EXAMPLE.com", true),
            (".example.com", true),
            ("*.example.com", true),
            ("*", true),
            ("ample.com", false),
            ("example.org", false),
            ("", false),
        ] {
            let set = [("HTTPS_PROXY", "http://proxy:1"), ("NO_PROXY", names)];
            for server in ["https://api.example.com:8443/x", "https://example.com"] {
                let only_below = names.starts_with("*.") && !server.contains("api");
                let expected = (!excepted || only_below).then_some(1);
                assert_eq!(chosen(&set, server), expected, "{names} {server}");
            }
        }
    }

    #[test]
    fn what_goes_to_this_machine_stays_on_it() {
        let set = [("ALL_PROXY", "http://proxy:1")];
        for server in [
            "http://localhost:8080",
            "https://127.0.0.1",
            "http://[::1]:8080",
        ] {
            assert_eq!(chosen(&set, server), None, "{server}");
        }
    }

    #[test]
    fn a_bad_url_is_refused_by_name_and_not_quoted() {
        let base = BaseUrl::parse("https://example.com").unwrap();
        for url in [
            "socks5://u:hunter2@proxy",
            "http://u:hunter2@",
            "ftp://hunter2",
        ] {
            let set = variables(&[("HTTPS_PROXY", url)]);
            let error = choose(&Proxy::Environment, &set, &base).unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(
                text.starts_with("HTTPS_PROXY must be") && !text.contains("hunter2"),
                "{text}"
            );
            let error = choose(&Proxy::Url(url.to_owned()), &set, &base).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
        assert!(!format!("{:?}", Proxy::Url("http://u:hunter2@x".into())).contains("hunter2"));
    }
}
