//! From a question to everything that its answer writes, without waiting for anything.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Language;
use showcaller_event::model::{Address, MeetingFacts, MeetingKey, RoomKey};
use showcaller_ledger::{Decision, InboxState, MessageKey, NewMessage, Reminder};
use showcaller_render::answers;
use showcaller_show::{Body, Intent, Question, Reply, Scene, answer, answer_intent, understand};

use super::read::{Asked, Place, Wants};
use crate::InForce;
use crate::messages::{Ask, Outgoing, To};

/// Within so short a time the same question is answered once.
pub(super) const SAME_WITHIN: SignedDuration = SignedDuration::from_secs(5);

/// Why there is no decision.
#[derive(Debug, thiserror::Error)]
pub(super) enum Undecided {
    #[error("an answer cannot be written down: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Ledger(#[from] showcaller_ledger::Error),
    #[error(transparent)]
    Show(crate::Error),
}

impl From<crate::Error> for Undecided {
    fn from(error: crate::Error) -> Self {
        match error {
            crate::Error::Ledger(error) => Self::Ledger(error),
            other => Self::Show(other),
        }
    }
}

/// What is known of the moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    /// The same by Webex's clock.
    pub(super) webex_now: Timestamp,
    /// Whether everybody in the room where it was asked is an organiser.
    pub(super) organisers_only: bool,
}

/// Decides about a question.
pub(super) fn decide(
    in_force: &InForce,
    asked: &Asked,
    moment: Moment,
) -> Result<Decision, Undecided> {
    let bot = &in_force.event.bot;
    let late = moment.webex_now.duration_since(asked.at);
    if late > bot.skip_after {
        return Ok(Decision::unanswered(InboxState::Skipped));
    }
    let (mut reply, key) = reply(in_force, asked, moment);
    let organisers = organisers_room(in_force);
    if let Body::Sos { called } = &mut reply.body {
        // A room that is not on Webex yet hears nothing.
        *called = organisers.is_some();
    }
    let mut messages = parts(in_force, asked, &reply, late > bot.apologise_after)?;
    if let (Body::Sos { called: true }, Some(organisers)) = (&reply.body, organisers) {
        messages.extend(ticket(in_force, asked, organisers)?);
    }
    let understood = reply.intent != Intent::None;
    Ok(Decision {
        state: InboxState::Answered,
        intent: Some(reply.intent.to_string()),
        language: Some(reply.language.tag().to_owned()),
        text: match &asked.wants {
            Wants::Words(text) if !understood => Some(text.clone()),
            _ => None,
        },
        sameness: Some((sameness(asked, &key, &reply), SAME_WITHIN)),
        messages,
        reminder: reminder(asked, &reply, moment.now),
    })
}

/// The answer, and what the same questions have in common.
fn reply(in_force: &InForce, asked: &Asked, moment: Moment) -> (Reply, String) {
    let facts = |meeting: &MeetingKey| -> Option<MeetingFacts> { in_force.facts(meeting).cloned() };
    let scene = Scene {
        words: &in_force.words,
        event: &in_force.event,
        schedule: &in_force.schedule,
        facts: &facts,
        organisers_only: moment.organisers_only,
        now: moment.now,
    };
    let (text, fallback) = match &asked.wants {
        Wants::Words(text) => (text.as_str(), None),
        Wants::Button(_, language) => ("", *language),
    };
    let question = Question {
        text,
        place: match &asked.place {
            Place::Room(room) => showcaller_show::Place::Room(room),
            Place::Private => showcaller_show::Place::Private,
        },
        asker: asked.asker.as_ref(),
        fallback,
    };
    match &asked.wants {
        Wants::Words(_) => {
            let key = understand(&scene, &question).key();
            (answer(&scene, &question), key)
        }
        Wants::Button(intent, _) => {
            let reply = answer_intent(&scene, &question, intent.clone());
            (reply, intent.to_string())
        }
    }
}

/// The room, thread, language and zone, and what was understood; of a question whose answer is its
/// asker's alone, the asker; of a call for help, all that was written. Words that people wrote are not
/// kept but by a number made of them.
fn sameness(asked: &Asked, key: &str, reply: &Reply) -> String {
    let own = match reply.intent {
        Intent::Remind | Intent::Sos | Intent::Hello | Intent::Details => asked.person.uuid(),
        _ => None,
    };
    let written = match (&reply.intent, &asked.wants) {
        (Intent::Sos, Wants::Words(text)) => Some(text),
        _ => None,
    };
    let room = asked.room.uuid().unwrap_or_default();
    let thread = asked.thread.as_ref().and_then(|thread| thread.uuid());
    let zones = [Some(&reply.zones.main), reply.zones.beside.as_ref()]
        .map(|zone| zone.and_then(|zone| zone.iana_name()));
    let mut hasher = DefaultHasher::new();
    (key, thread, own, written, zones).hash(&mut hasher);
    format!("{room}/{}/{:016x}", reply.language, hasher.finish())
}

/// Every part of the answer.
fn parts(
    in_force: &InForce,
    asked: &Asked,
    reply: &Reply,
    late: bool,
) -> Result<Vec<NewMessage>, Undecided> {
    let card_key = card_key(asked);
    let mut messages = answers::messages(reply, &card_key);
    if late {
        messages = answers::apologising(messages, reply.language);
    }
    let parts = messages.into_iter().zip(1..);
    let rows = parts.map(|(message, part)| row(in_force, asked, part, message, reply.language));
    rows.collect()
}

/// One part of what is said to an asker.
pub(super) fn row(
    in_force: &InForce,
    asked: &Asked,
    part: u32,
    message: answers::Message,
    language: Language,
) -> Result<NewMessage, Undecided> {
    row_asking(in_force, asked, part, (message, None), language)
}

/// The same, which may ask an operator to agree to something.
pub(super) fn row_asking(
    in_force: &InForce,
    asked: &Asked,
    part: u32,
    (message, ask): (answers::Message, Option<Ask>),
    language: Language,
) -> Result<NewMessage, Undecided> {
    let (to, address) = destination(asked);
    let mut outgoing = Outgoing::new(to, message, language, asked.at);
    outgoing.ask = ask;
    outgoing.thread = asked.thread.as_ref().map(ToString::to_string);
    let key = MessageKey::answer(asked.id, part);
    Ok(outgoing.row(key, address, revision(in_force))?)
}

/// What the buttons of an answer's cards carry, but for their number.
pub(super) fn card_key(asked: &Asked) -> String {
    format!("answer/{}", asked.id)
}

fn destination(asked: &Asked) -> (To, String) {
    let room = asked.room.to_string();
    match &asked.place {
        Place::Room(key) => (To::Room(room), Address::room(key).to_string()),
        Place::Private => {
            let person = asked.asker.as_ref().map(ToString::to_string);
            let person = person.unwrap_or_else(|| asked.person.to_string());
            (To::Direct(room), format!("person/{person}"))
        }
    }
}

/// The revision that is in force.
pub(super) fn revision(in_force: &InForce) -> Option<i64> {
    in_force.revision.as_ref().map(|revision| revision.id)
}

/// The organisers' room, if it is on Webex.
pub(super) fn organisers_room(in_force: &InForce) -> Option<&RoomKey> {
    let room = in_force.event.bot.organisers.room.as_ref()?;
    in_force.directory.room_id(room).map(|_| room)
}

/// What tells the organisers who needs them.
fn ticket(
    in_force: &InForce,
    asked: &Asked,
    organisers: &RoomKey,
) -> Result<Option<NewMessage>, Undecided> {
    let event = &in_force.event;
    let Some(id) = in_force.directory.room_id(organisers) else {
        return Ok(None);
    };
    let Some(uuid) = id.uuid() else {
        return Ok(None);
    };
    let person = asked.asker.as_ref().and_then(|email| event.person(email));
    let who = match (person, &asked.asker) {
        (Some(person), _) => person.name.as_str(),
        (None, Some(email)) => email.as_str(),
        (None, None) => asked.person.as_str(),
    };
    let address = person.map(|person| person.email.as_str());
    let room = match &asked.place {
        Place::Room(key) => event.room(key).map(|room| room.title.as_str()),
        Place::Private => None,
    };
    let wrote = match &asked.wants {
        Wants::Words(text) => text.as_str(),
        Wants::Button(..) => "",
    };
    let language = event.bot.language;
    let message = answers::sos_ticket(language, who, address, room, wrote);
    let outgoing = Outgoing::new(To::Room(id.to_string()), message, language, asked.at);
    let address = Address::room(organisers).to_string();
    let key = MessageKey::sos(asked.id, uuid);
    Ok(Some(outgoing.row(key, address, revision(in_force))?))
}

fn reminder(asked: &Asked, reply: &Reply, now: Timestamp) -> Option<Reminder> {
    match reply.body {
        Body::Remind { at: Some(_), .. } => Some(Reminder {
            person: asked.person.uuid()?,
            person_id: asked.person.to_string(),
            email: asked.asker.as_ref()?.to_string(),
            language: reply.language.tag().to_owned(),
            asked_at: now,
        }),
        _ => None,
    }
}
