//! `Scan`: finds where a JSON value ends, in chunks of any size.

/// Where in one JSON value a reader is: enough to find its end, in constant memory.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scan {
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// The number of bytes up to and including the end of the value, if its end is among them. A scalar other than a
    /// text ends before the byte that follows it.
    pub(crate) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..) {
            if self.in_string {
                if self.escaped {
                    if rest.is_empty() {
                        return None;
                    }
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let next = memchr::memchr2(b'"', b'\\', rest)?;
                at += next + 1;
                if rest.get(next) == Some(&b'\\') {
                    self.escaped = true;
                } else {
                    self.in_string = false;
                    if self.depth == 0 {
                        return Some(at);
                    }
                }
                continue;
            }
            match rest.first()? {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => {
                    return Some(at);
                }
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        None
    }
}
