//! Whole numbers, in whatever way they are written.

/// The whole number that a JSON number stands for, exactly; `None` when it is none, or is too large.
pub(super) fn integer(number: &[u8]) -> Option<i64> {
    let (negative, number) = match number {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    number.first().filter(|byte| byte.is_ascii_digit())?;
    let end_at = |is: fn(&u8) -> bool| number.iter().position(is);
    let end = end_at(|byte| matches!(byte, b'e' | b'E')).unwrap_or(number.len());
    let point = end_at(|byte| *byte == b'.').unwrap_or(end);
    // How many digits stand, or have to be thought, before the point.
    let mut left = i64::try_from(point).ok()?;
    left = left.saturating_add(exponent(number.get(end + 1..).unwrap_or_default()));
    let mut digits = number.iter().take(end).filter(|byte| **byte != b'.');
    // Counted below zero, where there is room for one more number.
    let mut value = 0_i64;
    loop {
        let digit = match digits.next() {
            Some(byte) => i64::from(byte - b'0'),
            None if left > 0 && value != 0 => 0,
            None => break,
        };
        if left > 0 {
            value = value.checked_mul(10)?.checked_sub(digit)?;
            left -= 1;
        } else if digit != 0 {
            return None;
        }
    }
    if negative {
        Some(value)
    } else {
        value.checked_neg()
    }
}

/// The power of ten; one that is beyond all bodies is cut.
fn exponent(text: &[u8]) -> i64 {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] | digits => (1, digits),
    };
    let add = |value: i64, byte: &u8| (value * 10 + i64::from(byte - b'0')).min(1 << 48);
    digits.iter().fold(0, add) * sign
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_read_however_it_is_written() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("0.000", Some(0)),
            ("0e99999999999999999999", Some(0)),
            ("100", Some(100)),
            ("-100.0", Some(-100)),
            ("1e2", Some(100)),
            ("1.50E+1", Some(15)),
            ("1500e-2", Some(15)),
            ("1501e-2", None),
            ("1.5", None),
            ("100.00000000000000000000001", None),
            ("0.00000000000000000000000012e26", Some(12)),
            ("9007199254740993.0", Some(9_007_199_254_740_993)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("1e999", None),
            ("1e-999999999999999999999", None),
            ("1e18", Some(1_000_000_000_000_000_000)),
            ("1e19", None),
            ("\"5\"", None),
            ("true", None),
            ("[1]", None),
            ("", None),
        ] {
            assert_eq!(integer(text.as_bytes()), expected, "{text}");
        }
    }
}
