//! Warnings of the parts that work for long, as sentences for the operator.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// The same is said again after so long.
const AGAIN: Duration = Duration::from_mins(5);

static SAYS: OnceLock<mpsc::UnboundedSender<String>> = OnceLock::new();

/// The warnings from now on, each once within five minutes.
pub(crate) fn warnings() -> mpsc::UnboundedReceiver<String> {
    let (sender, warnings) = mpsc::unbounded_channel();
    // There is one command in a process, which asks once.
    let _ = SAYS.set(sender);
    warnings
}

/// Hands warnings over.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    said: Mutex<HashMap<Identifier, Instant>>,
}

impl Warnings {
    pub(super) fn layer<S>() -> impl Layer<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let parts = ["showcaller_engine", "showcaller_server"];
        let parts = Targets::new().with_targets(parts.map(|part| (part, Level::WARN)));
        Self::default().with_filter(parts)
    }

    /// Whether a warning from that place is to be said now.
    fn is_due(&self, place: Identifier, now: Instant) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let last = said.get(&place);
        let due = last.is_none_or(|last| now.duration_since(*last) >= AGAIN);
        if due {
            said.insert(place, now);
        }
        due
    }
}

impl<S: Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let Some(says) = SAYS.get() else { return };
        if self.is_due(event.metadata().callsite(), Instant::now()) {
            let mut words = Words::default();
            event.record(&mut words);
            // At the end there is no listener.
            let _ = says.send(words.sentence());
        }
    }
}

/// What a warning says.
#[derive(Debug, Default)]
struct Words {
    message: String,
    cause: Option<String>,
}

impl Words {
    fn sentence(self) -> String {
        let mut letters = self.message.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let mut sentence: String = first.chain(letters).collect();
        if let Some(cause) = self.cause {
            let _ = write!(sentence, ": {}", cause.trim_end_matches('.'));
        }
        sentence + "."
    }
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            "error" | "reason" => self.cause = Some(format!("{value:?}")),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[test]
    fn a_warning_is_a_sentence_that_is_not_repeated_at_once() {
        let mut said = warnings();
        let log = tracing_subscriber::registry().with(Warnings::layer());
        tracing::subscriber::with_default(log, || {
            for number in 0..3 {
                tracing::warn!(target: "showcaller_engine", error = "no such token", number, "a sweep is not complete");
                tracing::info!(target: "showcaller_engine", "swept");
                tracing::warn!(target: "hyper", "something else");
            }
            tracing::error!(target: "showcaller_server", "it is late");
        });
        let said: Vec<_> = std::iter::from_fn(|| said.try_recv().ok()).collect();
        assert_eq!(
            said,
            ["A sweep is not complete: no such token.", "It is late."]
        );
    }

    #[test]
    fn what_lasts_is_said_again_after_a_while() {
        struct Place;
        impl tracing::callsite::Callsite for Place {
            fn set_interest(&self, _: tracing::subscriber::Interest) {}
            fn metadata(&self) -> &tracing::Metadata<'_> {
                unreachable!("only its identity is asked for")
            }
        }
        let warnings = Warnings::default();
        let begin = Instant::now();
        let due = |seconds| {
            let now = begin + Duration::from_secs(seconds);
            warnings.is_due(Identifier(&Place), now)
        };
        assert_eq!(
            [0, 15, 299, 300, 315].map(due),
            [true, false, false, true, false]
        );
    }
}
