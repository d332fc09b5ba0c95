//! The forms of a UUID that the servers read.

/// Prints in the lower-case hyphenated form.
pub(super) fn print(number: u128) -> String {
    let hex = format!("{number:032x}");
    let mut text = String::with_capacity(36);
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

/// Reads what Go's `uuid.Parse` reads and gives the lower-case hyphenated form: 36 characters with hyphens, 32 without,
/// `urn:uuid:` and 36, and any 38 characters whose middle 36 are a UUID.
pub(super) fn parse(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let number = match bytes.len() {
        36 => hyphenated(bytes),
        45 if bytes.get(..9)?.eq_ignore_ascii_case(b"urn:uuid:") => hyphenated(bytes.get(9..)?),
        38 => hyphenated(bytes.get(1..37)?),
        32 => hex(bytes),
        _ => None,
    }?;
    Some(print(number))
}

fn hyphenated(bytes: &[u8]) -> Option<u128> {
    if [8, 13, 18, 23]
        .iter()
        .any(|&at| bytes.get(at) != Some(&b'-'))
    {
        return None;
    }
    let digits: Vec<u8> = bytes
        .iter()
        .enumerate()
        .filter(|(at, _)| !matches!(at, 8 | 13 | 18 | 23))
        .map(|(_, &byte)| byte)
        .collect();
    hex(&digits)
}

fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0u128, |number, &digit| {
        let value = char::from(digit).to_digit(16)?;
        Some((number << 4) | u128::from(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_that_go_reads() {
        let plain = "5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11";
        for text in [
            plain.to_owned(),
            plain.to_uppercase(),
            plain.replace('-', ""),
            format!("urn:uuid:{plain}"),
            format!("{{{plain}}}"),
            format!("x{plain}y"),
        ] {
            assert_eq!(parse(&text).as_deref(), Some(plain), "{text}");
        }
        for text in [
            "",
            "-",
            "42",
            "key-uuid",
            "5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c1g",
            &plain[1..],
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
