//! Check-ins: who is to run a meeting is asked in private, shortly before it, whether they are there.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Language;
use showcaller_event::model::{Email, MeetingFacts, MeetingKey};
use showcaller_ledger::{Decision, InboxState, MessageKey, NewMessage};
use showcaller_render::answers;
use showcaller_show::{
    Asking, By, Entry, Scene, Via, check_in, check_ins, checks_in_now, next_check_in,
};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::context::Context;
use super::decide::{Undecided, revision, row};
use super::inbox::later;
use super::job::{Job, name_of_message};
use super::outbox::Chain;
use super::read::{Asked, Present, Wants};
use crate::messages::{Outgoing, To};
use crate::show_log::{self, NewEntry};
use crate::{Error, InForce};

/// How far two clocks may disagree by which messages are compared.
pub(super) const SKEW: SignedDuration = SignedDuration::from_mins(1);

/// Asks those who are to be asked by now. Returns when the next may have to be asked.
pub(super) async fn look(
    context: &Context,
    jobs: &mpsc::Sender<Job>,
) -> Result<Option<Timestamp>, Undecided> {
    let in_force = context.in_force.latest();
    let (event, schedule) = (&in_force.event, &in_force.schedule);
    let now = context.clock.now();
    let next = next_check_in(event, schedule, now);
    if !checks_in_now(event, schedule, now) {
        return Ok(next);
    }
    let log = show_log::read(&context.ledger, 0).await?;
    for asking in check_ins(event, schedule, &log, now) {
        ask(context, &in_force, &asking, jobs).await?;
    }
    Ok(next)
}

/// Asks a person, once for each start.
async fn ask(
    context: &Context,
    in_force: &InForce,
    asking: &Asking,
    jobs: &mpsc::Sender<Job>,
) -> Result<(), Undecided> {
    // The operators hear of those who are in no room: they cannot be asked.
    let Some(person) = in_force.directory.person_id(&asking.person) else {
        return Ok(());
    };
    let key = MessageKey::check_in(person, asking.start);
    if context.ledger.message(&key).await?.is_some() {
        return Ok(());
    }
    let after = later(context.webex.now(), -SKEW);
    let now = context.clock.now();
    let Some(message) = message(in_force, asking, (person, key), after, now)? else {
        return Ok(());
    };
    let name = name_of_message(message.key.kind(), message.key.as_str());
    let by = context.process.instance();
    let messages = [message];
    let claims = context.ledger.claim(&messages, by, now).await?;
    let chain = Chain::claimed(&messages, &claims, now);
    // Once the work has ended, nothing is to be done.
    let _ = jobs.send(Job::Send(name, chain)).await;
    Ok(())
}

fn message(
    in_force: &InForce,
    asking: &Asking,
    (person, key): (Uuid, MessageKey),
    after: Timestamp,
    now: Timestamp,
) -> Result<Option<NewMessage>, Undecided> {
    let facts = |meeting: &MeetingKey| -> Option<MeetingFacts> { in_force.facts(meeting).cloned() };
    let scene = Scene {
        words: &in_force.words,
        event: &in_force.event,
        schedule: &in_force.schedule,
        facts: &facts,
        organisers_only: false,
        now,
    };
    let Some(reply) = check_in(&scene, &asking.person, &asking.meetings) else {
        return Ok(None);
    };
    let Some(message) = answers::check_in(&reply, &key.to_string()) else {
        return Ok(None);
    };
    let to = To::Person(person.to_string());
    let mut outgoing = Outgoing::new(to, message, reply.language, after);
    outgoing.check_in.clone_from(&asking.meetings);
    let address = format!("person/{}", asking.person);
    Ok(Some(outgoing.row(key, address, revision(in_force))?))
}

/// Writes down that a person is there, and thanks them.
pub(super) async fn checked_in(
    context: &Context,
    asked: &Asked,
    present: Present,
) -> Result<Decision, Undecided> {
    let in_force = context.in_force.latest();
    let by = By {
        name: name(&in_force, &present.person),
        account: asked.person.uuid().map(|id| id.to_string()),
        via: Via::Chat,
    };
    let entries = present.meetings.into_iter().map(|meeting| NewEntry {
        key: format!("check-in/{}/{meeting}", asked.id),
        by: by.clone(),
        entry: Entry::CheckedIn {
            meeting,
            person: present.person.clone(),
        },
    });
    let entries: Vec<NewEntry> = entries.collect();
    let logged = show_log::log(&context.ledger, &entries, None, context.clock.now()).await;
    logged.map_err(Error::from)?;
    let language = match &asked.wants {
        Wants::Button(_, Some(language)) => *language,
        _ => Language::default(),
    };
    let thanks = answers::checked_in(language);
    Ok(Decision {
        messages: vec![row(&in_force, asked, 1, thanks, language)?],
        ..Decision::unanswered(InboxState::Answered)
    })
}

fn name(in_force: &InForce, person: &Email) -> String {
    let known = in_force.event.person(person);
    known.map_or_else(|| person.to_string(), |person| person.name.clone())
}
