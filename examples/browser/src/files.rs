//! Which files there are, and what they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The files that are served, by the path of their address.
///
/// The table is made once, from directories that this program knows: a request's path is looked up in it and never becomes
/// a path on the disk, so that nothing beside these files can be had. Their content is read for each request: whoever
/// changes the page sees it after a reload.
#[derive(Debug, Default)]
pub(crate) struct Files(BTreeMap<String, PathBuf>);

impl Files {
    /// Adds each file of a directory that a browser may load, under this path; directories in it are left out.
    pub(crate) fn add_directory(&mut self, under: &str, directory: &Path) -> io::Result<()> {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            if let (true, Ok(name)) = (
                entry.file_type()?.is_file(),
                entry.file_name().into_string(),
            ) && media_type(&name).is_some()
            {
                self.add(&format!("{under}{name}"), entry.path());
            }
        }
        Ok(())
    }

    /// Adds one file.
    pub(crate) fn add(&mut self, at: &str, file: PathBuf) {
        self.0.insert(at.to_owned(), file);
    }

    /// The media type and the content of what is at this path; `None` when nothing is.
    pub(crate) fn read(&self, at: &str) -> Option<io::Result<(&'static str, Vec<u8>)>> {
        let file = self.0.get(at)?;
        let media_type = media_type(at).unwrap_or("application/octet-stream");
        Some(fs::read(file).map(|content| (media_type, content)))
    }
}

/// What a file is, by the end of its name; `None` for what is no part of a page.
fn media_type(name: &str) -> Option<&'static str> {
    let (_, kind) = name.rsplit_once('.')?;
    match kind {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "html" => Some("text/html; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        // With another one a browser does not compile while it loads.
        "wasm" => Some("application/wasm"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Files {
        let mut files = Files::default();
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
        files.add_directory("/", &directory).unwrap();
        files
    }

    #[test]
    fn knows_the_files_of_the_page() {
        let files = page();
        for (at, expected) in [
            ("/index.html", "text/html; charset=utf-8"),
            ("/page.js", "text/javascript; charset=utf-8"),
            ("/style.css", "text/css; charset=utf-8"),
        ] {
            let (media_type, content) = files.read(at).unwrap().unwrap();
            assert_eq!(media_type, expected);
            assert!(!content.is_empty(), "{at}");
        }
    }

    #[test]
    fn gives_nothing_else() {
        let files = page();
        for at in [
            "/../Cargo.toml",
            "/./index.html",
            "//index.html",
            "/%2e%2e/Cargo.toml",
            "/..%2fCargo.toml",
            "/index.html/",
            "/page.js\0",
            "index.html",
            "/Cargo.toml",
            "",
        ] {
            assert!(files.read(at).is_none(), "{at}");
        }
    }

    #[test]
    fn tells_what_a_file_is() {
        assert_eq!(media_type("a.wasm"), Some("application/wasm"));
        assert_eq!(media_type("index.d.ts"), None);
        assert_eq!(media_type("package.json"), None);
        assert_eq!(media_type("README"), None);
    }
}
