//! Addresses in place of a host's name.
//!
//! Exactly what the standard library takes, in a quarter of the room that its reader would have in a browser.

use crate::text::number;

/// The four numbers of an IPv4 address, `127.0.0.1`.
pub(super) fn ipv4(text: &str) -> Option<[u16; 4]> {
    let mut numbers = [0; 4];
    let mut parts = text.split('.');
    for each in &mut numbers {
        let digits = parts.next()?;
        let is_octal = digits.len() > 1 && digits.starts_with('0');
        let octet = number(digits.as_bytes()).filter(|octet| *octet < 256 && !is_octal)?;
        *each = u16::try_from(octet).ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// The eight numbers of an IPv6 address, `2001:db8::1`, of which the last two may stand as an IPv4 address.
pub(super) fn ipv6(text: &str) -> Option<[u16; 8]> {
    let mut groups = [0; 8];
    let mut count = 0;
    let mut gap = None;
    // Two colons at an end are one empty part more than two in the middle.
    let text = match text.strip_prefix("::") {
        Some("") => return Some(groups),
        Some(_) => text.get(1..)?,
        None if text.is_empty() || text.starts_with(':') => return None,
        None => text,
    };
    let text = match text.strip_suffix("::") {
        Some(_) => text.get(..text.len() - 1)?,
        None if text.ends_with(':') => return None,
        None => text,
    };
    let mut parts = text.split(':').peekable();
    while let Some(part) = parts.next() {
        if part.is_empty() {
            // There is one gap at most.
            if gap.replace(count).is_some() {
                return None;
            }
        } else if let (None, Some([a, b, c, d])) = (parts.peek(), ipv4(part)) {
            *groups.get_mut(count)? = a << 8 | b;
            *groups.get_mut(count + 1)? = c << 8 | d;
            count += 2;
        } else {
            *groups.get_mut(count)? = hexadecimal(part)?;
            count += 1;
        }
    }
    match gap {
        Some(at) if count < 8 => {
            groups.get_mut(at..)?.rotate_right(8 - count);
            Some(groups)
        }
        None if count == 8 => Some(groups),
        _ => None,
    }
}

fn hexadecimal(digits: &str) -> Option<u16> {
    if digits.len() > 4 {
        return None;
    }
    digits.chars().try_fold(0, |value, digit| {
        let digit = u16::try_from(digit.to_digit(16)?).ok()?;
        Some(value << 4 | digit)
    })
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;
    use proptest::prelude::*;

    fn agree(text: &str) {
        let octets = |address: Ipv4Addr| address.octets().map(u16::from);
        assert_eq!(ipv4(text), text.parse().ok().map(octets), "{text}");
        let groups = |address: Ipv6Addr| address.segments();
        assert_eq!(ipv6(text), text.parse().ok().map(groups), "{text}");
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
            "::1.2.3",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::8",
            "1:2:3:4:5:6:7:8::",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "1:2:3:4:5::1.2.3.4",
            "12345::",
            "g::",
            "+1::",
            "0001::",
            "127.0.0.1",
            "127.0.0",
            "127.0.0.1.",
            "127.00.0.1",
            "127.0.0.256",
            "127.0.0.+1",
            "0.0.0.0",
            "1..2.3",
        ] {
            agree(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_as_by_the_standard_library(text in "[0-9a-f:.]{0,20}|([0-9a-f]{0,5}:){0,9}([0-9]{1,3}\\.){0,4}[0-9a-f]{0,5}") {
            agree(&text);
        }

        #[test]
        fn any_address_is_read(groups: [u16; 8], octets: [u8; 4]) {
            agree(&Ipv6Addr::from(groups).to_string());
            agree(&Ipv4Addr::from(octets).to_string());
        }
    }
}
