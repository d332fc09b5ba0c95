//! Certificates made for a test.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};

/// A certificate authority, and the file that says to trust it, which goes with it.
pub(crate) struct Authority {
    params: CertificateParams,
    key: KeyPair,
    root: Certificate,
    file: PathBuf,
}

impl Authority {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);

        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut params = CertificateParams::new(vec![]).unwrap();
        // Authorities of one name would be taken for one another, and refused for their signatures.
        params
            .distinguished_name
            .push(DnType::CommonName, format!("authority {number}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let root = params.self_signed(&key).unwrap();
        let file = std::env::temp_dir().join(format!(
            "fluxbase-authority-{}-{number}.pem",
            std::process::id()
        ));
        fs::write(&file, root.pem()).unwrap();
        Self {
            params,
            key,
            root,
            file,
        }
    }

    /// The file with this authority's certificate.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) fn pem(&self) -> String {
        self.root.pem()
    }

    /// What a server of this name answers with.
    pub(crate) fn server(&self, name: &str) -> Arc<ServerConfig> {
        self.server_until(name, 2099)
    }

    /// The same, with a certificate that ends with that year's beginning.
    pub(crate) fn server_until(&self, name: &str, year: i32) -> Arc<ServerConfig> {
        let issuer = Issuer::from_params(&self.params, &self.key);
        let key = KeyPair::generate().unwrap();
        let mut leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
        leaf.not_after = rcgen::date_time_ymd(year, 1, 1);
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        Arc::new(config)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}
