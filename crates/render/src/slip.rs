//! How the proposal of a slip reads, for the terminal and the chat.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_event::model::{Email, MeetingKey, MeetingPattern};
use showcaller_show::slip::{
    CueMove, HostClash, MeetingMove, Past, Proposal, RunsInto, Slip, Stays, Times, WhyStays,
};
use showcaller_show::{Entry, Logged};

use crate::count::{clock, count};

/// A proposal in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What is done, and for how many people.
    pub headline: String,
    /// What moves and what stays, by kind.
    pub sections: Vec<Section>,
    /// What it leads to, a sentence each: the operator decides.
    pub warnings: Vec<String>,
}

/// Things of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What kind.
    pub title: &'static str,
    /// When, or nothing, and what.
    pub lines: Vec<(String, String)>,
}

/// Reads a proposal. The event is the one in force, whose titles count.
#[must_use]
pub fn read(proposal: &Proposal, event: &Event) -> Reading {
    let zone = event.zone();
    let words = Words { event, zone };
    let facts = &proposal.facts;
    let (longer, moved): (Vec<&MeetingMove>, Vec<&MeetingMove>) =
        facts.meetings.iter().partition(|it| it.keeps_its_start());
    let sections = [
        Section {
            title: "In progress",
            lines: words.meetings(&longer),
        },
        Section {
            title: "Meetings",
            lines: words.meetings(&moved),
        },
        Section {
            title: "Cues",
            lines: facts.cues.iter().map(|it| words.cue(it)).collect(),
        },
        Section {
            title: "Not moved",
            lines: words.stays(&proposal.stays),
        },
    ];
    let mut sections = Vec::from(sections);
    sections.retain(|section| !section.lines.is_empty());
    Reading {
        headline: words.headline(proposal),
        sections,
        warnings: words.warnings(proposal),
    }
}

/// A slip in the log in one line: `day-2 15 minutes later, 12 meetings and 3 cues`.
#[must_use]
pub fn line(slip: &Slip) -> String {
    let cues = match slip.cues.len() {
        0 => String::new(),
        number => format!(" and {}", count(number, "timed cue", "timed cues")),
    };
    let meetings = count(slip.meetings.len(), "meeting", "meetings");
    format!("{} {}, {meetings}{cues}", slip.day, by(slip.minutes))
}

/// `15 minutes later`, `an hour earlier`.
#[must_use]
pub fn by(minutes: i64) -> String {
    let direction = if minutes < 0 { "earlier" } else { "later" };
    let length = SignedDuration::from_mins(minutes.saturating_abs());
    format!("{} {direction}", length_of(length))
}

/// What a proposal comes on top of: `Ann moved day-2 15 minutes later 2 minutes ago; this comes on top.`
#[must_use]
pub fn on_top(recent: &Logged, now: Timestamp) -> String {
    let what = match &recent.entry {
        Entry::Slip { slip } => format!("moved {} {}", slip.day, by(slip.minutes)),
        _ => "changed the schedule".to_owned(),
    };
    let ago = now.duration_since(recent.at);
    let ago = match ago.as_mins() {
        ..1 => "just now".to_owned(),
        _ => format!("{} ago", length_of(ago)),
    };
    let name = recent.by.name.split('@').next().unwrap_or_default();
    format!("{} {what} {ago}; this comes on top.", plain(name))
}

struct Words<'a> {
    event: &'a Event,
    zone: TimeZone,
}

impl Words<'_> {
    fn headline(&self, proposal: &Proposal) -> String {
        let facts = &proposal.facts;
        let what = match &proposal.entry {
            Entry::Slip { slip } => {
                let day = self.event.day(&slip.day).map_or("", |day| &day.title);
                format!("{}, {}", plain(day), by(slip.minutes))
            }
            Entry::UndoSlip { number, .. } => format!("Without slip {number}"),
            _ => String::new(),
        };
        let people = match facts.people {
            1 => "1 person".to_owned(),
            people => format!("{people} people"),
        };
        format!(
            "{what}: {} and {}, {people} concerned.",
            count(facts.meetings.len(), "meeting", "meetings"),
            count(facts.cues.len(), "cue", "cues"),
        )
    }

    /// Meetings of one pattern at one time are one line.
    fn meetings(&self, moves: &[&MeetingMove]) -> Vec<(String, String)> {
        let mut together: BTreeMap<(Times, Times, Option<&MeetingPattern>), Vec<String>> =
            BTreeMap::new();
        for it in moves {
            let meeting = self.event.meeting(&it.meeting);
            let pattern = meeting.map(|meeting| &meeting.pattern);
            let titles = together.entry((it.after, it.before, pattern)).or_default();
            titles.push(self.title(&it.meeting));
        }
        let lines = together.into_iter().map(|((after, before, _), titles)| {
            let when = if before.start == after.start {
                let (start, end) = (self.time(before.start), self.time(before.end));
                format!("{start}–{end} → {}", self.time(after.end))
            } else {
                let (from, to) = (self.time(before.start), self.time(after.start));
                format!("{from} → {to}–{}", self.time(after.end))
            };
            (when, some(&titles))
        });
        lines.collect()
    }

    fn cue(&self, it: &CueMove) -> (String, String) {
        let when = format!("{} → {}", clock(&it.before), clock(&it.after));
        let to = count(it.recipients, "recipient", "recipients");
        (when, format!("{}, to {to}", it.cue))
    }

    fn stays(&self, stays: &[Stays]) -> Vec<(String, String)> {
        let why = |why: WhyStays| match why {
            WhyStays::Fixed => "fixed in the file",
            WhyStays::Detached => "run by hand",
            WhyStays::Elsewhere => "for other rooms, too",
        };
        let lines = stays.iter().map(|it| match it {
            Stays::Meeting { meeting, why: it } => format!("{}: {}", self.title(meeting), why(*it)),
            Stays::Cue { cue, why: it } => format!("{cue}: {}", why(*it)),
        });
        lines.map(|line| (String::new(), line)).collect()
    }

    fn warnings(&self, proposal: &Proposal) -> Vec<String> {
        let facts = &proposal.facts;
        let mut warnings = self.past(&facts.past);
        warnings.extend(facts.hosts.iter().map(|it| self.host(it)));
        let cohosts = facts.cohosts.iter().map(|it| {
            let (first, second) = (self.title(&it.first), self.title(&it.second));
            let (person, from) = (self.person(&it.person), self.time(it.from));
            format!("{person} co-hosts «{first}» and «{second}» at once, from {from} on.")
        });
        warnings.extend(cohosts);
        warnings.extend(facts.into.iter().map(|it| self.into(it)));
        warnings.extend(facts.short.iter().map(|it| {
            format!(
                "«{}» has {}, and the file asks for at least {}.",
                self.title(&it.meeting),
                length_of(it.lasts),
                length_of(it.least)
            )
        }));
        warnings.extend(facts.ends.iter().map(|it| {
            format!(
                "The day must be over at {}; «{}» ends at {}.",
                clock(&it.ends),
                self.title(&it.meeting),
                clock(&it.at)
            )
        }));
        warnings.extend(
            facts
                .reaches
                .iter()
                .map(|it| format!("It runs into «{}» of another day.", self.title(it))),
        );
        warnings
    }

    fn past(&self, past: &[Past]) -> Vec<String> {
        let mut starts = Vec::new();
        let mut warnings = Vec::new();
        let mut due = Vec::new();
        for it in past {
            match it {
                Past::Starts(meeting) => starts.push(self.title(meeting)),
                Past::Ends(meeting) => {
                    warnings.push(format!("«{}» would be over now.", self.title(meeting)));
                }
                Past::Due(cue) => due.push(cue.to_string()),
            }
        }
        if !starts.is_empty() {
            warnings.push(format!("{} would begin in the past.", some(&starts)));
        }
        if !due.is_empty() {
            warnings.push(match due.as_slice() {
                [one] => format!("{one} would be due in the past: it is held: go or skip."),
                several => format!(
                    "{} would be due in the past: they are held: go or skip.",
                    some(several)
                ),
            });
        }
        warnings
    }

    fn host(&self, it: &HostClash) -> String {
        let titles: Vec<String> = it.meetings.iter().map(|key| self.title(key)).collect();
        format!(
            "{} hosts {} meetings at once from {} on, and the file allows {}: {}.",
            it.host,
            it.meetings.len(),
            self.time(it.from),
            it.parallel,
            some(&titles)
        )
    }

    fn into(&self, it: &RunsInto) -> String {
        let rooms: Vec<String> = it
            .rooms
            .iter()
            .filter_map(|room| self.event.room(room))
            .map(|room| plain(&room.title))
            .collect();
        format!(
            "«{}» has {} until «{}» begins, for {}.",
            self.title(&it.meeting),
            length_of(it.left),
            self.title(&it.into),
            some(&rooms)
        )
    }

    fn title(&self, meeting: &MeetingKey) -> String {
        let found = self.event.meeting(meeting);
        plain(found.map_or(meeting.as_str(), |meeting| &meeting.title))
    }

    fn person(&self, person: &Email) -> String {
        let found = self.event.person(person);
        plain(found.map_or(person.as_str(), |person| &person.name))
    }

    fn time(&self, at: Timestamp) -> String {
        clock(&at.to_zoned(self.zone.clone()))
    }
}

/// The first, and how many others: `Team 1 - Breakout and 5 more`.
fn some(titles: &[String]) -> String {
    match titles {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, others @ ..] => format!("{one} and {} more", others.len()),
    }
}

fn length_of(length: SignedDuration) -> String {
    let minutes = length.as_mins();
    match (minutes / 60, minutes % 60) {
        (0, 1) => "1 minute".to_owned(),
        (0, minutes) => format!("{minutes} minutes"),
        (1, 0) => "an hour".to_owned(),
        (hours, 0) => format!("{hours} hours"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
