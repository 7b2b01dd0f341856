//! Templates of the file, what they may name, and where their mistakes stand.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use minijinja::Environment;

use super::concerns::Concerns;
use super::frame::{Frame, Part};
use super::select::Owner;
use crate::diagnostics::{At, Diagnostics};
use crate::grammar::Pattern;
use crate::language::Language;
use crate::model::{Meeting, Room, Text};
use crate::template::{Context, Field, Fields, MeetingView, Template, TemplateError, Times};
use crate::yaml::source_span;

/// A template, read.
pub(super) struct Written {
    template: Template,
    text: String,
    span: Range<usize>,
    /// The names that it uses.
    wants: HashSet<String>,
}

impl Written {
    /// Whether it names this.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.wants.contains(name)
    }
}

impl Frame<'_> {
    /// Reads a template; its mistakes are said where they stand.
    pub(super) fn written(
        &self,
        text: &At<Pattern>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Written> {
        match Template::parse(&text.value.0) {
            Ok(template) => Some(Written {
                wants: if template.is_plain() {
                    HashSet::new()
                } else {
                    wanted(&text.value.0)
                },
                template,
                text: text.value.0.clone(),
                span: text.span.clone(),
            }),
            Err(error) => {
                self.mistake(&text.value.0, &text.span, &error, "", diagnostics);
                None
            }
        }
    }

    /// Fills in a template that may not wait for Webex: a title, an agenda.
    pub(super) fn words(
        &self,
        written: &Written,
        context: &Context,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        match written.template.words(context) {
            Ok(words) => Some(words),
            Err(error) => {
                self.mistake(&written.text, &written.span, &error, "", diagnostics);
                None
            }
        }
    }

    /// Says what is wrong with a template; `tail` is added to the message.
    fn mistake(
        &self,
        text: &str,
        span: &Range<usize>,
        error: &TemplateError,
        tail: &str,
        diagnostics: &mut Diagnostics,
    ) {
        let place = source_span(&self.source.text, span, text, &error.offset);
        diagnostics
            .error("template", place, format!("{}{tail}", error.message))
            .hint_if(error.hint.clone());
    }

    /// The names that every template may use, for one team or group and one day, in the language of
    /// the event.
    pub(super) fn context(&self, owner: Owner, day: Option<usize>) -> Context {
        self.context_in(self.language(), owner, day)
    }

    fn context_in(&self, language: Language, owner: Owner, day: Option<usize>) -> Context {
        let context = Context::new().with("event", &self.event);
        let context = match owner {
            Owner::Team(team) => context.with("team", &self.teams[team].fields),
            _ => context.with_ambiguous("team", "this is not made for one team"),
        };
        let context = match owner {
            Owner::Group(group) => context.with("group", &self.groups[group].fields),
            _ => context.with_ambiguous("group", "this is not made for one group"),
        };
        match day {
            Some(day) => context.with("day", self.days[day].fields(language)),
            None => context.with_ambiguous("day", "this is not made for one day"),
        }
    }
}

/// The names at the top of a template.
fn wanted(text: &str) -> HashSet<String> {
    let engine = Environment::empty();
    let template = engine.template_from_str(text);
    template
        .map(|template| template.undeclared_variables(false))
        .unwrap_or_default()
}

/// Who gets a text: a room, or a person in private, each by its place in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Reader {
    Room(usize),
    Person(usize),
}

/// What rooms and people can be told: the rooms, and the meetings of each.
pub(super) struct Told<'a> {
    pub(super) rooms: &'a [Room],
    pub(super) meetings: &'a [Meeting],
    /// Of each room: the places of its meetings, by pattern.
    own: Vec<HashMap<&'a str, Vec<usize>>>,
    views: Vec<Arc<MeetingView>>,
    patterns: Vec<String>,
    owners: Vec<Owner>,
    fields: Vec<Arc<Fields>>,
    /// Entries of which meetings may be missing for a reason that was given.
    broken: HashSet<String>,
    /// Made when the first person is told something.
    concerns: OnceCell<Concerns<'a>>,
}

impl<'a> Told<'a> {
    pub(super) fn new(
        frame: &Frame<'_>,
        rooms: &'a [Room],
        meetings: &'a [Meeting],
        broken: HashSet<String>,
    ) -> Self {
        let mut own = vec![HashMap::<&str, Vec<usize>>::new(); rooms.len()];
        let places: HashMap<_, _> = rooms
            .iter()
            .enumerate()
            .map(|(place, room)| (&room.key, place))
            .collect();
        for (number, meeting) in meetings.iter().enumerate() {
            for room in meeting.rooms.iter().filter_map(|room| places.get(room)) {
                own[*room]
                    .entry(meeting.pattern.as_str())
                    .or_default()
                    .push(number);
            }
        }
        let declared = frame
            .file
            .meetings
            .iter()
            .flat_map(|meetings| &meetings.value.entries);
        Self {
            rooms,
            meetings,
            broken,
            concerns: OnceCell::new(),
            own,
            views: meetings
                .iter()
                .map(|meeting| view(frame, meeting))
                .collect(),
            patterns: declared.map(|entry| entry.id.value.clone()).collect(),
            owners: rooms.iter().map(|room| owner(frame, room)).collect(),
            fields: rooms
                .iter()
                .map(|room| {
                    let fields = Fields::new()
                        .with("id", room.key.as_str())
                        .with("title", Field::title(&room.title));
                    Arc::new(fields)
                })
                .collect(),
        }
    }

    /// The meetings of this pattern that a reader hears of, on one day or on all.
    pub(super) fn own(
        &self,
        frame: &Frame<'_>,
        reader: Reader,
        pattern: &str,
        day: Option<&str>,
    ) -> Vec<usize> {
        let of_room = |room: usize| self.own[room].get(pattern).map_or(&[][..], Vec::as_slice);
        let mut own = match reader {
            Reader::Room(room) => of_room(room).to_vec(),
            Reader::Person(person) => {
                let new = || Concerns::new(self.rooms, self.meetings);
                let concerns = self.concerns.get_or_init(new);
                let person = &frame.people.list[person].email;
                concerns.own(person, pattern, of_room)
            }
        };
        own.retain(|number| day.is_none_or(|day| self.meetings[*number].day.as_str() == day));
        own
    }

    /// Whether meetings of this entry may be missing for a reason that was given already.
    pub(super) fn is_broken(&self, pattern: &str) -> bool {
        self.broken.contains(pattern)
    }

    /// Whether a text that uses `team` or `group`, or meetings that the room has none of, makes
    /// sense in this room.
    pub(super) fn concerns(&self, room: usize, written: &Written) -> bool {
        let owner = self.owners[room];
        let fits = |name: &str, good: bool| good || !written.wants(name);
        fits("team", matches!(owner, Owner::Team(_)))
            && fits("group", matches!(owner, Owner::Group(_)))
            && self.patterns.iter().all(|pattern| {
                fits(
                    &pattern.replace('-', "_"),
                    self.own[room].contains_key(pattern.as_str()),
                )
            })
    }

    /// Fills a text of this language in for each of these readers. A mistake is said once, with those
    /// for whom it shows.
    pub(super) fn fill(
        &self,
        frame: &Frame<'_>,
        written: &Written,
        readers: &BTreeSet<Reader>,
        (language, day, times): (Language, Option<usize>, Times),
        diagnostics: &mut Diagnostics,
    ) -> Vec<(Reader, Text)> {
        let mut filled = Vec::with_capacity(readers.len());
        let mut mistakes: Vec<(TemplateError, Vec<Reader>)> = Vec::new();
        for reader in readers {
            let render = |all| {
                let context = self.context(frame, (language, *reader, day), written, all);
                written.template.render(&context.times(times))
            };
            // With all names at hand, the hint is better; that is dear, so only after a mistake.
            let rendered = render(false).or_else(|_| render(true));
            match rendered {
                Ok(text) => filled.push((*reader, text)),
                Err(error) => match mistakes.iter_mut().find(|(known, _)| *known == error) {
                    Some((_, places)) => places.push(*reader),
                    None => mistakes.push((error, vec![*reader])),
                },
            }
        }
        if self
            .broken
            .iter()
            .any(|pattern| written.wants(&pattern.replace('-', "_")))
        {
            return filled;
        }
        for (mut error, places) in mistakes {
            // What would be right there would be wrong where it is filled in already.
            if !filled.is_empty() {
                error.hint = error.hint.filter(|hint| hint.proposal().is_none());
            }
            let people = places.iter().any(|to| matches!(to, Reader::Person(_)));
            let tail = match places.len() == readers.len() && readers.len() > 1 {
                true if people => " (for everybody who gets this)".to_owned(),
                true => " (in every room that gets this)".to_owned(),
                false if people => format!(" (for {})", self.names(frame, &places)),
                false => format!(" (in {})", self.names(frame, &places)),
            };
            frame.mistake(&written.text, &written.span, &error, &tail, diagnostics);
        }
        filled
    }

    /// The readers by name, the first few of many.
    pub(super) fn names(&self, frame: &Frame<'_>, readers: &[Reader]) -> String {
        const MOST: usize = 6;
        let names: Vec<_> = readers
            .iter()
            .map(|reader| match reader {
                Reader::Room(room) => self.rooms[*room].key.as_str(),
                Reader::Person(person) => frame.people.list[*person].email.as_str(),
            })
            .collect();
        let what = match readers.first() {
            Some(Reader::Room(_)) => " rooms",
            _ => "",
        };
        let more = names.len().saturating_sub(MOST);
        match more {
            0 => names.join(", "),
            _ => format!("{} and {more} more{what}", names[..MOST].join(", ")),
        }
    }

    fn context(
        &self,
        frame: &Frame<'_>,
        (language, reader, day): (Language, Reader, Option<usize>),
        written: &Written,
        all: bool,
    ) -> Context {
        let mut context = match reader {
            Reader::Room(room) => {
                let mut context = frame.context_in(language, self.owners[room], day);
                if let Owner::Nobody = self.owners[room] {
                    context = context
                        .with_ambiguous("team", "this room belongs to no team")
                        .with_ambiguous("group", "this room belongs to no group");
                }
                context.with("room", &self.fields[room])
            }
            Reader::Person(person) => {
                let (owner, why) = frame.team_of(person);
                let context = frame.context_in(language, owner, day);
                match owner {
                    Owner::Nobody => context.with_ambiguous("team", why),
                    _ => context,
                }
                .with_ambiguous("group", "a message in private is not for a group")
                .with_ambiguous("room", "a message in private is in no room")
            }
        };
        let day = day.map(|day| frame.days[day].id.as_str());
        for pattern in &self.patterns {
            if !all && !written.wants(&pattern.replace('-', "_")) {
                continue;
            }
            let own = self.own(frame, reader, pattern, day);
            context = match own.as_slice() {
                [one] => context.with_meeting(pattern, Arc::clone(&self.views[*one])),
                several => {
                    let why = not_one(reader, pattern, several.len(), day);
                    context.with_ambiguous(pattern, why)
                }
            };
        }
        context
    }
}

/// Why a meeting's name means nothing here.
pub(super) fn not_one(reader: Reader, pattern: &str, count: usize, day: Option<&str>) -> String {
    let when = day.map_or_else(String::new, |day| format!(" on `{day}`"));
    let who = match reader {
        Reader::Room(_) => "this room",
        Reader::Person(_) => "this person",
    };
    match count {
        0 => format!("{who} has no meeting `{pattern}`{when}"),
        _ => format!("{who} has {count} meetings `{pattern}`{when}"),
    }
}

fn view(frame: &Frame<'_>, meeting: &Meeting) -> Arc<MeetingView> {
    let day = match frame.parts.get(meeting.day.as_str()) {
        Some(Part::Day(day)) => Field::from(frame.days[*day].fields(frame.language())),
        _ => Field::from(meeting.day.as_str()),
    };
    Arc::new(MeetingView {
        key: meeting.key.clone(),
        title: meeting.title.clone(),
        start: meeting.start.clone(),
        end: meeting.end.clone(),
        day,
    })
}

fn owner(frame: &Frame<'_>, room: &Room) -> Owner {
    let team = room
        .team
        .as_ref()
        .and_then(|team| frame.parts.get(team.as_str()));
    let group = room
        .group
        .as_ref()
        .and_then(|group| frame.parts.get(group.as_str()));
    match (team, group) {
        (Some(Part::Team(team)), _) => Owner::Team(*team),
        (_, Some(Part::Group(group))) => Owner::Group(*group),
        _ => Owner::Nobody,
    }
}
