//! The whole client behind a byte interface, for JavaScript: no I/O, no imports, no bindings to generate.
//!
//! JavaScript does what a browser can do: fetch, wait, store, lock. This module decides: it holds the core's
//! [`AsyncClientKeysManager`](fluxbase_client_keys::AsyncClientKeysManager), the session and an executor of a few lines. It
//! is told events and answers each with commands. One instance of the WebAssembly module is one client; there is nothing to
//! free.
//!
//! # Functions
//!
//! All are exported by the module; none is imported. Numbers are unsigned and have 32 bits unless said otherwise. Where
//! `time` stands there are three: `f64` milliseconds since 1970, `f64` milliseconds of a clock that never goes back, and
//! random bits.
//!
//! | function | what the input buffer holds | what it does |
//! |---|---|---|
//! | `input(length) -> pointer` | | makes room for the next input, which is then written there |
//! | `output() -> pointer`, `output_length() -> length` | | where the result of the last function is, as JSON in UTF-8; overwritten by the next |
//! | `open(time)` | fields: see below | opens the client; the result is `[]` or `[{"do":"failed","error":E}]` |
//! | `start(call, time)` | fields: operation, deadline in ms, then its arguments | begins a call, numbered by the caller; the result is a list of commands, as for the next two |
//! | `deliver(id, kind, time)` | see below | brings the answer to the command with this id |
//! | `cancel(call, time)` | | the caller wants no more of this call, which still ends with its own `done` |
//! | `interpret(time)` | fields: operation, id, answer | for an object that sends by itself: see below |
//!
//! *Fields* are texts one after the other, each after its length in bytes (32 bits, little end first); the length
//! `0xFFFFFFFF` stands for a field that is absent, and fields at the end may be left out. Numbers in fields are decimal
//! digits; yes is `1`.
//!
//! The fields of `open`: URL; whether plain http is allowed; kind of credential (absent, `access_token`, `client_key`,
//! `service_key`, or `tokens`, exported ones); the credential; whether others share the store; attempts; time for an attempt
//! in ms; time for a call in ms; spelling of scopes (`auto`, `old`, `new`, `as_given`); limit for an answer in bytes; limit
//! for a list in bytes. All but the URL may be absent, which leaves the core's own [`Policy`](fluxbase_client_keys::Policy).
//!
//! # Operations
//!
//! | operation | arguments | value |
//! |---|---|---|
//! | `create` | name, description, `rate_limit_per_minute`, `expires_at`, 64 hexadecimal digits of random numbers (makes it idempotent), scopes… | `{"client_key":K,"key":"fbk_…"}` |
//! | `list` | id of the owner | `{"client_keys":[K,…],"total":n,"skipped":n}` |
//! | `get` | id | K |
//! | `update` | id, name, description, `rate_limit_per_minute`, whether there are scopes, whether to take every scope away, scopes… | K |
//! | `revoke`, `delete` | id | `{"message":"…"}` |
//! | `sign_in` | e-mail address, password | `{"user":{"id":…,"email":…,"role":…}}` or `{"requires_2fa":true,"user_id":"…"}` |
//! | `verify_2fa` | id of the user, code | `{"user":…}` |
//! | `admin_sign_in` | e-mail address, password | `{"user":…}` |
//! | `refresh`, `forget` | | `{}` |
//! | `sign_out` | | `{"message":"…"}` |
//! | `health` | | `{"status":"ok"}`, `degraded` or `other`; with `"database":true` or `false` where the server says so |
//! | `tokens` | | the tokens of the session, as they are exported, or `null` |
//! | `restore` | exported tokens | `{}` |
//!
//! K is an object with the members that the published reference documents: `id`, `name`, `description`, `key_prefix`,
//! `scopes`, `rate_limit_per_minute`, `user_id`, `allowed_namespaces`, `created_at`, `updated_at`, `last_used_at`,
//! `expires_at`, `revoked_at`. Instants are texts in UTC. Members without a value are left out.
//!
//! # Commands and their answers
//!
//! Each is an object; its member `do` says what is wanted. Those with an `id` of their own are answered with `deliver`.
//!
//! | command | answers: kind and input |
//! |---|---|
//! | `{"do":"fetch","id":n,"call":c,"method":"POST","url":"…","headers":[["accept","application/json"],…],"body":"…","timeout":ms,"limit":bytes,"interruptible":true}` | 0, the head of the answer: fields: status, then names and values of headers in turn; status 0 is a redirect of which the browser tells no more. Or 3, a failure |
//! | `{"do":"read","id":n}`: the next piece of the body of fetch `n` | 1, a piece as it is; 2, the end; or 3 |
//! | `{"do":"abort","id":n}`: fetch `n`, or what is left of it, is no longer wanted | none |
//! | `{"do":"sleep","id":n,"call":c,"ms":x}` | 4, the time has passed |
//! | `{"do":"unsleep","id":n}`: sleep `n` is no longer wanted | none |
//! | `{"do":"store","id":n,"tokens":{…},"text":"…"}`: these tokens, as an object and as the text to keep; `null` and no text take away what is stored | 4, stored; 6, it failed |
//! | `{"do":"load","id":n}`: what is stored | 5, the text; nothing if there is none |
//! | `{"do":"lock","id":n}`: nobody else may renew or store tokens until `unlock` | 4, locked |
//! | `{"do":"unlock","id":n}`: lock `n` is released, or no longer wanted | none |
//! | `{"do":"done","call":c,"value":V,"warnings":["…"],"status":200,"requestId":"…","attempts":1}` or `{"do":"done","call":c,"error":E}` | none: call `c` has ended |
//!
//! `load`, `lock` and `unlock` come only where others share the store. A fetch must not follow redirects nor send cookies; its
//! `timeout` is for the whole of it, to the last byte, and one that is not `interruptible` is not cut by whoever cancels.
//!
//! The fields of a failure: `opaque` (the browser gives no reason), `timeout`, `cancelled`, `closed` (in the middle of the
//! answer), `too_large`, `unsendable` or `other`; whether certainly nothing was sent; and a code such as `ECONNREFUSED` or
//! fixed words, which are shown, so never words that quote what was sent.
//!
//! Answers to commands that were taken back meanwhile, or that nobody waits for, are passed over.
//!
//! # Errors
//!
//! E is `{"kind":"refused","message":"…","operation":"create client key","status":401,"code":"…","requestId":"…",`
//! `"retryAfter":seconds,"outcome":"not_applied","attempts":1,"retryable":false,"requiredScope":"…"}`: see
//! [`Error`](fluxbase_client_keys::Error). Members without a value are left out. Kinds are those of
//! [`ErrorKind`](fluxbase_client_keys::ErrorKind) in small letters; outcomes are `not_applied`, `applied` and `unknown`.
//! Input that makes no sense ends its call with the kind `invalid_input`; nothing that comes in makes the module trap.
//!
//! # Interpretation
//!
//! Existing applications have an object of the published SDK that sends and gives parsed JSON. For it, `interpret` gives
//! `{"path":"…"}` (no answer yet) or `{"error":E}`; and with an answer, the JSON text of what the object gave (empty for `""`,
//! `null` and `undefined`), `{"value":V}`, `{"error":E}`, or `{"get":"…"}` where an update answered no key and it has to be
//! got from this path, then interpreted as a `get`.
//!
//! # Secrets
//!
//! Both buffers are overwritten when they are used up, and so is what was copied from them. Errors quote none.

mod calls;
pub mod exports;
mod failure;
mod fields;
mod flow;
#[cfg(any(test, target_family = "wasm"))]
mod heap;
mod host;
mod interpret;
mod keys;
mod machine;
mod open;
mod problem;
mod shared;
mod show;
mod tasks;
mod text;

pub use self::{
    machine::{Machine, time},
    text::Text,
};
