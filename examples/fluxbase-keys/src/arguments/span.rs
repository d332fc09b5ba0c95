//! `90d`: a span of time.

use std::time::Duration;

use super::Problem;

/// Reads a whole number and a unit: `m` minutes, `h` hours, `d` days, `w` weeks.
pub(super) fn parse(text: &str) -> Result<Duration, Problem> {
    let seconds = |unit| match unit {
        'm' => Some(60),
        'h' => Some(60 * 60),
        'd' => Some(24 * 60 * 60),
        'w' => Some(7 * 24 * 60 * 60),
        _ => None,
    };
    (text.char_indices().next_back())
        .and_then(|(at, unit)| Some((text.get(..at)?.parse::<u64>().ok()?, seconds(unit)?)))
        .and_then(|(number, unit)| number.checked_mul(unit))
        .filter(|seconds| *seconds > 0)
        .map(Duration::from_secs)
        .ok_or_else(|| Problem::usage("--expires-in is a number and m, h, d or w, such as 90d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit() {
        let seconds = |text| parse(text).map(|span| span.as_secs()).ok();
        assert_eq!(seconds("30m"), Some(1800));
        assert_eq!(seconds("12h"), Some(43_200));
        assert_eq!(seconds("90d"), Some(7_776_000));
        assert_eq!(seconds("2w"), Some(1_209_600));
        let huge = format!("{}w", u64::MAX);
        for text in [
            "",
            "d",
            "90",
            "0d",
            "-1d",
            "1.5d",
            "1y",
            "1д",
            "90 d",
            huge.as_str(),
        ] {
            assert_eq!(seconds(text), None, "{text:?}");
        }
    }
}
