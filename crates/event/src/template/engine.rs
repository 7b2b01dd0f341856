//! minijinja, with little of it switched on.

use std::borrow::Cow;
use std::io;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use minijinja::{filters, tests};

use super::context::{Context, Friendly, Group, Meeting};
use super::holes;

/// The one name under which a template is kept.
const NAME: &str = "text";

/// Steps and bytes that a rendering may use: a long message takes some hundreds.
const FUEL: u64 = 200_000;

/// Longest text that a template may become, in bytes.
pub(super) const LONGEST_OUTPUT: usize = 64 * 1024;

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
    engine.add_filter("capitalize", filters::capitalize);
    engine.add_filter("default", filters::default);
    engine.add_filter("lower", filters::lower);
    engine.add_filter("replace", replace);
    engine.add_filter("title", filters::title);
    engine.add_filter("trim", filters::trim);
    engine.add_filter("upper", filters::upper);
    engine.add_test("defined", tests::is_defined);
    engine.add_test("undefined", tests::is_undefined);
    engine.add_template_owned(NAME, text.to_owned())?;
    Ok(engine)
}

/// Fills a template in.
pub(super) fn render(engine: &Environment<'_>, context: &Context) -> Result<String, Error> {
    let mut capped = Capped(Vec::new());
    engine
        .get_template(NAME)?
        .render_captured_to(context.value(), &mut capped)?;
    String::from_utf8(capped.0).map_err(|_| Error::new(ErrorKind::WriteFailure, "not a text"))
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
        Some(text) => write_text(out, text),
        None => write_text(out, &value.to_string()),
    }
}

fn write_text(out: &mut Output<'_>, text: &str) -> Result<(), Error> {
    if let Some(path) = holes::first_no_text(text) {
        let message = format!("`{path}` is not a text");
        let hint = Some(format!("say which field of it, as in `{path}.title`"));
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
        hint: Some("write it alone, as in `{{ opening.join }}`".to_owned()),
        word: None,
    }
}

/// As minijinja's, but bounded: a chain of replacements could grow a text without end.
fn replace(text: Cow<'_, str>, from: &str, to: &str) -> Result<String, Error> {
    let grown = text
        .len()
        .saturating_add(text.matches(from).count().saturating_mul(to.len()));
    if grown > LONGEST_OUTPUT {
        return Err(Error::new(ErrorKind::OutOfFuel, "the text grows too long"));
    }
    Ok(text.replace(from, to))
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
