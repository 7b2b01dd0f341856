//! Which cue an operator means.

use showcaller_event::closest;
use showcaller_event::model::{CueId, CueKey, Day, DayId};
use thiserror::Error;

use super::board::Board;
use super::status::CueStatus;
use crate::today::Today;

/// Why it is not known which cue is meant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotFound {
    /// No cue has this name.
    #[error("there is no such cue")]
    Cue {
        /// The one that may be meant.
        near: Option<CueId>,
    },
    /// The cue is not on this day.
    #[error("this cue is not on that day")]
    Day {
        /// The cue.
        cue: CueId,
        /// On which days it is.
        days: Vec<DayId>,
    },
}

impl<'a> Board<'a> {
    /// The cue of this key, or one that had it before.
    #[must_use]
    pub fn cue(&self, key: &CueKey) -> Option<&CueStatus<'a>> {
        let named = |it: &&CueStatus<'_>| it.cue.key == *key;
        let formerly = |it: &&CueStatus<'_>| it.cue.previously.contains(key);
        let mut cues = self.cues.iter();
        cues.clone().find(named).or_else(|| cues.find(formerly))
    }

    /// The cue that is meant: `opening` is today's, else that of the next day which has one, else that of
    /// the last; `opening/day-2` is another day's. Names that it had before count.
    pub fn find(&self, text: &str) -> Result<&CueStatus<'a>, NotFound> {
        let (name, day) = match text.trim().split_once('/') {
            Some((name, day)) => (name, Some(day)),
            None => (text.trim(), None),
        };
        let is = |known: &str, written: &str| known.eq_ignore_ascii_case(written);
        let keys = |it: &CueStatus<'a>| -> Vec<&'a CueKey> {
            [&it.cue.key]
                .into_iter()
                .chain(&it.cue.previously)
                .collect()
        };
        let named = self.cues.iter().filter(|it| {
            let mut keys = keys(it).into_iter();
            keys.any(|key| is(key.cue.as_str(), name))
        });
        let named: Vec<&CueStatus<'a>> = named.collect();
        let Some(first) = named.first() else {
            let names = self.cues.iter().map(|it| it.cue.key.cue.as_str());
            let near = closest(name, names).map(CueId::new);
            return Err(NotFound::Cue { near });
        };
        let Some(day) = day else {
            return Ok(self.nearest(&named).unwrap_or(first));
        };
        let on_day = named.iter().find(|it| {
            let days = keys(it).into_iter().filter_map(|key| key.day.as_ref());
            days.into_iter().any(|known| is(known.as_str(), day))
        });
        on_day.copied().ok_or_else(|| NotFound::Day {
            cue: first.cue.key.cue.clone(),
            days: named
                .iter()
                .filter_map(|it| it.cue.key.day.clone())
                .collect(),
        })
    }

    /// Today's, else that of the next day, else that of the last.
    fn nearest<'b>(&self, named: &[&'b CueStatus<'a>]) -> Option<&'b CueStatus<'a>> {
        let days = &self.scene.event.days;
        let place = |id: &DayId| days.iter().position(|day| day.id == *id);
        let today = match Today::of(self.scene) {
            Today::Is(day) | Today::NextIs(day) => place(&day.id),
            Today::Over => None,
        };
        let today = today.unwrap_or(days.len());
        let on = |it: &&CueStatus<'_>| it.cue.key.day.as_ref().and_then(place);
        let mut named: Vec<&CueStatus<'a>> = named.to_vec();
        named.sort_by_key(on);
        let ahead = named.iter().find(|it| on(it) >= Some(today));
        ahead.or(named.last()).copied()
    }

    /// The event's day that it is, if it is one.
    #[must_use]
    pub fn today(&self) -> Option<&'a Day> {
        match Today::of(self.scene) {
            Today::Is(day) => Some(day),
            Today::NextIs(_) | Today::Over => None,
        }
    }

    /// The day of a cue that belongs to another day than this one.
    pub(super) fn other_day(&self, cue: &CueStatus<'_>) -> Option<DayId> {
        let day = cue.cue.key.day.as_ref()?;
        let is_today = self.today().is_some_and(|today| today.id == *day);
        (!is_today).then(|| day.clone())
    }
}
