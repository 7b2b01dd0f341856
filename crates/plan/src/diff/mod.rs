//! Compares what the file asks for with what Webex has.

mod aliases;
mod crowded;
mod desired;
mod drift;
mod duplicates;
mod invitees;
mod last_moderators;
mod meetings;
mod people;
mod removals;
mod rooms;
mod tabs;
mod team;
#[cfg(test)]
mod tests;

pub use duplicates::duplicates;

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::Event;
use showcaller_event::model::{Address, Email, Meeting, MeetingKey, Room, RoomKey};

use crate::drift::{Keep, Moved};
use crate::fields::{Field, Fields, Value};
use crate::identify::{self, Match};
use crate::known::{Known, KnownResource};
use crate::observed::{Look, Observed, SeenMeeting, SeenRoom, SeenTeam};
use crate::plan::{Adoption, Cannot, CannotReason, Held, HeldReason, Note, Plan, Unseen};
use crate::quota::Quotas;
use crate::step::{Action, Owner, Step};
use crate::{Wishes, budget, guard, order};

/// The plan that leads from `observed` to `event`.
///
/// `known` is the ledger's memory. The result does not depend on the order in which Webex lists
/// things; its lists are in the order of the file.
#[must_use]
pub fn make(event: &Event, known: &Known, observed: &Observed, wishes: &Wishes) -> Plan {
    let scene = Scene::new(event, known, observed, wishes);
    let mut draft = Draft::default();
    let accounts = team::accounts(&scene);
    aliases::compare(&scene, &mut draft);
    team::compare(&scene, &mut draft);
    rooms::compare(&scene, &mut draft);
    people::compare(&scene, &mut draft);
    meetings::compare(&scene, &mut draft);
    // Before the tabs, which lead to meetings: what is held is not there to lead to.
    draft.keep_quotas(&scene.quotas);
    draft.forget_replaced();
    tabs::compare(&scene, &mut draft);
    removals::compare(&scene, &mut draft);
    people::rejoin(&scene, &mut draft);
    last_moderators::compare(&scene, &mut draft);
    duplicates::compare(&scene, &mut draft);
    crowded::hosts(&scene, &mut draft);
    debug_assert!(one_each(&draft.steps), "two steps share an address");
    let (guard_rails, steps) = guard::check(known, wishes, draft.steps);
    let places = order::Places::of(event);
    let mut steps = order::sorted(steps, &places);
    for step in &mut steps {
        step.mails = budget::meeting_mails(event, known, observed, step);
    }
    let shares = (&scene.hosts, &scene.spread);
    let quotas = budget::host_days(event, &scene.quotas, &steps, &draft.held, shares);
    let mut plan = Plan {
        event: event.key.clone(),
        title: event.title.clone(),
        timezone: event.timezone.clone(),
        at: observed.at,
        titles: titles(event, known),
        accounts,
        adoptions: draft.adoptions,
        vanished: draft.vanished.into_iter().collect(),
        budget: budget::of(known, observed, &steps, quotas),
        steps,
        held: draft.held,
        cannot: draft.cannot,
        guard_rails,
        notes: draft.notes.into_iter().collect(),
        moved: draft.moved,
        kept: draft.kept,
        keeps: draft.keeps,
        repairs: draft.repairs,
        unseen: unseen(event, observed, &scene),
    };
    for moved in [&mut plan.moved, &mut plan.kept] {
        moved.sort_by_cached_key(|moved| (places.key(&moved.address), moved.field));
        moved.dedup();
    }
    plan.adoptions
        .sort_by_cached_key(|it| places.key(&it.address));
    plan.held.sort_by_cached_key(|it| places.key(&it.address));
    plan.cannot
        .sort_by_cached_key(|it| (places.key(&it.address), it.reason));
    plan
}

fn titles(event: &Event, known: &Known) -> BTreeMap<Address, String> {
    let recorded = known.resources.iter().filter_map(|(address, known)| {
        let is_titled = matches!(address.kind(), "room" | "meeting");
        match known.settled.asked.get(&Field::Title) {
            Some(Value::Text(title)) if is_titled => Some((address.clone(), title.clone())),
            _ => None,
        }
    });
    let rooms = event.rooms.iter();
    let rooms = rooms.map(|room| (Address::room(&room.key), room.title.clone()));
    let meetings = event.meetings.iter();
    let meetings = meetings.map(|it| (Address::meeting(&it.key), it.title.clone()));
    recorded.chain(rooms).chain(meetings).collect()
}

fn one_each(steps: &[Step]) -> bool {
    let addresses: BTreeSet<&Address> = steps.iter().map(|step| &step.address).collect();
    addresses.len() == steps.len()
}

/// Everything that a comparison may look at.
struct Scene<'a> {
    event: &'a Event,
    known: &'a Known,
    observed: &'a Observed,
    wishes: &'a Wishes,
    team: Match<'a, SeenTeam>,
    rooms: BTreeMap<RoomKey, Match<'a, SeenRoom>>,
    meetings: BTreeMap<MeetingKey, (Match<'a, SeenMeeting>, Option<&'a Email>)>,
    hosts: BTreeMap<MeetingKey, Email>,
    /// Meetings that have their host because another one has used up its day.
    spread: BTreeSet<MeetingKey>,
    /// Meetings that are made anew at another host, because their own has no room for them.
    elsewhere: BTreeMap<MeetingKey, Email>,
    quotas: Quotas,
    /// The remote ids of everything that Showcaller made, under whatever name.
    made: BTreeSet<&'a str>,
}

impl<'a> Scene<'a> {
    fn new(event: &'a Event, known: &'a Known, observed: &'a Observed, wishes: &'a Wishes) -> Self {
        let listed: Vec<(&Email, &[SeenMeeting])> = observed
            .meetings
            .iter()
            .filter_map(|(host, look)| Some((host, look.seen()?.as_slice())))
            .collect();
        let meetings = identify::meetings(event, known, &listed);
        let pins = pins(event, known, observed, &meetings);
        let there = meetings.iter();
        // What must be made anew elsewhere costs a creation like a new one.
        let there = there.filter(|(_, (found, host))| {
            found.thing().is_some() && !host.is_some_and(|host| has_left(event, host))
        });
        let there = there.map(|(key, _)| key.clone()).collect();
        let quotas = Quotas::new(event, known, observed.at);
        let assigned = crate::hosts::assign(event, &pins, &there, &quotas);
        Self {
            event,
            known,
            observed,
            wishes,
            team: identify::team(event, known, &observed.teams),
            rooms: identify::rooms(event, known, &observed.rooms),
            meetings,
            elsewhere: crowded::elsewhere(event, &assigned.hosts, wishes, observed.at),
            hosts: assigned.hosts,
            spread: assigned.spread,
            quotas,
            made: known
                .resources
                .values()
                .filter(|resource| resource.made)
                .map(|resource| resource.remote_id.as_str())
                .collect(),
        }
    }

    /// What the ledger says of a room, perhaps under the name that it had.
    fn entry_of_room(&self, room: &Room) -> Option<&'a KnownResource> {
        let address = match self.rooms.get(&room.key) {
            Some(Match::Known(_, recorded)) => recorded.clone(),
            _ => Address::room(&room.key),
        };
        self.known.resources.get(&address)
    }

    /// What the ledger says of something in a room, perhaps under the name that the room had.
    fn entry_in_room(
        &self,
        room: &Room,
        address: impl Fn(&RoomKey) -> Address,
    ) -> Option<&'a KnownResource> {
        let mut keys = std::iter::once(&room.key).chain(&room.previously);
        keys.find_map(|key| self.known.resources.get(&address(key)))
    }

    /// Who has a meeting now; who is to have it, where it is not there.
    fn host_now(&self, key: &MeetingKey) -> &Email {
        self.meetings[key].1.unwrap_or_else(|| &self.hosts[key])
    }

    /// What the ledger says of a meeting, perhaps under the name that it had.
    fn entry_of_meeting(&self, meeting: &Meeting) -> Option<&'a KnownResource> {
        let address = match self.meetings.get(&meeting.key) {
            Some((Match::Known(_, recorded), _)) => recorded.clone(),
            _ => Address::meeting(&meeting.key),
        };
        self.known.resources.get(&address)
    }

    /// What was asked for of something before: by the ledger's word, and by that of a creation whose
    /// answer was lost, where it is found so. What is otherwise is somebody else's word.
    fn asked_before(
        &self,
        entry: Option<&KnownResource>,
        names: impl Iterator<Item = Address>,
        seen: &Fields,
    ) -> Fields {
        let recorded = entry.map(|known| &known.settled.asked);
        let mut asked = recorded.cloned().unwrap_or_default();
        asked.extend(self.found_as_asked(Fields::new(), names, seen));
        asked
    }

    /// What counts as asked for of something that is taken over: of the file's wishes and of those of
    /// an intent whose answer was lost, what is found as it should be. The rest will be changed, and
    /// asked for then.
    fn found_as_asked(
        &self,
        wanted: Fields,
        mut names: impl Iterator<Item = Address>,
        seen: &Fields,
    ) -> Fields {
        let intended = names.find_map(|address| self.known.intended.get(&address));
        let asked = intended.cloned().unwrap_or_default().into_iter();
        asked
            .chain(wanted)
            .filter(|(field, value)| seen.get(field) == Some(value))
            .collect()
    }

    /// Whether something may be made under this address, or a note that it may not.
    fn may_create(&self, address: &Address, what: &str, draft: &mut Draft) -> bool {
        let unclear = self.known.unclear.contains_key(address);
        if unclear && !self.wishes.recreate.names(address) {
            draft.hold(address, what, HeldReason::Unclear);
            return false;
        }
        true
    }
}

/// Whether the file does not name this host any more.
fn has_left(event: &Event, host: &Email) -> bool {
    event.webex.hosts.iter().all(|it| it.email != *host)
}

/// Whose each meeting is: of whoever has it, or of whoever was to have it. Where it was looked for and
/// is not there, the file may name another host; and where its host has left, another one is chosen, unless
/// a creation at that host is in doubt and cannot be looked for.
fn pins(
    event: &Event,
    known: &Known,
    observed: &Observed,
    meetings: &BTreeMap<MeetingKey, (Match<'_, SeenMeeting>, Option<&Email>)>,
) -> BTreeMap<Address, Email> {
    let mut pins = known.pins.clone();
    for meeting in &event.meetings {
        let names = std::iter::once(&meeting.key).chain(&meeting.previously);
        let names: Vec<Address> = names.map(Address::meeting).collect();
        let mut chosen = names.iter().filter_map(|name| known.pins.get(name));
        let sought = chosen.all(|host| matches!(observed.meetings.get(host), Some(Look::Seen(_))));
        let named = meeting.host.as_ref().filter(|_| sought);
        let in_doubt = |name| known.intended.contains_key(name) || known.unclear.contains_key(name);
        if sought || !names.iter().any(in_doubt) {
            for name in &names {
                if pins.get(name).is_some_and(|host| has_left(event, host)) {
                    pins.remove(name);
                }
            }
        }
        let host = match &meetings[&meeting.key] {
            (_, Some(host)) if has_left(event, host) => None,
            (_, Some(host)) => Some(*host),
            (Match::None | Match::Gone, None) => named,
            _ => None,
        };
        if let Some(host) = host {
            pins.insert(Address::meeting(&meeting.key), host.clone());
        }
    }
    pins
}

/// The plan as it grows.
#[derive(Default)]
struct Draft {
    steps: Vec<Step>,
    held: Vec<Held>,
    cannot: Vec<Cannot>,
    notes: BTreeSet<Note>,
    adoptions: Vec<Adoption>,
    /// The addresses of the steps, and whether each makes something.
    planned: BTreeMap<Address, bool>,
    /// What is adopted as made by us.
    adopted_as_ours: BTreeSet<Address>,
    vanished: BTreeSet<Address>,
    /// Records of meetings at a host who has left, by the address of what replaces them.
    replaced: BTreeMap<Address, Vec<Address>>,
    moved: Vec<Moved>,
    kept: Vec<Moved>,
    keeps: BTreeMap<Address, Keep>,
    repairs: BTreeSet<Address>,
}

impl Draft {
    fn keep(&mut self, address: &Address, keep: Keep) {
        let whole = self.keeps.entry(address.clone()).or_default();
        whole.asked.extend(keep.asked);
        whole.answered.extend(keep.answered);
        whole.absent |= keep.absent;
    }

    fn adopt(&mut self, adoption: Adoption) {
        if adoption.made {
            self.adopted_as_ours.insert(adoption.address.clone());
        }
        self.adoptions.push(adoption);
    }

    /// Whether a step of this plan is about it.
    fn has_step(&self, address: &Address) -> bool {
        self.planned.contains_key(address)
    }

    /// Whether a step of this plan makes it.
    fn makes(&self, address: &Address) -> bool {
        self.planned.get(address) == Some(&true)
    }

    /// Holds back the meetings that the day's quota does not allow.
    fn keep_quotas(&mut self, quotas: &Quotas) {
        let steps = std::mem::take(&mut self.steps);
        self.steps = budget::within_quota(quotas, steps, &mut self.held);
        let held = self.held.iter();
        for held in held.filter(|held| held.reason == HeldReason::Quota) {
            self.planned.remove(&held.address);
        }
    }

    /// Forgets what is replaced in this plan. Until then its link is the only one that people have.
    fn forget_replaced(&mut self) {
        let replaced = std::mem::take(&mut self.replaced).into_iter();
        let replaced = replaced.filter(|(address, _)| self.planned.contains_key(address));
        self.vanished
            .extend(replaced.flat_map(|(_, records)| records));
    }

    fn step(&mut self, owner: &Owner, address: Address, after: Vec<Address>, action: Action) {
        self.planned.insert(address.clone(), action.creates());
        self.steps.push(Step {
            address,
            action,
            owner: owner.clone(),
            after,
            mails: 0,
        });
    }

    fn hold(&mut self, address: &Address, what: impl Into<String>, reason: HeldReason) {
        self.held.push(Held {
            address: address.clone(),
            what: what.into(),
            reason,
        });
    }

    fn cannot(&mut self, address: &Address, reason: CannotReason, sentence: impl Into<String>) {
        self.cannot.push(Cannot {
            address: address.clone(),
            reason,
            sentence: sentence.into(),
        });
    }

    fn note(&mut self, address: Option<&Address>, sentence: impl Into<String>) {
        self.notes.insert(Note {
            address: address.cloned(),
            sentence: sentence.into(),
        });
    }
}

/// What the rotating share left out. A room without tabs, or a meeting without a list, in the file
/// and in the ledger alike, has nothing to look at.
fn unseen(event: &Event, observed: &Observed, scene: &Scene<'_>) -> Vec<Unseen> {
    let pinned = event.rooms.iter().filter(|room| !room.tabs.is_empty());
    let rooms = pinned.filter_map(|room| Some(&scene.rooms.get(&room.key)?.thing()?.id));
    let tabs = rooms.map(|id| {
        observed
            .tabs
            .get(id)
            .is_some_and(|look| look.seen().is_some())
    });
    // The host is on no list, even where the file makes them a co-host.
    let listed = event.meetings.iter().filter(|meeting| {
        let host = scene.host_now(&meeting.key);
        meeting.invitees.iter().any(|i| i.email != *host)
    });
    let meetings = listed
        .filter(|meeting| meeting.end.timestamp() > observed.at)
        .filter_map(|meeting| Some(&scene.meetings.get(&meeting.key)?.0.thing()?.id));
    let lists = meetings.map(|id| {
        observed
            .invitees
            .get(id)
            .is_some_and(|look| look.seen().is_some())
    });
    left_out("rooms' pinned tabs", tabs)
        .into_iter()
        .chain(left_out("meetings' invitation lists", lists))
        .collect()
}

fn left_out(what: &str, looked: impl Iterator<Item = bool>) -> Option<Unseen> {
    let (mut count, mut of) = (0, 0);
    for looked in looked {
        of += 1;
        count += usize::from(!looked);
    }
    (count > 0).then(|| Unseen {
        what: what.to_owned(),
        count,
        of,
    })
}
