//! Every method, with and without a body: what arrives is compared with what was to be sent, as in every case.

use super::{KEY, created};
use crate::{
    Act, Ask, Case, Then, Told, When,
    act::{answer, head},
};
use fluxbase_client_keys::{Delivery, FailureKind};

const MESSAGE: &str = r#"{"message":"done","success":true}"#;

pub(super) fn cases() -> Vec<Case> {
    let message = || Act::write(answer("200 OK", "", MESSAGE.as_bytes()));
    let key = || Act::write(answer("200 OK", "", KEY.as_bytes()));
    let early = answer("413 Payload Too Large", "", b"{}");
    vec![
        Case::new("post", created(), Told::Answer(201)),
        Case::new("post-with-client-key", created(), Told::Answer(201)).asks([Ask::CreateByKey]),
        Case::new("post-large", created(), Told::Answer(201)).asks([Ask::CreateLarge(1_000_000)]),
        Case::new("post-empty-object", message(), Told::Answer(200))
            .asks([Ask::Revoke])
            .body(MESSAGE),
        Case::new("get", key(), Told::Answer(200))
            .asks([Ask::Get])
            .body(KEY),
        Case::new("patch", message(), Told::Answer(200))
            .asks([Ask::Update])
            .body(MESSAGE),
        Case::new("delete", message(), Told::Answer(200))
            .asks([Ask::Delete])
            .body(MESSAGE),
        // Without a length, and the connection stays open: there is no body to wait for.
        Case::new(
            "delete-no-content",
            Act::write(head("204 No Content", "")).then(Then::Keep),
            Told::Answer(204),
        )
        .asks([Ask::Delete])
        .body(""),
        Case::new(
            "error-status",
            Act::write(answer("500 Internal Server Error", "", MESSAGE.as_bytes())),
            Told::Answer(500),
        )
        .body(MESSAGE),
        Case::new(
            "refused-before-the-body",
            Act::write(early).when(When::Head),
            Told::Answer(413),
        )
        .asks([Ask::CreateLarge(8_000_000)])
        .body("{}")
        .or(
            Told::Failed(FailureKind::Closed, Delivery::Unknown),
            "the rest of the request meets a closed connection, which may take the answer with it",
        )
        .resent(),
    ]
}
