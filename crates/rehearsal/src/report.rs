//! The report of a rehearsal, as people read it.

use jiff::tz::TimeZone;
use showcaller_render::document::{
    Align, Document, Mark, Part, Plot, Section, Series, Table, Value, Verdict,
};

use crate::judge::{CueOutcome, Outcome};

/// More reasons than these are counted, not told.
const MOST_REASONS: usize = 25;

impl Outcome {
    /// The report. Its times are those of the rehearsal, in the event's zone.
    #[must_use]
    pub fn document(&self) -> Document {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        let made = self.ended.to_zoned(zone);
        let mut document = Document::new(
            "Rehearsal",
            &self.title,
            &format!("Seed {}", self.seed),
            made,
        );
        document.verdict = Some(self.verdict());
        document.sections = vec![
            Section::new("In short", vec![Part::Figures(self.figures())]),
            Section::new("Cues", self.cues()),
            Section::new("Questions", self.questions()),
            Section::new("Meetings", self.meetings()),
        ];
        if !self.record.slips.is_empty() {
            let section = Section::new("Slips called", self.slips());
            document.sections.push(section);
        }
        let faults = Section::new("What went wrong on purpose", self.faults());
        document.sections.push(faults);
        document
    }

    /// The same in one sentence, with the reasons.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let sentence = match self.reasons.len() {
            0 => match self.guided.missed.len() {
                0 => "Ready: everything went as the file says.".to_owned(),
                1 => "Ready: everything went as the file says. One meeting is not given to all who are to \
                      attend: see \"Meetings\"."
                    .to_owned(),
                many => format!(
                    "Ready: everything went as the file says. {many} meetings are not given to all who are \
                     to attend: see \"Meetings\"."
                ),
            },
            1 => "Not ready: one thing went wrong.".to_owned(),
            many => format!("Not ready: {many} things went wrong."),
        };
        let mut reasons: Vec<String> = self.reasons.iter().take(MOST_REASONS).cloned().collect();
        if self.reasons.len() > MOST_REASONS {
            let more = self.reasons.len() - MOST_REASONS;
            reasons.push(format!("and {more} more, which the JSON report has"));
        }
        Verdict {
            good: self.ready,
            sentence,
            reasons,
        }
    }

    fn figures(&self) -> Vec<(String, Value)> {
        let questions = &self.questions;
        let arrived = self.cues.iter().filter(|it| it.times > 0).count();
        let figure = |label: &str, value: Value| (label.to_owned(), value);
        vec![
            figure("Things made on Webex", Value::count(self.record.made)),
            figure("Cues that arrived", of(arrived, self.cues.len())),
            figure(
                "Questions answered",
                of(questions.right(), questions.heard()),
            ),
            figure(
                "Links given, all to the right people",
                Value::count(self.links.given - self.links.foreign),
            ),
            figure(
                "People guided to their meetings",
                of(self.guided.guided, self.guided.expected),
            ),
            figure("Times that people joined", Value::count(self.joined)),
            figure("Calls to Webex", Value::count(self.calls.all)),
            figure("Of these too fast", Value::count(self.calls.limited)),
            figure("Processes that died", Value::count(self.record.crashes)),
        ]
    }

    fn cues(&self) -> Vec<Part> {
        let mut parts = vec![Part::Table(self.cue_table())];
        if self.cues.iter().any(|it| it.stopped || it.wanted > 1) {
            let sentence = "On each day the operators stop one cue for practice and send it minutes later, send it \
                            once more, or correct it.";
            parts.push(Part::Paragraph(sentence.to_owned()));
        }
        let columns = [
            ("Cue", Align::Left),
            ("To", Align::Left),
            ("Due", Align::Left),
            ("Arrived", Align::Left),
            ("Late by", Align::Right),
            ("Times", Align::Right),
        ];
        let waited = { self.cues.iter() }
            .filter(|it| it.times != it.wanted || it.late.is_some_and(|late| late > 0))
            .filter(|it| it.due.is_some());
        let table = Table::new("Who waited for a cue, or did not get it once", &columns);
        parts.extend(table.filled(waited.map(delivery_row)));
        parts
    }

    /// A row for each cue: its recipients have it at one time.
    fn cue_table(&self) -> Table {
        let columns = [
            ("Cue", Align::Left),
            ("Due", Align::Left),
            ("Arrived", Align::Right),
            ("Latest", Align::Right),
            ("", Align::Left),
        ];
        let mut table = Table::new(
            "Each cue, and the longest that anybody waited for it",
            &columns,
        );
        for of_cue in self.cues.chunk_by(|one, other| one.cue == other.cue) {
            table.rows.push(cue_row(of_cue));
        }
        table
    }

    fn questions(&self) -> Vec<Part> {
        let questions = &self.questions;
        let seconds = |place: usize| {
            Value::Duration(jiff::SignedDuration::from_secs(questions.seconds[place]))
        };
        let figures = [
            ("Asked", Value::count(questions.asked)),
            ("Answered", Value::count(questions.answered)),
            (
                "Answered with another of the same moment",
                Value::count(questions.with_another),
            ),
            (
                "Asked while nothing served",
                Value::count(questions.skipped),
            ),
            ("Not taken by Webex", Value::count(questions.not_taken)),
            (
                "Perhaps answered: Webex failed twice",
                Value::count(questions.unclear),
            ),
            ("Without an answer", Value::count(questions.lost)),
            (
                "Answered twice, after a loss",
                Value::count(questions.in_doubt),
            ),
            ("Half of the answers within", seconds(0)),
            ("95 in 100 within", seconds(1)),
            ("All within", seconds(2)),
        ];
        let figures = figures.map(|(label, value)| (label.to_owned(), value));
        let about = questions.about.iter().map(|(about, count)| {
            #[allow(clippy::cast_precision_loss, reason = "a count of questions")]
            let count = *count as f64;
            (about.clone(), count)
        });
        vec![
            Part::Figures(figures.into()),
            Part::Plot(Plot {
                caption: "What was asked for".to_owned(),
                unit: "",
                series: Series::Bars(about.collect()),
            }),
        ]
    }

    fn meetings(&self) -> Vec<Part> {
        let columns = [("Meeting", Align::Left), ("People", Align::Right)];
        let table = Table::new(
            "People to whom no cue gave the link of a meeting, and in whose rooms nobody asked",
            &columns,
        );
        let missed = self.guided.missed.iter();
        let row = |(meeting, people): &(String, usize)| {
            vec![Value::Text(meeting.clone()), Value::count(*people)]
        };
        let all = "Everybody was given the link of each of their meetings before its end.";
        let table = table.filled(missed.map(row));
        vec![table.unwrap_or_else(|| Part::Paragraph(all.to_owned()))]
    }

    fn slips(&self) -> Vec<Part> {
        let slips = self.record.slips.iter().map(|slip| {
            let (day, minutes) = (&slip.day, slip.minutes);
            Part::Paragraph(match minutes {
                ..0 => format!("{} minutes of {day} were taken back.", -minutes),
                _ => format!("The rest of {day} was moved by {minutes} minutes."),
            })
        });
        slips.collect()
    }

    fn faults(&self) -> Vec<Part> {
        let struck: Vec<_> = self.faults.iter().filter(|(_, times)| *times > 0).collect();
        if struck.is_empty() && self.record.crashes == 0 {
            let sentence = "Nothing. `--faults rough` and `--crashes 20` make it a bad day.";
            return vec![Part::Paragraph(sentence.to_owned())];
        }
        let columns = [("What", Align::Left), ("Times", Align::Right)];
        let mut table = Table::new("Faults, and how often they struck", &columns);
        table.rows = struck
            .into_iter()
            .map(|(fault, times)| {
                let times = usize::try_from(*times).unwrap_or(usize::MAX);
                vec![Value::Text(fault.clone()), Value::count(times)]
            })
            .collect();
        if self.record.crashes > 0 {
            let died = "a process died and another began".to_owned();
            table
                .rows
                .push(vec![Value::Text(died), Value::count(self.record.crashes)]);
        }
        vec![Part::Table(table)]
    }
}

fn cue_row(of_cue: &[CueOutcome]) -> Vec<Value> {
    let due = of_cue.iter().filter_map(|it| it.due).min();
    let latest = of_cue.iter().filter_map(|it| it.late).max();
    let arrived = of_cue.iter().filter(|it| it.times == it.wanted).count();
    let state = if of_cue.iter().all(|it| it.due.is_none()) {
        Value::State(Mark::Quiet, "not called".to_owned())
    } else if arrived == of_cue.len() && of_cue.iter().any(|it| it.stopped) {
        Value::State(Mark::Good, "stopped, then sent".to_owned())
    } else if arrived == of_cue.len() && of_cue.iter().any(|it| it.wanted > 1) {
        Value::State(Mark::Good, "arrived, and again".to_owned())
    } else if arrived == of_cue.len() {
        Value::State(Mark::Good, "arrived".to_owned())
    } else {
        Value::State(Mark::Wrong, "not as it should".to_owned())
    };
    vec![
        Value::Text(of_cue.first().map(|it| it.cue.clone()).unwrap_or_default()),
        due.map_or(Value::None, Value::Moment),
        of(arrived, of_cue.len()),
        latest.map_or(Value::None, |late| {
            Value::Duration(jiff::SignedDuration::from_secs(late))
        }),
        state,
    ]
}

fn delivery_row(it: &CueOutcome) -> Vec<Value> {
    let seconds = |late| Value::Duration(jiff::SignedDuration::from_secs(late));
    vec![
        Value::Text(it.cue.clone()),
        Value::Text(it.to.clone()),
        it.due.map_or(Value::None, Value::Moment),
        it.sent.map_or(Value::None, Value::Time),
        it.late.map_or(Value::None, seconds),
        Value::count(it.times),
    ]
}

fn of(count: usize, all: usize) -> Value {
    Value::Text(format!("{count} of {all}"))
}
