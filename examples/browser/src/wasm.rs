//! Building the wasm that the package loads.

use serde_json::Value;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{fs, io};

const TARGET: &str = "wasm32-unknown-unknown";
const CRATE: &str = "fluxbase-client-keys-machine";

/// The wasm could not be built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("cannot start {0}")]
    Start(&'static str, #[source] io::Error),
    #[error(
        "the compiler has no {TARGET}, and `rustup target add {TARGET}` did not bring it; add it by hand and try again"
    )]
    Target,
    #[error("cargo could not build {CRATE}; what it says stands above")]
    Cargo,
    #[error("cargo built {CRATE} and named no wasm file")]
    NoFile,
}

/// Compiles the machine with the cargo and into the target directory of the workspace, and says where it is. Takes a
/// while the first time. `tell` is told what is being waited for.
pub(crate) fn build(tell: &mut dyn FnMut(&str)) -> Result<PathBuf, BuildError> {
    if !has_target() {
        tell(&format!(
            "the target {TARGET} is missing: rustup is adding it"
        ));
        let added = Command::new("rustup")
            .args(["target", "add", TARGET])
            .stdout(Stdio::null())
            .status();
        if !added.is_ok_and(|status| status.success()) || !has_target() {
            return Err(BuildError::Target);
        }
    }
    tell("building the wasm");
    let output = Command::new(cargo())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "build",
            "--locked",
            "--quiet",
            "-p",
            CRATE,
            "--profile",
            "wasm",
        ])
        .args([
            "--target",
            TARGET,
            "--message-format",
            "json-render-diagnostics",
        ])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| BuildError::Start("cargo", error))?;
    if !output.status.success() {
        return Err(BuildError::Cargo);
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    wasm_in(&messages).ok_or(BuildError::NoFile)
}

/// The cargo that runs this program, or the one on the path.
fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Whether the compiler has a standard library for the target.
fn has_target() -> bool {
    let asked = Command::new("rustc")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    asked.is_ok_and(|answer| {
        let directory = String::from_utf8_lossy(&answer.stdout);
        fs::read_dir(directory.trim()).is_ok_and(|mut files| files.next().is_some())
    })
}

/// The wasm file among cargo's messages, one JSON object a line.
fn wasm_in(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message.get("filenames")?.as_array().cloned())
        .flatten()
        .filter_map(|name| name.as_str().map(PathBuf::from))
        .rfind(|name| name.extension().is_some_and(|kind| kind == "wasm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_wasm_among_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","filenames":["/t/libcore.rlib","/t/libcore.rmeta"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","filenames":["/t/libmachine.rlib","/t/machine.wasm"]}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
            "\nnot JSON",
        );
        assert_eq!(wasm_in(messages), Some(PathBuf::from("/t/machine.wasm")));
        assert_eq!(
            wasm_in(r#"{"reason":"build-finished","success":true}"#),
            None
        );
    }
}
