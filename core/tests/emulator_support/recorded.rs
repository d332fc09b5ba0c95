//! The recordings' form.

use serde_json::Value;

/// What tells the buckets of the limits apart: target, limit, and whether the body is empty.
pub(crate) type Bucket = (String, Option<i64>, bool);

/// One line of a file.
pub(crate) struct Exchange {
    pub(crate) case: String,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) status: u16,
    pub(crate) answer_headers: Vec<(String, String)>,
    pub(crate) answer_body: String,
    pub(crate) gzip: bool,
}

impl Exchange {
    pub(crate) fn read(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).unwrap();
        let (request, response) = (&line["request"], &line["response"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let headers = |value: &Value| {
            let pairs = value.as_array().unwrap();
            pairs
                .iter()
                .map(|pair| (text(&pair[0]), text(&pair[1])))
                .collect()
        };
        let body = match request["body_bytes"].as_u64() {
            Some(length) => vec![b'x'; usize::try_from(length).unwrap()],
            None => text(&request["body"]).into_bytes(),
        };
        Self {
            case: text(&line["case"]),
            method: text(&request["method"]),
            target: text(&request["target"]),
            headers: headers(&request["headers"]),
            body,
            status: u16::try_from(response["status"].as_u64().unwrap()).unwrap(),
            answer_headers: headers(&response["headers"]),
            answer_body: text(&response["body"]),
            gzip: response["body_sent_as"] == "gzip",
        }
    }

    pub(crate) fn answer_header(&self, name: &str) -> Option<&str> {
        let mut found = self
            .answer_headers
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.answer_header(name).map(|value| value.parse().unwrap())
    }

    /// Seconds of the `Date`, which is up to a second late.
    pub(crate) fn date(&self) -> i64 {
        let date = self.answer_header("date").unwrap();
        jiff::fmt::rfc2822::parse(date)
            .unwrap()
            .timestamp()
            .as_second()
    }

    /// Requests that share a limit's window, as far as the answer tells.
    pub(crate) fn bucket(&self) -> Bucket {
        (
            self.target.clone(),
            self.number("x-ratelimit-limit"),
            self.body == b"{}",
        )
    }
}
