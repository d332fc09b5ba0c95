//! Warnings, which JavaScript is told in sentences, in the words of the table.

use fluxbase_client_keys::Warning;

/// The words of the table for this sentence; a sentence that is none of the core's stays as it is.
pub(super) fn words(sentence: &str) -> String {
    let fixed = [
        (Warning::AlreadyGone, "already gone"),
        (Warning::Replayed, "replayed"),
        (Warning::TokensNotStored, "tokens not stored"),
    ];
    for (warning, words) in fixed {
        if warning.to_string() == sentence {
            return words.to_owned();
        }
    }
    let between = |before, after| sentence.strip_prefix(before)?.strip_suffix(after);
    if let Some(scope) = between("no known server knows the scope ", "") {
        return format!("unknown scope {scope}");
    }
    if let Some((given, sent)) = between("the scope ", ", as this server spells it")
        .and_then(|scopes| scopes.split_once(" was sent as "))
    {
        return format!("{given} sent as {sent}");
    }
    if let Some(count) = between(
        "",
        " elements of the list could not be read and are left out",
    ) {
        return format!("{count} skipped");
    }
    if let Some(member) = between("the member ", " could not be read and is left out") {
        return format!("{member} unreadable");
    }
    if let Some(status) = between("the server answered ", " and yet did what was asked") {
        return format!("applied despite {status}");
    }
    sentence.to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use fluxbase_client_keys::{Scope, Warning};

    use super::words;
    use crate::told::warning;

    #[test]
    fn every_sentence_is_known() {
        let scope = |text: &str| Scope::new(text).unwrap();
        for known in [
            Warning::UnknownScope(scope("read:users")),
            Warning::ScopeRespelled {
                given: scope("read:tables"),
                sent: scope("tables:read"),
            },
            Warning::ElementsSkipped(2),
            Warning::MemberUnreadable("expires_at"),
            Warning::AppliedDespiteStatus(400),
            Warning::AlreadyGone,
            Warning::Replayed,
            Warning::TokensNotStored,
        ] {
            assert_eq!(words(&known.to_string()), warning(&known));
        }
    }
}
