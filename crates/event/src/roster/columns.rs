//! Heading to columns: what the columns are called, in the languages our organisers speak.

use std::ops::Range;

use crate::diagnostics::{At, Diagnostics, did_you_mean};

use super::address::visible;
use super::cells::Record;

/// A column that means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Email,
    Name,
    FirstName,
    LastName,
    Team,
    Role,
    Language,
    Timezone,
}

/// What each column may be called, in lower case, with a space for any of space, `-` and `_`.
/// The first is the one that we write.
const NAMES: [(Column, &str); 8] = [
    (
        Column::Email,
        "email, e mail, mail, email address, e mail address, mail address, address, email \
         adresse, e mail adresse, mailadresse, courriel, adresse e mail, adresse email, \
         adresse mail, adresse courriel, adresse électronique, e mailadres, emailadres, email \
         adres, mailadres",
    ),
    (
        Column::Name,
        "name, full name, fullname, display name, displayname, person, vollständiger name, \
         anzeigename, nom, nom complet, naam, volledige naam",
    ),
    (
        Column::FirstName,
        "first name, firstname, given name, vorname, prénom, prenom, voornaam",
    ),
    (
        Column::LastName,
        "last name, lastname, surname, family name, nachname, familienname, nom de famille, \
         achternaam, familienaam",
    ),
    (
        Column::Team,
        "team, teams, mannschaft, équipe, equipe, équipes, ploeg, ploegen",
    ),
    (
        Column::Role,
        "role, roles, rolle, rollen, funktion, rôle, rôles, fonction, rol, functie, function",
    ),
    (
        Column::Language,
        "language, lang, languages, locale, sprache, langue, taal",
    ),
    (
        Column::Timezone,
        "timezone, time zone, tz, zeitzone, fuseau horaire, fuseau, tijdzone",
    ),
];

/// Words by which registration systems mark people who do not come, as [`plain`] writes them.
const NOT_COMING: &str = "refunded, declined, cancelled, canceled, waitlisted, wait listed, waitlist, \
                          waiting list, rejected, withdrawn, not attending, no show, abgesagt, \
                          storniert, warteliste, annulé, remboursé, geannuleerd, wachtlijst";

/// Which column stands where.
#[derive(Debug)]
pub(super) struct Columns {
    columns: Vec<Option<Column>>,
}

impl Columns {
    /// How many columns the heading has.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The cell of this column.
    pub(super) fn cell<'a>(&self, column: Column, record: &'a Record) -> Option<&'a At<String>> {
        let place = self
            .columns
            .iter()
            .position(|known| *known == Some(column))?;
        record.cells.get(place)
    }

    fn has(&self, column: Column) -> bool {
        self.columns.contains(&Some(column))
    }
}

/// Reads the heading; `None` if there are no addresses to be found under it.
pub(super) fn columns(heading: &Record, diagnostics: &mut Diagnostics) -> Option<Columns> {
    let mut columns = Columns {
        columns: Vec::new(),
    };
    let mut places: Vec<(Column, Range<usize>)> = Vec::new();
    for cell in &heading.cells {
        let column = known(&cell.value);
        match column.and_then(|column| places.iter().find(|(other, _)| *other == column)) {
            Some((_, first)) => {
                let message = format!("the column `{}` is there twice", visible(&cell.value));
                diagnostics
                    .error("people/column-twice", cell.span.clone(), message)
                    .hint("keep one of the two")
                    .related(first.clone(), "the first one");
                columns.columns.push(None);
                continue;
            }
            None => columns.columns.push(column),
        }
        places.extend(column.map(|column| (column, cell.span.clone())));
    }
    // Without any known column, the first line is no heading at all.
    if !places.is_empty() {
        let cells = heading.cells.iter();
        let strange = cells.filter(|cell| !cell.value.is_empty() && known(&cell.value).is_none());
        unknown(strange, diagnostics);
    }
    missing(&columns, heading, diagnostics).then_some(columns)
}

/// Notes that nothing but the known columns is read, where another says that people do not come.
pub(super) fn not_coming(columns: &Columns, lines: &[Record], diagnostics: &mut Diagnostics) {
    let marks = |cell: &At<String>| {
        let word = plain(&cell.value);
        NOT_COMING.split(", ").any(|it| it == word)
    };
    let marked = lines.iter().filter_map(|line| {
        let mut unread = line.cells.iter().zip(&columns.columns);
        let marked = unread.find(|(cell, column)| column.is_none() && marks(cell));
        marked.map(|(cell, _)| cell)
    });
    let marked: Vec<_> = marked.collect();
    let Some(first) = marked.first() else { return };
    let word = visible(&first.value);
    let message = match marked.len() {
        1 => format!("this line says `{word}`, in a column that is not read"),
        count => format!("{count} lines say `{word}` or the like, in a column that is not read"),
    };
    diagnostics
        .note("people/not-coming", first.span.clone(), message)
        .hint("they come in like everybody; take out the lines of those who are not to come");
}

fn known(heading: &str) -> Option<Column> {
    let plain = plain(heading);
    let is_one = |names: &str| names.split(", ").any(|name| name == plain);
    let known = NAMES.iter().find(|(_, names)| is_one(names));
    known.map(|(column, _)| *column)
}

/// Lower case, one space for whatever parts the words, no marks around them.
fn plain(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let words = lower.split(|c: char| c.is_whitespace() || "-_.:*()".contains(c));
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Notes columns that mean nothing: those that nearly do one by one, the others together.
fn unknown<'a>(cells: impl Iterator<Item = &'a At<String>>, diagnostics: &mut Diagnostics) {
    let mut note = |cell: &At<String>, message, hint| {
        let span = cell.span.clone();
        let found = diagnostics.note("people/column-unknown", span, message);
        found.hint(hint);
    };
    let mut others = Vec::new();
    for cell in cells {
        let names = NAMES.iter().flat_map(|(_, names)| names.split(", "));
        match did_you_mean(&plain(&cell.value), names) {
            Some(meant) => {
                let message = format!("the column `{}` is not read", visible(&cell.value));
                note(cell, message, meant);
            }
            None => others.push(cell),
        }
    }
    if let Some(first) = others.first() {
        let names = others.iter().map(|it| format!("`{}`", visible(&it.value)));
        let names = names.collect::<Vec<_>>().join(", ");
        let hint = "known columns are email, name, team, role, language, timezone; put fields of your \
                    own under `links:` of a team or group in the event file";
        note(first, format!("not read: {names}"), hint.into());
    }
}

/// What to rename: the columns whose headings have one of these words in them.
fn renamed(heading: &Record, words: &[&str], name: &str) -> Option<String> {
    let cells = heading.cells.iter();
    let like = cells.filter(|cell| words.iter().any(|word| plain(&cell.value).contains(word)));
    let like: Vec<_> = like
        .map(|cell| format!("`{}`", visible(&cell.value)))
        .collect();
    let hint = format!("rename {} to `{name}`, if it has them", like.join(" or "));
    (!like.is_empty()).then_some(hint)
}

/// Says which columns are missing, and whether the people can be read without.
fn missing(columns: &Columns, heading: &Record, diagnostics: &mut Diagnostics) -> bool {
    let whole = heading.span.clone();
    let has_email = columns.has(Column::Email);
    if !has_email {
        let hint = if heading.cells.iter().any(|cell| cell.value.contains('@')) {
            "the first line must name the columns, as in: email,name,team,role".to_owned()
        } else {
            renamed(heading, &["mail", "courriel"], "email")
                .unwrap_or_else(|| "name the column with the addresses `email`".to_owned())
        };
        let message = "there is no column with e-mail addresses";
        diagnostics
            .error("people/column-missing", whole.clone(), message)
            .hint(hint);
    }
    let named = [Column::Name, Column::FirstName, Column::LastName];
    let like_names = renamed(heading, &["name", "nom", "naam"], "name");
    if (has_email || like_names.is_some()) && !named.into_iter().any(|column| columns.has(column)) {
        let message = "there is no column with names";
        diagnostics
            .error("people/column-missing", whole, message)
            .hint(like_names.unwrap_or_else(|| {
                "name it `name`, or use two columns, `first name` and `last name`".to_owned()
            }));
        return false;
    }
    has_email
}
