//! The state of every cue.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Cue, CueKey, CueRecipient, CueTo, Late, Part, Sending};

use super::delivery::{Delivery, DeliveryState};
use super::log::{By, Entry, Logged};
use crate::scene::Scene;

/// How much later than it is due a cue is still on time.
const ON_TIME: SignedDuration = SignedDuration::from_secs(60);

/// How long a go holds for what could not be sent at once.
const CALL_HOLDS: SignedDuration = SignedDuration::from_mins(10);

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
}

/// The state of every cue, in the file's order.
#[derive(Debug)]
pub struct Board<'a> {
    /// The cues.
    pub cues: Vec<CueStatus<'a>>,
}

/// Where a cue stands.
#[derive(Debug)]
pub struct CueStatus<'a> {
    /// The cue.
    pub cue: &'a Cue,
    /// The name under which the ledger has its deliveries.
    pub key: CueKey,
    /// All of it together.
    pub state: CueState,
    /// The generation that is sent, or to be sent.
    pub generation: u32,
    /// Who said go to this generation, in order, each once.
    pub called_by: Vec<By>,
    /// Each recipient.
    pub recipients: Vec<RecipientStatus<'a>>,
}

/// Where a cue stands, all its recipients together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CueState {
    /// Its time has not come.
    Planned,
    /// Its time has come, and it waits for a go.
    Standby,
    /// Some of it is under way.
    Sending,
    /// All who get it have it, or may have it.
    Sent,
    /// It was held, or something that it needs is not there.
    Held,
    /// It was skipped.
    Skipped,
    /// It could not go in time, and an operator is asked.
    Late,
    /// Webex refused some of it.
    Failed,
}

/// Where a cue stands for one recipient.
#[derive(Debug)]
pub struct RecipientStatus<'a> {
    /// The recipient, and what they get.
    pub to: &'a CueTo,
    /// When it is due: by a go, or by the schedule.
    pub due: Option<Timestamp>,
    /// Where it stands.
    pub state: RecipientState,
}

/// Where a cue stands for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientState {
    /// Its time has not come.
    Planned,
    /// Its time has come, and it waits for a go.
    Standby,
    /// It is to be sent now.
    Due,
    /// The link of a meeting that it names is not there yet.
    NoLink,
    /// It was held.
    Held,
    /// It was skipped.
    Skipped,
    /// It could not go in time, and an operator is asked.
    Late,
    /// The ledger has it.
    Delivered(DeliveryState),
}

impl<'a> Board<'a> {
    /// The state of every cue.
    #[must_use]
    pub fn of(setting: &Setting<'a>) -> Self {
        let cues = &setting.scene.event.cues;
        let cues = cues.iter().map(|cue| status(setting, cue)).collect();
        Self { cues }
    }
}

/// What the log says of one generation of a cue.
#[derive(Default)]
struct Called {
    generation: u32,
    at: Option<Timestamp>,
    by: Vec<By>,
    word: Option<Word>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Held,
    Skipped,
}

fn status<'a>(setting: &Setting<'a>, cue: &'a Cue) -> CueStatus<'a> {
    let names: BTreeSet<&CueKey> = [&cue.key].into_iter().chain(&cue.previously).collect();
    let called = called(cue, &names, setting.log);
    let deliveries = setting.deliveries.iter();
    let deliveries: Vec<&Delivery> = deliveries.filter(|it| names.contains(&it.cue)).collect();
    let own: BTreeMap<&CueRecipient, &Delivery> = deliveries
        .iter()
        .filter(|it| it.generation == called.generation)
        .map(|it| (&it.recipient, *it))
        .collect();
    let recipients: Vec<_> = cue
        .to
        .iter()
        .map(|to| recipient(setting, cue, &called, to, own.get(&to.recipient).copied()))
        .collect();
    CueStatus {
        cue,
        key: deliveries
            .first()
            .map_or_else(|| cue.key.clone(), |it| it.cue.clone()),
        state: together(&recipients),
        generation: called.generation,
        called_by: called.by,
        recipients,
    }
}

fn called(cue: &Cue, names: &BTreeSet<&CueKey>, log: &[Logged]) -> Called {
    let mut called = Called::default();
    let needed = if cue.two_people { 2 } else { 1 };
    for logged in log {
        if logged.entry.cue().is_none_or(|key| !names.contains(key)) {
            continue;
        }
        match logged.entry {
            Entry::Again { .. } | Entry::Recall { .. } => {
                called = Called {
                    generation: called.generation + 1,
                    ..Called::default()
                };
            }
            _ => {}
        }
        match logged.entry {
            Entry::Go { .. } | Entry::Again { .. } => {
                if !called.by.contains(&logged.by) {
                    called.by.push(logged.by.clone());
                }
                if called.by.len() >= needed {
                    called.at = Some(logged.at);
                    called.word = None;
                }
            }
            Entry::Hold { .. } | Entry::Recall { .. } => called.word = Some(Word::Held),
            Entry::Skip { .. } => called.word = Some(Word::Skipped),
            _ => {}
        }
    }
    called
}

fn recipient<'a>(
    setting: &Setting<'a>,
    cue: &Cue,
    called: &Called,
    to: &'a CueTo,
    delivery: Option<&Delivery>,
) -> RecipientStatus<'a> {
    let by_schedule = cue.due(to, setting.scene.schedule);
    let by_schedule = by_schedule.map(|due| due.timestamp());
    let due = called.at.or(by_schedule);
    let state = match delivery {
        Some(delivery) if delivery.state != DeliveryState::Waiting => {
            RecipientState::Delivered(delivery.state.clone())
        }
        waiting => {
            let open = open(setting, cue, called, to, due);
            match (open, waiting) {
                (RecipientState::Planned, Some(_)) => RecipientState::Due,
                (open, _) => open,
            }
        }
    };
    RecipientStatus { to, due, state }
}

/// Where a cue stands for a recipient to whom it certainly was not sent.
fn open(
    setting: &Setting<'_>,
    cue: &Cue,
    called: &Called,
    to: &CueTo,
    due: Option<Timestamp>,
) -> RecipientState {
    match called.word {
        Some(Word::Held) => return RecipientState::Held,
        Some(Word::Skipped) => return RecipientState::Skipped,
        None => {}
    }
    let now = setting.scene.now;
    let Some(late_by) = due
        .map(|due| now.duration_since(due))
        .filter(|late| !late.is_negative())
    else {
        return RecipientState::Planned;
    };
    let window = match (called.at, cue.send, cue.late) {
        (Some(_), _, _) => CALL_HOLDS,
        (None, Sending::ByCall, _) => return RecipientState::Standby,
        (None, Sending::ByClock, Late::SendWithin(window)) => window.max(ON_TIME),
        (None, Sending::ByClock, Late::Skip | Late::Ask) => ON_TIME,
    };
    if late_by > window {
        return match (called.at, cue.late) {
            (None, Late::Skip) => RecipientState::Skipped,
            _ => RecipientState::Late,
        };
    }
    if called.at.is_none() && !setting.clock_trusted {
        return RecipientState::Planned;
    }
    if lacks_a_link(setting.scene, to) {
        return RecipientState::NoLink;
    }
    RecipientState::Due
}

/// Whether a text for this recipient names what Webex has not decided yet.
fn lacks_a_link(scene: &Scene<'_>, to: &CueTo) -> bool {
    let parts = to.say.texts().flat_map(|text| text.parts());
    let meetings = parts.filter_map(|part| match part {
        Part::Meeting { meeting, .. } => Some(meeting),
        Part::Words(_) | Part::Scheduled { .. } => None,
    });
    meetings
        .into_iter()
        .any(|meeting| (scene.facts)(meeting).is_none_or(|facts| facts.link.is_none()))
}

fn together(recipients: &[RecipientStatus<'_>]) -> CueState {
    use RecipientState as Of;
    let any = |wanted: fn(&Of) -> bool| recipients.iter().any(|it| wanted(&it.state));
    if any(|it| {
        matches!(
            it,
            Of::Due | Of::Delivered(DeliveryState::Sending | DeliveryState::Waiting)
        )
    }) {
        CueState::Sending
    } else if any(|it| matches!(it, Of::Delivered(DeliveryState::Failed { .. }))) {
        CueState::Failed
    } else if any(|it| matches!(it, Of::Late)) {
        CueState::Late
    } else if any(|it| matches!(it, Of::Held | Of::NoLink)) {
        CueState::Held
    } else if any(|it| matches!(it, Of::Standby)) {
        CueState::Standby
    } else if any(|it| matches!(it, Of::Planned)) {
        CueState::Planned
    } else if any(|it| matches!(it, Of::Skipped)) {
        CueState::Skipped
    } else {
        CueState::Sent
    }
}
