//! What is said while an event is served.

use jiff::{SignedDuration, Timestamp};
use showcaller_engine::Answered;
use showcaller_engine::hooks::{HookNews, HookState, Taken};

use crate::terminal::when;

/// What was done about webhooks, or noticed.
pub(super) fn of_news(news: &HookNews) -> String {
    match news {
        HookNews::Made(number) => format!("Registered {}.", webhooks(*number)),
        HookNews::Adopted => "Webhooks from before are used again.".to_owned(),
        HookNews::Changed(number) => {
            format!("Gave {} a new address or secret.", webhooks(*number))
        }
        HookNews::Deleted(number) => format!("Deleted {} too many.", webhooks(*number)),
        HookNews::Replaced { by, alive: false } => format!(
            "Replaced the webhooks of {}: nothing answers there any more.",
            process(by)
        ),
        HookNews::Replaced { by, alive: true } => {
            format!("Took the bot's webhooks over from {}.", process(by))
        }
        HookNews::Shared(by) => format!(
            "The same bot is also served by {}: questions in private are answered twice.",
            process(by)
        ),
        HookNews::ShutOff { until } => format!(
            "Webex has shut webhooks off after too many failed deliveries. They are switched on again \
             at {}; until then questions are found by reading the rooms, up to a minute later.",
            when::local(*until)
        ),
        HookNews::Healed { reachable: true } => "The webhooks are switched on again.".to_owned(),
        HookNews::Healed { reachable: false } => {
            "The webhooks are switched on again, although the public address does not lead here as \
             seen from this machine. If Webex shuts them off again, the next try is later."
                .to_owned()
        }
        HookNews::HostShutOff { host, until } => format!(
            "Webex has shut the webhooks of {host} off after too many failed deliveries. They are \
             switched on again at {}; until then the meetings that a cue waits for are read once a minute.",
            when::local(*until)
        ),
        HookNews::HostTrouble { host, reason } => format!(
            "The webhooks of {host} cannot be looked after, and are tried again: {reason}. When their \
             meetings begin and end may stay unknown until then."
        ),
        HookNews::Reachable(false) => {
            "The public address does not lead here, as seen from this machine: if it does not from \
             Webex either, questions are found by reading the rooms, up to a minute later."
                .to_owned()
        }
        HookNews::Reachable(true) => "The public address leads here again.".to_owned(),
    }
}

/// How it stands with webhooks, where that is no news of its own.
pub(super) fn of_state(state: &HookState) -> Option<String> {
    match state {
        HookState::Elsewhere { process } => Some(format!(
            "The webhooks are looked after by {process}, which serves this event, too."
        )),
        HookState::Trouble { reason } => Some(format!(
            "The webhooks cannot be looked after, and are tried again: {reason}."
        )),
        HookState::Pending | HookState::Registered | HookState::ShutOff { .. } => None,
    }
}

fn webhooks(number: usize) -> String {
    match number {
        1 => "1 webhook".to_owned(),
        number => format!("{number} webhooks"),
    }
}

/// A process that uses the bot's webhooks.
pub(super) fn process(taken: &Taken) -> String {
    let since = taken
        .created
        .map(|at| format!(" since {}", when::local(at)));
    let Taken { identity, host, .. } = taken;
    format!(
        "{host} (event {}{})",
        identity.event,
        since.unwrap_or_default()
    )
}

/// The line that stands at the bottom of a terminal.
pub(super) struct Status<'a> {
    pub(super) up: SignedDuration,
    pub(super) answered: Answered,
    pub(super) now: Timestamp,
    pub(super) hooks: &'a HookState,
    pub(super) per_minute: Option<f64>,
}

impl Status<'_> {
    pub(super) fn line(&self) -> String {
        let last = self.answered.last.map(|at| {
            let ago = age(self.now.duration_since(at));
            format!(", last {ago} ago")
        });
        let hooks = match self.hooks {
            HookState::Pending => "webhooks …",
            HookState::Registered | HookState::Elsewhere { .. } => "webhooks ok",
            HookState::ShutOff { .. } => "webhooks shut off",
            HookState::Trouble { .. } => "webhooks in trouble",
        };
        let pace = self
            .per_minute
            .map(|pace| format!(" · {pace:.0} calls/min"));
        format!(
            "Up {} · {} answered{} · {hooks}{}",
            age(self.up),
            self.answered.events,
            last.unwrap_or_default(),
            pace.unwrap_or_default(),
        )
    }
}

/// As exact as it matters: `12 s`, `2 h 13 min`, `4 d`.
fn age(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match (hours / 24, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {} min", minutes % 60),
        (days, ..) => format!("{days} d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2027-10-06T08:00:00Z".parse().expect("a timestamp")
    }

    #[test]
    fn the_status_line_fits_on_a_terminal() {
        let status = |up, events, last, hooks, per_minute| {
            let up = SignedDuration::from_secs(up);
            let last = Some(now() - SignedDuration::from_secs(last)).filter(|_| events > 0);
            Status {
                up,
                answered: Answered { events, last },
                now: now(),
                hooks,
                per_minute,
            }
            .line()
        };
        let trouble = HookState::Trouble {
            reason: "x".repeat(200),
        };
        let lines = [
            status(5, 0, 0, &HookState::Pending, None),
            status(8_000, 41, 12, &HookState::Registered, Some(279.6)),
            status(400_000, 123_456, 90_000, &trouble, Some(2_000.0)),
        ];
        assert!(
            lines.iter().all(|line| line.chars().count() <= 80),
            "{lines:?}"
        );
        insta::assert_snapshot!(lines.join("\n"), @r"
        Up 5 s · 0 answered · webhooks …
        Up 2 h 13 min · 41 answered, last 12 s ago · webhooks ok · 280 calls/min
        Up 4 d · 123456 answered, last 1 d ago · webhooks in trouble · 2000 calls/min
        ");
    }
}
