//! No block of memory that the settings of the environment are read through holds a secret when it is given back.

#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

use std::{fs, path::Path};

use fluxbase_client_keys_ureq::Builder;
use fluxbase_freed_memory::{MARK, Watching, assert_nothing_found, found};

#[global_allocator]
static ALLOCATOR: Watching = Watching;

#[test]
fn no_block_that_is_given_back_holds_a_secret() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("secret-of-the-environment");
    let long: &str = MARK.repeat(500).leak();
    fs::write(&file, [long, "\n"].concat()).unwrap();
    let _ = found();
    for (name, value) in [
        ("FLUXBASE_CLIENT_KEY", long),
        ("FLUXBASE_TOKEN_FILE", file.to_str().unwrap()),
    ] {
        let builder = Builder::from_vars(|asked| match asked {
            "FLUXBASE_URL" => Some("https://example.com".into()),
            asked if asked == name => Some(value.into()),
            _ => None,
        });
        drop(builder.unwrap().build().unwrap());
        assert_nothing_found(name);
    }
    fs::remove_file(file).unwrap();
}
