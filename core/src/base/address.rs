//! Addresses in place of a host's name.
//!
//! Exactly those that the standard library takes, in a third of the room that its reader would have in a browser.

use crate::text::{hexadecimal, number, split_at};

/// Whether an IPv4 address, `127.0.0.1`, is one of this machine; `None` when the text is none.
pub(super) fn ipv4_is_loopback(text: &str) -> Option<bool> {
    octets(text).map(|address| address >> 24 == 127)
}

/// Whether an IPv6 address, `2001:db8::1`, is the one of this machine; `None` when the text is none.
pub(super) fn ipv6_is_loopback(text: &str) -> Option<bool> {
    let mut count = 0;
    let mut has_gap = false;
    // The last group, and all bits of those before it.
    let (mut last, mut others) = (0, 0);
    let mut rest = text;
    loop {
        others |= last;
        if let Some(after) = rest.strip_prefix("::") {
            if has_gap {
                return None;
            }
            has_gap = true;
            // What stands before the gap ends in zeros.
            last = 0;
            rest = after;
            if rest.is_empty() {
                break;
            }
        } else if count > 0 {
            rest = rest.strip_prefix(":")?;
        }
        let (group, after) = split_at(rest, b':');
        rest = after;
        if let Some(address) = octets(group) {
            // Two groups may be written as an IPv4 address, at the end.
            count += 2;
            last = address;
            break;
        }
        if !(1..=4).contains(&group.len()) {
            return None;
        }
        count += 1;
        last = hexadecimal(group.as_bytes())?;
        if rest.is_empty() {
            break;
        }
    }
    let is_whole = rest.is_empty() && if has_gap { count < 8 } else { count == 8 };
    is_whole.then_some(others == 0 && last == 1)
}

/// The 32 bits of an IPv4 address.
fn octets(text: &str) -> Option<u32> {
    let mut address = 0;
    let mut rest = text;
    for place in 0..4 {
        if place > 0 {
            rest = rest.strip_prefix(".")?;
        }
        let (digits, after) = split_at(rest, b'.');
        rest = after;
        let is_octal = digits.len() > 1 && digits.as_bytes().first() == Some(&b'0');
        let octet = number(digits.as_bytes()).filter(|octet| *octet < 256 && !is_octal)?;
        address = address << 8 | u32::try_from(octet).ok()?;
    }
    rest.is_empty().then_some(address)
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
