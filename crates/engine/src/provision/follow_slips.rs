//! Webex's own times follow the slips, where Webex lets them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use futures::StreamExt as _;
use futures::stream;
use jiff::Timestamp;
use showcaller_event::model::{Address, Email, Mail, MeetingKey};
use showcaller_ledger::Ledger;
use showcaller_plan::{Action, Change, Field, Owner, Step, Value};
use showcaller_show::slip::Times;
use showcaller_webex::{MeetingState, MeetingView};

use super::apply::{LEASE, number_of};
use super::execute::{State, Work};
use super::report::{Ended, LinkChange};
use crate::floor::Held;
use crate::records::{RUNS, resource};
use crate::{Engine, Error, InForce};

/// What became of the meetings that slips moved and that were elsewhere on Webex.
#[derive(Debug, Default)]
pub struct Followed {
    /// Webex has their times now.
    pub moved: Vec<MeetingKey>,
    /// Webex has not, for now.
    pub waiting: Vec<(MeetingKey, NotFollowed)>,
    /// Meetings whose link is another now.
    pub link_changes: Vec<LinkChange>,
    /// What ended it before it was through.
    pub trouble: Option<Error>,
}

/// Why Webex has another time than the schedule in force. It is tried again until the new start has
/// passed; then the meeting stays where it is on Webex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFollowed {
    /// People are in it, or wait in its lobby.
    InUse,
    /// There is no token here for its host.
    NoToken(Email),
    /// Another process is applying.
    Busy,
    /// Webex refused it, or it is not known whether it did; the sentence says why.
    Refused(String),
    /// It has begun by the schedule, and on Webex it begins only then: Webex moves nothing into the past,
    /// and people may not be let in before.
    BeginsLater(Timestamp),
}

/// A meeting that is elsewhere on Webex.
struct Behind {
    meeting: MeetingKey,
    id: String,
    host: Email,
    from: Times,
    to: Times,
}

/// The meetings that are elsewhere on Webex, and the event in force.
struct Elsewhere {
    in_force: Arc<InForce>,
    /// Those that can be moved.
    behind: Vec<Behind>,
    /// Those that have begun by the schedule, and on Webex begin only then.
    later: Vec<(MeetingKey, Timestamp)>,
}

impl Engine {
    /// Moves meetings on Webex to where slips put them: those that have not begun and are not in use. Does
    /// nothing, and asks Webex nothing, where all are there. It is for one process at a time, and to be
    /// repeated when the show log changes and each minute.
    ///
    /// # Errors
    ///
    /// The ledger fails before anything was changed. What fails later is [`Followed::trouble`].
    pub async fn follow_slips(&self) -> Result<Followed, Error> {
        self.follow_slips_but(&BTreeSet::new()).await
    }

    /// The same, without these meetings.
    pub(crate) async fn follow_slips_but(
        &self,
        without: &BTreeSet<MeetingKey>,
    ) -> Result<Followed, Error> {
        let mut followed = Followed::default();
        let Some(Elsewhere {
            mut behind, later, ..
        }) = self.behind().await?
        else {
            return Ok(followed);
        };
        let later = later.into_iter();
        followed
            .waiting
            .extend(later.map(|(meeting, at)| (meeting, NotFollowed::BeginsLater(at))));
        behind.retain(|it| !without.contains(&it.meeting));
        let free = self.free(behind, &mut followed).await;
        if free.is_empty() {
            return Ok(followed);
        }
        let held =
            match Held::take(&self.ledger, LEASE, &self.process, &self.clock, self.alone).await {
                Ok(held) => held,
                Err(Error::Busy(_)) => {
                    let busy = free.into_iter().map(|it| (it.meeting, NotFollowed::Busy));
                    followed.waiting.extend(busy);
                    return Ok(followed);
                }
                Err(error) => return Err(error),
            };
        let ended = self.move_all(&held, &free, &mut followed).await;
        followed.trouble = match ended {
            Ok(()) => held.release(&self.ledger).await.err(),
            Err(error) => {
                held.abandon().await;
                Some(error)
            }
        };
        Ok(followed)
    }

    /// What slips moved and Webex has elsewhere, as far as the ledger knows. What has begun by the
    /// schedule is left as it is.
    async fn behind(&self) -> Result<Option<Elsewhere>, Error> {
        let in_force = self.in_force().await?.now().await?;
        // Cheap, because it is asked for each minute.
        if in_force.elsewhere_on_webex().next().is_none() {
            return Ok(None);
        }
        let now = self.clock.now();
        let (mut behind, mut later) = (Vec::new(), Vec::new());
        for (meeting, from) in in_force.elsewhere_on_webex() {
            let (on_webex, to) = (
                &in_force.meetings[meeting],
                in_force.slips.meetings[meeting].now,
            );
            if on_webex.keeps_times {
                continue;
            }
            if to.start <= now {
                if now < from.start && now < to.end {
                    later.push((meeting.clone(), from.start));
                }
                continue;
            }
            behind.push(Behind {
                meeting: meeting.clone(),
                host: on_webex.host.clone(),
                id: on_webex.id.clone(),
                from,
                to,
            });
        }
        let any = !behind.is_empty() || !later.is_empty();
        Ok(any.then_some(Elsewhere {
            in_force,
            behind,
            later,
        }))
    }

    /// Those that are not in use: a series counts as in progress as soon as a person waits in its lobby
    /// (meetings §1).
    async fn free(&self, behind: Vec<Behind>, followed: &mut Followed) -> Vec<Behind> {
        let looked: Vec<_> = stream::iter(behind)
            .map(async |it| {
                let Some(webex) = self.connections.hosts.get(&it.host) else {
                    let why = NotFollowed::NoToken(it.host.clone());
                    return (it, Some(why));
                };
                let (id, view) = (it.id.as_str().into(), MeetingView::default());
                let why = match webex.get_meeting(&id, &view).await {
                    Ok(meeting) if meeting.state == Some(MeetingState::InProgress) => {
                        Some(NotFollowed::InUse)
                    }
                    Ok(_) => None,
                    Err(error) => Some(NotFollowed::Refused(error.refused_because())),
                };
                (it, why)
            })
            .buffered(self.in_flight)
            .collect()
            .await;
        let mut free = Vec::new();
        for (it, why) in looked {
            match why {
                Some(why) => followed.waiting.push((it.meeting, why)),
                None => free.push(it),
            }
        }
        free
    }

    async fn move_all(
        &self,
        held: &Held,
        free: &[Behind],
        followed: &mut Followed,
    ) -> Result<(), Error> {
        let acting = self.guarded(&held.permit());
        let ledger = held.fenced(&self.ledger);
        // Read anew under the lease: an apply, or an undo, may have come between.
        let Some(Elsewhere {
            in_force, behind, ..
        }) = self.behind().await?
        else {
            return Ok(());
        };
        let bot = self.bot().await?;
        self.check_binding(&in_force.event, &bot).await?;
        let run = number_of(ledger.meta(RUNS).await?.as_deref()) + 1;
        ledger.set_meta(RUNS, &run.to_string()).await?;
        let work = Work {
            engine: &acting,
            event: &in_force.event,
            run: run.to_string(),
            bot: bot.email.to_string(),
            state: Mutex::new(state(&ledger).await?),
            ledger,
        };
        for it in &behind {
            if !free.iter().any(|free| free.meeting == it.meeting) {
                continue;
            }
            let end = work.step(&step(&in_force, it)).await?;
            followed.link_changes.extend(end.news.link_change);
            match (end.ended, end.failure) {
                (Ended::Done, _) => followed.moved.push(it.meeting.clone()),
                (_, failure) => {
                    let why = failure.map(|failure| failure.sentence).unwrap_or_default();
                    let why = NotFollowed::Refused(why);
                    followed.waiting.push((it.meeting.clone(), why));
                }
            }
        }
        work.ledger.set_meta(RUNS, &format!("{run} ended")).await?;
        Ok(())
    }
}

fn step(in_force: &InForce, behind: &Behind) -> Step {
    let change = |field, from: Timestamp, to: Timestamp| Change {
        field,
        from: Some(Value::Time(from)),
        to: Value::Time(to),
    };
    let (from, to) = (behind.from, behind.to);
    let meeting = in_force.event.meeting(&behind.meeting);
    let mail = meeting.is_some_and(|meeting| meeting.mail == Mail::Invitees);
    Step {
        address: Address::meeting(&behind.meeting),
        action: Action::ChangeMeeting {
            meeting: behind.meeting.clone(),
            id: behind.id.clone(),
            changes: vec![
                change(Field::Start, from.start, to.start),
                change(Field::End, from.end, to.end),
            ],
            timezone: in_force.event.timezone.clone(),
            mail,
        },
        owner: Owner::Host(behind.host.clone()),
        after: Vec::new(),
        mails: usize::from(mail),
    }
}

async fn state(ledger: &Ledger) -> Result<State, Error> {
    let mut state = State::default();
    for record in ledger.resources().await? {
        let (known, facts) = resource(&record)?;
        let address = Address::new(record.address);
        if let Some(facts) = facts {
            state.facts.insert(address.clone(), facts);
        }
        state.resources.insert(address, known);
    }
    Ok(state)
}
