//! A bar for each kind of thing, while a plan is done.
#![allow(clippy::print_stderr)]

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jiff::Timestamp;
use showcaller_engine::{Ended, Progress};
use showcaller_plan::Step;

use super::say;

/// Bars on standard error; where that is no terminal, nothing.
#[derive(Debug)]
pub(crate) struct Bars {
    all: MultiProgress,
    bars: Mutex<BTreeMap<&'static str, ProgressBar>>,
}

/// The kinds in the order in which they are made, and what a bar is called.
const KINDS: [(&str, &str); 6] = [
    ("team", "Team"),
    ("room", "Rooms"),
    ("membership", "People"),
    ("tab", "Pinned tabs"),
    ("meeting", "Meetings"),
    ("invitee", "Invitations"),
];

fn kind(step: &Step) -> &'static str {
    match step.address.kind() {
        "team" | "team-membership" => "team",
        "room" | "room-mode" => "room",
        "membership" => "membership",
        "tab" => "tab",
        "meeting" => "meeting",
        _ => "invitee",
    }
}

impl Bars {
    pub(crate) fn new() -> Self {
        Self {
            all: MultiProgress::new(),
            bars: Mutex::default(),
        }
    }

    /// Leaves the bars as they stand.
    pub(crate) fn finish(&self) {
        for bar in self.bars().values() {
            bar.abandon();
        }
    }

    fn bars(&self) -> MutexGuard<'_, BTreeMap<&'static str, ProgressBar>> {
        self.bars.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Bars {
    fn begins(&self, steps: &[Step]) {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for step in steps {
            *counts.entry(kind(step)).or_default() += 1;
        }
        let style =
            ProgressStyle::with_template("  {prefix:<12} {bar:30} {pos:>5} of {len:<5} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("━━┄");
        let mut bars = self.bars();
        for (kind, title) in KINDS {
            let Some(count) = counts.get(kind) else {
                continue;
            };
            let bar = self.all.add(ProgressBar::new(*count));
            bar.set_style(style.clone());
            bar.set_prefix(title);
            bar.tick();
            bars.insert(kind, bar);
        }
    }

    fn ended(&self, step: &Step, how: Ended) {
        let bars = self.bars();
        let Some(bar) = bars.get(kind(step)) else {
            return;
        };
        match how {
            Ended::Done => bar.inc(1),
            Ended::Failed | Ended::Unclear | Ended::NotTried => {
                let failed = bar
                    .message()
                    .split(' ')
                    .next()
                    .and_then(|n| n.parse::<u64>().ok());
                bar.set_message(format!("{} not done", failed.unwrap_or(0) + 1));
            }
        }
    }

    fn waits(&self, until: Timestamp, why: &str) {
        let words = format!("Waiting until {until:.0}: {why}.");
        if std::io::stderr().is_terminal() {
            let _ = self.all.println(&words);
        } else {
            say::note(&words);
        }
    }
}
