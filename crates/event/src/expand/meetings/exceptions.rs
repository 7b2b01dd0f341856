//! Exceptions: what they are for, and whether that exists.

use std::collections::HashMap;

use super::Maker;
use crate::diagnostics::{At, Diagnostics, did_you_mean};
use crate::expand::frame::{Part, the_names};
use crate::expand::select::Each;
use crate::grammar::MeetingEntry;

impl<'a> Maker<'a> {
    /// The exceptions, by what they are for; those for nothing are said.
    pub(super) fn exceptions(
        &self,
        diagnostics: &mut Diagnostics,
    ) -> HashMap<String, &'a MeetingEntry> {
        let mut found = HashMap::new();
        for exception in self
            .entry
            .entry
            .except
            .iter()
            .flat_map(|except| &except.value.entries)
        {
            if self.makes_sense(&exception.id, diagnostics) {
                found.insert(exception.id.value.clone(), &exception.entry.0);
            }
        }
        found
    }

    fn makes_sense(&self, id: &At<String>, diagnostics: &mut Diagnostics) -> bool {
        let frame = self.frame;
        let days = || frame.days.iter().map(|day| day.id.as_str());
        let owners = match self.each {
            Each::Nothing => &[][..],
            Each::Team => &frame.teams,
            Each::Group => &frame.groups,
        };
        let known = || owners.iter().map(|owner| owner.id.as_str()).chain(days());
        for name in id.value.split('/') {
            let fits = match frame.parts.get(name) {
                Some(Part::Day(_)) => true,
                Some(Part::Team(_)) => self.each == Each::Team,
                Some(Part::Group(_)) => self.each == Each::Group,
                None if frame.days[0].id.is_empty() || frame.file.unread(&["teams", "groups"]) => {
                    return false;
                }
                None => {
                    let hint = did_you_mean(name, known()).unwrap_or_else(|| {
                        the_names("exceptions that can be made", known()).into()
                    });
                    let message = format!("there is no day, team or group `{name}`");
                    diagnostics
                        .error("except/unknown", id.span.clone(), message)
                        .hint(hint);
                    return false;
                }
            };
            if !fits {
                let message = format!(
                    "`{}` makes no meeting of its own for `{name}`",
                    self.entry.id.value
                );
                diagnostics
                    .error("except/unknown", id.span.clone(), message)
                    .hint("exceptions are for the days, teams or groups named in `one-per:`");
                return false;
            }
        }
        let order = id.value.split_once('/').is_none_or(|(first, second)| {
            !matches!(frame.parts.get(first), Some(Part::Day(_)))
                && matches!(frame.parts.get(second), Some(Part::Day(_)))
        });
        if !order {
            let message = format!("`{}` is not a team or group and a day", id.value);
            diagnostics
                .error("except/unknown", id.span.clone(), message)
                .hint("write the team first: `team-1/day-2`");
        }
        order
    }

    /// Exceptions for a day on which there is no such meeting.
    pub(super) fn unlooked(
        &self,
        exceptions: &HashMap<String, &MeetingEntry>,
        days: &[usize],
        diagnostics: &mut Diagnostics,
    ) {
        if days.is_empty() {
            return;
        }
        for exception in self
            .entry
            .entry
            .except
            .iter()
            .flat_map(|except| &except.value.entries)
        {
            let last = exception.id.value.rsplit('/').next().unwrap_or_default();
            let Some(Part::Day(day)) = self.frame.parts.get(last) else {
                continue;
            };
            if exceptions.contains_key(&exception.id.value) && !days.contains(day) {
                let message = format!("`{}` is not held on `{last}` anyway", self.entry.id.value);
                diagnostics
                    .error("except/unknown", exception.id.span.clone(), message)
                    .hint("take the exception out, or add the day to `days:`");
            }
        }
    }
}
