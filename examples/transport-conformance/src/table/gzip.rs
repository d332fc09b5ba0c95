//! Bodies that are compressed, or are said to be.

use std::{io::Write as _, time::Duration};

use flate2::{Compress, Compression, FlushCompress, write::GzEncoder};
use fluxbase_client_keys::FailureKind::{Closed, Protocol};

use super::CREATED;
use crate::{
    Act, Ask, Case, Deed, Mark, Told,
    act::{answer, chunked, head},
};

const CODED: &str = "content-encoding: gzip\r\n";

pub(super) fn cases() -> Vec<Case> {
    let packed = pack(CREATED.as_bytes());
    let at = |end: usize| packed.get(..end).unwrap_or_default();
    let case = |name, body: &[u8], told| {
        Case::new(name, Act::write(answer("201 Created", CODED, body)), told).mark(Mark::Gzip)
    };
    let damaged = Told::Cut(201, Protocol);
    let in_chunks = [
        head(
            "201 Created",
            &format!("{CODED}transfer-encoding: chunked\r\n"),
        ),
        chunked(&packed, 5, "", ""),
    ];
    let mut wrong_sum = packed.clone();
    if let Some(last) = packed
        .len()
        .checked_sub(8)
        .and_then(|at| wrong_sum.get_mut(at))
    {
        *last ^= 0xff;
    }
    vec![
        case("gzip", &packed, Told::Answer(201)),
        Case::new(
            "gzip-in-chunks",
            Act::write(in_chunks.concat()),
            Told::Answer(201),
        )
        .mark(Mark::Gzip),
        case(
            "gzip-cut-in-data",
            at(packed.len() - 20),
            Told::Cut(201, Closed),
        )
        .or(
            damaged,
            "all that was announced came, so it may as well be called damage",
        ),
        case(
            "gzip-cut-in-checksum",
            at(packed.len() - 3),
            Told::Cut(201, Closed),
        )
        .or(
            damaged,
            "all that was announced came, so it may as well be called damage",
        )
        .or(
            Told::Answer(201),
            "the data were complete, and not every library looks at the checksum",
        ),
        case("gzip-wrong-checksum", &wrong_sum, damaged).or(
            Told::Answer(201),
            "the data were complete, and not every library looks at the checksum",
        ),
        case("gzip-in-name-only", CREATED.as_bytes(), damaged),
        bomb(),
        Case::new(
            "no-gzip-for-an-idempotent-create",
            super::created(),
            Told::Answer(201),
        )
        .asks([Ask::CreateOnce]),
    ]
}

/// Sixty megabytes in sixty kilobytes, sent slowly enough for the client to end it long before its end.
fn bomb() -> Case {
    let block = block(&vec![b' '; 64 * 1024]);
    let chunk =
        |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    let start = [
        head(
            "201 Created",
            &format!("{CODED}transfer-encoding: chunked\r\n"),
        ),
        chunk(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]),
    ];
    let deeds = [
        Deed::Write(start.concat()),
        Deed::Repeat(chunk(&block), 1000, Duration::from_millis(3)),
    ];
    Case::new("gzip-bomb", Act::deeds(deeds), Told::TooLarge(201))
        .mark(Mark::Gzip)
        .mark(Mark::Aborted)
}

fn pack(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    // Into memory, which takes everything.
    let written = packed.write_all(text);
    written.and_then(|()| packed.finish()).unwrap_or_default()
}

/// These bytes in a form that can be repeated within a compressed stream.
fn block(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(bytes.len());
    let done = Compress::new(Compression::best(), false).compress_vec(
        bytes,
        &mut packed,
        FlushCompress::Sync,
    );
    debug_assert!(done.is_ok());
    packed
}
