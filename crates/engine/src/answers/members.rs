//! What a membership's event leads to: a welcome, or a word to the organisers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use showcaller_event::model::{Address, MeetingFacts, MeetingKey, RoomKey, Say};
use showcaller_event::{Audience, Facts, Unfilled, fill};
use showcaller_ledger::{Decision, InboxEntry, InboxState, IncomingKind, MessageKey};
use showcaller_render::answers::{self, Notice};
use showcaller_secret::Secret;
use showcaller_webex::{Membership, PersonId, RoomId};

use super::context::Context;
use super::decide::{Undecided, organisers_room, revision};
use super::read::pause;
use crate::InForce;
use crate::messages::{Outgoing, To};

/// People who join a room within so short a time are welcomed together, once it is over.
const GATHERS: SignedDuration = SignedDuration::from_secs(30);
/// No more people than these are mentioned in a welcome.
const MOST_MENTIONED: usize = 10;
/// The organisers get the same notice once within this time.
const NOTICED: SignedDuration = SignedDuration::from_mins(5);

/// What a membership's event comes to.
pub(super) enum Outcome {
    Decided(Box<Decision>),
    /// It is too early, or Webex does not answer.
    Again(SignedDuration),
}

fn ignored() -> Outcome {
    Outcome::Decided(Box::new(Decision::unanswered(InboxState::Ignored)))
}

/// Decides about the event.
pub(super) async fn membership(
    context: &Context,
    entry: &InboxEntry,
) -> Result<Outcome, Undecided> {
    let event = &entry.incoming;
    let room = RoomId::from(&*event.room);
    let in_force = context.in_force.refreshed().await;
    let Some(key) = in_force.directory.room(&room).cloned() else {
        return Ok(ignored());
    };
    let person = PersonId::from(&*event.person);
    match (event.kind, context.is_me(&person)) {
        (IncomingKind::Joined, false) => welcome(context, entry, &in_force, &key).await,
        (IncomingKind::Left, true) => lost(context, entry, &in_force, &key).await,
        (IncomingKind::MemberChanged, true) if !event.moderator => {
            lost(context, entry, &in_force, &key).await
        }
        _ => Ok(ignored()),
    }
}

/// A welcome is written into the room, where it costs no mail, once for all who join together.
async fn welcome(
    context: &Context,
    entry: &InboxEntry,
    in_force: &InForce,
    room: &RoomKey,
) -> Result<Outcome, Undecided> {
    let event = &entry.incoming;
    let Some(say) = in_force.event.bot.welcome.get(room) else {
        return Ok(ignored());
    };
    if event.at < context.first_start {
        return Ok(ignored());
    }
    let since = context.clock.now().duration_since(entry.heard_at);
    if since < GATHERS {
        return Ok(Outcome::Again(GATHERS - since));
    }
    let language = in_force.event.bot.language;
    let text = match said(in_force, say, room) {
        Ok(text) => text,
        Err(error) => {
            tracing::debug!(%error, "a welcome cannot be said yet");
            return Ok(Outcome::Again(SignedDuration::from_mins(1)));
        }
    };
    let joined = context
        .ledger
        .heard_since(IncomingKind::Joined, context.first_start)
        .await?;
    let Some(people) = newcomers(entry, &joined) else {
        return Ok(ignored());
    };
    let markdown = format!("{}{text}", mentions(&people));
    let message = answers::Message {
        markdown: Secret::new(markdown),
        card: None,
    };
    let (room_id, person) = (RoomId::from(&*event.room), PersonId::from(&*event.person));
    let (Some(room_uuid), Some(person)) = (room_id.uuid(), person.uuid()) else {
        return Ok(ignored());
    };
    let outgoing = Outgoing::new(To::Room(event.room.clone()), message, language, event.at);
    let row = outgoing.row(
        MessageKey::welcome(room_uuid, person),
        Address::room(room).to_string(),
        revision(in_force),
    )?;
    Ok(decided(entry, format!("welcome/{room_uuid}"), GATHERS, row))
}

fn said(in_force: &InForce, say: &Say, room: &RoomKey) -> Result<String, Unfilled> {
    let webex = |meeting: &MeetingKey| -> Option<MeetingFacts> { in_force.facts(meeting).cloned() };
    let facts = Facts {
        event: &in_force.event,
        schedule: &in_force.schedule,
        webex: &webex,
    };
    let language = in_force.event.bot.language;
    let (text, language) = say.in_language(language, language);
    fill(text, language, &facts, Audience::Room(room))
}

/// The ids of all who are welcomed together with this person; `None` for one who was welcomed before.
fn newcomers<'a>(entry: &InboxEntry, joined: &'a [InboxEntry]) -> Option<Vec<&'a str>> {
    let room = |entry: &InboxEntry| RoomId::from(&*entry.incoming.room).uuid();
    let person = |entry: &InboxEntry| PersonId::from(&*entry.incoming.person).uuid();
    let here = || joined.iter().filter(|other| room(other) == room(entry));
    let welcomed: BTreeSet<_> = here()
        .filter(|it| matches!(it.state, InboxState::Answered | InboxState::Repeated))
        .map(person)
        .collect();
    if welcomed.contains(&person(entry)) {
        return None;
    }
    let together = here().filter(|other| {
        let apart = other.incoming.at.duration_since(entry.incoming.at);
        apart.abs() <= GATHERS && !welcomed.contains(&person(other))
    });
    let people: BTreeMap<_, _> = together
        .map(|it| (person(it), &*it.incoming.person))
        .collect();
    Some(people.into_values().collect())
}

/// A line that mentions them; nothing where they are too many.
fn mentions(people: &[&str]) -> String {
    if people.len() > MOST_MENTIONED {
        return String::new();
    }
    let mentions = people.iter().map(|person| format!("<@personId:{person}>"));
    format!("{}\n\n", mentions.collect::<Vec<_>>().join(" "))
}

/// The bot is said to have lost its place, or its right to moderate: Webex is asked whether that is so.
async fn lost(
    context: &Context,
    entry: &InboxEntry,
    in_force: &InForce,
    room: &RoomKey,
) -> Result<Outcome, Undecided> {
    let id = RoomId::from(&*entry.incoming.room);
    let members = match context.webex.list_memberships(&id).await {
        Ok(members) => members,
        Err(error) if error.is_not_found() => Vec::new(),
        Err(_) => return Ok(Outcome::Again(pause(entry.tries))),
    };
    let is_me = |member: &&Membership| {
        let id = member.person_id.as_ref();
        id.is_some_and(|id| context.is_me(id))
    };
    let moderated = in_force.event.room(room);
    let moderated = moderated.is_some_and(|room| room.settings.locked);
    match members.iter().find(is_me) {
        None => notice(in_force, entry, room, Notice::Removed),
        Some(own) if moderated && own.is_moderator == Some(false) => {
            notice(in_force, entry, room, Notice::NoModerator)
        }
        Some(_) => Ok(ignored()),
    }
}

fn notice(
    in_force: &InForce,
    entry: &InboxEntry,
    room: &RoomKey,
    what: Notice,
) -> Result<Outcome, Undecided> {
    let Some(organisers) = organisers_room(in_force).filter(|organisers| *organisers != room)
    else {
        tracing::warn!(%room, ?what, "the bot lost something, and there is no other room to say so");
        return Ok(ignored());
    };
    let (Some(to), Some(lost)) = (
        in_force.directory.room_id(organisers),
        RoomId::from(&*entry.incoming.room).uuid(),
    ) else {
        return Ok(ignored());
    };
    let language = in_force.event.bot.language;
    let title = in_force
        .event
        .room(room)
        .map_or(room.as_str(), |room| &room.title);
    let message = answers::notice(language, what, title);
    let outgoing = Outgoing::new(
        To::Room(to.to_string()),
        message,
        language,
        entry.incoming.at,
    );
    let row = outgoing.row(
        MessageKey::notice(lost, &entry.key),
        Address::room(organisers).to_string(),
        revision(in_force),
    )?;
    tracing::warn!(%room, ?what, "the organisers get notice that the bot lost something");
    Ok(decided(
        entry,
        format!("notice/{lost}/{what:?}"),
        NOTICED,
        row,
    ))
}

fn decided(
    entry: &InboxEntry,
    sameness: String,
    within: SignedDuration,
    row: showcaller_ledger::NewMessage,
) -> Outcome {
    Outcome::Decided(Box::new(Decision {
        intent: Some(entry.incoming.kind.as_str().to_owned()),
        sameness: Some((sameness, within)),
        messages: vec![row],
        ..Decision::unanswered(InboxState::Answered)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_ten_are_mentioned() {
        assert_eq!(
            mentions(&["ann", "bea"]),
            "<@personId:ann> <@personId:bea>\n\n"
        );
        assert_ne!(mentions(&["ann"; 10]), "");
        assert_eq!(mentions(&["ann"; 11]), "");
    }
}
