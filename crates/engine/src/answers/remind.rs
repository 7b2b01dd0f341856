//! Reminders: who asked for one gets the link of their next meeting in private, shortly before it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use showcaller_event::Language;
use showcaller_event::model::{MeetingFacts, MeetingKey};
use showcaller_ledger::{MessageKey, NewMessage, Reminder};
use showcaller_render::answers;
use showcaller_show::{Reply, Scene, reminder};
use showcaller_webex::PersonId;
use tokio::sync::mpsc;

use super::context::Context;
use super::decide::{Undecided, revision};
use super::outbox::Chain;
use super::outgoing::{Outgoing, To};
use super::work::{Job, name_of_message};
use crate::InForce;

/// How often wishes are looked at.
const LOOK: SignedDuration = SignedDuration::from_secs(5);
/// How far two clocks may disagree by which messages are compared.
const SKEW: SignedDuration = SignedDuration::from_mins(1);

pub(super) async fn run(context: Arc<Context>, jobs: mpsc::Sender<Job>) {
    loop {
        match look(&context).await {
            Ok(due) => {
                for job in due {
                    // Once the work has ended, nothing is to be done.
                    let _ = jobs.send(job).await;
                }
            }
            Err(error) => tracing::warn!(%error, "people cannot be reminded"),
        }
        context.clock.sleep(LOOK).await;
    }
}

/// Claims the reminders that are due.
async fn look(context: &Context) -> Result<Vec<Job>, Undecided> {
    let mut due = Vec::new();
    let in_force = context.in_force.latest();
    for wish in context.ledger.reminders().await? {
        let now = context.clock.now();
        let Some((key, messages)) = reminder_of(context, &in_force, &wish)? else {
            continue;
        };
        let by = context.process.instance();
        let claims = context.ledger.remind(&wish, &messages, by, now).await?;
        if let Some(key) = key {
            let name = name_of_message(key.kind(), key.as_str());
            due.push(Job::Send(name, Chain::claimed(&messages, &claims, now)));
        }
    }
    Ok(due)
}

/// What fulfils a wish now: a message, or nothing if no meeting follows any more; `None` if it is not time
/// yet. The schedule in force decides, and not the one of the day on which it was asked for.
#[expect(clippy::type_complexity, reason = "said above")]
fn reminder_of(
    context: &Context,
    in_force: &InForce,
    wish: &Reminder,
) -> Result<Option<(Option<MessageKey>, Vec<NewMessage>)>, Undecided> {
    let now = context.clock.now();
    let facts = |meeting: &MeetingKey| -> Option<MeetingFacts> { in_force.facts(meeting).cloned() };
    let scene = Scene {
        event: &in_force.event,
        schedule: &in_force.schedule,
        facts: &facts,
        running: &BTreeSet::new(),
        organisers_only: false,
        now,
    };
    let id = PersonId::from(&*wish.person_id);
    let person = in_force.directory.email(&id);
    let Some((start, reply)) = person.and_then(|person| reminder(&scene, person)) else {
        return Ok(Some((None, Vec::new())));
    };
    let start = start.timestamp();
    if start.duration_since(now) > in_force.event.bot.remind {
        return Ok(None);
    }
    let Some(meeting) = reply.meetings().into_iter().next() else {
        return Ok(Some((None, Vec::new())));
    };
    let key = MessageKey::reminder(wish.person, meeting.as_str(), start);
    let language = Language::of_tag(&wish.language).unwrap_or(reply.language);
    let reply = Reply { language, ..reply };
    let after = now.checked_sub(SKEW).unwrap_or(now);
    let address = person.map_or_else(|| wish.person_id.clone(), ToString::to_string);
    let mut messages = answers::messages(&reply, &key.to_string()).into_iter();
    let rows = messages.next().map(|message| {
        let outgoing = Outgoing::new(To::Person(wish.person_id.clone()), message, language, after);
        outgoing.row(key.clone(), format!("person/{address}"), revision(in_force))
    });
    let rows = rows.into_iter().collect::<Result<_, _>>()?;
    Ok(Some((Some(key), rows)))
}
