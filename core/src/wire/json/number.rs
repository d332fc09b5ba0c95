//! Whole numbers, in whatever way they are written.

/// The whole number that a JSON number stands for, exactly; `None` when it is none, or is too large.
pub(super) fn integer(number: &[u8]) -> Option<i64> {
    let (negative, digits) = match number {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    digits.first().filter(|byte| byte.is_ascii_digit())?;
    // Counted below zero, where there is room for one more number.
    let mut value = 0_i64;
    // Zeros count once another digit follows, so that those at the end of a fraction do no harm.
    let mut power = 0_i64;
    let mut zeros = 0_i64;
    let mut in_fraction = false;
    for (at, &byte) in digits.iter().enumerate() {
        match byte {
            b'0' => zeros += 1,
            b'1'..=b'9' => {
                value = shifted(value, zeros + 1)?.checked_sub(i64::from(byte - b'0'))?;
                zeros = 0;
            }
            b'.' => {
                in_fraction = true;
                continue;
            }
            _ => {
                power = power.saturating_add(exponent(digits.get(at + 1..)?));
                break;
            }
        }
        power -= i64::from(in_fraction);
    }
    let value = shifted(value, power.saturating_add(zeros))?;
    if negative {
        Some(value)
    } else {
        value.checked_neg()
    }
}

/// The value with so many zeros after it.
fn shifted(value: i64, zeros: i64) -> Option<i64> {
    if value == 0 {
        return Some(0);
    }
    let zeros = u32::try_from(zeros).ok()?;
    value.checked_mul(10_i64.checked_pow(zeros)?)
}

fn exponent(text: &[u8]) -> i64 {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] | digits => (1, digits),
    };
    let add = |value: i64, byte: &u8| {
        value
            .saturating_mul(10)
            .saturating_add((byte - b'0').into())
    };
    digits.iter().fold(0, add).saturating_mul(sign)
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
