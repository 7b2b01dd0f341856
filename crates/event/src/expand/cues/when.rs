//! When a cue goes, and on which days.

use jiff::SignedDuration;

use super::Maker;
use crate::diagnostics::{At, Diagnostics, did_you_mean};
use crate::expand::frame::{Frame, the_names};
use crate::grammar::{DayTime, Duration, Id, SendWhen};
use crate::model::{Anchor, MeetingKey};

/// When a cue goes.
pub(super) enum When<'a> {
    /// Only when it is called.
    Called,
    /// At a time of day.
    At(&'a At<DayTime>),
    /// Around a meeting of this entry.
    Meeting {
        pattern: &'a At<Id>,
        hook: Hook,
        by: SignedDuration,
    },
}

/// Which end of a meeting, and on which side of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hook {
    Before,
    AfterStart,
    BeforeEnd,
    After,
}

impl Hook {
    pub(super) fn anchor(self, meeting: MeetingKey, by: SignedDuration) -> Anchor {
        match self {
            Self::Before => Anchor::Before { meeting, lead: by },
            Self::AfterStart => Anchor::AfterStart { meeting, delay: by },
            Self::BeforeEnd => Anchor::BeforeEnd { meeting, lead: by },
            Self::After => Anchor::After { meeting, delay: by },
        }
    }

    fn leads(self) -> bool {
        matches!(self, Self::Before | Self::BeforeEnd)
    }
}

/// On which days a cue goes.
pub(super) enum Days {
    /// On none of its own: it is called on whatever day.
    Any,
    /// On these, by date.
    Named(Vec<usize>),
    /// On each on which those who get it have the meeting.
    AsHeld,
}

impl Frame<'_> {
    /// The days, by date.
    pub(super) fn days_by_date(&self) -> Vec<usize> {
        let mut days: Vec<_> = (0..self.days.len()).collect();
        days.sort_by_key(|day| self.days[*day].date);
        days
    }
}

impl<'a> Maker<'a, '_> {
    pub(super) fn when(&self, diagnostics: &mut Diagnostics) -> Option<When<'a>> {
        let entry = &self.entry.entry;
        let hooks = [
            (&entry.before, Hook::Before, "before"),
            (&entry.after_start, Hook::AfterStart, "after-start"),
            (&entry.before_end, Hook::BeforeEnd, "before-end"),
            (&entry.after, Hook::After, "after"),
        ];
        let hooks: Vec<_> = hooks
            .into_iter()
            .filter_map(|(meeting, hook, key)| Some((meeting.as_ref()?, hook, key)))
            .collect();
        let at = entry.at.iter().map(|at| (at.span.clone(), "at"));
        let given = at.chain(hooks.iter().map(|(at, _, key)| (at.span.clone(), *key)));
        if let [(first, one), (second, other), ..] = given.collect::<Vec<_>>().as_slice() {
            let message = format!("a cue goes `{one}` or `{other}`, not both");
            diagnostics
                .error("cue/when", second.clone(), message)
                .related(first.clone(), "the other one")
                .hint("keep one of the two");
            return None;
        }
        let hook = hooks.first().map(|(_, hook, _)| *hook);
        self.strays(hook, diagnostics);
        if let Some(at) = &entry.at {
            return Some(When::At(at));
        }
        if let Some((pattern, hook, _)) = hooks.first() {
            self.known(pattern, diagnostics)?;
            let by = if hook.leads() {
                &entry.lead
            } else {
                &entry.delay
            };
            let minutes = by.as_ref().map_or(0, |minutes| minutes.value.0);
            return Some(When::Meeting {
                pattern,
                hook: *hook,
                by: SignedDuration::from_mins(minutes),
            });
        }
        if entry.send.as_ref().map(|send| send.value) == Some(SendWhen::ByCall) {
            return Some(When::Called);
        }
        let keys = ["at", "before", "after-start", "before-end", "after", "send"];
        if !entry.unread(&keys) {
            self.error("cue/when", diagnostics, "when does this cue go?")
                .hint("add at: \"12:00\", or before: and a meeting; or send: by-call, if it goes only when an operator says go");
        }
        None
    }

    /// `lead:` and `delay:` without what they belong to.
    fn strays(&self, hook: Option<Hook>, diagnostics: &mut Diagnostics) {
        let entry = &self.entry.entry;
        let leads = hook.is_some_and(Hook::leads);
        let delays = hook.is_some_and(|hook| !hook.leads());
        type Stray<'s> = (&'s Option<At<Duration>>, bool, &'s str, [&'s str; 2]);
        let strays: [Stray<'_>; 2] = [
            (&entry.lead, leads, "lead", ["before", "before-end"]),
            (&entry.delay, delays, "delay", ["after", "after-start"]),
        ];
        for (given, fits, key, [one, other]) in strays {
            let Some(given) = given.as_ref().filter(|_| !fits) else {
                continue;
            };
            let message = format!("`{key}:` goes with `{one}:` and `{other}:` only");
            let hint = format!("add `{one}: ` and a meeting, or take the line out");
            diagnostics
                .error("cue/when", given.span.clone(), message)
                .hint(hint);
        }
    }

    /// Whether there is an entry of this name under `meetings:`.
    fn known(&self, pattern: &At<Id>, diagnostics: &mut Diagnostics) -> Option<()> {
        let section = self.frame.file.meetings.as_ref();
        let names: Vec<_> = section
            .iter()
            .flat_map(|meetings| &meetings.value.entries)
            .map(|meeting| meeting.id.value.as_str())
            .collect();
        if names.contains(&pattern.value.0.as_str()) {
            return Some(());
        }
        if self.frame.file.unread(&["meetings"]) {
            return None;
        }
        let hint = did_you_mean(&pattern.value.0, names.iter().copied())
            .unwrap_or_else(|| the_names("meetings", names.iter().copied()).into());
        let message = format!("there is no meeting `{}`", pattern.value.0);
        diagnostics
            .error("meeting/unknown", pattern.span.clone(), message)
            .hint(hint);
        None
    }

    pub(super) fn days(&self, when: &When<'_>, diagnostics: &mut Diagnostics) -> Option<Days> {
        let (frame, entry) = (self.frame, &self.entry.entry);
        let fault = match (&entry.day, &entry.one_per, &entry.days) {
            (Some(_), Some(one_per), _) => Some((one_per.span.clone(), true)),
            (Some(_), None, Some(days)) => Some((days.span.clone(), true)),
            (None, None, Some(days)) => Some((days.span.clone(), false)),
            _ => None,
        };
        if let Some((span, both)) = fault {
            let (message, hint) = match both {
                true => (
                    "a cue has one day, or is made one per day",
                    "keep one of the two",
                ),
                false => ("several days make several cues", "write `one-per: day` too"),
            };
            diagnostics.error("cue/day", span, message).hint(hint);
            return None;
        }
        let listed = entry.days.iter().flat_map(|days| &days.value);
        let named: Vec<_> = entry.day.iter().chain(listed).collect();
        if !named.is_empty() {
            let place = |day: &&At<Id>| {
                let day = At::new(day.value.0.clone(), day.span.clone());
                frame.day(&day, diagnostics)
            };
            let found: Vec<_> = named.iter().filter_map(place).collect();
            let mut days = frame.days_by_date();
            days.retain(|day| found.contains(day));
            return (!days.is_empty()).then_some(Days::Named(days));
        }
        match when {
            _ if entry.one_per.is_some() => Some(Days::Named(frame.days_by_date())),
            When::Called => Some(Days::Any),
            _ if frame.days.len() == 1 => Some(Days::Named(vec![0])),
            When::Meeting { .. } => Some(Days::AsHeld),
            When::At(_) => {
                let in_part = entry.broken && entry.one_per.is_some();
                if !in_part && !entry.unread(&["day", "days", "one-per"]) {
                    self.error("cue/day", diagnostics, "on which day does this cue go?")
                        .hint(format!(
                            "add `day:`, or `one-per: day`; {}",
                            self.the_days()
                        ));
                }
                None
            }
        }
    }
}
