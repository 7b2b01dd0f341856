//! Where a cue stands for one recipient.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{
    Cue, CueRecipient, CueTo, Late, MeetingFact, MeetingFacts, MeetingKey, Part, Sending,
};

use super::called::{Anew, CALL_HOLDS, Called, Span, Stopped};
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
    /// As in [`Setting`](super::Setting).
    pub(super) unknown: &'a [Span],
    pub(super) on_webex: &'a dyn Fn(&CueRecipient) -> bool,
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
        let case = Case {
            present: self,
            cue,
            called,
            to,
            by_itself: self.meetings.due(cue, to),
            in_hand: delivery.is_some_and(|it| it.in_hand && it.state == DeliveryState::Waiting),
        };
        let standing = match delivery {
            None => case.in_doubt(case.open(None)),
            Some(delivery) => case.delivered(delivery),
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
}

/// One recipient of one cue.
struct Case<'b> {
    present: &'b Present<'b>,
    cue: &'b Cue,
    called: &'b Called<'b>,
    to: &'b CueTo,
    by_itself: ByItself,
    /// Whether it was claimed in time by the process that leads.
    in_hand: bool,
}

impl Case<'_> {
    fn delivered(&self, delivery: &Delivery) -> Standing {
        let anew = self.called.anew.get(&self.to.recipient);
        let anew = anew.filter(|anew| anew.after <= delivery.attempt);
        match &delivery.state {
            DeliveryState::Waiting => return self.open(anew),
            DeliveryState::Failed { .. } | DeliveryState::Unclear { .. } => {
                let this = anew.filter(|anew| anew.after == delivery.attempt);
                let once_more = this.map(|anew| self.in_doubt(self.called(anew.at)));
                if let Some(once_more) = once_more.filter(|it| !it.missed) {
                    return once_more;
                }
            }
            DeliveryState::Sending | DeliveryState::Sent => {}
        }
        Standing {
            due: self.call(anew).or(self.by_itself.instant()),
            ..Standing::new(RecipientState::Delivered(delivery.state.clone()))
        }
    }

    /// Where it stands for a recipient to whom it certainly was not sent.
    fn open(&self, anew: Option<&Anew>) -> Standing {
        let call = self.call(anew);
        let standing = match (self.called.stopped, call) {
            // What is tried once more was asked for since it was stopped.
            (Some(Stopped::Held), _) if anew.is_none() => Standing::new(RecipientState::Held),
            (Some(Stopped::Skipped), _) if anew.is_none() => Standing::new(RecipientState::Skipped),
            (_, Some(at)) => self.called(at),
            (_, None) => self.by_itself(),
        };
        Standing {
            due: call.or(self.by_itself.instant()),
            ..standing
        }
    }

    /// Asks an operator about what was to be sent in a time of which the ledger has lost the messages.
    fn in_doubt(&self, standing: Standing) -> Standing {
        let (Some(due), Some(over)) = (standing.due, standing.until) else {
            return standing;
        };
        let mut spans = self.present.unknown.iter();
        let may_be_sent = spans.any(|(from, until)| due <= *until && *from < over);
        if standing.state != RecipientState::Due || !may_be_sent {
            return standing;
        }
        Standing {
            due: Some(due),
            ..Standing::new(RecipientState::Late).missed()
        }
    }

    /// When it was called for this recipient.
    fn call(&self, anew: Option<&Anew>) -> Option<Timestamp> {
        self.called.at.max(anew.map(|anew| anew.at))
    }

    fn called(&self, at: Timestamp) -> Standing {
        // The clock of the machine where it was called may be ahead.
        let now = self.present.scene.now.max(at);
        let standing = self.within(now, at, CALL_HOLDS);
        let late = || Standing::new(RecipientState::Late).missed();
        Standing {
            due: Some(at),
            ..standing.unwrap_or_else(late)
        }
    }

    fn by_itself(&self) -> Standing {
        let (cue, now) = (self.cue, self.present.scene.now);
        let due = match self.by_itself {
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
        if !self.present.clock_trusted {
            return Standing::new(RecipientState::Planned);
        }
        let (window, late) = match cue.late {
            Late::SendWithin(window) => (window.max(ON_TIME), RecipientState::Late),
            Late::Ask => (ON_TIME, RecipientState::Late),
            Late::Skip => (ON_TIME, RecipientState::Skipped),
        };
        // A broadcast to many rooms takes longer than a minute.
        let window = if self.in_hand {
            window.max(CALL_HOLDS)
        } else {
            window
        };
        let standing = self.within(now, due, window);
        standing.unwrap_or_else(|| Standing::new(late).missed())
    }

    /// To be sent, if what it needs is there; `None` once the window is over.
    fn within(&self, now: Timestamp, due: Timestamp, window: SignedDuration) -> Option<Standing> {
        let over = due.checked_add(window).ok().filter(|over| now < *over)?;
        let state = if !(self.present.on_webex)(&self.to.recipient) {
            RecipientState::NotOnWebex
        } else if lacks_a_fact(self.present.scene, self.to) {
            RecipientState::NoLink
        } else {
            RecipientState::Due
        };
        Some(Standing::new(state).until(over))
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
