//! Tables, 80 columns wide.

use std::io::{self, Write};

use fluxbase_client_keys_ureq::{ClientKey, Timestamp};

use super::printable::{cut, pad, printable};

/// The id takes 36 of them, the status 7, the end 10, the spaces between 6.
const NAME_COLUMNS: usize = 80 - 36 - 7 - 10 - 6;

/// What something is called, and what it is.
pub(crate) type Row = (&'static str, String);

/// One line for each key: id, status, end, name.
pub(crate) fn print_keys(
    out: &mut dyn Write,
    keys: &[ClientKey],
    now: Timestamp,
) -> io::Result<()> {
    if keys.is_empty() {
        return writeln!(
            out,
            "no client keys are shown to this credential (to an ordinary user, servers do not list the keys that \
             user made)"
        );
    }
    let mut line = |id: &str, status: &str, end: &str, name: &str| {
        let [id, status, end] = [pad(id, 36), pad(status, 7), pad(end, 10)];
        writeln!(out, "{id}  {status}  {end}  {}", cut(name, NAME_COLUMNS))
    };
    line("ID", "STATUS", "EXPIRES", "NAME")?;
    for key in keys {
        let end = key.expires_at().map(|end| end.to_string());
        // The date is enough to see what is due.
        let end = end.as_deref().and_then(|end| end.get(..10));
        line(
            key.id().as_str(),
            key.status(now).as_str(),
            end.unwrap_or("never"),
            &printable(key.name()),
        )?;
    }
    Ok(())
}

/// All that is known of one key.
pub(crate) fn key_rows(key: &ClientKey, now: Timestamp) -> Vec<Row> {
    let instant =
        |instant: Option<Timestamp>| instant.map_or("never".to_owned(), |it| it.to_string());
    let mut rows = vec![
        ("id", key.id().to_string()),
        ("name", printable(key.name())),
        ("status", key.status(now).to_string()),
        ("key prefix", format!("{}...", printable(key.key_prefix()))),
    ];
    if let Some(description) = key.description() {
        rows.push(("description", printable(description)));
    }
    if let Some(owner) = key.user_id() {
        rows.push(("owner", owner.to_string()));
    }
    rows.push(("scopes", list(key.scopes())));
    let namespaces = list(key.allowed_namespaces());
    if !namespaces.is_empty() {
        rows.push(("namespaces", namespaces));
    }
    if let Some(limit) = key.rate_limit_per_minute() {
        rows.push(("rate limit", format!("{limit} a minute")));
    }
    rows.push(("last used", instant(key.last_used_at())));
    rows.push(("expires", instant(key.expires_at())));
    if key.revoked_at().is_some() {
        rows.push(("revoked", instant(key.revoked_at())));
    }
    if key.created_at().is_some() {
        rows.push(("created", instant(key.created_at())));
    }
    rows
}

/// A line for each row, what it is under one another.
pub(crate) fn print_rows(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let widest = rows.iter().map(|(label, _)| label.len()).max();
    for (label, text) in rows {
        writeln!(out, "{}  {text}", pad(label, widest.unwrap_or(0)))?;
    }
    Ok(())
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(printable).collect::<Vec<_>>().join(", ")
}
