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
        for (at, byte) in bytes.iter().enumerate() {
            let mut closes = false;
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = self.in_string,
                b'"' => {
                    closes = self.in_string;
                    self.in_string = !closes;
                }
                _ if self.in_string => {}
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    closes = true;
                }
                b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => {
                    return Some(at);
                }
                _ => {}
            }
            if closes && self.depth == 0 {
                return Some(at + 1);
            }
        }
        None
    }
}
