//! Whole numbers, in whatever way they are written.

use crate::text;

/// The whole number that a JSON number stands for, exactly; `None` when it is none, or is too large.
pub(super) fn integer(number: &[u8]) -> Option<i64> {
    let (negative, mut rest) = match number {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    rest.first().filter(|first| first.is_ascii_digit())?;
    // Counted below zero, where there is room for one more number.
    let mut value = 0_i64;
    // The zeros since the last other digit, and the power of ten that the point and the exponent make.
    let mut zeros = 0;
    let mut power = 0;
    let mut digit_power = 0;
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'.' => {
                digit_power = -1;
                continue;
            }
            b'e' | b'E' => {
                power += exponent(rest);
                break;
            }
            b'0' => zeros += 1,
            digit => {
                value = shifted(value, zeros + 1)?.checked_sub(i64::from(digit - b'0'))?;
                zeros = 0;
            }
        }
        power += digit_power;
    }
    value = shifted(value, zeros + power)?;
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
    let power = text::number(digits).unwrap_or(u64::MAX).min(1 << 48);
    i64::try_from(power).unwrap_or_default() * sign
}

/// A number that does not end in 0 times a power of ten.
fn shifted(value: i64, power: i64) -> Option<i64> {
    let mut value = value;
    if value != 0 {
        (power >= 0).then_some(())?;
        for _ in 0..power {
            // A checked multiplication would be one of 128 bits.
            if value < i64::MIN / 10 {
                return None;
            }
            value *= 10;
        }
    }
    Some(value)
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
