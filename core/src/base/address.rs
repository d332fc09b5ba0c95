//! Addresses in place of a host's name.
//!
//! Exactly those that the standard library takes, in a third of the room that its reader would have in a browser.

use crate::text::number;

/// Whether an IPv4 address, `127.0.0.1`, is one of this machine; `None` when the text is none.
pub(super) fn ipv4_is_loopback(text: &str) -> Option<bool> {
    octets(text.as_bytes()).map(|address| address >> 24 == 127)
}

/// Whether an IPv6 address, `2001:db8::1`, is the one of this machine; `None` when the text is none.
pub(super) fn ipv6_is_loopback(text: &str) -> Option<bool> {
    let mut groups = Groups::default();
    let gap = text.as_bytes().windows(2).position(|pair| pair == b"::");
    if let Some(at) = gap {
        groups.read(text.get(..at)?)?;
        if groups.ended {
            return None;
        }
        // What stands before the gap ends in zeros.
        groups.add(0);
        groups.read(text.get(at + 2..)?)?;
    } else {
        groups.read(text)?;
    }
    (groups.count == 8 || (gap.is_some() && groups.count < 8))
        .then_some(groups.others == 0 && groups.last == 1)
}

/// The groups of an IPv6 address, as far as they matter here.
#[derive(Default)]
struct Groups {
    count: usize,
    last: u32,
    /// All bits of those before the last.
    others: u32,
    /// The last two were written as an IPv4 address, so no more may follow.
    ended: bool,
}

impl Groups {
    fn read(&mut self, text: &str) -> Option<()> {
        if text.is_empty() {
            return Some(());
        }
        for part in text.as_bytes().split(|byte| *byte == b':') {
            if self.ended {
                return None;
            }
            if let Some(address) = octets(part) {
                self.ended = true;
                self.count += 1;
                self.add(address);
            } else {
                self.add(hexadecimal(part)?);
            }
        }
        Some(())
    }

    fn add(&mut self, group: u32) {
        self.count += 1;
        self.others |= self.last;
        self.last = group;
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if !(1..=4).contains(&digits.len()) {
        return None;
    }
    digits.iter().try_fold(0, |value, &digit| {
        Some(value << 4 | char::from(digit).to_digit(16)?)
    })
}

/// The 32 bits of an IPv4 address.
fn octets(text: &[u8]) -> Option<u32> {
    let mut address = 0;
    let mut count = 0;
    for digits in text.split(|byte| *byte == b'.') {
        let is_octal = digits.len() > 1 && digits.starts_with(b"0");
        let octet = number(digits).filter(|octet| *octet < 256 && !is_octal)?;
        address = address << 8 | u32::try_from(octet).ok()?;
        count += 1;
    }
    (count == 4).then_some(address)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;
    use proptest::prelude::*;

    fn agree(text: &str) {
        let expected = text
            .parse()
            .ok()
            .map(|address: Ipv4Addr| address.is_loopback());
        assert_eq!(ipv4_is_loopback(text), expected, "{text}");
        let expected = text
            .parse()
            .ok()
            .map(|address: Ipv6Addr| address.is_loopback());
        assert_eq!(ipv6_is_loopback(text), expected, "{text}");
    }

    #[test]
    fn odd_forms_are_taken_as_by_the_standard_library() {
        for text in [
            "",
            ":",
            "::",
            ":::",
            "::::",
            "::1",
            "1::",
            ":1",
            "1:",
            "1::2",
            "1:::2",
            "1::2::3",
            "::ffff:127.0.0.1",
            "::0.0.0.1",
            "::0.0.1.0",
            "::1.2.3",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::8",
            "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "1:2:3:4:5::1.2.3.4",
            "12345::",
            "g::",
            "+1::",
            "0001::",
            "::0:1",
            "1::1",
            "1::0:1",
            "0:0:0:0:0:0:0:1",
            "1:0:0:0:0:0:0:1",
            "0:0:0:0::0:0:1",
            "127.0.0.1",
            "127.0.0",
            "127.0.0.1.",
            "127.00.0.1",
            "127.0.0.256",
            "127.0.0.+1",
            "0.0.0.0",
            "127.255.255.255",
            "128.0.0.1",
            "1..2.3",
            "127.0.0.0.1",
        ] {
            agree(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_as_by_the_standard_library(
            text in "[0-9a-f:.]{0,20}|([0-9a-f]{0,5}:){0,9}([0-9]{1,3}\\.){0,4}[0-9a-f]{0,5}|(0:|:){0,8}[01]"
        ) {
            agree(&text);
        }

        #[test]
        fn any_address_is_read(groups: [u16; 8], octets: [u8; 4]) {
            agree(&Ipv6Addr::from(groups).to_string());
            agree(&Ipv4Addr::from(octets).to_string());
        }
    }
}
