//! Which certificate authorities a server's certificate may come from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use fluxbase_client_keys::Error;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

/// The authorities in the file, or those of the web; and those in the further files.
pub(crate) fn choose(only: Option<&Path>, extra: &[PathBuf]) -> Result<RootCerts, Error> {
    let mut trusted = match only {
        Some(file) => read(file)?,
        // The same ones, in the form that ureq itself keeps.
        None if extra.is_empty() => return Ok(RootCerts::WebPki),
        None => TLS_SERVER_ROOT_CERTS
            .iter()
            .map(|certificate| Certificate::from_der(certificate).to_owned())
            .collect(),
    };
    for file in extra {
        trusted.extend(read(file)?);
    }
    Ok(RootCerts::new_with_certs(&trusted))
}

/// The certificates of a PEM file; other things in it are passed over.
fn read(file: &Path) -> Result<Vec<Certificate<'static>>, Error> {
    let refuse = |why: &str| Error::invalid_input(format!("the CA file {} {why}", file.display()));
    let text = fs::read(file).map_err(|error| refuse(&format!("cannot be read: {error}")))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&text) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => return Err(refuse("is damaged: it must be in PEM form")),
        }
    }
    if certificates.is_empty() {
        return Err(refuse(
            "holds no certificate: it must be in PEM form, with BEGIN CERTIFICATE",
        ));
    }
    Ok(certificates)
}
