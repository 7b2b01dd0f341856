//! Reminders: who asked for one gets the link of their next meeting in private, shortly before it. Check-ins
//! are looked after at the same times.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Language;
use showcaller_event::model::{Email, MeetingFacts, MeetingKey};
use showcaller_ledger::{MessageKey, NewMessage, Reminder};
use showcaller_render::answers;
use showcaller_show::{Body, Reply, Scene, State, reminder};
use showcaller_webex::PersonId;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::check_in::{self, SKEW};
use super::context::Context;
use super::decide::{Undecided, revision};
use super::inbox::later;
use super::job::{Job, name_of_message};
use super::outbox::Chain;
use crate::InForce;
use crate::cached::Cached;
use crate::messages::{Outgoing, To};

/// After so long at the latest, it is looked for new wishes and another schedule.
const LOOK: SignedDuration = SignedDuration::from_secs(10);

pub(super) async fn run(context: Arc<Context>, jobs: mpsc::Sender<Job>) {
    let mut wishes = Cached::default();
    let mut due = DueTimes::default();
    loop {
        let latest = later(context.clock.now(), LOOK);
        let looks = [
            look(&context, (&mut wishes, &mut due), &jobs).await,
            check_in::look(&context, &jobs).await,
        ];
        let next = looks.into_iter().filter_map(|look| match look {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "people cannot be reminded, or asked whether they are there");
                None
            }
        });
        let next = next.chain([latest]).min();
        context.clock.sleep_until(next.unwrap_or(latest)).await;
    }
}

/// When each wish that is not fulfilled yet is due by a schedule, by its person and its time.
#[derive(Default)]
struct DueTimes {
    by: Option<Arc<InForce>>,
    times: HashMap<(Uuid, Timestamp), Timestamp>,
}

impl DueTimes {
    /// Forgets them if another schedule is in force.
    fn follow(&mut self, in_force: &Arc<InForce>) {
        if !self.by.as_ref().is_some_and(|by| Arc::ptr_eq(by, in_force)) {
            self.times.clear();
            self.by = Some(Arc::clone(in_force));
        }
    }
}

/// Fulfils the wishes that are due. Returns when the next one is.
async fn look(
    context: &Context,
    (wishes, due_times): (&mut Cached<Vec<Reminder>>, &mut DueTimes),
    jobs: &mpsc::Sender<Job>,
) -> Result<Option<Timestamp>, Undecided> {
    let mut next = None;
    let in_force = context.in_force.latest();
    due_times.follow(&in_force);
    let read = context.ledger.reminders();
    for wish in wishes.read(&context.ledger, read).await? {
        let now = context.clock.now();
        let by = context.process.instance();
        let key = (wish.person, wish.asked_at);
        let known = due_times.times.get(&key).filter(|at| **at > now);
        let due = known.map_or_else(|| due(&in_force, wish, now), |at| Due::At(*at));
        let message = match due {
            Due::At(at) => {
                due_times.times.insert(key, at);
                next = Some(next.map_or(at, |next: Timestamp| next.min(at)));
                continue;
            }
            Due::Never => None,
            Due::Now { start, reply } => {
                let after = later(context.webex.now(), -SKEW);
                message(&in_force, wish, start, &reply, after)?
            }
        };
        let messages: Vec<NewMessage> = message.into_iter().collect();
        let claims = context.ledger.remind(wish, &messages, by, now).await?;
        if let Some(message) = messages.first() {
            let name = name_of_message(message.key.kind(), message.key.as_str());
            let chain = Chain::claimed(&messages, &claims, now);
            // Once the work has ended, nothing is to be done.
            let _ = jobs.send(Job::Send(name, chain)).await;
        }
    }
    Ok(next)
}

/// When a wish is fulfilled.
#[derive(Debug)]
enum Due {
    /// Not before this instant.
    At(Timestamp),
    /// Now.
    Now {
        /// When the meetings begin.
        start: Timestamp,
        reply: Box<Reply>,
    },
    /// Nothing follows it any more, or what followed is over.
    Never,
}

/// The reminder is of the meetings that begin next after it was asked for, by the schedule in force now.
fn due(in_force: &InForce, wish: &Reminder, now: Timestamp) -> Due {
    let facts = |meeting: &MeetingKey| -> Option<MeetingFacts> { in_force.facts(meeting).cloned() };
    let scene = Scene {
        words: &in_force.words,
        event: &in_force.event,
        schedule: &in_force.schedule,
        facts: &facts,
        organisers_only: false,
        now: wish.asked_at,
    };
    let Some((start, mut reply)) = reminder(&scene, &person(in_force, wish)) else {
        return Due::Never;
    };
    let start = start.timestamp();
    let due_at = later(start, -in_force.event.bot.remind);
    if now < due_at {
        return Due::At(due_at);
    }
    if reply.listings().iter().all(|it| it.end.timestamp() <= now) {
        return Due::Never;
    }
    if let Body::Reminder(meetings) = &mut reply.body
        && start <= now
    {
        // It comes late, and is good for as long as one may still join.
        meetings.retain(|meeting| meeting.end.timestamp() > now);
        for meeting in meetings {
            meeting.state = State::Running;
        }
    }
    reply.language = Language::of_tag(&wish.language).unwrap_or(reply.language);
    Due::Now {
        start,
        reply: Box::new(reply),
    }
}

/// By the id, because addresses change; not everybody is known by one.
fn person(in_force: &InForce, wish: &Reminder) -> Email {
    let known = in_force.directory.email(&PersonId::from(&*wish.person_id));
    known.cloned().unwrap_or_else(|| Email::new(&*wish.email))
}

/// The message, under the key of the first of the meetings that begin together.
fn message(
    in_force: &InForce,
    wish: &Reminder,
    start: Timestamp,
    reply: &Reply,
    after: Timestamp,
) -> Result<Option<NewMessage>, Undecided> {
    let Some(meeting) = reply.meetings().into_iter().next() else {
        return Ok(None);
    };
    let key = MessageKey::reminder(wish.person, meeting.as_str(), start);
    let mut messages = answers::messages(reply, &key.to_string()).into_iter();
    let Some(message) = messages.next() else {
        return Ok(None);
    };
    let to = To::Person(wish.person_id.clone());
    let outgoing = Outgoing::new(to, message, reply.language, after);
    let address = format!("person/{}", person(in_force, wish));
    Ok(Some(outgoing.row(key, address, revision(in_force))?))
}
