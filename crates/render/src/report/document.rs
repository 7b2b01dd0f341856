//! The facts as a document.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Cue, CueState, Facts, Meeting, Questions};
use crate::count::count;
use crate::document::{Align, Document, Mark, Part, Plot, Section, Series, Table, Value};
use crate::page::revision;

/// A cue this much after its time is late.
const LATE: SignedDuration = SignedDuration::from_secs(60);
/// A meeting this much after its time is late.
const OVERRUN: SignedDuration = SignedDuration::from_mins(2);
/// So many bars or rows of the most frequent.
const MOST: usize = 12;

impl Facts {
    /// The facts as a document, in the event's zone.
    #[must_use]
    pub fn document(&self) -> Document {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        let made = self.made.to_zoned(zone.clone());
        let mut document = Document::new("Report", &self.title, &revision(self.revision), made);
        if self.is_ahead() {
            document.sections = vec![self.ahead()];
            return document;
        }
        let sections = [
            Some(self.summary()),
            self.comparison(&zone),
            Some(meetings(&self.meetings, self.made)),
            self.attendance(),
            (!self.cues.is_empty()).then(|| self.cue_section()),
            Some(self.question_section()),
            Some(self.change_section()),
        ];
        document.sections = sections.into_iter().flatten().collect();
        document
    }

    fn ahead(&self) -> Section {
        let first = self.meetings.iter().map(|it| it.start).min();
        let mut parts = vec![Part::Paragraph(
            "The event has not begun: there is nothing to report yet.".to_owned(),
        )];
        if let Some(first) = first {
            parts.push(Part::Figures(vec![
                ("First meeting".to_owned(), Value::Moment(first)),
                ("Meetings".to_owned(), Value::count(self.meetings.len())),
            ]));
        }
        parts.extend(self.rehearsed().map(Part::Paragraph));
        Section::new("Before the event", parts)
    }

    fn summary(&self) -> Section {
        let is = |state| {
            self.cues
                .iter()
                .filter(move |cue| cue.state == state)
                .count()
        };
        let started = self
            .meetings
            .iter()
            .filter(|it| it.started.is_some())
            .count();
        let late = self.cues.iter().filter(|cue| is_late(cue)).count();
        let figure = |label: &str, value| (label.to_owned(), value);
        let of = |some: usize, all: usize| Value::text(format!("{some} of {all}"));
        let mut figures = vec![
            figure("Meetings seen to start", of(started, self.meetings.len())),
            figure("Deliveries sent", of(is(CueState::Sent), self.cues.len())),
            figure("Sent late", marked(late, Mark::Late)),
            figure("Failed", marked(is(CueState::Failed), Mark::Wrong)),
            figure("Missed", marked(is(CueState::Missed), Mark::Wrong)),
            figure("Unclear", marked(is(CueState::Unclear), Mark::Late)),
            figure("Questions", Value::count(self.questions.asked)),
            figure("Calls for a human", Value::count(self.calls.len())),
            figure("Slips", Value::count(self.slips.len())),
        ];
        let live = self.revisions.iter().filter(|it| it.live).count();
        figures.push(figure("Revisions applied live", Value::count(live)));
        Section::new("At a glance", vec![Part::Figures(figures)])
    }

    fn cue_section(&self) -> Section {
        let columns = [
            ("Cue", Align::Left),
            ("To", Align::Left),
            ("Due", Align::Left),
            ("Sent", Align::Left),
            ("Late by", Align::Right),
            ("State", Align::Left),
        ];
        let mut table = Table::new("Every delivery", &columns);
        table.rows = self.cues.iter().map(cue_row).collect();
        let mut parts = vec![Part::Table(table)];
        let mut slowest: BTreeMap<&str, f64> = BTreeMap::new();
        for cue in &self.cues {
            if let Some(late) = cue.lateness() {
                let most = slowest.entry(&cue.cue).or_default();
                *most = most.max(late.as_secs_f64());
            }
        }
        let mut slowest: Vec<_> = slowest
            .into_iter()
            .filter(|(_, late)| *late > 0.0)
            .collect();
        slowest.sort_by(|one, other| other.1.total_cmp(&one.1));
        if !slowest.is_empty() {
            let bars = slowest.into_iter().take(MOST);
            let bars = bars.map(|(cue, late)| (cue.to_owned(), late)).collect();
            parts.insert(
                0,
                plot("Lateness by cue, slowest room", "s", Series::Bars(bars)),
            );
        }
        let heads = ["Cue", "To", "Settled", "By"].map(|head| (head, Align::Left));
        let unclear = Table::new("What was unclear, and how it was settled", &heads);
        parts.extend(unclear.filled(self.unclear.iter().map(|it| {
            let settled = match it.arrived {
                Some(true) => Value::State(Mark::Good, "it arrived".to_owned()),
                Some(false) => Value::State(Mark::Quiet, "it was sent again".to_owned()),
                None => Value::State(Mark::Late, "not yet".to_owned()),
            };
            let by = it.by.as_ref().map_or(Value::None, Value::text);
            vec![Value::text(&it.cue), Value::text(&it.to), settled, by]
        })));
        Section::new("Cues", parts)
    }

    fn question_section(&self) -> Section {
        let asked = &self.questions;
        let mut parts = vec![Part::Figures(question_figures(asked))];
        let bars = |(what, number): &(String, usize)| {
            let what = if what == "none" {
                "not understood"
            } else {
                what
            };
            (what.to_owned(), *number as f64)
        };
        for (caption, counted) in [
            ("Questions by what they asked for", &asked.by_intent),
            ("Questions by room", &asked.by_room),
        ] {
            if !counted.is_empty() {
                let bars = counted.iter().take(MOST).map(bars).collect();
                parts.push(plot(caption, "", Series::Bars(bars)));
            }
        }
        if !asked.answers.is_empty() {
            let points = asked.answers.iter();
            let points = points
                .map(|(at, millis)| (*at, *millis as f64 / 1_000.0))
                .collect();
            parts.push(plot(
                "Answer times, in seconds",
                "s",
                Series::Points(points),
            ));
        }
        let columns = [("Words", Align::Left), ("Times", Align::Right)];
        let words = Table::new("Not understood: words to add to the file", &columns);
        let row =
            |(words, number): &(String, usize)| vec![Value::text(words), Value::count(*number)];
        parts.extend(words.filled(asked.not_understood.iter().map(row)));
        let columns = ["When", "Room", "Organisers"].map(|head| (head, Align::Left));
        let calls = Table::new("Calls for a human", &columns);
        parts.extend(calls.filled(self.calls.iter().map(|call| {
            let heard = match call.delivered {
                true => Value::State(Mark::Good, "were told".to_owned()),
                false => Value::State(Mark::Wrong, "were not told".to_owned()),
            };
            let room = call.room.as_deref().unwrap_or("in private");
            vec![Value::Moment(call.at), Value::text(room), heard]
        })));
        Section::new("Questions", parts)
    }

    fn change_section(&self) -> Section {
        let columns = ["When", "What", "By"].map(|head| (head, Align::Left));
        let slips = self.slips.iter();
        let slips = slips.map(|it| {
            vec![
                Value::Moment(it.at),
                Value::text(&it.what),
                Value::text(&it.by),
            ]
        });
        let live = self.revisions.iter().filter(|it| it.live);
        let live = live.map(|it| {
            let revision = format!("revision {}", it.number);
            vec![Value::Moment(it.at), Value::text(revision)]
        });
        let revisions = Table::new("Revisions applied during the event", &columns[..2]);
        let tables = [
            Table::new("Slips", &columns).filled(slips),
            revisions.filled(live),
        ];
        let mut parts: Vec<Part> = tables.into_iter().flatten().collect();
        if parts.is_empty() {
            let nothing = "Nothing was changed during the event.";
            parts.push(Part::Paragraph(nothing.to_owned()));
        }
        Section::new("Changes made live", parts)
    }
}

/// A number that should be 0.
fn marked(number: usize, mark: Mark) -> Value {
    match number {
        0 => Value::Number(0),
        some => Value::State(mark, some.to_string()),
    }
}

fn plot(caption: &str, unit: &'static str, series: Series) -> Part {
    let caption = caption.to_owned();
    Part::Plot(Plot {
        caption,
        unit,
        series,
    })
}

fn question_figures(asked: &Questions) -> Vec<(String, Value)> {
    let time = |share| {
        asked
            .answer_time(share)
            .map_or(Value::None, Value::Duration)
    };
    let lost = asked.gone + asked.skipped;
    [
        ("Asked", Value::count(asked.asked)),
        ("Answered", Value::count(asked.answered)),
        ("Answered with another", Value::count(asked.repeated)),
        ("Deleted or too old", Value::count(lost)),
        ("Waiting", marked(asked.waiting, Mark::Late)),
        ("Half were answered in", time(0.5)),
        ("95 of 100 in", time(0.95)),
        ("The slowest in", time(1.0)),
    ]
    .map(|(label, value)| (label.to_owned(), value))
    .into()
}

fn meetings(meetings: &[Meeting], now: Timestamp) -> Section {
    let columns = [
        ("Planned", Align::Left),
        ("Meeting", Align::Left),
        ("Started", Align::Left),
        ("Ended", Align::Left),
        ("Late by", Align::Right),
        ("State", Align::Left),
    ];
    let mut table = Table::new("Every meeting, as planned and as it was", &columns);
    let mut late = 0;
    for meeting in meetings {
        let start = meeting
            .started
            .map(|at| at.duration_since(meeting.planned_start));
        let end = meeting
            .ended
            .map(|at| at.duration_since(meeting.planned_end));
        let state = meeting_state(meeting, start, end, now);
        late += usize::from(matches!(state, Value::State(Mark::Late, _)));
        let time = |at: Option<Timestamp>| at.map_or(Value::None, Value::Time);
        table.rows.push(vec![
            Value::Moment(meeting.planned_start),
            Value::text(&meeting.title),
            time(meeting.started),
            time(meeting.ended),
            end.or(start).map_or(Value::None, Value::Duration),
            state,
        ]);
    }
    let sentence = format!(
        "{}, {late} later than planned. A time is known only where Webex or an operator said it.",
        count(meetings.len(), "meeting", "meetings")
    );
    Section::new(
        "Meetings",
        vec![Part::Paragraph(sentence), Part::Table(table)],
    )
}

fn meeting_state(
    meeting: &Meeting,
    start: Option<SignedDuration>,
    end: Option<SignedDuration>,
    now: Timestamp,
) -> Value {
    let moved = match meeting.start == meeting.planned_start && meeting.end == meeting.planned_end {
        true => "",
        false => ", moved",
    };
    let over = |by: Option<SignedDuration>| by.is_some_and(|by| by > OVERRUN);
    let (mark, words) = match (start, end) {
        (_, Some(_)) if over(end) => (Mark::Late, "overran"),
        (Some(_), _) if over(start) => (Mark::Late, "started late"),
        (_, Some(_)) => (Mark::Good, "as planned"),
        (Some(_), None) => (Mark::Good, "started"),
        (None, None) if now < meeting.start => (Mark::Quiet, "to come"),
        (None, None) => (Mark::Quiet, "not known"),
    };
    Value::State(mark, format!("{words}{moved}"))
}

fn is_late(cue: &Cue) -> bool {
    cue.lateness().is_some_and(|late| late > LATE)
}

fn cue_row(cue: &Cue) -> Vec<Value> {
    let (mark, words) = match cue.state {
        CueState::Planned => (Mark::Quiet, "not sent"),
        CueState::UnderWay => (Mark::Late, "under way"),
        CueState::Sent if is_late(cue) => (Mark::Late, "sent late"),
        CueState::Sent => (Mark::Good, "sent"),
        CueState::LeftOut => (Mark::Quiet, "left out"),
        CueState::Missed => (Mark::Wrong, "missed"),
        CueState::Failed => (Mark::Wrong, "failed"),
        CueState::Unclear => (Mark::Late, "unclear"),
    };
    vec![
        Value::text(&cue.cue),
        Value::text(&cue.to),
        cue.due.map_or(Value::None, Value::Moment),
        cue.sent.map_or(Value::None, Value::Time),
        cue.lateness().map_or(Value::None, Value::Duration),
        Value::State(mark, words.to_owned()),
    ]
}
