//! The recorded exchanges with real servers, one line each.

use http::Response;
use serde_json::Value;

/// A file's name and its text.
macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../recordings/", $name)))
    };
}

/// Every file of `recordings/`. The texts are part of the program, so that the tests also run where there is no file
/// system.
pub(crate) const FILES: [(&str, &str); 11] = [
    file!("2026.1.20/main.jsonl"),
    file!("2026.1.20/limits.jsonl"),
    file!("2026.1.20/gate.jsonl"),
    file!("2026.1.20/everywhere.jsonl"),
    file!("2026.1.20/down.jsonl"),
    file!("2026.3.7-rc.13/main.jsonl"),
    file!("2026.3.7-rc.13/limits.jsonl"),
    file!("2026.3.7-rc.13/gate.jsonl"),
    file!("2026.3.7-rc.13/everywhere.jsonl"),
    file!("2026.3.7-rc.13/down.jsonl"),
    file!("proxy/nginx.jsonl"),
];

/// One exchange.
pub(crate) struct Recorded {
    pub(crate) case: String,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) request_headers: Vec<(String, String)>,
    pub(crate) request_body: String,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Recorded {
    pub(crate) fn read(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let pairs = |value: &Value| {
            let pairs = value.as_array().unwrap();
            pairs
                .iter()
                .map(|pair| (text(&pair[0]), text(&pair[1])))
                .collect()
        };
        let (request, response) = (&line["request"], &line["response"]);
        Self {
            case: text(&line["case"]),
            method: text(&request["method"]),
            target: text(&request["target"]),
            request_headers: pairs(&request["headers"]),
            request_body: text(&request["body"]),
            status: u16::try_from(response["status"].as_u64().unwrap()).unwrap(),
            headers: pairs(&response["headers"]),
            body: text(&response["body"]),
        }
    }

    /// The exchanges of a file in order.
    pub(crate) fn all(text: &str) -> Vec<Self> {
        text.lines().map(Self::read).collect()
    }

    /// The answer as an HTTP library hands it over, decompressed.
    pub(crate) fn response(&self) -> Response<Vec<u8>> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            if !name.eq_ignore_ascii_case("content-encoding") {
                response = response.header(name, value);
            }
        }
        response.body(self.body.clone().into_bytes()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self
            .headers
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }

    /// The body of the answer, if it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}
