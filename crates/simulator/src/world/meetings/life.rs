//! How meetings come to life and end: states by the clock (meetings §1).

use jiff::Timestamp;
use serde_json::json;

use super::{Instance, Meeting, Role, Which, attendance, no_bots};
use crate::refusal::{Refusal, Served};
use crate::world::{Asking, World};

impl Meeting {
    /// Whether somebody is in it.
    pub(super) fn is_running(&self, which: Which) -> bool {
        match which {
            Which::Series => self.instances.iter().any(|instance| instance.end.is_none()),
            Which::Occurrence(index) => {
                let planned = self.occurrences[index].planned;
                let own = |instance: &&Instance| instance.occurrence == planned;
                self.instances
                    .iter()
                    .filter(own)
                    .any(|instance| instance.end.is_none())
            }
            Which::Instance(index) => self.instances[index].end.is_none(),
        }
    }

    pub(super) fn state(&self, which: Which, now: Timestamp) -> &'static str {
        match which {
            Which::Series if self.is_running(which) => "inProgress",
            Which::Series if self.last_end() <= now => "expired",
            Which::Series => "active",
            Which::Occurrence(index) => self.occurrence_state(index, now),
            Which::Instance(index) if self.instances[index].end.is_some() => "ended",
            Which::Instance(index) if self.instances[index].is_lobby() => "lobby",
            Which::Instance(_) => "inProgress",
        }
    }

    /// The first occurrence may be started at once, a later one as soon as the planned end of the
    /// one before has passed.
    fn occurrence_state(&self, index: usize, now: Timestamp) -> &'static str {
        let occurrence = &self.occurrences[index];
        if self.is_running(Which::Occurrence(index)) {
            return "ready";
        }
        if occurrence.end <= now {
            return if occurrence.started {
                "ended"
            } else {
                "missed"
            };
        }
        let before = self
            .standing()
            .take_while(|(other, _)| *other < index)
            .last();
        match before {
            Some((_, before)) if before.end > now => "scheduled",
            _ => "ready",
        }
    }

    /// The occurrence that is on or comes next; the last one when all is over.
    pub(super) fn current(&self, now: Timestamp) -> Option<usize> {
        let mut standing = self.standing();
        let ahead = standing.find(|(_, occurrence)| occurrence.end > now);
        ahead
            .or_else(|| self.standing().next_back())
            .map(|(index, _)| index)
    }

    /// Who came into what is running, as far as it concerns `which`.
    pub(super) fn arrivals(&self, which: Which) -> Option<(bool, bool)> {
        let concerns = |index: usize, instance: &Instance| match which {
            Which::Series => true,
            Which::Occurrence(own) => self.occurrences[own].planned == instance.occurrence,
            Which::Instance(own) => own == index,
        };
        let mut running = self
            .instances
            .iter()
            .enumerate()
            .filter(|(_, instance)| instance.end.is_none());
        let (_, instance) = running.find(|(index, instance)| concerns(*index, instance))?;
        Some((instance.host_joined, instance.attendee_joined))
    }
}

/// Everybody leaves what is running.
pub(crate) fn end(world: &mut World, asking: &Asking<'_>, id: &str) -> Served {
    let (meeting, which) = world.meeting(asking, id)?;
    if !meeting.is_running(which) {
        return Err(Refusal::invalid("The meeting is not in progress."));
    }
    let series = meeting.id.clone();
    let only = match which {
        Which::Series => None,
        Which::Occurrence(index) => Some(meeting.occurrences[index].planned),
        Which::Instance(index) => Some(meeting.instances[index].occurrence),
    };
    let ends = |(index, instance): (usize, &Instance)| {
        let fits = only.is_none_or(|planned| instance.occurrence == planned);
        (instance.end.is_none() && fits).then_some(index)
    };
    let instances = meeting.instances.iter().enumerate();
    let ended: Vec<usize> = instances.filter_map(ends).collect();
    for index in &ended {
        attendance::close(world, asking, &series, *index);
    }
    let meeting = &world.meetings[&series];
    let ids: Vec<String> = ended
        .into_iter()
        .map(|index| meeting.id_of(Which::Instance(index)))
        .collect();
    Ok(json!({ "ended": ids }))
}

/// `POST /meetings/{id}/end`, by the host or a co-host.
pub(crate) fn finish(world: &mut World, asking: &Asking<'_>, id: &str) -> Served<()> {
    no_bots(world, asking)?;
    let (meeting, which) = world.meeting(asking, id)?;
    match meeting.role(world, which, asking.person) {
        Role::Host | Role::CoHost => end(world, asking, id).map(drop),
        Role::Invitee => Err(Refusal::forbidden(
            "Only host and co-hosts can end a meeting.",
        )),
        Role::Outsider => Err(Refusal::not_found()),
    }
}
