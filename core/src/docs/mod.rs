//! Pages on what is not one item.

/// I got a 401, 403, 404, 409, 422, 429 or 500: what it means on which server, and what to do.
pub mod statuses {}
