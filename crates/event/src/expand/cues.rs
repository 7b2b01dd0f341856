//! The run of show.

use std::collections::{BTreeSet, HashMap};

use jiff::SignedDuration;

use super::frame::{Frame, the_names};
use super::limits::{Kind, Limit};
use super::say::WrittenSay;
use super::select::{Each, Owner, RoomIndex};
use super::texts::{Told, not_one};
use crate::diagnostics::{At, Diagnostics, did_you_mean};
use crate::grammar::{Clock, CueEntry, Id, Named, SendWhen};
use crate::model::{
    Anchor, Counts, Cue, CueId, CueKey, CueRecipient, CueTo, DayId, Late, MeetingKey, Sending,
};
use crate::places::{CuePlace, Places};

/// How late a cue may go without a word about it in the file.
const LATE: SignedDuration = SignedDuration::from_mins(10);

/// Every cue, in the file's order.
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
        cues.extend(maker.cue(index, &mut most, diagnostics));
    }
    cues
}

/// When a cue goes.
enum When<'a> {
    At(&'a At<Clock>),
    /// So long before the start of this meeting.
    Before(&'a At<Id>, SignedDuration),
    /// So long after its end.
    After(&'a At<Id>, SignedDuration),
}

struct Maker<'a> {
    frame: &'a Frame<'a>,
    told: &'a Told<'a>,
    entry: &'a Named<CueEntry>,
}

impl<'a> Maker<'a> {
    fn cue(
        &self,
        index: &RoomIndex,
        most: &mut Limit,
        diagnostics: &mut Diagnostics,
    ) -> Option<Cue> {
        let (frame, entry) = (self.frame, &self.entry.entry);
        let day = self.day(diagnostics);
        let when = self.when(diagnostics);
        let which = frame.which(entry.to.as_ref(), Each::Nothing, index, diagnostics);
        let rooms = frame.rooms(&which, Owner::Nobody, index);
        let written = entry
            .say
            .as_ref()
            .and_then(|say| frame.say(say, diagnostics));
        let (day, when) = (day?, when?);
        let languages = written.as_ref().map_or(1, WrittenSay::languages);
        let messages = rooms.len() * languages;
        if !most.allows(messages, frame, &self.entry.id.span, diagnostics) {
            return None;
        }
        let mut anchors = self.anchors(&rooms, day, &when, diagnostics);
        let told = self.told;
        let said = told.say(frame, &written?, &rooms, Some(day), diagnostics);
        let rooms = said.into_iter().filter_map(|(room, say)| {
            let anchor = anchors.remove(&room)?;
            Some(CueTo {
                recipient: CueRecipient::Room(told.rooms[room].key.clone()),
                anchor: Some(anchor),
                say,
            })
        });
        Some(Cue {
            key: CueKey {
                cue: CueId::new(&self.entry.id.value),
                day: Some(DayId::new(&frame.days[day].id)),
            },
            previously: Vec::new(),
            send: match entry.send.as_ref().map(|send| send.value) {
                Some(SendWhen::ByCall) => Sending::ByCall,
                _ => Sending::ByClock,
            },
            late: Late::SendWithin(LATE),
            counts: Counts::Planned,
            two_people: false,
            mention_all: false,
            fixed: false,
            card: false,
            to: rooms.collect(),
        })
    }

    fn day(&self, diagnostics: &mut Diagnostics) -> Option<usize> {
        match (&self.entry.entry.day, self.frame.days.len()) {
            (Some(day), _) => {
                let day = At::new(day.value.0.clone(), day.span.clone());
                self.frame.day(&day, diagnostics)
            }
            (None, 1) => Some(0),
            (None, 0) => None,
            (None, _) if self.entry.entry.broken => None,
            (None, _) => {
                let days = self.frame.days.iter().map(|day| day.id.as_str());
                diagnostics
                    .error(
                        "cue/day",
                        self.frame.source,
                        self.entry.id.span.clone(),
                        "on which day does this cue go?",
                    )
                    .hint(format!("add `day:`; {}", the_names("days", days)));
                None
            }
        }
    }

    fn when(&self, diagnostics: &mut Diagnostics) -> Option<When<'a>> {
        let (entry, source) = (&self.entry.entry, self.frame.source);
        let given = [
            entry.at.as_ref().map(|at| (at.span.clone(), "at")),
            entry.before.as_ref().map(|at| (at.span.clone(), "before")),
            entry.after.as_ref().map(|at| (at.span.clone(), "after")),
        ];
        let given: Vec<_> = given.into_iter().flatten().collect();
        if let [(first, one), (second, other), ..] = given.as_slice() {
            diagnostics
                .error(
                    "cue/when",
                    source,
                    second.clone(),
                    format!("a cue goes `{one}` or `{other}`, not both"),
                )
                .related(first.clone(), "the other one")
                .hint("keep one of the two");
            return None;
        }
        let stray = |key: &Option<At<crate::grammar::Duration>>, needs: bool| {
            key.as_ref().filter(|_| !needs).map(|key| key.span.clone())
        };
        let lead = stray(&entry.lead, entry.before.is_some()).map(|span| (span, "lead", "before"));
        let delay = stray(&entry.delay, entry.after.is_some()).map(|span| (span, "delay", "after"));
        for (span, key, needs) in lead.into_iter().chain(delay) {
            diagnostics
                .error(
                    "cue/when",
                    source,
                    span,
                    format!("`{key}:` goes with `{needs}:` only"),
                )
                .hint(format!(
                    "add `{needs}: ` and a meeting, or take the line out"
                ));
        }
        let minutes = |key: &Option<At<crate::grammar::Duration>>| {
            let minutes = key.as_ref().map_or(0, |minutes| minutes.value.0);
            SignedDuration::from_mins(minutes)
        };
        if let Some(at) = &entry.at {
            return Some(When::At(at));
        }
        if let Some(before) = &entry.before {
            self.known(before, diagnostics)?;
            return Some(When::Before(before, minutes(&entry.lead)));
        }
        if let Some(after) = &entry.after {
            self.known(after, diagnostics)?;
            return Some(When::After(after, minutes(&entry.delay)));
        }
        if entry.broken {
            return None;
        }
        diagnostics
            .error(
                "cue/when",
                source,
                self.entry.id.span.clone(),
                "when does this cue go?",
            )
            .hint("add at: \"12:00\", or before: and a meeting, or after: and a meeting");
        None
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
        let hint = did_you_mean(&pattern.value.0, names.iter().copied())
            .unwrap_or_else(|| the_names("meetings", names.iter().copied()));
        diagnostics
            .error(
                "meeting/unknown",
                self.frame.source,
                pattern.span.clone(),
                format!("there is no meeting `{}`", pattern.value.0),
            )
            .hint(hint);
        None
    }

    /// What its time hangs on in each room.
    fn anchors(
        &self,
        rooms: &BTreeSet<usize>,
        day: usize,
        when: &When<'_>,
        diagnostics: &mut Diagnostics,
    ) -> HashMap<usize, Anchor> {
        let (pattern, anchor): (_, &dyn Fn(MeetingKey) -> Anchor) = match when {
            When::At(at) => {
                let date = self.frame.days[day].date;
                let at = date
                    .and_then(|date| self.frame.instant(date, at.value.0, &at.span, diagnostics));
                let rooms = rooms.iter();
                return at.map_or_else(HashMap::new, |at| {
                    rooms.map(|room| (*room, Anchor::At(at.clone()))).collect()
                });
            }
            When::Before(pattern, lead) => (*pattern, &|meeting| Anchor::Before {
                meeting,
                lead: *lead,
            }),
            When::After(pattern, delay) => (*pattern, &|meeting| Anchor::After {
                meeting,
                delay: *delay,
            }),
        };
        let mut anchors = HashMap::new();
        let mut strays: Vec<(usize, Vec<usize>)> = Vec::new();
        let id = &self.frame.days[day].id;
        for room in rooms {
            match self.told.own(*room, &pattern.value.0, Some(id)).as_slice() {
                [one] => {
                    anchors.insert(*room, anchor(self.told.meetings[*one].key.clone()));
                }
                several => match strays.iter_mut().find(|(count, _)| *count == several.len()) {
                    Some((_, places)) => places.push(*room),
                    None => strays.push((several.len(), vec![*room])),
                },
            }
        }
        let missing = self.told.is_broken(&pattern.value.0);
        for (count, places) in strays
            .into_iter()
            .filter(|(count, _)| *count > 0 || !missing)
        {
            let reason = not_one(&pattern.value.0, count, Some(id));
            let rooms = self.told.names(&places);
            diagnostics
                .error("cue/meeting", self.frame.source, pattern.span.clone(), format!("{reason} ({rooms})"))
                .hint("a cue before or after a meeting needs exactly one in every room it goes to; use `at:`, or fewer rooms in `to:`");
        }
        anchors
    }
}

fn place(entry: &Named<CueEntry>) -> CuePlace {
    let cue = &entry.entry;
    let at = cue.at.as_ref().map(|at| at.span.clone());
    let before = || cue.before.as_ref().map(|before| before.span.clone());
    let after = || cue.after.as_ref().map(|after| after.span.clone());
    CuePlace {
        entry: entry.id.span.clone(),
        time: at.or_else(before).or_else(after),
        to: cue.to.as_ref().map(|to| to.span.clone()),
        say: cue.say.as_ref().map(|say| say.span.clone()),
    }
}
