//! The file that a new plaintext key goes to.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use fluxbase_client_keys_ureq::Secret;

use crate::problem::Problem;

/// A file that was made for a key, before the key was: what cannot be stored is not made.
///
/// Removed again when it is dropped without a key in it.
#[derive(Debug)]
pub(crate) struct KeyFile {
    file: File,
    path: PathBuf,
    filled: bool,
}

impl KeyFile {
    /// Makes the file, which must not exist, for this user alone.
    pub(crate) fn create(path: &Path) -> Result<Self, Problem> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            Problem::failed(format!(
                "cannot make the file {}: {error}; no key was made",
                path.display()
            ))
        })?;
        Ok(Self {
            file,
            path: path.to_owned(),
            filled: false,
        })
    }

    /// Writes the key and a line feed, through to the disk.
    pub(crate) fn store(&mut self, key: &Secret) -> Result<(), Problem> {
        self.write(key).map_err(|error| {
            Problem::failed(format!("cannot write {}: {error}", self.path.display()))
        })?;
        self.filled = true;
        Ok(())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn write(&mut self, key: &Secret) -> std::io::Result<()> {
        self.file.write_all(key.expose().as_bytes())?;
        self.file.write_all(b"\n")?;
        self.file.sync_all()
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        if !self.filled {
            // What is left over otherwise is an empty file.
            let _ = fs::remove_file(&self.path);
        }
    }
}
