//! On which days meetings are held, and whether the entry's keys go together.

use super::layers::Layers;
use super::{Maker, WORDS_OF_TEMPLATES};
use crate::diagnostics::{At, Diagnostics};
use crate::expand::frame::the_names;
use crate::expand::select::Each;
use crate::grammar::OnePer;

impl Maker<'_> {
    /// The days on which there is such a meeting.
    pub(super) fn days(&self, diagnostics: &mut Diagnostics) -> Vec<usize> {
        let (frame, entry) = (self.frame, &self.entry.entry);
        let named: Vec<_> = entry
            .day
            .iter()
            .map(|day| At::new(day.value.0.clone(), day.span.clone()))
            .chain(
                entry
                    .days
                    .iter()
                    .flat_map(|days| &days.value)
                    .map(|day| At::new(day.value.0.clone(), day.span.clone())),
            )
            .collect();
        if let (Some(day), Some(_)) = (&entry.day, &entry.days) {
            let message = "`day` and `days` say the same thing";
            diagnostics
                .error("meeting/day", day.span.clone(), message)
                .hint("keep one of the two");
        }
        let mut days = Vec::new();
        for day in &named {
            if let Some(place) = frame
                .day(day, diagnostics)
                .filter(|place| !days.contains(place))
            {
                days.push(place);
            }
        }
        if named.is_empty() {
            if self.per_day || frame.days.len() == 1 {
                return (0..frame.days.len()).collect();
            }
            let in_part = entry.broken && entry.one_per.is_some();
            if !in_part && !entry.unread(&["day", "days", "one-per"]) {
                let known = frame.days.iter().map(|day| day.id.as_str());
                let message = "on which day is this meeting?";
                diagnostics
                    .error("meeting/day", self.entry.id.span.clone(), message)
                    .hint(format!(
                        "add `day:`, or `one-per: day`; {}",
                        the_names("days", known)
                    ));
            }
        } else if days.len() > 1 && !self.per_day {
            let span = entry
                .days
                .as_ref()
                .map_or(self.entry.id.span.clone(), |days| days.span.clone());
            let also = match self.each {
                Each::Nothing => "one-per: day",
                Each::Team => "one-per: [team, day]",
                Each::Group => "one-per: [group, day]",
            };
            diagnostics
                .error("meeting/day", span, "several days make several meetings")
                .hint(format!("write `{also}`"));
            days.clear();
        }
        days
    }

    /// Keys and names that do not go together.
    pub(super) fn misfits(&self, diagnostics: &mut Diagnostics) {
        let (frame, id) = (self.frame, &self.entry.id);
        if WORDS_OF_TEMPLATES.contains(&id.value.as_str()) {
            let message = format!(
                "`{}` cannot be the name of a meeting: templates use the word",
                id.value
            );
            diagnostics
                .error("id", id.span.clone(), message)
                .hint("take another word");
        }
        let Some(one_per) = &self.entry.entry.one_per else {
            return;
        };
        let has = |wanted| one_per.value.iter().any(|each| each.value == wanted);
        if has(OnePer::Team) && has(OnePer::Group) {
            let message = "one meeting per team and one per group cannot be the same";
            diagnostics
                .error("one-per/both", one_per.span.clone(), message)
                .hint("make two entries of it");
        }
        let none = match self.each {
            Each::Team if frame.teams.is_empty() => "teams",
            Each::Group if frame.groups.is_empty() => "groups",
            _ => return,
        };
        if frame.file.unread(&[none]) {
            return;
        }
        let message = format!("there are no {none}, so no meeting is made");
        diagnostics
            .error("one-per/none", one_per.span.clone(), message)
            .hint(format!("add some below `{none}:`"));
    }

    pub(super) fn no_time(&self, layers: &Layers<'_>, diagnostics: &mut Diagnostics) {
        // A time that could not be read was reported where it stands.
        if !layers.list.iter().any(|layer| layer.unread(&["time"])) {
            let message = "when is this meeting?";
            diagnostics
                .error("meeting/time", self.entry.id.span.clone(), message)
                .hint("add time: \"10:00-11:00\"");
        }
    }
}
