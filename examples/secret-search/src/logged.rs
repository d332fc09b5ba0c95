//! `Logged`: everything that is logged in this process.

use std::{
    error::Error,
    fmt::{Debug, Display, Write as _},
    sync::{Mutex, OnceLock, PoisonError},
};

use log::{LevelFilter, Log};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::{Interest, set_global_default},
};

/// Everything that is logged in this process, by `log` and by `tracing`: on each line a target and a text.
#[derive(Debug, Default)]
pub struct Logged(Mutex<String>);

/// Passes on what comes by `tracing`.
struct Traced(&'static Logged);

/// The fields of an event or of a span.
#[derive(Default)]
struct Fields(String);

impl Logged {
    /// Becomes the log of this process, which may have no other; keeps what is of this level and above.
    pub fn install(level: LevelFilter) -> Result<&'static Self, Box<dyn Error>> {
        static LOGGED: OnceLock<Logged> = OnceLock::new();
        let logged = LOGGED.get_or_init(Self::default);
        log::set_logger(logged)?;
        set_global_default(Traced(logged))?;
        logged.set_level(level);
        Ok(logged)
    }

    /// Keeps what is of this level and above, from now on.
    pub fn set_level(&self, level: LevelFilter) {
        log::set_max_level(level);
    }

    /// What was logged since this was last called.
    #[must_use]
    pub fn take(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn line(&self, target: &str, text: &dyn Display) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A `String` takes everything.
        let _ = writeln!(kept, "{target} {text}");
    }
}

impl Log for Logged {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.line(record.target(), record.args());
    }

    fn flush(&self) {}
}

impl Traced {
    fn keep(&self, metadata: &tracing::Metadata<'_>, fields: &Fields) {
        self.0.line(metadata.target(), &fields.0);
    }
}

impl Subscriber for Traced {
    fn register_callsite(&self, _: &'static tracing::Metadata<'static>) -> Interest {
        // The level may change.
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        // The two crates give their levels the same names.
        let level = metadata.level().as_str().parse::<log::Level>();
        level.is_ok_and(|level| level <= log::max_level())
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields(span.metadata().name().to_owned());
        span.record(&mut fields);
        self.keep(span.metadata(), &fields);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        self.0.line("later", &fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.keep(event.metadata(), &fields);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // A `String` takes everything.
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_kept_by_their_level() {
        let logged = Logged::install(LevelFilter::Debug).unwrap();
        for level in [LevelFilter::Debug, LevelFilter::Trace] {
            logged.set_level(level);
            log::debug!("one {}", 1);
            log::trace!("two");
            tracing::debug!(number = 3, "three");
            tracing::trace!("four");
            let _span = tracing::trace_span!("five", number = 5);
        }
        let here = "fluxbase_secret_search::logged::tests";
        let debug = format!("{here} one 1\n{here}  message=three number=3\n");
        let trace = format!(
            "{here} one 1\n{here} two\n{here}  message=three number=3\n{here}  message=four\n{here} five number=5\n"
        );
        assert_eq!(logged.take(), debug + &trace);
        assert_eq!(logged.take(), "");
        assert!(Logged::install(LevelFilter::Debug).is_err());
    }
}
