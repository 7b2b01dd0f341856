//! Questions that Webex took although their person heard otherwise.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::world::{Message, World};
use crate::record::Record;
use crate::script::Place;

/// For so long the app tries to hand a message over.
const TRIES_FOR: SignedDuration = SignedDuration::from_secs(15);

/// The same record, with the messages of such questions.
pub(super) fn completed(record: &Record, world: &World<'_>) -> Record {
    let mut record = record.clone();
    let known = record.questions.iter();
    let mut known: BTreeSet<String> = known.filter_map(|it| it.message.clone()).collect();
    for asked in record
        .questions
        .iter_mut()
        .filter(|it| it.message.is_none())
    {
        let (written, room) = match &asked.place {
            Place::Room(room) => (world.in_room(room), world.id_of(room)),
            Place::Private => (world.with(&asked.who), world.private_with(&asked.who)),
        };
        let is_it = |it: &&Message<'_>| {
            let after = it.at.duration_since(asked.at);
            it.by() == Some(asked.who.as_str())
                && it.words().ends_with(&*asked.words)
                && (SignedDuration::ZERO..TRIES_FOR).contains(&after)
                && !known.contains(it.id)
        };
        asked.message = written.iter().find(is_it).map(|it| it.id.to_owned());
        asked.room = room.map(str::to_owned).filter(|_| asked.message.is_some());
        known.extend(asked.message.clone());
    }
    record
}
