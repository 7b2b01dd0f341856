//! Where a cue stands for one recipient.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{
    Cue, CueTo, Late, MeetingFact, MeetingFacts, MeetingKey, Part, Sending,
};

use super::called::{Anew, CALL_HOLDS, Called, Stopped};
use super::delivery::{Delivery, DeliveryState};
use super::meetings::{ByItself, Meetings};
use super::status::{RecipientState, RecipientStatus};
use crate::scene::Scene;

/// How much later than it is due a cue is still on time.
const ON_TIME: SignedDuration = SignedDuration::from_secs(60);

/// From what the states of all recipients are computed.
pub(super) struct Present<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) meetings: Meetings<'a>,
    pub(super) clock_trusted: bool,
}

/// A state, and what is known of it beside.
struct Standing {
    state: RecipientState,
    due: Option<Timestamp>,
    until: Option<Timestamp>,
    missed: bool,
}

impl Standing {
    fn new(state: RecipientState) -> Self {
        Self {
            state,
            due: None,
            until: None,
            missed: false,
        }
    }

    fn until(self, until: Timestamp) -> Self {
        let until = Some(until);
        Self { until, ..self }
    }

    fn missed(self) -> Self {
        let missed = true;
        Self { missed, ..self }
    }
}

impl<'a> Present<'a> {
    pub(super) fn recipient(
        &self,
        cue: &Cue,
        called: &Called<'_>,
        to: &'a CueTo,
        delivery: Option<&'a Delivery>,
    ) -> RecipientStatus<'a> {
        let standing = match delivery {
            None => self.open(cue, called, to, None),
            Some(delivery) => self.delivered(cue, called, to, delivery),
        };
        RecipientStatus {
            to,
            due: standing.due,
            state: standing.state,
            delivery,
            missed: standing.missed,
            arrived: delivery.is_some_and(|it| has_arrived(called, it)),
            until: standing.until,
        }
    }

    fn delivered(
        &self,
        cue: &Cue,
        called: &Called<'_>,
        to: &CueTo,
        delivery: &Delivery,
    ) -> Standing {
        let anew = called.anew.get(&to.recipient);
        let anew = anew.filter(|anew| anew.after <= delivery.attempt);
        match &delivery.state {
            DeliveryState::Waiting => return self.open(cue, called, to, anew),
            DeliveryState::Failed { .. } | DeliveryState::Unclear { .. } => {
                let this = anew.filter(|anew| anew.after == delivery.attempt);
                let once_more = this.map(|anew| self.called(to, anew.at));
                if let Some(once_more) = once_more.filter(|it| !it.missed) {
                    return once_more;
                }
            }
            DeliveryState::Sending | DeliveryState::Sent => {}
        }
        let (due, _) = self.due(cue, called, to, anew);
        Standing {
            due,
            ..Standing::new(RecipientState::Delivered(delivery.state.clone()))
        }
    }

    /// Where it stands for a recipient to whom it certainly was not sent.
    fn open(&self, cue: &Cue, called: &Called<'_>, to: &CueTo, anew: Option<&Anew>) -> Standing {
        let (due, is_called) = self.due(cue, called, to, anew);
        let standing = match (called.stopped, due) {
            // What is tried once more was asked for since it was stopped.
            (Some(Stopped::Held), _) if anew.is_none() => Standing::new(RecipientState::Held),
            (Some(Stopped::Skipped), _) if anew.is_none() => Standing::new(RecipientState::Skipped),
            (_, Some(at)) if is_called => self.called(to, at),
            _ => self.by_itself(cue, to),
        };
        Standing { due, ..standing }
    }

    /// When it is due, and whether that is by a call.
    fn due(
        &self,
        cue: &Cue,
        called: &Called<'_>,
        to: &CueTo,
        anew: Option<&Anew>,
    ) -> (Option<Timestamp>, bool) {
        if let Some(at) = called.at.max(anew.map(|anew| anew.at)) {
            return (Some(at), true);
        }
        match self.meetings.due(cue, to) {
            ByItself::Never => (None, false),
            ByItself::At(at) | ByItself::Asks(at) => (Some(at), false),
        }
    }

    fn called(&self, to: &CueTo, at: Timestamp) -> Standing {
        // The clock of the machine where it was called may be ahead.
        let now = self.scene.now.max(at);
        let standing = self.within(to, now, at, CALL_HOLDS);
        let late = || Standing::new(RecipientState::Late).missed();
        Standing {
            due: Some(at),
            ..standing.unwrap_or_else(late)
        }
    }

    fn by_itself(&self, cue: &Cue, to: &CueTo) -> Standing {
        let now = self.scene.now;
        let due = match self.meetings.due(cue, to) {
            ByItself::Never => return Standing::new(RecipientState::Planned),
            ByItself::At(due) | ByItself::Asks(due) if now < due => {
                return Standing::new(RecipientState::Planned).until(due);
            }
            ByItself::Asks(_) => return Standing::new(RecipientState::Standby),
            ByItself::At(due) => due,
        };
        if cue.send == Sending::ByCall || cue.two_people {
            return Standing::new(RecipientState::Standby);
        }
        if !self.clock_trusted {
            return Standing::new(RecipientState::Planned);
        }
        let window = match cue.late {
            Late::SendWithin(window) => window.max(ON_TIME),
            Late::Skip | Late::Ask => ON_TIME,
        };
        let late = match cue.late {
            Late::Skip => RecipientState::Skipped,
            Late::SendWithin(_) | Late::Ask => RecipientState::Late,
        };
        let standing = self.within(to, now, due, window);
        standing.unwrap_or_else(|| Standing::new(late).missed())
    }

    /// To be sent, if what it needs is there; `None` once the window is over.
    fn within(
        &self,
        to: &CueTo,
        now: Timestamp,
        due: Timestamp,
        window: SignedDuration,
    ) -> Option<Standing> {
        let over = due.checked_add(window).ok()?;
        let state = if lacks_a_fact(self.scene, to) {
            RecipientState::NoLink
        } else {
            RecipientState::Due
        };
        (now < over).then(|| Standing::new(state).until(over))
    }
}

/// Whether a person said that this delivery, which is in doubt, arrived.
fn has_arrived(called: &Called<'_>, delivery: &Delivery) -> bool {
    let unclear = matches!(delivery.state, DeliveryState::Unclear { .. });
    unclear && called.arrived.get(&delivery.recipient) == Some(&delivery.attempt)
}

/// Whether a text for this recipient names what Webex has not decided yet.
pub(super) fn lacks_a_fact(scene: &Scene<'_>, to: &CueTo) -> bool {
    let mut parts = to.say.texts().flat_map(|text| text.parts());
    parts.any(|part| match part {
        Part::Meeting { meeting, fact } => !is_known(scene, meeting, *fact),
        Part::Words(_) | Part::Scheduled { .. } => false,
    })
}

fn is_known(scene: &Scene<'_>, meeting: &MeetingKey, fact: MeetingFact) -> bool {
    let known = |facts: MeetingFacts| match fact {
        MeetingFact::Link | MeetingFact::Join => facts.link.is_some(),
        MeetingFact::Password => facts.password.is_some(),
        MeetingFact::Number => facts.number.is_some(),
    };
    (scene.facts)(meeting).is_some_and(known)
}
