//! Every step after the steps that it needs, and otherwise in an order that reads well.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::model::Address;

use crate::step::{Action, Step};

/// Kahn's algorithm with sorted tie-breaks: the same steps always come out in the same order.
///
/// # Panics
///
/// If the steps need each other in a circle, which is a defect of the comparison and not of any
/// file: team before rooms before people before tabs leaves no way to make one.
pub(crate) fn sorted(steps: Vec<Step>) -> Vec<Step> {
    let count = steps.len();
    let known: BTreeSet<Address> = steps.iter().map(|step| step.address.clone()).collect();
    let mut waiting: BTreeMap<Address, usize> = BTreeMap::new();
    let mut followers: BTreeMap<Address, Vec<Address>> = BTreeMap::new();
    for step in &steps {
        let needs: BTreeSet<&Address> = step
            .after
            .iter()
            .filter(|need| known.contains(*need) && **need != step.address)
            .collect();
        waiting.insert(step.address.clone(), needs.len());
        for need in needs {
            followers
                .entry(need.clone())
                .or_default()
                .push(step.address.clone());
        }
    }
    let mut by_address: BTreeMap<Address, Step> = steps
        .into_iter()
        .map(|step| (step.address.clone(), step))
        .collect();
    assert_eq!(
        by_address.len(),
        count,
        "two steps of one plan share an address"
    );
    let mut ready: BTreeSet<(u8, Address)> = waiting
        .iter()
        .filter(|(_, needs)| **needs == 0)
        .map(|(address, _)| (rank(&by_address[address].action), address.clone()))
        .collect();
    let mut sorted = Vec::with_capacity(count);
    while let Some((_, address)) = ready.pop_first() {
        for follower in followers.remove(&address).unwrap_or_default() {
            let left = waiting.get_mut(&follower).expect("every follower waits");
            *left -= 1;
            if *left == 0 {
                ready.insert((rank(&by_address[&follower].action), follower));
            }
        }
        sorted.extend(by_address.remove(&address));
    }
    assert!(
        by_address.is_empty(),
        "steps need each other in a circle: {:?}",
        by_address.keys()
    );
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

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: proptest::test_runner::RngSeed::Fixed(1),
            ..ProptestConfig::default()
        })]

        #[test]
        fn every_step_comes_after_what_it_needs(steps in steps()) {
            let sorted = sorted(steps.clone());
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
            prop_assert_eq!(sorted(found), sorted(otherwise));
        }
    }
}
