//! The whole client behind a byte interface, for JavaScript: no I/O, no imports, no bindings to generate.
//!
//! JavaScript does what a browser can do: fetch, wait, store, lock. This module decides: it holds what a manager keeps
//! between calls and the [`Step`](fluxbase_client_keys::Step) of each call that is under way. It is told what happened to a
//! call and answers with the call's next command. One instance of the WebAssembly module is one client; there is nothing to
//! free.
//!
//! # Functions
//!
//! All are exported by the module; none is imported. Numbers are unsigned and have 32 bits unless said otherwise. `time` is
//! three numbers: `f64` milliseconds since 1970, `f64` milliseconds of a clock that never goes back, and random bits.
//!
//! | function | what it does |
//! |---|---|
//! | `input(length) -> pointer` | makes room for the next input, which is then written there |
//! | `tell(what, call, time) -> pointer` | tells what happened; gives where the result is, as JSON in UTF-8, overwritten by the next |
//! | `output_length() -> length` | how long the result is, in bytes |
//!
//! | `what` | what happened | input | result |
//! |---|---|---|---|
//! | 0 | the client is opened | fields: see below | `{}`, or the command that ends a call with an error |
//! | 1 to 9 | what became of the last command of a call: see below | see below | its next command; nothing if there is no such call |
//! | 10 to 25 | a call of this operation begins, numbered by the caller: see below | fields: deadline in ms, then its arguments | its first command |
//!
//! *Fields* are texts one after the other, each after its length in bytes (32 bits, little end first); the length
//! `0xFFFFFFFF` stands for a field that is absent, and fields at the end may be left out. Numbers in fields are decimal
//! digits, and what is beyond 32 bits counts as the largest where no more are kept; yes is `1`. Which argument is no number
//! is for JavaScript to say: here it is input that makes no sense.
//!
//! The fields of `open`: URL; whether plain http is allowed; kind of credential (absent, `accessToken`, `clientKey`,
//! `serviceKey`, or `tokens`, exported ones); whether others share the store; the credential; spelling of scopes (`auto`,
//! `old`, `new`, `as_given`); attempts; time for an attempt in ms; time for a call in ms; limit for an answer in bytes; limit
//! for a list in bytes. All but the URL may be absent, which leaves the core's own [`Policy`](fluxbase_client_keys::Policy).
//!
//! # Operations
//!
//! | `what` | operation | arguments | value |
//! |---|---|---|---|
//! | 10 | create a client key | name, description, `rate_limit_per_minute`, `expires_at`, 64 hexadecimal digits of random numbers (makes it idempotent), scopes… | `{"client_key":K,"key":"fbk_…"}` |
//! | 11 | list client keys | id of the owner | `{"client_keys":[K,…],"total":n,"skipped":n}` |
//! | 12 | get a client key | id | K |
//! | 13 | update one | id, name, description, `rate_limit_per_minute`, whether there are scopes, whether to take every scope away, scopes… | K |
//! | 14 | revoke one | id | `{"message":"…"}` |
//! | 15 | delete one | id | `{"message":"…"}` |
//! | 16 | sign in | e-mail address, password | `{"user":{"id":…,"email":…,"role":…}}` or `{"requires_2fa":true,"user_id":"…"}` |
//! | 17 | verify a two-factor code | id of the user, code | `{"user":…}` |
//! | 18 | sign in as administrator | e-mail address, password | `{"user":…}` |
//! | 19 | check health | | `{"status":"ok"}`, `degraded` or `other`; with `"database":true` or `false` where the server says so |
//! | 20 | refresh tokens | | none |
//! | 21 | sign out | | `{"message":"…"}` |
//! | 22 | export tokens | | the tokens of the session, as they are exported, or `null` |
//! | 23 | restore tokens | exported tokens | none |
//! | 24 | forget tokens | | none |
//! | 25 | renewal | | none: see the command `renew` |
//!
//! K is an object with the members that the published reference documents: `id`, `name`, `description`, `key_prefix`,
//! `scopes`, `rate_limit_per_minute`, `user_id`, `allowed_namespaces`, `created_at`, `updated_at`, `last_used_at`,
//! `expires_at`, `revoked_at`. Instants are texts in UTC. Members without a value are left out.
//!
//! # Commands and their answers
//!
//! Each is an object; its member `do` says what is wanted. A call has one command at a time.
//!
//! | command | answers: `what` and input |
//! |---|---|
//! | `{"do":"fetch","method":"POST","url":"…","headers":[["accept","application/json"],…],"body":"…","timeout":ms,"limit":bytes}` | 1, the head of the answer: fields: status, then names and values of headers in turn; status 0 is a redirect of which the browser tells no more. Or 4, a failure |
//! | `{"do":"read"}`: the next piece of the body of the answer | 2, a piece as it is; 3, the end; or 4 |
//! | `{"do":"sleep","ms":x}` | 5, the time has passed |
//! | `{"do":"renew","ms":x}`: newer tokens are wanted | 5, a renewal has ended, however, or the time has passed |
//! | `{"do":"store","tokens":{…},"text":"…"}`: these tokens, as an object and as the text to keep; `null` and no text take away what is stored | 5, stored; 7, it failed |
//! | `{"do":"load","ms":x}`: what is stored | 6, the text; nothing if there is none. Or 5, the time, if one is given, has passed |
//! | `{"do":"lock","ms":x}`: nobody else may renew or store tokens until `unlock` or the end of the call | 5, locked, or the time, if one is given, has passed |
//! | `{"do":"unlock"}` | 5 |
//! | `{"do":"done","status":200,"requestId":"…","attempts":1,"value":V,"warnings":["…"]}` or `{"do":"done","error":E}` | none: the call has ended |
//!
//! `load`, `lock` and `unlock` come only where others share the store. A fetch must not follow redirects nor send cookies; its
//! `timeout` is for the whole of it, to the last byte. A renewal is a call like any other, begun with 25, that JavaScript begins
//! when a `renew` comes and none is under way; all who want one wait for the same, and nobody gives it up.
//!
//! Who gives a call up answers its `fetch`, its `read` and whatever has an `ms` with 8, or with 9 where it was not begun; what
//! is to be stored, loaded or locked without one is carried out to its end.
//!
//! The fields of a failure: `opaque` (the browser gives no reason), `timeout`, `closed` (in the middle of the answer), `too_large`, `unsendable` or `other`; whether certainly nothing was sent; and a code such as `ECONNREFUSED` or
//! fixed words, which are shown, so never words that quote what was sent.
//!
//! # Errors
//!
//! E is `{"kind":"refused","message":"…","operation":"create client key","status":401,"code":"…","requestId":"…",`
//! `"retryAfter":seconds,"outcome":"not_applied","attempts":1,"retryable":false,"requiredScope":"…"}`: see
//! [`Error`](fluxbase_client_keys::Error). Members without a value are left out, `operation` of an
//! error about arguments among them. Kinds are those of
//! [`ErrorKind`](fluxbase_client_keys::ErrorKind) in small letters; outcomes are `not_applied`, `applied` and `unknown`.
//! Input that makes no sense ends its call with the kind `invalid_input`; nothing that comes in makes the module trap.
//!
//! # Secrets
//!
//! Both buffers are overwritten when they are used up, and so is what was copied from them. Errors quote none.

mod call;
mod client;
mod command;
mod event;
pub mod exports;
mod failure;
mod fields;
mod flow;
#[cfg(any(test, target_family = "wasm"))]
mod heap;
mod keep;
mod keys;
mod machine;
mod open;
mod operation;
mod problem;
mod sessions;
mod show;
mod step;

pub use self::machine::{Machine, time};
