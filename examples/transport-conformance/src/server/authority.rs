//! `Authority`: certificates made for a test.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};

/// A certificate authority made for a test, and the file that says to trust it, which goes with it.
#[derive(Debug)]
pub struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pem: String,
    file: PathBuf,
}

impl Authority {
    /// A new one.
    pub fn new() -> io::Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);

        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut params = CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
        // Authorities of one name would be taken for one another, and refused for their signatures.
        params
            .distinguished_name
            .push(DnType::CommonName, format!("authority {number}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let pem = params.self_signed(&key).map_err(io::Error::other)?.pem();
        let name = format!("fluxbase-authority-{}-{number}.pem", process::id());
        let file = env::temp_dir().join(name);
        fs::write(&file, &pem)?;
        Ok(Self {
            params,
            key,
            pem,
            file,
        })
    }

    /// The file with this authority's certificate.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What stands in it.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// What a server of this name answers with.
    pub fn server(&self, name: &str) -> io::Result<Arc<ServerConfig>> {
        self.server_until(name, 2099)
    }

    /// The same, with a certificate that ends with that year's beginning.
    pub fn server_until(&self, name: &str, year: i32) -> io::Result<Arc<ServerConfig>> {
        let issuer = Issuer::from_params(&self.params, &self.key);
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let names = vec![name.to_owned()];
        let mut leaf = CertificateParams::new(names).map_err(io::Error::other)?;
        leaf.not_after = date_time_ymd(year, 1, 1);
        let leaf = leaf.signed_by(&key, &issuer).map_err(io::Error::other)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .map(Arc::new)
            .map_err(io::Error::other)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        // Left behind, it is a certificate without its key.
        let _ = fs::remove_file(&self.file);
    }
}
