//! The day beside its rehearsal.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use showcaller_show::Intent;

use super::{CueState, Facts, Rehearsal};
use crate::count::clock;
use crate::document::{Align, Part, Section, Table, Value};

impl Facts {
    /// What was rehearsed, and which revision that is; nothing without a rehearsal.
    pub(super) fn rehearsed(&self) -> Option<String> {
        let rehearsal = self.rehearsal.as_ref()?;
        let mut revisions = self.revisions.iter().rev();
        let of = revisions.find(|it| it.digest == rehearsal.digest);
        let verdict = match rehearsal.ready {
            true => "ready",
            false => "not ready",
        };
        let which = match (of.map(|it| it.number), self.revision) {
            (Some(of), Some(now)) if of == now => {
                format!("What was rehearsed is revision {of}, which is in force.")
            }
            (Some(of), _) => format!(
                "What was rehearsed is revision {of}: what was changed since then was not rehearsed."
            ),
            (None, _) => {
                "What was rehearsed is no revision of this event: its files differed from \
                          all that was applied."
                    .to_owned()
            }
        };
        let seed = rehearsal.seed;
        Some(format!(
            "{which} The rehearsal had the seed {seed} and found the event {verdict}."
        ))
    }

    /// The comparison, if there is something to compare with.
    pub(super) fn comparison(&self, zone: &TimeZone) -> Option<Section> {
        let rehearsal = self.rehearsal.as_ref()?;
        let parts = vec![
            Part::Paragraph(self.rehearsed()?),
            Part::Table(self.in_numbers(rehearsal)),
            Part::Table(self.meetings_beside(rehearsal, zone)),
            Part::Table(self.cues_beside(rehearsal)),
            Part::Table(self.asked_beside(rehearsal)),
        ];
        Some(Section::new("Beside the rehearsal", parts))
    }

    fn in_numbers(&self, rehearsal: &Rehearsal) -> Table {
        let mut table = beside("In numbers", "What");
        let (asked, then) = (&self.questions, &rehearsal.questions);
        let arrived = rehearsal.cues.iter().filter(|it| it.sent.is_some()).count();
        let sent = self.cues.iter().filter(|it| it.state == CueState::Sent);
        let time = |share| {
            asked
                .answer_time(share)
                .map_or(Value::None, Value::Duration)
        };
        let then_time = |place: usize| match then.answered {
            0 => Value::None,
            _ => Value::Duration(SignedDuration::from_secs(then.seconds[place])),
        };
        let rows = [
            (
                "Deliveries",
                Value::count(arrived),
                Value::count(sent.count()),
            ),
            (
                "Questions",
                Value::count(then.asked),
                Value::count(asked.asked),
            ),
            (
                "Answered",
                Value::count(then.answered + then.with_another),
                Value::count(asked.answered + asked.repeated),
            ),
            ("Half of the answers within", then_time(0), time(0.5)),
            ("95 in 100 within", then_time(1), time(0.95)),
            ("All within", then_time(2), time(1.0)),
            (
                "Slips",
                Value::count(rehearsal.record.slips.len()),
                Value::count(self.slips.len()),
            ),
        ];
        let row = |(what, then, now)| vec![Value::text(what), then, now];
        table.rows = rows.map(row).into();
        table
    }

    fn meetings_beside(&self, rehearsal: &Rehearsal, zone: &TimeZone) -> Table {
        let columns = ["Planned", "Meeting", "Rehearsed", "On the day"];
        let columns = columns.map(|head| (head, Align::Left));
        let mut table = Table::new("Meetings, from start to end", &columns);
        let rehearsed = rehearsal.meetings.iter();
        let rehearsed: BTreeMap<&str, _> = rehearsed.map(|it| (it.meeting.as_str(), it)).collect();
        let rows = self.meetings.iter().map(|meeting| {
            let then = rehearsed.get(meeting.meeting.as_str());
            vec![
                Value::Moment(meeting.planned_start),
                Value::text(&meeting.title),
                then.map_or(Value::None, |it| range(it.started, it.ended, zone)),
                range(meeting.started, meeting.ended, zone),
            ]
        });
        table.rows = rows.collect();
        table
    }

    /// A row for each cue: how many arrived, and the longest that one waited for it.
    fn cues_beside(&self, rehearsal: &Rehearsal) -> Table {
        let columns = [
            ("Due", Align::Left),
            ("Cue", Align::Left),
            ("Rehearsed", Align::Right),
            ("Late by", Align::Right),
            ("On the day", Align::Right),
            ("Late by", Align::Right),
        ];
        let mut table = Table::new("Cues: how many arrived, and the latest of them", &columns);
        let of = |arrived: usize, all: usize| Value::text(format!("{arrived} of {all}"));
        let late = |late: Option<SignedDuration>| late.map_or(Value::None, Value::Duration);
        for cues in self.cues.chunk_by(|one, other| one.cue == other.cue) {
            let Some(first) = cues.first() else { continue };
            let due = cues.iter().filter_map(|it| it.due).min();
            let then = rehearsal.cues.iter().filter(|it| it.cue == first.cue);
            let then: Vec<_> = then.collect();
            let arrived = then.iter().filter(|it| it.sent.is_some()).count();
            let sent = cues.iter().filter(|it| it.state == CueState::Sent);
            let latest = then.iter().filter_map(|it| it.late).max();
            table.rows.push(vec![
                due.map_or(Value::None, Value::Moment),
                Value::text(&first.cue),
                of(arrived, then.len()),
                late(latest.map(SignedDuration::from_secs)),
                of(sent.count(), cues.len()),
                late(cues.iter().filter_map(super::Cue::lateness).max()),
            ]);
        }
        table
    }

    fn asked_beside(&self, rehearsal: &Rehearsal) -> Table {
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (about, number) in &rehearsal.questions.about {
            counts.entry(about_of(about)).or_default().0 += number;
        }
        for (intent, number) in &self.questions.by_intent {
            counts.entry(about_of(intent)).or_default().1 += number;
        }
        let mut table = beside("What was asked for", "About");
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, (_, now))| std::cmp::Reverse(*now));
        let rows = counts.into_iter();
        table.rows = rows
            .map(|(about, (then, now))| {
                vec![Value::text(about), Value::count(then), Value::count(now)]
            })
            .collect();
        table
    }
}

/// `09:00–09:30`
fn range(start: Option<Timestamp>, end: Option<Timestamp>, zone: &TimeZone) -> Value {
    let time =
        |at: Option<Timestamp>| at.map_or_else(String::new, |at| clock(&at.to_zoned(zone.clone())));
    match (start, end) {
        (None, None) => Value::None,
        _ => Value::text(format!("{}–{}", time(start), time(end))),
    }
}

/// A table of what was rehearsed, and what was.
fn beside(caption: &str, what: &str) -> Table {
    let columns = [
        (what, Align::Left),
        ("Rehearsed", Align::Right),
        ("On the day", Align::Right),
    ];
    Table::new(caption, &columns)
}

/// What is counted together: a rehearsal goes by what an answer has to hold, and the day by intents.
fn about_of(name: &str) -> &str {
    let built_in = Intent::BUILT_IN.iter().any(|it| it.as_str() == name);
    match name {
        "day" => "agenda",
        "where" => "now",
        "human" | "sos" => "a human",
        "chat" | "hello" | "thanks" | "none" => "chat, or not understood",
        _ if built_in => name,
        _ => "an answer of the file",
    }
}
