//! Redirects: told, never followed.

use crate::{Act, Ask, Case, Told, act::answer};

const TARGET: &str = "redirect-target";

pub(super) fn cases() -> Vec<Case> {
    let location = format!("location: /case/{TARGET}/api/v1/client-keys\r\n");
    let case = |name, status: u16| {
        let act = Act::write(answer(&format!("{status} Elsewhere"), &location, b""));
        Case::new(name, act, Told::Answer(status))
            .body("")
            .untouched(TARGET)
    };
    vec![
        case("redirect-301", 301),
        case("redirect-302", 302),
        case("redirect-302-of-get", 302).asks([Ask::Get]),
        case("redirect-303", 303),
        case("redirect-307", 307),
        case("redirect-308", 308),
        case("redirect-308-of-delete", 308).asks([Ask::Delete]),
    ]
}
