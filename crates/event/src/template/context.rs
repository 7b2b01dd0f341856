//! What a template may name.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Zoned;

use crate::model::{MeetingKey, Part, ScheduleFact};

/// Something that a template may name. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Field {
    /// A text.
    Words(Arc<str>),
    /// A title: a text that is no Markdown, and becomes none in a message.
    Title(Arc<str>),
    /// Several things with names of their own.
    Fields(Arc<Fields>),
    /// A meeting.
    Meeting(Arc<MeetingView>),
    /// What is filled in when the text is sent.
    Hole(Part),
    /// A name that means something elsewhere, but not here, and why.
    Refused(Arc<str>),
}

impl Field {
    /// A title.
    pub(crate) fn title(title: &str) -> Self {
        Self::Title(title.into())
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Words(text.into())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::Words(text.into())
    }
}

impl From<Fields> for Field {
    fn from(fields: Fields) -> Self {
        Self::Fields(Arc::new(fields))
    }
}

impl From<&Arc<Fields>> for Field {
    fn from(fields: &Arc<Fields>) -> Self {
        Self::Fields(Arc::clone(fields))
    }
}

/// Several named things: a team, a day.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    values: BTreeMap<String, Field>,
    /// Whether a name that is missing may be asked for (`{% if team.links.board %}`): the
    /// organiser's own fields need not be the same everywhere.
    open: bool,
}

impl Fields {
    /// Named things of which each is always there.
    pub(crate) fn new() -> Self {
        Self {
            values: BTreeMap::new(),
            open: false,
        }
    }

    /// Named things of which each may be missing.
    pub(crate) fn open() -> Self {
        Self {
            values: BTreeMap::new(),
            open: true,
        }
    }

    /// Adds one; `-` becomes `_`, as everywhere in templates.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Field>) -> Self {
        self.values.insert(plain(name), value.into());
        self
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Field> {
        self.values.get(name)
    }

    /// Whether a name that is missing may be asked for.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }
}

/// Whether what the schedule says of a meeting stands fast.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Times {
    /// It is written into the text: the text is part of what is set up from this file.
    #[default]
    Settled,
    /// It is left as a hole: the text is sent later, and the meeting may have moved by then.
    Open,
}

/// A meeting as templates see it. What Webex decides about it is left as a hole.
#[derive(Debug, Clone)]
pub(crate) struct MeetingView {
    pub(crate) key: MeetingKey,
    pub(crate) title: String,
    /// In the zone in which its times are shown.
    pub(crate) start: Zoned,
    pub(crate) end: Zoned,
    /// The day's own fields: id, title, date, weekday.
    pub(crate) day: Field,
}

impl MeetingView {
    pub(super) fn scheduled(&self, fact: ScheduleFact) -> Part {
        Part::Scheduled {
            meeting: self.key.clone(),
            fact,
            filters: Vec::new(),
        }
    }

    /// The day's fields as holes.
    pub(super) fn open_day(&self) -> Fields {
        let hole = |fact| Field::Hole(self.scheduled(fact));
        Fields::new()
            .with("id", hole(ScheduleFact::DayId))
            .with("title", hole(ScheduleFact::DayTitle))
            .with("date", hole(ScheduleFact::DayDate))
            .with("weekday", hole(ScheduleFact::DayWeekday))
    }
}

/// What can be said of a meeting, in the order in which we list it.
pub(super) const MEETING_FIELDS: [&str; 9] = [
    "join", "link", "password", "number", "title", "start", "end", "day", "date",
];

/// Everything that one rendering may name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    fields: BTreeMap<String, Field>,
    times: Times,
}

impl Context {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Whether what the schedule says stands fast; it does if nothing is said.
    pub(crate) fn times(self, times: Times) -> Self {
        Self { times, ..self }
    }

    /// Adds a name; `-` becomes `_`.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Field>) -> Self {
        self.fields.insert(plain(name), value.into());
        self
    }

    /// Adds a meeting under its pattern's name.
    pub(crate) fn with_meeting(mut self, name: &str, meeting: impl Into<Arc<MeetingView>>) -> Self {
        self.fields
            .insert(plain(name), Field::Meeting(meeting.into()));
        self
    }

    /// Adds a name that cannot be used here: no meeting of that name, several of them, or none
    /// in titles at all. The reason is a whole sentence without a full stop.
    pub(crate) fn with_ambiguous(mut self, name: &str, reason: impl AsRef<str>) -> Self {
        self.fields
            .insert(plain(name), Field::Refused(reason.as_ref().into()));
        self
    }

    /// Whether a name is that of a meeting of which something may still change.
    pub(super) fn may_change(&self, name: &str) -> bool {
        self.times == Times::Open && matches!(self.get(name), Some(Field::Meeting(_)))
    }

    pub(super) fn scheduled(&self) -> Times {
        self.times
    }

    /// The names that can be used, the plain ones before the meetings.
    pub(super) fn names(&self) -> Vec<&str> {
        let is_meeting = |field: &Field| matches!(field, Field::Meeting(_));
        let usable = || {
            self.fields
                .iter()
                .filter(|(_, field)| !matches!(field, Field::Refused(_)))
        };
        let plain = usable().filter(|(_, field)| !is_meeting(field));
        let meetings = usable().filter(|(_, field)| is_meeting(field));
        plain
            .chain(meetings)
            .map(|(name, _)| name.as_str())
            .collect()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Field> {
        self.fields.get(name)
    }
}

fn plain(name: &str) -> String {
    name.replace('-', "_")
}
