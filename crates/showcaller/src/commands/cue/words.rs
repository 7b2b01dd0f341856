//! Words of an operator that no cue has, filled in for each recipient.

use showcaller_engine::cues::Show;
use showcaller_event::model::{Cue, CueRecipient, DayId};
use showcaller_event::{Diagnostic, Event, NewMessage, Unfilled};
use showcaller_render::calling::Previewed;
use showcaller_show::Said;

use crate::exit::{Failure, Result};
use crate::session::Calling;

/// For whom words are, as on the command line.
pub(crate) struct Whom {
    rooms: Vec<String>,
    people: Vec<String>,
}

impl Whom {
    /// Reads `team rooms`, `room/team-1`, `coach of team-1`, `person/ann@example.com`: a role, unless a
    /// room has that name, is people.
    pub(crate) fn of(event: &Event, to: &[String], to_people: &[String]) -> Self {
        let mut whom = Self {
            rooms: Vec::new(),
            people: to_people.iter().map(|it| person(it)).collect(),
        };
        for selector in to.iter().map(|it| it.trim()) {
            match selector.strip_prefix("room/") {
                Some(room) => whom.rooms.push(room.to_owned()),
                None if selector.contains('@') || is_role(event, selector) => {
                    whom.people.push(person(selector))
                }
                None => whom.rooms.push(selector.to_owned()),
            }
        }
        whom
    }

    pub(crate) fn of_recipients<'r>(recipients: impl Iterator<Item = &'r CueRecipient>) -> Self {
        let mut whom = Self {
            rooms: Vec::new(),
            people: Vec::new(),
        };
        for recipient in recipients {
            match recipient {
                CueRecipient::Room(room) => whom.rooms.push(room.to_string()),
                CueRecipient::Person(person) => whom.people.push(person.to_string()),
            }
        }
        whom
    }
}

/// Whether it begins with a role that a person has, and no room is called so.
fn is_role(event: &Event, selector: &str) -> bool {
    let base = selector.split(" of ").next().unwrap_or(selector);
    let is = |name: &str| name.eq_ignore_ascii_case(base);
    let mut rooms = event.rooms.iter();
    let is_room = rooms.any(|room| is(room.key.as_str()) || is(room.pattern.as_str()));
    let mut people = event.people.iter();
    !is_room && people.any(|person| person.roles.iter().any(|role| is(role.as_str())))
}

fn person(selector: &str) -> String {
    let selector = selector.trim();
    selector
        .strip_prefix("person/")
        .unwrap_or(selector)
        .to_owned()
}

/// Reads words as the file's grammar has them, with its selectors and templates.
pub(crate) async fn read(
    calling: &Calling,
    whom: &Whom,
    day: Option<&DayId>,
    say: &str,
) -> Result<Cue> {
    if say.trim().is_empty() {
        return Err(Failure::usage("there is nothing to be said"));
    }
    let new = NewMessage {
        to: &whom.rooms,
        to_people: &whom.people,
        day: day.map(DayId::as_str),
        say,
    };
    let read = showcaller_engine::message(&calling.ledger, &new).await?;
    read.map_err(|findings| match findings.into_iter().next() {
        Some(Diagnostic { message, hint, .. }) => {
            let failure = Failure::usage(message);
            match hint {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        }
        None => Failure::usage("it reaches nobody"),
    })
}

/// What each recipient would get.
pub(crate) fn previewed(show: &Show, cue: &Cue) -> Vec<Previewed> {
    let to = cue.to.iter();
    to.map(|to| (to.recipient.clone(), show.message(cue, to)))
        .collect()
}

/// What is written into the log. Nothing is said with a gap in it.
pub(crate) fn said(previewed: &[Previewed]) -> Result<Vec<Said>> {
    let said = previewed.iter().map(|(recipient, message)| match message {
        Ok(message) => Ok(Said {
            recipient: recipient.clone(),
            markdown: message.markdown.clone(),
        }),
        Err(error) => Err(unfilled(recipient, error)),
    });
    said.collect()
}

fn unfilled(recipient: &CueRecipient, error: &Unfilled) -> Failure {
    Failure::usage(format!("{recipient}: {error}")).hint("say it without that, or once it is there")
}
