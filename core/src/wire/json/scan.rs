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
        loop {
            if self.in_string && !self.escaped {
                let is_special = |byte: &u8| matches!(byte, b'"' | b'\\');
                at += bytes.get(at..)?.iter().position(is_special)?;
            }
            let byte = bytes.get(at)?;
            at += 1;
            if self.escaped {
                self.escaped = false;
                continue;
            }
            match byte {
                b'\\' if self.in_string => self.escaped = true,
                b'"' => {
                    self.in_string = !self.in_string;
                    if !self.in_string && self.depth == 0 {
                        return Some(at);
                    }
                }
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at);
                    }
                }
                b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => {
                    return Some(at - 1);
                }
                _ => {}
            }
        }
    }
}
