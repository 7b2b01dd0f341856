//! What moves on the terminal while something takes its time.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use showcaller_engine::{Ended, Progress};
use showcaller_event::controls::visible_lines;
use showcaller_plan::Step;
use showcaller_webex::Wait;
use tokio::task::JoinSet;

use super::wrap::wrapped;
use super::{margin, page, say, when};
use crate::session::Session;

/// Bars on standard error, one for each kind of thing; where that is no terminal, nothing.
#[derive(Debug)]
pub(crate) struct Bars {
    all: MultiProgress,
    bars: Mutex<BTreeMap<&'static str, Bar>>,
    // Not one of `all`, which does not forget a line that was cleared.
    spinner: ProgressBar,
    /// Until when it was said that calls wait, and the line below the bars that says so.
    wait: Mutex<(Timestamp, Option<ProgressBar>)>,
}

/// Shorter waits are not worth a word.
const WORTH_A_WORD: SignedDuration = SignedDuration::from_secs(1);
/// Where each word stays, as in a log, calls that wait again and again are spoken of so seldom.
const WORTH_A_LINE: SignedDuration = SignedDuration::from_secs(30);

/// Whether a wait is said that ends so much later than the last one that was said.
fn is_said(later: SignedDuration, is_drawn: bool) -> bool {
    later >= if is_drawn { WORTH_A_WORD } else { WORTH_A_LINE }
}

#[derive(Debug)]
struct Bar {
    line: ProgressBar,
    not_done: u64,
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
            all: MultiProgress::with_draw_target(margin::target()),
            bars: Mutex::default(),
            spinner: ProgressBar::new_spinner(),
            wait: Mutex::new((Timestamp::MIN, None)),
        }
    }

    /// Says why calls stand still, whenever they do, until the guard goes. In simulated time none does.
    pub(crate) fn watch(self: &Arc<Self>, session: &Session) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        let waits = match session.is_simulated() {
            true => Vec::new(),
            false => session.engine.connections().waits(),
        };
        for mut waits in waits {
            let bars = Arc::clone(self);
            tasks.spawn(async move {
                while waits.changed().await.is_ok() {
                    let wait = waits.borrow_and_update().clone();
                    wait.into_iter().for_each(|wait| bars.stands_still(&wait));
                }
            });
        }
        tasks
    }

    /// One wait at a time: many calls of many owners wait alike.
    fn stands_still(&self, wait: &Wait) {
        let mut said = self.wait.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_said(wait.until.duration_since(said.0), self.are_drawn()) {
            return;
        }
        said.0 = wait.until;
        let words = format!("{}; it goes on at {}.", wait.why, when::local(wait.until));
        let words = wrapped(&words, 0, page::width()).join("\n");
        match &said.1 {
            Some(line) => line.set_message(visible_lines(&words).into_owned()),
            None => said.1 = self.say(&words),
        }
    }

    /// Shows on a terminal that something is looked at, until the guard goes.
    pub(crate) fn looking(&self, words: &'static str) -> Looking {
        let style = ProgressStyle::with_template("{spinner} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        self.spinner.set_style(style);
        self.spinner.set_message(words);
        self.spinner.enable_steady_tick(Duration::from_millis(120));
        Looking(self.spinner.clone())
    }

    /// Says something without disturbing what moves: while there are bars, in a line below them.
    pub(crate) fn say(&self, words: &str) -> Option<ProgressBar> {
        if !self.are_drawn() {
            self.spinner.suspend(|| say::note(words));
            return None;
        }
        let style = ProgressStyle::with_template("{msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let line = self.all.add(ProgressBar::new(0));
        line.set_style(style);
        line.abandon_with_message(visible_lines(words).into_owned());
        Some(line)
    }

    /// Leaves the bars as they stand.
    pub(crate) fn finish(&self) {
        for bar in self.bars().values() {
            bar.line.abandon();
        }
        // The cursor still stands behind the last bar.
        if self.are_drawn() {
            say::note("");
        }
    }

    /// Whether there are bars on a terminal.
    fn are_drawn(&self) -> bool {
        !self.bars().is_empty() && std::io::stderr().is_terminal()
    }

    fn bars(&self) -> MutexGuard<'_, BTreeMap<&'static str, Bar>> {
        self.bars.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something is being looked at.
#[derive(Debug)]
pub(crate) struct Looking(ProgressBar);

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.finish_and_clear();
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
        if bars.is_empty() && !steps.is_empty() && std::io::stderr().is_terminal() {
            say::note("");
        }
        for (kind, title) in KINDS {
            let Some(count) = counts.get(kind) else {
                continue;
            };
            // A run may find more to do on its way.
            if let Some(bar) = bars.get(kind) {
                bar.line.inc_length(*count);
                continue;
            }
            let line = self.all.add(ProgressBar::new(*count));
            line.set_style(style.clone());
            line.set_prefix(title);
            line.tick();
            bars.insert(kind, Bar { line, not_done: 0 });
        }
    }

    fn ended(&self, step: &Step, how: Ended) {
        let mut bars = self.bars();
        let Some(bar) = bars.get_mut(kind(step)) else {
            return;
        };
        match how {
            Ended::Done => bar.line.inc(1),
            Ended::Failed | Ended::Unclear | Ended::NotTried => {
                bar.not_done += 1;
                bar.line.set_message(format!("{} not done", bar.not_done));
            }
        }
    }

    fn waits(&self, until: Timestamp, why: &str) {
        let words = format!("Waiting until {}: {why}.", when::local(until));
        self.say(&wrapped(&words, 0, page::width()).join("\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many words five minutes get in which each call waits a second, and then the next one does.
    fn words(is_drawn: bool) -> usize {
        let (mut said, mut words) = (SignedDuration::MIN, 0);
        for until in (1..=300).map(SignedDuration::from_secs) {
            if is_said(until.saturating_sub(said), is_drawn) {
                (said, words) = (until, words + 1);
            }
        }
        words
    }

    #[test]
    fn a_log_gets_a_line_in_half_a_minute_and_the_line_below_bars_is_up_to_date() {
        assert_eq!(words(false), 10);
        assert_eq!(words(true), 300);
    }
}
