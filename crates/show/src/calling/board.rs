//! The state of every cue.

use std::collections::BTreeMap;

use jiff::Timestamp;
use showcaller_event::model::{Cue, CueKey, CueRecipient};

use super::called::{Called, people_needed};
use super::delivery::{Delivery, DeliveryState};
use super::log::Logged;
use super::meetings::Meetings;
use super::need_times::next_need;
use super::standing::Present;
use super::status::{CueState, CueStatus, RecipientState, RecipientStatus};
use crate::scene::Scene;

/// What the states are computed from.
pub struct Setting<'a> {
    /// The event, its schedule, what Webex decided, and the present.
    pub scene: &'a Scene<'a>,
    /// The whole log, by number.
    pub log: &'a [Logged],
    /// Every delivery of the event.
    pub deliveries: &'a [Delivery],
    /// Whether cues may go by the clock: not while the clock is in doubt.
    pub clock_trusted: bool,
    /// From when until when messages may have been sent that `deliveries` lacks, because the ledger was
    /// restored.
    pub unknown: &'a [(Timestamp, Timestamp)],
    /// Whether a recipient is on Webex: a person may not be in any room yet.
    pub on_webex: &'a dyn Fn(&CueRecipient) -> bool,
}

/// The state of every cue, in the file's order.
pub struct Board<'a> {
    /// The cues.
    pub cues: Vec<CueStatus<'a>>,
    /// The deliveries of cues that the event does not have any more.
    pub gone: Vec<&'a Delivery>,
    pub(super) scene: &'a Scene<'a>,
    pub(super) log: &'a [Logged],
    pub(super) meetings: Meetings<'a>,
    next_change: Option<Timestamp>,
}

/// A message that is to be sent now.
#[derive(Debug, Clone, Copy)]
pub struct DueNow<'b, 'a> {
    /// The cue.
    pub cue: &'b CueStatus<'a>,
    /// Its recipient.
    pub to: &'b RecipientStatus<'a>,
}

/// A delivery in doubt of which a person said that it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Arrived<'b, 'a> {
    /// The cue.
    pub cue: &'b CueStatus<'a>,
    /// Its delivery.
    pub delivery: &'a Delivery,
}

impl<'a> Board<'a> {
    /// The state of every cue.
    #[must_use]
    pub fn of(setting: &Setting<'a>) -> Self {
        let cues = &setting.scene.event.cues;
        let names = names(cues);
        let mut called: Vec<Called<'_>> = cues.iter().map(|_| Called::default()).collect();
        for logged in setting.log {
            let place = logged.entry.cue().and_then(|key| names.get(key));
            if let Some(place) = place {
                called[*place].take(&cues[*place], logged, setting.unknown);
            }
        }
        let mut deliveries: Vec<Vec<&Delivery>> = cues.iter().map(|_| Vec::new()).collect();
        let mut gone = Vec::new();
        for delivery in setting.deliveries {
            match names.get(&delivery.cue) {
                Some(place) => deliveries[*place].push(delivery),
                None => gone.push(delivery),
            }
        }
        let present = Present {
            scene: setting.scene,
            meetings: Meetings::of(setting.log, setting.scene.schedule),
            clock_trusted: setting.clock_trusted,
            unknown: setting.unknown,
            on_webex: setting.on_webex,
        };
        let now = setting.scene.now;
        let lapses = called.iter().filter_map(Called::lapses);
        let lapses = lapses.filter(|at| *at > now).min();
        let cues: Vec<_> = (cues.iter().zip(&called).zip(deliveries))
            .map(|((cue, called), deliveries)| status(&present, cue, called, deliveries))
            .collect();
        let recipients = cues.iter().flat_map(|cue| &cue.recipients);
        let changes = recipients.filter_map(|to| to.until).chain(lapses);
        let Scene {
            event, schedule, ..
        } = *setting.scene;
        let need = next_need(event, schedule, &present.meetings, now);
        Self {
            next_change: changes.chain(need).min(),
            cues,
            gone,
            scene: setting.scene,
            log: setting.log,
            meetings: present.meetings,
        }
    }

    /// When the board is another one, if nothing is written into log or ledger until then and no meeting
    /// changes.
    #[must_use]
    pub fn next_change(&self) -> Option<Timestamp> {
        self.next_change
    }

    /// What is to be sent now, in this order: by the instant at which it is due, then in the file's order.
    #[must_use]
    pub fn due(&self) -> Vec<DueNow<'_, 'a>> {
        let mut due: Vec<_> = self
            .recipients()
            .filter(|(_, to)| to.state == RecipientState::Due)
            .map(|(cue, to)| DueNow { cue, to })
            .collect();
        // A stable sort: what is due at one instant keeps the file's order.
        due.sort_by_key(|one| one.to.due);
        due
    }

    /// Deliveries of earlier generations that were claimed and not sent. They must never be sent.
    #[must_use]
    pub fn superseded(&self) -> Vec<&'a Delivery> {
        let waits = |delivery: &Delivery| delivery.state == DeliveryState::Waiting;
        let old = |cue: &CueStatus<'_>, delivery: &Delivery| delivery.generation < cue.generation;
        self.others(|cue, delivery| old(cue, delivery) && waits(delivery))
    }

    /// Deliveries that were sent, or may have been, and were recalled: they are to be deleted.
    #[must_use]
    pub fn recalled(&self) -> Vec<&'a Delivery> {
        self.others(|cue, delivery| delivery.generation < cue.recalled && delivery.may_be_sent())
    }

    /// Deliveries in doubt of which a person said that they arrived.
    #[must_use]
    pub fn arrived(&self) -> Vec<Arrived<'_, 'a>> {
        self.recipients()
            .filter(|(_, to)| to.arrived)
            .filter_map(|(cue, to)| {
                let delivery = to.delivery?;
                Some(Arrived { cue, delivery })
            })
            .collect()
    }

    fn recipients(&self) -> impl Iterator<Item = (&CueStatus<'a>, &RecipientStatus<'a>)> {
        self.cues
            .iter()
            .flat_map(|cue| cue.recipients.iter().map(move |to| (cue, to)))
    }

    fn others(&self, wanted: impl Fn(&CueStatus<'a>, &Delivery) -> bool) -> Vec<&'a Delivery> {
        let mut others = Vec::new();
        for cue in &self.cues {
            others.extend(cue.others.iter().filter(|delivery| wanted(cue, delivery)));
        }
        others
    }
}

/// Which cue each name means: that of today, and those that it had before.
fn names(cues: &[Cue]) -> BTreeMap<&CueKey, usize> {
    let mut names = BTreeMap::new();
    for (place, cue) in cues.iter().enumerate() {
        names.extend(cue.previously.iter().map(|key| (key, place)));
    }
    // A name of today is not one of the past.
    names.extend(
        cues.iter()
            .enumerate()
            .map(|(place, cue)| (&cue.key, place)),
    );
    names
}

fn status<'a>(
    present: &Present<'a>,
    cue: &'a Cue,
    called: &Called<'_>,
    deliveries: Vec<&'a Delivery>,
) -> CueStatus<'a> {
    let key = stored_key(cue, &deliveries);
    let (mut own, mut others): (Vec<_>, Vec<_>) = deliveries
        .into_iter()
        .partition(|delivery| delivery.generation == called.generation);
    // Of two rows under two names of the cue, the one that was begun counts.
    own.sort_by_key(|delivery| delivery.state != DeliveryState::Waiting);
    let mut own: BTreeMap<&CueRecipient, &Delivery> =
        own.into_iter().map(|it| (&it.recipient, it)).collect();
    let recipients: Vec<_> = cue
        .to
        .iter()
        .map(|to| present.recipient(cue, called, to, own.remove(&to.recipient)))
        .collect();
    others.extend(own.into_values());
    let lapsed = called.lapses().is_some_and(|at| at <= present.scene.now);
    let by = called.by.iter().filter(|_| !lapsed);
    let called_by: Vec<_> = by.map(|press| press.by.clone()).collect();
    CueStatus {
        cue,
        key,
        state: CueState::of(&recipients),
        generation: called.generation,
        recalled: called.recalled,
        waits_for_second: !called_by.is_empty() && called.at.is_none() && people_needed(cue) > 1,
        called_by,
        recipients,
        others,
    }
}

/// The name under which the ledger has the deliveries of a cue: the oldest that it has any under, so that
/// a cue which is renamed keeps its idempotency keys.
fn stored_key(cue: &Cue, deliveries: &[&Delivery]) -> CueKey {
    let names = cue.previously.iter().rev().chain([&cue.key]);
    let mut stored = names.filter(|name| deliveries.iter().any(|it| it.cue == **name));
    stored.next().unwrap_or(&cue.key).clone()
}
