//! Heading to columns: what the columns are called, in the languages our organisers speak.

use std::ops::Range;

use crate::diagnostic::Source;
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
const NAMES: [(Column, &[&str]); 8] = [
    (
        Column::Email,
        &[
            "email",
            "e mail",
            "mail",
            "email address",
            "e mail address",
            "mail address",
            "address",
            "email adresse",
            "e mail adresse",
            "mailadresse",
            "courriel",
            "adresse e mail",
            "adresse email",
            "adresse mail",
            "adresse courriel",
            "adresse électronique",
            "e mailadres",
            "emailadres",
            "email adres",
            "mailadres",
        ],
    ),
    (
        Column::Name,
        &[
            "name",
            "full name",
            "fullname",
            "display name",
            "displayname",
            "person",
            "vollständiger name",
            "anzeigename",
            "nom",
            "nom complet",
            "naam",
            "volledige naam",
        ],
    ),
    (
        Column::FirstName,
        &[
            "first name",
            "firstname",
            "given name",
            "vorname",
            "prénom",
            "prenom",
            "voornaam",
        ],
    ),
    (
        Column::LastName,
        &[
            "last name",
            "lastname",
            "surname",
            "family name",
            "nachname",
            "familienname",
            "nom de famille",
            "achternaam",
            "familienaam",
        ],
    ),
    (
        Column::Team,
        &[
            "team",
            "teams",
            "mannschaft",
            "équipe",
            "equipe",
            "équipes",
            "ploeg",
            "ploegen",
        ],
    ),
    (
        Column::Role,
        &[
            "role", "roles", "rolle", "rollen", "funktion", "rôle", "rôles", "fonction", "rol",
            "functie", "function",
        ],
    ),
    (
        Column::Language,
        &[
            "language",
            "lang",
            "languages",
            "locale",
            "sprache",
            "langue",
            "taal",
        ],
    ),
    (
        Column::Timezone,
        &[
            "timezone",
            "time zone",
            "tz",
            "zeitzone",
            "fuseau horaire",
            "fuseau",
            "tijdzone",
        ],
    ),
];

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
pub(super) fn columns(
    heading: &Record,
    source: &Source,
    diagnostics: &mut Diagnostics,
) -> Option<Columns> {
    let mut columns = Columns {
        columns: Vec::new(),
    };
    let mut places: Vec<(Column, Range<usize>)> = Vec::new();
    for cell in &heading.cells {
        let column = known(&cell.value);
        match column.and_then(|column| places.iter().find(|(other, _)| *other == column)) {
            Some((_, first)) => {
                diagnostics
                    .error(
                        "people/column-twice",
                        source,
                        cell.span.clone(),
                        format!("the column `{}` is there twice", visible(&cell.value)),
                    )
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
        for cell in heading
            .cells
            .iter()
            .filter(|cell| known(&cell.value).is_none())
        {
            unknown(cell, source, diagnostics);
        }
    }
    missing(&columns, heading, source, diagnostics).then_some(columns)
}

fn known(heading: &str) -> Option<Column> {
    let plain = plain(heading);
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&plain.as_str()))
        .map(|(column, _)| *column)
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

fn unknown(cell: &At<String>, source: &Source, diagnostics: &mut Diagnostics) {
    if cell.value.is_empty() {
        return;
    }
    let names = NAMES.iter().flat_map(|(_, names)| names.iter().copied());
    let hint = match did_you_mean(&plain(&cell.value), names) {
        Some(meant) => meant.and(" As it is, the column is left out"),
        None => "it is left out; known columns are email, name, team, role, language, timezone; \
                 put fields of your own under `links:` of a team or group in the event file"
            .into(),
    };
    diagnostics
        .note(
            "people/column-unknown",
            source,
            cell.span.clone(),
            format!(
                "the column `{}` means nothing to Showcaller",
                visible(&cell.value)
            ),
        )
        .hint(hint);
}

/// Says which columns are missing, and whether the people can be read without.
fn missing(
    columns: &Columns,
    heading: &Record,
    source: &Source,
    diagnostics: &mut Diagnostics,
) -> bool {
    let whole = heading.span.clone();
    let has_email = columns.has(Column::Email);
    if !has_email {
        let hint = if heading.cells.iter().any(|cell| cell.value.contains('@')) {
            "the first line must name the columns, as in: email,name,team,role"
        } else {
            "name the column with the addresses `email`"
        };
        diagnostics
            .error(
                "people/column-missing",
                source,
                whole.clone(),
                "there is no column with e-mail addresses",
            )
            .hint(hint);
    }
    let named = [Column::Name, Column::FirstName, Column::LastName];
    if has_email && !named.into_iter().any(|column| columns.has(column)) {
        diagnostics
            .error(
                "people/column-missing",
                source,
                whole,
                "there is no column with names",
            )
            .hint("name it `name`, or use two columns, `first name` and `last name`");
        return false;
    }
    has_email
}
