//! minijinja, with little of it switched on.

use std::collections::HashSet;
use std::io;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{StringInput, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use minijinja::{filters, tests};

use super::context::Context;
use super::holes::{self, Holes};
use super::objects::{Friendly, Group, Hole, Meeting, root};
use crate::filter::{Filter, LONGEST_OUTPUT};
use crate::markdown;
use crate::model::Text;

/// The one name under which a template is kept.
const NAME: &str = "text";

/// Steps and bytes that a rendering may use: a long message takes some hundreds.
const FUEL: u64 = 200_000;

/// The filters, with what they do.
pub(crate) const FILTERS: [(&str, &str); 7] = [
    ("capitalize", "first letter large, the others small"),
    (
        "default",
        "another text where there is none: `{{ team.links.board | default(\"soon\") }}`",
    ),
    ("lower", "small letters"),
    (
        "replace",
        "one text put in another's place: `{{ team.title | replace(\"Team\", \"Crew\") }}`",
    ),
    ("title", "first letter of each word large"),
    ("trim", "without white space around"),
    ("upper", "large letters"),
];

/// Reads a template.
pub(super) fn compile(text: &str) -> Result<Environment<'static>, Error> {
    let mut engine = Environment::empty();
    engine.set_auto_escape_callback(|_| AutoEscape::None);
    // Lenient in `{% if … %}` alone: names that cannot exist at all are refused there by our own
    // objects.
    engine.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    engine.set_formatter(write);
    engine.set_fuel(Some(FUEL));
    // Ranges of mistakes are known in debug mode only.
    engine.set_debug(true);
    // A condition on a line of its own leaves no empty line behind.
    engine.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    engine.set_recursion_limit(50);
    engine.add_filter("capitalize", |state: &State<'_, '_>, text: &Value| {
        filtered(state, text, Filter::Capitalize)
    });
    engine.add_filter("default", filters::default);
    engine.add_filter("lower", |state: &State<'_, '_>, text: &Value| {
        filtered(state, text, Filter::Lower)
    });
    engine.add_filter("replace", replace);
    engine.add_filter("title", |state: &State<'_, '_>, text: &Value| {
        filtered(state, text, Filter::Title)
    });
    engine.add_filter(
        "trim",
        |state: &State<'_, '_>, text: &Value, around: Option<String>| {
            filtered(state, text, Filter::Trim(around))
        },
    );
    engine.add_filter("upper", |state: &State<'_, '_>, text: &Value| {
        filtered(state, text, Filter::Upper)
    });
    engine.add_test("defined", tests::is_defined);
    engine.add_test("undefined", tests::is_undefined);
    engine.add_template_owned(NAME, text.to_owned())?;
    Ok(engine)
}

/// The names at the top of an expression.
pub(super) fn names(expression: &str) -> HashSet<String> {
    let engine = Environment::empty();
    let template = format!("{{{{ {expression} }}}}");
    let template = engine.template_from_str(&template);
    template
        .map(|template| template.undeclared_variables(false))
        .unwrap_or_default()
}

/// Fills a template in; `None` if a mark was changed in a way that only shows in the whole text.
pub(super) fn render(engine: &Environment<'_>, context: &Context) -> Result<Option<Text>, Error> {
    let mut capped = Capped(Vec::new());
    let holes = Holes::default();
    engine
        .get_template(NAME)?
        .render_captured_to(root(context, &holes), &mut capped)?;
    let text = String::from_utf8(capped.0);
    let text = text.map_err(|_| Error::new(ErrorKind::WriteFailure, "not a text"))?;
    Ok(holes.split(&text))
}

/// How every value is written: texts as they stand, holes as marks, anything else refused.
fn write(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if let Some(group) = value.downcast_object_ref::<Group>() {
        return Err(group.not_a_text().into_error());
    }
    if let Some(meeting) = value.downcast_object_ref::<Meeting>() {
        return Err(meeting.not_a_text().into_error());
    }
    if value.is_none() || value.is_undefined() {
        return Ok(());
    }
    match value.as_str() {
        Some(title) if value.is_safe() => write_text(out, &markdown::inert(title)),
        Some(text) => write_text(out, text),
        None => write_text(out, &value.to_string()),
    }
}

fn write_text(out: &mut Output<'_>, text: &str) -> Result<(), Error> {
    if let Some(path) = holes::first_no_text(text) {
        let message = format!("`{path}` is not a text");
        let hint = Some(format!("say which field of it, as in `{path}.title`").into());
        return Err(Friendly {
            message,
            hint,
            word: Some(path),
        }
        .into_error());
    }
    if !holes::whole(text) {
        return Err(changed_link().into_error());
    }
    out.write_str(text).map_err(Error::from)
}

/// The mistake of changing what is not known yet.
pub(super) fn changed_link() -> Friendly {
    Friendly {
        message: "a meeting's link, password or number is not known yet: no filter can change it"
            .to_owned(),
        hint: Some("write it alone, as in `{{ opening.join }}`".into()),
        word: None,
    }
}

/// What a filter makes of a value. One that is filled in later keeps the filter for then.
fn filtered(state: &State<'_, '_>, value: &Value, filter: Filter) -> Result<Value, Error> {
    if let Some(hole) = value.downcast_object_ref::<Hole>() {
        let hole = hole.filtered(filter);
        let hole = hole.ok_or_else(|| changed_link().into_error())?;
        return Ok(Value::from_object(hole));
    }
    let text = StringInput::new(state, value)?;
    if holes::marked(text.as_str()) {
        return Err(changed_link().into_error());
    }
    let made = filter.apply(text.as_str());
    let made = made.ok_or_else(|| Error::new(ErrorKind::OutOfFuel, "the text grows too long"))?;
    Ok(match value.is_safe() {
        true => Value::from_safe_string(made),
        false => Value::from(made),
    })
}

fn replace(state: &State<'_, '_>, value: &Value, from: String, to: String) -> Result<Value, Error> {
    if holes::marked(&from) || holes::marked(&to) {
        return Err(changed_link().into_error());
    }
    filtered(state, value, Filter::Replace { from, to })
}

/// Takes no more than a text may be long.
struct Capped(Vec<u8>);

impl io::Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST_OUTPUT {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
