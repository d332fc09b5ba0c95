//! Everything in a recording that nobody may print.

use serde_json::Value;

use super::Recorded;

/// The secrets that an exchange has in its request or its answer: keys without their public beginning, tokens and their
/// signatures, passwords, idempotency keys.
pub(crate) fn of(recorded: &Recorded) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in &recorded.request_headers {
        match name.to_ascii_lowercase().as_str() {
            "authorization" => found.extend(value.split_once(' ').map(|(_, token)| token)),
            "x-client-key" | "clientkey" | "x-service-key" | "idempotency-key" => {
                found.push(value.as_str());
            }
            _ => {}
        }
    }
    let bodies = [&recorded.request_body, &recorded.body].map(|body| serde_json::from_str(body));
    let bodies: Vec<Value> = bodies.into_iter().flatten().collect();
    for body in &bodies {
        for member in ["password", "code", "key", "access_token", "refresh_token"] {
            // An error's `code` is no secret; a request's is six digits.
            let text = body[member]
                .as_str()
                .filter(|_| body.get("error").is_none());
            found.extend(text);
        }
    }
    found.into_iter().flat_map(parts).collect()
}

fn parts(secret: &str) -> Vec<String> {
    let mut parts = vec![secret.to_owned()];
    if secret.starts_with("fbk_") {
        // The first twelve characters are public.
        parts = secret.get(12..).map(str::to_owned).into_iter().collect();
    }
    if let Some((_, signature)) = secret.rsplit_once('.') {
        parts.push(signature.to_owned());
    }
    // What is shorter is made up by the recorder (`x`), and would be found in any text.
    parts.retain(|part| part.len() >= 6);
    parts
}
