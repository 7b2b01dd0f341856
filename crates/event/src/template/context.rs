//! What a template may name.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Zoned;
use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, Value};

use crate::diagnostics::closest;
use crate::model::{MeetingFact, MeetingKey};

use super::holes;

/// Something that a template may name. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Field {
    /// A text.
    Words(Arc<str>),
    /// Several things with names of their own.
    Fields(Arc<Fields>),
    /// A meeting of the context, by number.
    Meeting(usize, Arc<MeetingView>),
    /// A name that means something elsewhere, but not here, and why.
    Refused(Arc<str>),
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

/// What can be said of a meeting, in the order in which we list it.
pub(super) const MEETING_FIELDS: [&str; 9] = [
    "join", "link", "password", "number", "title", "start", "end", "day", "date",
];

/// Everything that one rendering may name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    fields: BTreeMap<String, Field>,
    meetings: Vec<MeetingKey>,
}

impl Context {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a name; `-` becomes `_`.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Field>) -> Self {
        self.fields.insert(plain(name), value.into());
        self
    }

    /// Adds a meeting under its pattern's name.
    pub(crate) fn with_meeting(mut self, name: &str, meeting: impl Into<Arc<MeetingView>>) -> Self {
        let meeting = meeting.into();
        let number = self.meetings.len();
        self.meetings.push(meeting.key.clone());
        self.fields
            .insert(plain(name), Field::Meeting(number, meeting));
        self
    }

    /// Adds a name that cannot be used here: no meeting of that name, several of them, or none
    /// in titles at all. The reason is a whole sentence without a full stop.
    pub(crate) fn with_ambiguous(mut self, name: &str, reason: impl AsRef<str>) -> Self {
        self.fields
            .insert(plain(name), Field::Refused(reason.as_ref().into()));
        self
    }

    pub(super) fn meetings(&self) -> &[MeetingKey] {
        &self.meetings
    }

    /// The names that can be used, the plain ones before the meetings.
    pub(super) fn names(&self) -> Vec<&str> {
        let is_meeting = |field: &Field| matches!(field, Field::Meeting(..));
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

    /// As minijinja sees it.
    pub(super) fn value(&self) -> Value {
        Value::from_object(Root(self.clone()))
    }
}

fn plain(name: &str) -> String {
    name.replace('-', "_")
}

/// A mistake in our own words, on its way through minijinja.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub(super) struct Friendly {
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// The word that is to blame, to point at it rather than at the whole expression.
    pub(super) word: Option<String>,
}

impl Friendly {
    pub(super) fn into_error(self) -> Error {
        Error::new(ErrorKind::InvalidOperation, "").with_source(self)
    }

    fn into_value(self) -> Value {
        self.into_error().into()
    }
}

impl Field {
    fn value(&self, path: &str) -> Value {
        match self {
            Field::Words(words) => Value::from(Arc::clone(words)),
            Field::Fields(fields) => Value::from_object(Group {
                path: path.to_owned(),
                fields: Arc::clone(fields),
            }),
            Field::Meeting(number, meeting) => Value::from_object(Meeting {
                path: path.to_owned(),
                number: *number,
                view: Arc::clone(meeting),
            }),
            Field::Refused(reason) => refused(path, reason).into_value(),
        }
    }
}

fn refused(path: &str, reason: &str) -> Friendly {
    let word = Some(path.to_owned());
    Friendly {
        message: format!("`{path}` cannot be used here: {reason}"),
        hint: Some(
            "write it only where it means exactly one thing: leave it out, or send this text to \
             other rooms"
                .to_owned(),
        ),
        word,
    }
}

/// No such name beside the known ones.
fn unknown(word: &str, message: String, known: &[&str], list: String) -> Friendly {
    let hint = match closest(word, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? {list}"),
        None => list,
    };
    Friendly {
        message,
        hint: Some(hint),
        word: Some(word.to_owned()),
    }
}

/// `a, b and c` of names in backquotes, cut where nobody reads on.
pub(super) fn list(names: &[&str]) -> String {
    const MOST: usize = 12;
    let quoted: Vec<_> = names
        .iter()
        .take(MOST)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = names.len().saturating_sub(MOST);
    match (quoted.split_last(), more) {
        (None, _) => "nothing".to_owned(),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, rest)), 0) => format!("{} and {last}", rest.join(", ")),
        _ => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// The names at the top.
#[derive(Debug)]
struct Root(Context);

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        if let Some(field) = self.0.get(name) {
            return Some(field.value(name));
        }
        let known = self.0.names();
        let list = format!("Known here: {}", list(&known));
        Some(unknown(name, format!("`{name}` is not known here"), &known, list).into_value())
    }
}

/// Several named things.
#[derive(Debug)]
pub(super) struct Group {
    path: String,
    fields: Arc<Fields>,
}

impl Group {
    /// What to say if it is shown as if it were a text.
    pub(super) fn not_a_text(&self) -> Friendly {
        let names: Vec<_> = self.fields.names().collect();
        let path = &self.path;
        let hint = match names.first() {
            Some(first) => format!("say which, as in `{path}.{first}`. It has {}", list(&names)),
            None => "it has no fields".to_owned(),
        };
        Friendly {
            message: format!("`{path}` is not a text"),
            hint: Some(hint),
            word: Some(path.clone()),
        }
    }
}

impl Object for Group {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        let path = format!("{}.{name}", self.path);
        if let Some(field) = self.fields.get(name) {
            return Some(field.value(&path));
        }
        (!self.fields.open).then(|| missing(&self.path, name, &self.fields).into_value())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&holes::no_text(&self.path))
    }
}

/// A field that is not there.
pub(super) fn missing(path: &str, name: &str, fields: &Fields) -> Friendly {
    let known: Vec<_> = fields.names().collect();
    let list = format!("`{path}` has {}", list(&known));
    unknown(name, format!("`{path}` has no `{name}`"), &known, list)
}

/// A meeting.
#[derive(Debug)]
pub(super) struct Meeting {
    path: String,
    number: usize,
    view: Arc<MeetingView>,
}

impl Meeting {
    pub(super) fn not_a_text(&self) -> Friendly {
        let path = &self.path;
        let message = format!("`{path}` is a meeting, not a text");
        let hint = format!(
            "`{path}.join` is its link and password together; it has {}",
            list(&MEETING_FIELDS)
        );
        Friendly {
            message,
            hint: Some(hint),
            word: Some(path.clone()),
        }
    }
}

impl Object for Meeting {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        let hole = |fact| {
            Value::from_object(Hole {
                meeting: self.number,
                fact,
            })
        };
        let view = &self.view;
        Some(match name {
            "link" => hole(MeetingFact::Link),
            "password" => hole(MeetingFact::Password),
            "join" => hole(MeetingFact::Join),
            "number" => hole(MeetingFact::Number),
            "title" => Value::from(view.title.as_str()),
            "start" => Value::from(view.start.strftime("%H:%M").to_string()),
            "end" => Value::from(view.end.strftime("%H:%M").to_string()),
            "date" => Value::from(view.start.date().to_string()),
            "day" => view.day.value(&format!("{}.day", self.path)),
            _ => {
                let path = &self.path;
                let list = format!("A meeting has {}", list(&MEETING_FIELDS));
                unknown(
                    name,
                    format!("`{path}` has no `{name}`"),
                    &MEETING_FIELDS,
                    list,
                )
                .into_value()
            }
        })
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&holes::no_text(&self.path))
    }
}

/// A fact that waits for Webex. Not a text on purpose: it has no length, no letters, no cases.
#[derive(Debug)]
pub(super) struct Hole {
    meeting: usize,
    fact: MeetingFact,
}

impl Object for Hole {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&holes::mark(self.meeting, self.fact))
    }
}
