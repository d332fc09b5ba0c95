//! Which certificates a server may be certified by.

use std::path::PathBuf;

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::Error;

/// Which certificates a server may be certified by.
#[derive(Debug, Clone, Default)]
pub(crate) enum Roots {
    /// Those that browsers trust, as they were when this crate was built.
    #[default]
    Web,
    /// Those of the file alone.
    File(PathBuf),
    /// Those that browsers trust, and those of the file.
    WebAndFile(PathBuf),
}

impl Roots {
    pub(crate) fn into_ureq(self) -> Result<RootCerts, Error> {
        Ok(match self {
            Self::Web => RootCerts::WebPki,
            Self::File(path) => RootCerts::new_with_certs(&read(&path)?),
            Self::WebAndFile(path) => {
                let web = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
                let mut all: Vec<_> = web
                    .map(|der| Certificate::from_der(der).to_owned())
                    .collect();
                all.extend(read(&path)?);
                RootCerts::new_with_certs(&all)
            }
        })
    }
}

fn read(path: &std::path::Path) -> Result<Vec<Certificate<'static>>, Error> {
    let shown = path.display();
    let pem = std::fs::read(path).map_err(|error| {
        Error::invalid_input(format!("the CA file {shown} cannot be read: {error}"))
    })?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => {
                return Err(Error::invalid_input(format!(
                    "the CA file {shown} is not in PEM form"
                )));
            }
        }
    }
    if certificates.is_empty() {
        return Err(Error::invalid_input(format!(
            "the CA file {shown} holds no certificate"
        )));
    }
    Ok(certificates)
}
