//! What each profile's server is known to refuse, and in which form.

use serde_json::Value;

use crate::emulator::Profile;

/// Every refusal of each profile: status, members, code. Those of the two recorded servers were held against the recordings,
/// by a test.
const CATALOGUE: &str = include_str!("catalogue.txt");

/// Status, members, code.
pub(super) fn shape(status: u16, body: &Value) -> String {
    let members: Vec<_> = body
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::keys)
        .map(String::as_str)
        .collect();
    let code = match &body["code"] {
        Value::String(code) => code.clone(),
        Value::Number(code) => code.to_string(),
        _ => "-".to_owned(),
    };
    format!("{status} {} {code}", members.join(","))
}

/// Whether the server of this profile is known to say it.
pub(super) fn told(profile: Profile, shape: &str) -> bool {
    CATALOGUE.lines().any(|line| {
        line.split_once(' ').is_some_and(|(profiles, known)| {
            known == shape && profiles.split(',').any(|name| name == profile.as_str())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What real servers were recorded to refuse, in the form of the catalogue.
    fn recorded(recordings: &str) -> impl Iterator<Item = String> {
        recordings.lines().filter_map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let response = &line["response"];
            let status = u16::try_from(response["status"].as_u64()?).ok()?;
            let body: Value = serde_json::from_str(response["body"].as_str()?).ok()?;
            (status >= 300 && body.get("error").is_some()).then(|| shape(status, &body))
        })
    }

    #[test]
    fn every_recorded_refusal_is_in_the_catalogue() {
        macro_rules! file {
            ($name:literal) => {
                include_str!(concat!("../../../tests/recordings/", $name, "/main.jsonl"))
            };
        }
        for (profile, recordings) in [
            (Profile::V2026_1, file!("2026.1.20")),
            (Profile::V2026_3_7, file!("2026.3.7-rc.13")),
        ] {
            let mut count = 0;
            for shape in recorded(recordings) {
                assert!(told(profile, &shape), "{profile} {shape}");
                count += 1;
            }
            assert!(count > 30, "only {count} refusals of {profile}");
        }
    }

    #[test]
    fn what_another_profile_says_is_noticed() {
        assert!(told(Profile::V2026_3_6, "501 text"));
        assert!(!told(Profile::V2026_1, "501 text"));
        assert!(!told(Profile::V2026_3_7, "500 error -"));
    }
}
