//! `--replay`: what this client makes of a recording.

use std::path::Path;

use serde::Serialize;

use crate::{Streams, arguments::Format, problem::Problem, reader, recording, report::printable};

#[derive(Serialize)]
struct Row {
    case: String,
    status: u16,
    reading: String,
    /// Whether a server's answer was not understood.
    lost: bool,
}

/// Reads the file and shows each answer's reading; the exit status is 1 when one was not understood.
pub(crate) fn run(path: &Path, format: Format, streams: &mut Streams<'_>) -> Result<u8, Problem> {
    let exchanges = recording::read(path)?;
    if exchanges.is_empty() {
        return Err(Problem::usage(format!(
            "the recording {} is empty",
            path.display()
        )));
    }
    let rows: Vec<Row> = exchanges
        .iter()
        .map(|exchange| {
            let reading = reader::read(exchange);
            Row {
                case: printable(&exchange.case),
                status: exchange.answer.status,
                lost: reading.is_lost(),
                reading: reading.text(),
            }
        })
        .collect();
    let lost = rows.iter().filter(|row| row.lost).count();
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *streams.out, &rows)?;
            writeln!(streams.out)?;
        }
        Format::Table => {
            let widest = rows.iter().map(|row| row.case.len()).max().unwrap_or(0);
            for row in &rows {
                let mark = if row.lost { "  <- not understood" } else { "" };
                writeln!(
                    streams.out,
                    "{:widest$}  {}  {}{mark}",
                    row.case, row.status, row.reading
                )?;
            }
            writeln!(
                streams.out,
                "\n{} exchanges, {lost} not understood",
                rows.len()
            )?;
        }
    }
    streams.out.flush()?;
    Ok(u8::from(lost > 0))
}
