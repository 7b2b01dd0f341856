//! The message of a cue for one recipient.

use showcaller_event::model::{Cue, CueRecipient, CueTo};
use showcaller_event::{Facts, Language, Unfilled};
use showcaller_render::answers::Message;
use showcaller_render::calling;
use showcaller_webex::RoomId;
use uuid::Uuid;

use crate::InForce;
use crate::messages::To;

/// Where a recipient is on Webex; `None` while they are not there.
pub(super) struct Destination {
    pub(super) id: Uuid,
    pub(super) to: To,
}

/// Finds a recipient by what the ledger knows.
pub(super) fn destination(in_force: &InForce, recipient: &CueRecipient) -> Option<Destination> {
    let directory = &in_force.directory;
    match recipient {
        CueRecipient::Room(room) => {
            let id: &RoomId = directory.room_id(room)?;
            Some(Destination {
                id: id.uuid()?,
                to: To::Room(id.to_string()),
            })
        }
        CueRecipient::Person(person) => {
            let id = directory.person_id(person)?;
            Some(Destination {
                id,
                to: To::Person(id.to_string()),
            })
        }
    }
}

/// The language in which a recipient is written to: a person's own, a room's that of the event.
pub(super) fn language(in_force: &InForce, recipient: &CueRecipient) -> Language {
    let own = match recipient {
        CueRecipient::Room(_) => None,
        CueRecipient::Person(person) => in_force.event.person(person),
    };
    let own = own.and_then(|person| Language::of_tag(person.language.as_deref()?));
    own.unwrap_or(in_force.event.bot.language)
}

/// What is sent.
///
/// # Errors
///
/// A fact is not known, or is not for this recipient. Nothing is sent with a gap.
pub(super) fn message(
    in_force: &InForce,
    cue: &Cue,
    to: &CueTo,
) -> Result<(Message, Language), Unfilled> {
    let event = &in_force.event;
    let language = language(in_force, &to.recipient);
    let facts = Facts {
        event,
        schedule: &in_force.schedule,
        webex: &|meeting| in_force.facts(meeting).cloned(),
    };
    calling::message(cue, to, language, &facts)
}
