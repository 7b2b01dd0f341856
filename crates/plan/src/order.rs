//! Every step after the steps that it needs, and otherwise in an order that reads well.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use showcaller_event::Event;
use showcaller_event::model::{Address, MeetingKey};

use crate::names::parent_of;
use crate::step::{Action, Step};

/// Where rooms and meetings stand in the file.
#[derive(Debug, Default)]
pub(crate) struct Places(HashMap<Address, usize>);

impl Places {
    pub(crate) fn of(event: &Event) -> Self {
        let rooms = event.rooms.iter().map(|room| Address::room(&room.key));
        let meetings = event.meetings.iter();
        let meetings = meetings.map(|meeting| Address::meeting(&meeting.key));
        Self(rooms.zip(0..).chain(meetings.zip(0..)).collect())
    }

    /// The key by which lists of things are sorted: by kind, by the place of their room or meeting
    /// in the file, and by their own name. What is not in the file any more comes last.
    pub(crate) fn key(&self, address: &Address) -> (String, usize, Address) {
        let kind = address.kind().to_owned();
        (kind, self.place(address), address.clone())
    }

    fn place(&self, address: &Address) -> usize {
        let place = self.0.get(&within(address));
        place.copied().unwrap_or(usize::MAX)
    }
}

/// The room or meeting that a thing belongs to.
fn within(address: &Address) -> Address {
    let meeting = |key| Address::meeting(&MeetingKey::new(key));
    match address.as_str().split_once('/') {
        Some(("invitees" | "replaced-meeting", key)) => meeting(key),
        _ => parent_of(address).unwrap_or_else(|| address.clone()),
    }
}

/// Kahn's algorithm with sorted tie-breaks: the same steps always come out in the same order.
///
/// The comparison makes one step an address at most, and no circles: team before rooms before
/// people before tabs leaves no way to make one. Should a defect of it do so all the same, the
/// first step of an address counts, and what is left of a circle comes last in the order of its
/// addresses: a plan that a person reads is better than none.
pub(crate) fn sorted(steps: Vec<Step>, places: &Places) -> Vec<Step> {
    let mut by_address: BTreeMap<Address, Step> = BTreeMap::new();
    for step in steps {
        by_address.entry(step.address.clone()).or_insert(step);
    }
    let mut waiting: BTreeMap<Address, usize> = BTreeMap::new();
    let mut followers: BTreeMap<Address, Vec<Address>> = BTreeMap::new();
    for step in by_address.values() {
        let needs: BTreeSet<&Address> = step
            .after
            .iter()
            .filter(|need| by_address.contains_key(*need) && **need != step.address)
            .collect();
        waiting.insert(step.address.clone(), needs.len());
        for need in needs {
            followers
                .entry(need.clone())
                .or_default()
                .push(step.address.clone());
        }
    }
    let turn = |step: &Step| {
        (
            rank(&step.action),
            places.place(&step.address),
            step.address.clone(),
        )
    };
    let mut ready: BTreeSet<(u8, usize, Address)> = waiting
        .iter()
        .filter(|(_, needs)| **needs == 0)
        .map(|(address, _)| turn(&by_address[address]))
        .collect();
    let mut sorted = Vec::with_capacity(by_address.len());
    while let Some((_, _, address)) = ready.pop_first() {
        for follower in followers.remove(&address).unwrap_or_default() {
            let left = waiting.get_mut(&follower).expect("every follower waits");
            *left -= 1;
            if *left == 0 {
                ready.insert(turn(&by_address[&follower]));
            }
        }
        sorted.extend(by_address.remove(&address));
    }
    sorted.extend(by_address.into_values());
    sorted
}

/// Team, rooms, people, moderators, tabs, meetings; what takes away comes last.
fn rank(action: &Action) -> u8 {
    match action {
        Action::CreateTeam { .. } | Action::ChangeTeam { .. } => 0,
        Action::AddTeamMember { .. } | Action::SetTeamModerator { .. } => 1,
        Action::CreateRoom { .. } => 2,
        Action::AddMember { .. } => 3,
        Action::SetModerator { .. } => 4,
        Action::ChangeRoom { .. } => 5,
        Action::CreateMeeting { .. } | Action::ReplaceMeeting { .. } => 6,
        Action::ChangeMeeting { .. } => 7,
        Action::AddInvitees { .. } | Action::SetCohost { .. } => 8,
        Action::AddTab { .. } | Action::ChangeTab { .. } => 9,
        Action::RemoveTab { .. } | Action::RemoveInvitee { .. } => 10,
        Action::RemoveMember { .. } | Action::RemoveTeamMember { .. } => 11,
        Action::ArchiveRoom { .. } | Action::DeleteMeeting { .. } => 12,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use showcaller_event::model::Email;

    use super::*;
    use crate::step::Owner;

    /// Steps of all ranks, each after some of those before it and after things that no step makes.
    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let one = (any::<u64>(), 0u8..6);
        proptest::collection::vec(one, 0..40).prop_map(|choices| {
            let name = |place: usize| Address::new(format!("thing/{place}"));
            let step = |(place, (needs, kind)): (usize, &(u64, u8))| Step {
                address: name(place),
                action: action(*kind),
                owner: Owner::Bot,
                after: (0..place)
                    .filter(|other| needs >> (other % 64) & 7 == 7)
                    .map(name)
                    .chain([Address::new("thing/that-is-there")])
                    .collect(),
                mails: 0,
            };
            choices.iter().enumerate().map(step).collect()
        })
    }

    fn action(kind: u8) -> Action {
        let id = "id".to_owned();
        match kind {
            0 => Action::CreateTeam { name: id },
            1 => Action::AddTeamMember {
                email: Email::new("ann@example.com"),
                moderator: false,
            },
            2 => Action::RemoveMember { id },
            3 => Action::SetModerator {
                id,
                moderator: true,
            },
            4 => Action::ArchiveRoom { id },
            _ => Action::RemoveTab { id },
        }
    }

    fn removal(name: &str, id: &str, after: &str) -> Step {
        Step {
            address: Address::new(name),
            action: Action::RemoveTab { id: id.to_owned() },
            owner: Owner::Bot,
            after: vec![Address::new(after)],
            mails: 0,
        }
    }

    #[test]
    fn two_steps_of_one_address_are_one_and_a_circle_still_has_an_order() {
        let steps = vec![
            removal("b", "first", "a"),
            removal("b", "second", "a"),
            removal("a", "first", "b"),
            removal("c", "first", "there"),
        ];
        let sorted = sorted(steps.clone(), &Places::default());
        assert_eq!(sorted, [&steps[3], &steps[2], &steps[0]].map(Clone::clone));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: proptest::test_runner::RngSeed::Fixed(1),
            ..ProptestConfig::default()
        })]

        #[test]
        fn every_step_comes_after_what_it_needs(steps in steps()) {
            let sorted = sorted(steps.clone(), &Places::default());
            prop_assert_eq!(sorted.len(), steps.len());
            let mut done: BTreeSet<&Address> = BTreeSet::new();
            let there = Address::new("thing/that-is-there");
            for step in &sorted {
                for need in &step.after {
                    prop_assert!(done.contains(need) || *need == there, "{step:?}");
                }
                prop_assert!(done.insert(&step.address));
            }
        }

        #[test]
        fn the_order_in_which_steps_were_found_is_forgotten(
            (found, otherwise) in steps().prop_flat_map(|steps| {
                (Just(steps.clone()), Just(steps).prop_shuffle())
            }),
        ) {
            prop_assert_eq!(sorted(found, &Places::default()), sorted(otherwise, &Places::default()));
        }
    }
}
