//! `Cause`: the error beneath another one, as its source.

use core::fmt;
use std::error::Error as StdError;
#[cfg(feature = "sources")]
use std::sync::Arc;

/// The error of a library beneath, which `Debug` does not show: what it prints is not this crate's. Without the feature
/// `sources` it is not kept.
#[derive(Clone, Default)]
pub(crate) struct Cause(#[cfg(feature = "sources")] Option<Arc<dyn StdError + Send + Sync>>);

#[cfg(feature = "sources")]
impl Cause {
    pub(super) fn of(error: impl StdError + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(error)))
    }

    pub(crate) fn copy_of(error: &super::Error) -> Self {
        Self::of(error.clone())
    }

    pub(super) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.as_ref()?;
        Some(&**source)
    }
}

#[cfg(not(feature = "sources"))]
#[expect(
    clippy::unused_self,
    reason = "with the feature there is something in it"
)]
impl Cause {
    pub(super) fn of(_: impl StdError + Send + Sync + 'static) -> Self {
        Self()
    }

    pub(crate) fn copy_of(_: &super::Error) -> Self {
        Self()
    }

    pub(super) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        None
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}
