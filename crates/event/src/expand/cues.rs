//! The run of show.

mod manner;
mod when;

use std::collections::{BTreeSet, HashMap};

use super::frame::{Frame, the_names};
use super::limits::{Kind, Limit};
use super::previously::names;
use super::say::WrittenSay;
use super::select::{Each, Owner, RoomIndex};
use super::texts::{Reader, Told, not_one};
use crate::diagnostics::{Diagnostics, Finding};
use crate::grammar::{CueEntry, Named};
use crate::model::{Anchor, Cue, CueId, CueKey, CueRecipient, CueTo, DayId};
use crate::places::{CuePlace, Places};

use manner::Manner;
use when::{Days, When};

/// Every cue, in the file's order; those of one entry by day.
pub(super) fn cues(
    frame: &Frame<'_>,
    told: &Told<'_>,
    index: &RoomIndex,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> Vec<Cue> {
    let mut cues = Vec::new();
    let mut most = Limit::new(Kind::Messages);
    for entry in frame.file.cues.iter().flat_map(|cues| &cues.value.entries) {
        places
            .cues
            .insert(CueId::new(&entry.id.value), place(entry));
        let maker = Maker { frame, told, entry };
        cues.extend(maker.cues(index, &mut most, diagnostics));
    }
    cues
}

/// Makes the cues of one entry.
struct Maker<'a, 'm> {
    frame: &'a Frame<'a>,
    told: &'a Told<'m>,
    entry: &'a Named<CueEntry>,
}

impl Maker<'_, '_> {
    fn cues(&self, index: &RoomIndex, most: &mut Limit, diagnostics: &mut Diagnostics) -> Vec<Cue> {
        let (frame, entry) = (self.frame, &self.entry.entry);
        let when = self.when(diagnostics);
        let days = when.as_ref().and_then(|when| self.days(when, diagnostics));
        let readers = self.readers(index, diagnostics);
        let manner = self.manner(when.as_ref(), diagnostics);
        let siblings = frame.file.cues.as_ref();
        let names = names(
            "cue",
            &self.entry.id,
            &entry.previously,
            siblings.map_or(&[][..], |cues| &cues.value.entries),
            diagnostics,
        );
        let written = entry.say.as_ref();
        let written = written.and_then(|say| frame.say(say, diagnostics));
        let (Some(when), Some(days)) = (when, days) else {
            return Vec::new();
        };
        let rounds = self.rounds(&days, &when, &readers, diagnostics);
        let languages = written.as_ref().map_or(1, WrittenSay::languages);
        let messages: usize = rounds.iter().map(|(_, readers)| readers.len()).sum();
        if !most.allows(messages * languages, &self.entry.id.span, diagnostics) {
            return Vec::new();
        }
        let mut cues = Vec::new();
        for (day, readers) in rounds {
            let before = diagnostics.errors();
            let to = self.to(&readers, day, (&when, written.as_ref()), diagnostics);
            cues.push(self.cue(&names, day, &manner, to));
            // The other days have the same mistakes.
            if diagnostics.errors() > before {
                break;
            }
        }
        cues
    }

    fn cue(&self, names: &[String], day: Option<usize>, manner: &Manner, to: Vec<CueTo>) -> Cue {
        let days: Vec<Option<DayId>> = match day {
            Some(day) => {
                let names = self.frame.days[day].names.iter();
                names.map(|name| Some(DayId::new(name))).collect()
            }
            None => vec![None],
        };
        let mut keys: Vec<_> = names
            .iter()
            .flat_map(|cue| {
                days.iter().map(move |day| CueKey {
                    cue: CueId::new(cue),
                    day: day.clone(),
                })
            })
            .collect();
        let previously = keys.split_off(1);
        Cue {
            key: keys.remove(0),
            previously,
            send: manner.send,
            late: manner.late,
            counts: manner.counts,
            two_people: manner.two_people,
            mention_all: manner.mention_all,
            fixed: manner.fixed,
            card: manner.card,
            to,
        }
    }

    /// Who gets it: rooms, and then people in private, each of them once.
    fn readers(&self, index: &RoomIndex, diagnostics: &mut Diagnostics) -> BTreeSet<Reader> {
        let (frame, entry) = (self.frame, &self.entry.entry);
        let which = frame.which(entry.to.as_ref(), Each::Nothing, index, diagnostics);
        let who = frame.who(entry.to_people.as_ref(), Each::Nothing, diagnostics);
        if entry.to.is_none() && entry.to_people.is_none() && !entry.unread(&["to", "to-people"]) {
            self.error("cue/to", diagnostics, "who gets this cue?")
                .hint("add `to:` and rooms, or `to-people:` and people who get it in private");
        }
        let rooms = frame.rooms(&which, Owner::Nobody, index);
        let people = frame.people(&who, Owner::Nobody);
        let rooms = rooms.into_iter().map(Reader::Room);
        rooms
            .chain(people.into_iter().map(Reader::Person))
            .collect()
    }

    /// On which days it goes, and to whom.
    fn rounds(
        &self,
        days: &Days,
        when: &When<'_>,
        readers: &BTreeSet<Reader>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<(Option<usize>, BTreeSet<Reader>)> {
        let pattern = match (days, when) {
            (Days::AsHeld, When::Meeting { pattern, .. }) => &pattern.value.0,
            (Days::Named(days), _) => {
                let days = days.iter();
                return days.map(|day| (Some(*day), readers.clone())).collect();
            }
            _ => return vec![(None, readers.clone())],
        };
        // A cue without recipients is kept, so that it can be reported.
        let held = |id: &str| {
            let mut meetings = self.told.meetings.iter();
            meetings.any(|held| held.pattern.as_str() == pattern && held.day.as_str() == id)
        };
        let mut strays: Vec<Reader> = readers.iter().copied().collect();
        let mut rounds = Vec::new();
        for day in self.frame.days_by_date() {
            let id = &self.frame.days[day].id;
            let has = |reader: &Reader| !self.own(*reader, pattern, Some(id)).is_empty();
            let on_day: BTreeSet<_> = readers.iter().copied().filter(has).collect();
            strays.retain(|reader| !on_day.contains(reader));
            if !on_day.is_empty() || (readers.is_empty() && held(id)) {
                rounds.push((Some(day), on_day));
            }
        }
        if !self.told.is_broken(pattern) {
            self.stray(when, &strays, 0, None, diagnostics);
        }
        rounds
    }

    fn own(&self, reader: Reader, pattern: &str, day: Option<&str>) -> Vec<usize> {
        self.told.own(self.frame, reader, pattern, day)
    }

    /// What each of these readers gets.
    fn to(
        &self,
        readers: &BTreeSet<Reader>,
        day: Option<usize>,
        (when, written): (&When<'_>, Option<&WrittenSay>),
        diagnostics: &mut Diagnostics,
    ) -> Vec<CueTo> {
        let (frame, told) = (self.frame, self.told);
        let mut anchors = self.anchors(readers, day, when, diagnostics);
        let Some(written) = written else {
            return Vec::new();
        };
        let said = told.say(frame, written, readers, day, diagnostics);
        let to = said.into_iter().filter_map(|(reader, say)| {
            let anchor = match when {
                When::Called => None,
                _ => Some(anchors.remove(&reader)?),
            };
            let recipient = match reader {
                Reader::Room(room) => CueRecipient::Room(told.rooms[room].key.clone()),
                Reader::Person(person) => {
                    CueRecipient::Person(frame.people.list[person].email.clone())
                }
            };
            Some(CueTo {
                recipient,
                anchor,
                say,
            })
        });
        to.collect()
    }

    /// What its time hangs on for each of these readers.
    fn anchors(
        &self,
        readers: &BTreeSet<Reader>,
        day: Option<usize>,
        when: &When<'_>,
        diagnostics: &mut Diagnostics,
    ) -> HashMap<Reader, Anchor> {
        let day = day.map(|day| &self.frame.days[day]);
        let (pattern, hook, by) = match when {
            When::Called => return HashMap::new(),
            When::At(at) => {
                let date = day.and_then(|day| day.date);
                let at = date.and_then(|date| self.frame.day_time(date, at, diagnostics));
                let readers = readers.iter();
                return at.map_or_else(HashMap::new, |at| {
                    readers
                        .map(|reader| (*reader, Anchor::At(at.clone())))
                        .collect()
                });
            }
            When::Meeting { pattern, hook, by } => (&pattern.value.0, hook, *by),
        };
        let day = day.map(|day| day.id.as_str());
        let mut anchors = HashMap::new();
        let mut strays: Vec<(usize, Vec<Reader>)> = Vec::new();
        for reader in readers {
            match self.own(*reader, pattern, day).as_slice() {
                [one] => {
                    let meeting = self.told.meetings[*one].key.clone();
                    anchors.insert(*reader, hook.anchor(meeting, by));
                }
                several => match strays.iter_mut().find(|(count, _)| *count == several.len()) {
                    Some((_, readers)) => readers.push(*reader),
                    None => strays.push((several.len(), vec![*reader])),
                },
            }
        }
        let missing = self.told.is_broken(pattern);
        strays.retain(|(count, _)| *count > 0 || !missing);
        for (count, readers) in strays {
            self.stray(when, &readers, count, day, diagnostics);
        }
        anchors
    }

    /// These readers have not exactly one of the meetings on which the cue's time hangs.
    fn stray(
        &self,
        when: &When<'_>,
        readers: &[Reader],
        count: usize,
        day: Option<&str>,
        diagnostics: &mut Diagnostics,
    ) {
        let (When::Meeting { pattern, .. }, [first, ..]) = (when, readers) else {
            return;
        };
        let reason = not_one(*first, &pattern.value.0, count, day);
        let names = self.told.names(self.frame, readers);
        let one_per = self.entry.entry.one_per.is_some() && self.entry.entry.days.is_none();
        let hint = match (count, one_per) {
            (0, true) => {
                "take `one-per:` out: the cue then goes on the days on which they have it; or list `days:`"
            }
            _ => {
                "a cue before or after a meeting needs exactly one for each who gets it; use `at:`, or name fewer of them"
            }
        };
        let span = pattern.span.clone();
        diagnostics
            .error("cue/meeting", span, format!("{reason} ({names})"))
            .hint(hint);
    }

    /// A finding about the cue as a whole.
    fn error<'d>(
        &self,
        code: &'static str,
        diagnostics: &'d mut Diagnostics,
        message: &str,
    ) -> Finding<'d> {
        let span = self.entry.id.span.clone();
        diagnostics.error(code, span, message)
    }

    /// `days are a, b and c`, for hints.
    fn the_days(&self) -> String {
        the_names("days", self.frame.days.iter().map(|day| day.id.as_str()))
    }
}

fn place(entry: &Named<CueEntry>) -> CuePlace {
    let cue = &entry.entry;
    let hooks = [&cue.before, &cue.after_start, &cue.before_end, &cue.after];
    let hook = || hooks.into_iter().flatten().next().map(|at| at.span.clone());
    let to = cue.to.as_ref().map(|to| to.span.clone());
    let people = || cue.to_people.as_ref().map(|to| to.span.clone());
    CuePlace {
        entry: entry.id.span.clone(),
        time: cue.at.as_ref().map(|at| at.span.clone()).or_else(hook),
        to: to.or_else(people),
        say: cue.say.as_ref().map(|say| say.span.clone()),
        card: cue.card.as_ref().map(|card| card.span.clone()),
    }
}
