//! How a cue goes, and whether the keys that say so go together.

use std::ops::Range;

use jiff::SignedDuration;

use super::Maker;
use super::when::{Hook, When};
use crate::diagnostics::{At, Diagnostics};
use crate::grammar::{CountTimes, LateCue, SendWhen};
use crate::model::{Counts, Late, Sending};

/// How late a cue may go without a word about it in the file.
const LATE: SignedDuration = SignedDuration::from_mins(10);

/// How a cue goes.
pub(super) struct Manner {
    pub(super) send: Sending,
    pub(super) late: Late,
    pub(super) counts: Counts,
    pub(super) two_people: bool,
    pub(super) mention_all: bool,
    pub(super) fixed: bool,
    pub(super) card: bool,
}

impl Maker<'_, '_> {
    pub(super) fn manner(&self, when: Option<&When<'_>>, diagnostics: &mut Diagnostics) -> Manner {
        let entry = &self.entry.entry;
        let flag = |flag: &Option<At<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
        let manner = Manner {
            send: match entry.send.as_ref().map(|send| send.value) {
                Some(SendWhen::ByCall) => Sending::ByCall,
                Some(SendWhen::ByClock) | None => Sending::ByClock,
            },
            late: match entry.late.as_ref().map(|late| late.value) {
                Some(LateCue::SendWithin(minutes)) => {
                    Late::SendWithin(SignedDuration::from_mins(minutes))
                }
                Some(LateCue::Skip) => Late::Skip,
                Some(LateCue::Ask) => Late::Ask,
                None => Late::SendWithin(LATE),
            },
            counts: match entry.counts.as_ref().map(|counts| counts.value) {
                Some(CountTimes::Actual) => Counts::Actual,
                Some(CountTimes::Planned) | None => Counts::Planned,
            },
            two_people: flag(&entry.two_people),
            mention_all: flag(&entry.mention_all),
            fixed: flag(&entry.fixed),
            card: flag(&entry.card),
        };
        if let Some(when) = when {
            self.misfits(when, &manner, diagnostics);
        }
        manner
    }

    /// Keys that do not go together.
    fn misfits(&self, when: &When<'_>, manner: &Manner, diagnostics: &mut Diagnostics) {
        let entry = &self.entry.entry;
        let called = manner.send == Sending::ByCall;
        let counts = match when {
            When::Called | When::At(_) => false,
            When::Meeting { hook, .. } => matches!(hook, Hook::AfterStart | Hook::After),
        };
        let actual = manner.counts == Counts::Actual && !counts;
        let late = entry.late.is_some() && called;
        let two = manner.two_people && !called;
        let (reason, remedy) = match when {
            When::Called => (
                "a cue that goes by call only has no time that could be fixed",
                "take the line out, or give the cue a time with `at:`",
            ),
            _ => (
                "a slip moves this cue with its meeting; only a cue `at:` a time can be fixed",
                "write `fixed: true` in the meeting, or take the line out",
            ),
        };
        let fixed = manner.fixed && !matches!(when, When::At(_));
        let mention = manner.mention_all && entry.to.is_none();
        let misfits: [(bool, Option<Range<usize>>, &str, &str); 5] = [
            (
                actual,
                entry.counts.as_ref().map(|key| key.span.clone()),
                "`counts: actual` goes with `after-start:` and `after:` only",
                "what is before a start or an end is known by the plan alone: take the line out",
            ),
            (
                late,
                entry.late.as_ref().map(|key| key.span.clone()),
                "`late:` is for cues that go by themselves",
                "take the line out: a cue by call waits until an operator says go",
            ),
            (
                two,
                entry.two_people.as_ref().map(|key| key.span.clone()),
                "two people say go to a cue by call; this one goes by itself",
                "add `send: by-call`, or take the line out",
            ),
            (
                fixed,
                entry.fixed.as_ref().map(|key| key.span.clone()),
                reason,
                remedy,
            ),
            (
                mention,
                entry.mention_all.as_ref().map(|key| key.span.clone()),
                "a message in private mentions nobody",
                "take the line out: a person in private is notified anyway",
            ),
        ];
        for (wrong, span, message, hint) in misfits {
            if let Some(span) = span.filter(|_| wrong) {
                diagnostics.error("cue/keys", span, message).hint(hint);
            }
        }
    }
}
