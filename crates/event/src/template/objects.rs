//! What a template may name, as minijinja sees it.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, Value};

use crate::diagnostics::closest;
use crate::filter::Filter;
use crate::hint::Hint;
use crate::model::{MeetingFact, Part, ScheduleFact};

use super::context::{Context, Field, Fields, MEETING_FIELDS, MeetingView, Times};
use super::holes::{self, Holes};

/// A mistake in our own words, on its way through minijinja.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct Friendly {
    pub(super) message: String,
    pub(super) hint: Option<Hint>,
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

/// What every object of one rendering needs.
#[derive(Debug, Clone)]
struct Scope {
    times: Times,
    holes: Holes,
}

impl Scope {
    fn value(&self, field: &Field, path: &str) -> Value {
        let path = path.to_owned();
        match field {
            Field::Words(words) => Value::from(Arc::clone(words)),
            // The engine keeps a mark beside a text that it is safe. Nothing else here needs that mark, so
            // it stands for the texts of others, which are made inert when they are written.
            Field::Title(title) if self.times == Times::Open => {
                Value::from_safe_string(title.to_string())
            }
            Field::Title(title) => Value::from(Arc::clone(title)),
            Field::Fields(fields) => Value::from_object(Group {
                path,
                fields: Arc::clone(fields),
                scope: self.clone(),
            }),
            Field::Meeting(meeting) => Value::from_object(Meeting {
                path,
                view: Arc::clone(meeting),
                scope: self.clone(),
            }),
            Field::Hole(part) => self.hole(part.clone()),
            Field::Refused(reason) => refused(&path, reason).into_value(),
        }
    }

    fn hole(&self, part: Part) -> Value {
        Value::from_object(Hole {
            part,
            holes: self.holes.clone(),
        })
    }
}

/// The context as minijinja sees it. What waits is noted in `holes`.
pub(super) fn root(context: &Context, holes: &Holes) -> Value {
    let scope = Scope {
        times: context.scheduled(),
        holes: holes.clone(),
    };
    Value::from_object(Root(context.clone(), scope))
}

fn refused(path: &str, reason: &str) -> Friendly {
    let word = Some(path.to_owned());
    Friendly {
        message: format!("`{path}` cannot be used here: {reason}"),
        hint: Some(
            "write it only where it means exactly one thing: leave it out, or send this text \
             elsewhere"
                .into(),
        ),
        word,
    }
}

/// No such name beside the known ones.
fn unknown(word: &str, message: String, known: &[&str], list: String) -> Friendly {
    let hint = match closest(word, known.iter().copied()) {
        Some(meant) => {
            let sentence = format!("did you mean `{meant}`?");
            Hint::instead(sentence, meant)
                .of(word)
                .and(&format!(" {list}"))
        }
        None => list.into(),
    };
    Friendly {
        message,
        hint: Some(hint),
        word: Some(word.to_owned()),
    }
}

/// `a, b and c` of names in backquotes, cut where it gets too long to read.
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
struct Root(Context, Scope);

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        if let Some(field) = self.0.get(name) {
            return Some(self.1.value(field, name));
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
    scope: Scope,
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
            hint: Some(hint.into()),
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
            return Some(self.scope.value(field, &path));
        }
        (!self.fields.is_open()).then(|| missing(&self.path, name, &self.fields).into_value())
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
    view: Arc<MeetingView>,
    scope: Scope,
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
            hint: Some(hint.into()),
            word: Some(path.clone()),
        }
    }

    /// A fact that Webex decides.
    fn decided(&self, fact: MeetingFact) -> Value {
        let meeting = self.view.key.clone();
        self.scope.hole(Part::Meeting { meeting, fact })
    }

    /// What the schedule says.
    fn scheduled(&self, fact: ScheduleFact, settled: impl FnOnce(&MeetingView) -> String) -> Value {
        match self.scope.times {
            Times::Settled => Value::from(settled(&self.view)),
            Times::Open => self.scope.hole(self.view.scheduled(fact)),
        }
    }

    fn day(&self) -> Value {
        let path = format!("{}.day", self.path);
        match self.scope.times {
            Times::Settled => self.scope.value(&self.view.day, &path),
            Times::Open => self.scope.value(&self.view.open_day().into(), &path),
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
        Some(match name {
            "link" => self.decided(MeetingFact::Link),
            "password" => self.decided(MeetingFact::Password),
            "join" => self.decided(MeetingFact::Join),
            "number" => self.decided(MeetingFact::Number),
            "title" => self.scheduled(ScheduleFact::Title, |view| view.title.clone()),
            "start" => self.scheduled(ScheduleFact::Start, |view| {
                view.start.strftime("%H:%M").to_string()
            }),
            "end" => self.scheduled(ScheduleFact::End, |view| {
                view.end.strftime("%H:%M").to_string()
            }),
            "date" => self.scheduled(ScheduleFact::Date, |view| view.start.date().to_string()),
            "day" => self.day(),
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

/// What is filled in when the text is sent. Not a text on purpose: it has no length, no letters,
/// no cases.
#[derive(Debug)]
pub(super) struct Hole {
    part: Part,
    holes: Holes,
}

impl Hole {
    /// The hole with one more filter; `None` if no filter can wait for what it waits for.
    pub(super) fn filtered(&self, filter: Filter) -> Option<Self> {
        let mut part = self.part.clone();
        let Part::Scheduled { filters, .. } = &mut part else {
            return None;
        };
        filters.push(filter);
        let holes = self.holes.clone();
        Some(Self { part, holes })
    }
}

impl Object for Hole {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.holes.mark(&self.part))
    }
}
