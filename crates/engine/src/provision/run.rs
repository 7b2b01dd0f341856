//! Who goes next: every step after what it needs, several at a time on each owner's lane.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::model::Address;
use showcaller_plan::{Action, Owner, Step};

use super::report::Undone;
use crate::floor::InFlight;

/// How a step came out, as far as those that wait for it care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// It is there.
    Done,
    /// It is not, for a reason of its own.
    Failed,
    /// It is not, for a reason that steps like it share.
    Refused,
    /// It is not, because its owner's quota of meetings is used up.
    Exhausted,
}

/// The queue of one run. It decides; somebody else does.
#[derive(Debug)]
pub(super) struct Queue<'a> {
    steps: &'a [Step],
    calls: InFlight,
    /// How many steps each still waits for; `None` once it is launched or will not be.
    waits: Vec<Option<usize>>,
    followers: BTreeMap<usize, Vec<(usize, Need)>>,
    /// How many steps come one after another below each, itself included.
    heights: Vec<usize>,
    /// What may go, first that on which the longest chain waits: the run cannot end before it does.
    ready: BTreeMap<Owner, BTreeSet<(Reverse<usize>, usize)>>,
}

/// What one step wants of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// It must have succeeded.
    Success,
    /// It must only have ended.
    Order,
    /// It is the first of the same pattern: if it was refused, so would the others be.
    Probe,
}

impl<'a> Queue<'a> {
    /// A queue of these steps with at most so many in flight per owner.
    pub(super) fn new(steps: &'a [Step], most: usize) -> Self {
        let places: BTreeMap<&Address, usize> = steps
            .iter()
            .enumerate()
            .map(|(place, step)| (&step.address, place))
            .collect();
        let mut needs: Vec<BTreeSet<(usize, Need)>> = vec![BTreeSet::new(); steps.len()];
        for (place, step) in steps.iter().enumerate() {
            let wanted = step.after.iter().filter_map(|address| places.get(address));
            for other in wanted.filter(|other| **other != place) {
                needs[place].insert((*other, need(step, &steps[*other].address)));
            }
        }
        let mut probes = BTreeMap::new();
        for (place, step) in steps.iter().enumerate() {
            let created = match &step.action {
                Action::ReplaceMeeting { create, .. } => create,
                action => action,
            };
            if let Action::CreateMeeting { pattern, .. } = created {
                let probe = *probes.entry(pattern).or_insert(place);
                if probe != place {
                    needs[place].insert((probe, Need::Probe));
                }
            }
        }
        let mut followers: BTreeMap<usize, Vec<(usize, Need)>> = BTreeMap::new();
        for (place, needs) in needs.iter().enumerate() {
            for (other, need) in needs {
                followers.entry(*other).or_default().push((place, *need));
            }
        }
        let heights = heights(steps.len(), &followers);
        let mut queue = Self {
            steps,
            calls: InFlight::new(most),
            waits: needs.iter().map(|needs| Some(needs.len())).collect(),
            followers,
            heights,
            ready: BTreeMap::new(),
        };
        for place in 0..steps.len() {
            queue.line_up(place);
        }
        queue
    }

    fn line_up(&mut self, place: usize) {
        if self.waits[place] == Some(0) {
            let owner = self.steps[place].owner.clone();
            let ready = self.ready.entry(owner).or_default();
            ready.insert((Reverse(self.heights[place]), place));
        }
    }

    /// The next step that may go, if any lane with a ready step has room: `width` says how many calls
    /// of an owner can be used now.
    pub(super) fn launch(&mut self, width: impl Fn(&Owner) -> usize) -> Option<usize> {
        for (owner, ready) in &mut self.ready {
            if !ready.is_empty() && self.calls.enter(owner, width(owner)) {
                let (_, place) = ready.pop_first()?;
                self.waits[place] = None;
                return Some(place);
            }
        }
        None
    }

    /// A launched step has come back. Returns the steps that will now not be tried, and why.
    pub(super) fn came_back(&mut self, place: usize, how: Came) -> Vec<(usize, Undone)> {
        self.calls.leave(&self.steps[place].owner);
        let mut undone = Vec::new();
        if how == Came::Exhausted {
            self.spare_the_quota(place, &mut undone);
            self.probe_with_another_host(place);
        }
        self.release(place, how, &mut undone);
        undone
    }

    /// No meeting of this owner can be made for now: what was not launched is not tried.
    fn spare_the_quota(&mut self, place: usize, undone: &mut Vec<(usize, Undone)>) {
        let cause = &self.steps[place];
        for (other, step) in self.steps.iter().enumerate() {
            let makes = matches!(
                step.action,
                Action::CreateMeeting { .. } | Action::ReplaceMeeting { .. }
            );
            if makes && step.owner == cause.owner && self.waits[other].take().is_some() {
                if let Some(ready) = self.ready.get_mut(&step.owner) {
                    ready.remove(&(Reverse(self.heights[other]), other));
                }
                undone.push((other, Undone::Exhausted(cause.address.clone())));
                self.probe_with_another_host(other);
                self.release(other, Came::Failed, undone);
            }
        }
    }

    /// A quota that is used up says nothing of siblings that another host makes: the first of them
    /// goes in its place, and the others wait for that one.
    fn probe_with_another_host(&mut self, place: usize) {
        let followers = self.followers.entry(place).or_default();
        let waits = &self.waits;
        let (siblings, rest): (Vec<_>, Vec<_>) = std::mem::take(followers)
            .into_iter()
            .partition(|(other, need)| *need == Need::Probe && waits[*other].is_some());
        *followers = rest;
        let mut siblings = siblings.into_iter();
        if let Some(first) = siblings.next() {
            followers.push(first);
            self.followers.entry(first.0).or_default().extend(siblings);
        }
    }

    fn release(&mut self, place: usize, how: Came, undone: &mut Vec<(usize, Undone)>) {
        for (follower, need) in self.followers.remove(&place).unwrap_or_default() {
            let Some(left) = self.waits[follower] else {
                continue;
            };
            let cause = || self.steps[place].address.clone();
            let stopped = match (need, how) {
                (Need::Success, Came::Failed | Came::Refused | Came::Exhausted) => {
                    Some(Undone::Needs(cause()))
                }
                (Need::Probe, Came::Refused) => Some(Undone::HeldBack(cause())),
                _ => None,
            };
            if let Some(reason) = stopped {
                self.waits[follower] = None;
                undone.push((follower, reason));
                self.release(follower, Came::Failed, undone);
            } else {
                self.waits[follower] = Some(left - 1);
                self.line_up(follower);
            }
        }
    }

    /// Gives up everything that was not launched.
    pub(super) fn give_up(&mut self) -> Vec<usize> {
        self.ready.clear();
        let left = (0..self.steps.len())
            .filter(|place| self.waits[*place].is_some())
            .collect();
        self.waits.fill(None);
        left
    }
}

/// The length of the chain below each step. A plan is sorted: whatever follows a step stands after it.
fn heights(steps: usize, followers: &BTreeMap<usize, Vec<(usize, Need)>>) -> Vec<usize> {
    let mut heights = vec![1; steps];
    for place in (0..steps).rev() {
        let below = followers.get(&place).into_iter().flatten();
        let below = below.map(|(follower, _)| heights[*follower]).max();
        heights[place] += below.unwrap_or(0);
    }
    heights
}

/// Most of what a step comes after must exist for it; some is only a matter of order, and one bad
/// address must not keep a whole room from its announcement mode.
fn need(step: &Step, other: &Address) -> Need {
    let moderates = matches!(
        step.action,
        Action::AddMember {
            moderator: true,
            ..
        } | Action::SetModerator {
            moderator: true,
            ..
        }
    );
    match other.kind() {
        "team" | "room" | "meeting" => Need::Success,
        "team-membership" if moderates => Need::Success,
        _ => Need::Order,
    }
}

#[cfg(test)]
mod tests {
    use showcaller_event::model::{Email, MeetingKey, MeetingPattern, RoomKey};

    use super::*;

    fn step(address: &str, after: &[&str], action: Action) -> Step {
        Step {
            address: Address::new(address),
            action,
            owner: Owner::Bot,
            after: after.iter().map(|address| Address::new(*address)).collect(),
            mails: 0,
        }
    }

    fn room(key: &str) -> Step {
        let fields = showcaller_plan::Fields::new();
        step(
            &format!("room/{key}"),
            &["team"],
            Action::CreateRoom { fields },
        )
    }

    fn member(key: &str, email: &str) -> Step {
        let action = Action::AddMember {
            room: RoomKey::new(key),
            email: Email::new(email),
            moderator: false,
        };
        step(
            &format!("membership/{key}/{email}"),
            &[&format!("room/{key}")],
            action,
        )
    }

    fn meeting(pattern: &str, number: usize) -> Step {
        let action = Action::CreateMeeting {
            meeting: MeetingKey::new(format!("{pattern}/{number}")),
            pattern: MeetingPattern::new(pattern),
            fields: showcaller_plan::Fields::new(),
            timezone: "Europe/Brussels".to_owned(),
            site: None,
            invitees: Vec::new(),
            mail: false,
        };
        step(&format!("meeting/{pattern}/{number}"), &[], action)
    }

    fn names(steps: &[Step], places: impl IntoIterator<Item = usize>) -> Vec<String> {
        places
            .into_iter()
            .map(|place| steps[place].address.to_string())
            .collect()
    }

    fn launch_all(queue: &mut Queue<'_>) -> Vec<usize> {
        std::iter::from_fn(|| queue.launch(|_| 8)).collect()
    }

    #[test]
    fn a_room_that_failed_takes_only_its_own_people_along() {
        let steps = [
            room("a"),
            member("a", "ann@example.com"),
            room("b"),
            member("b", "bob@example.com"),
        ];
        let mut queue = Queue::new(&steps, 8);
        assert_eq!(launch_all(&mut queue), [0, 2]);
        let undone = queue.came_back(0, Came::Failed);
        assert_eq!(undone, [(1, Undone::Needs(Address::new("room/a")))]);
        assert_eq!(queue.came_back(2, Came::Done), []);
        assert_eq!(
            names(&steps, launch_all(&mut queue)),
            ["membership/b/bob@example.com"]
        );
    }

    #[test]
    fn one_meeting_of_each_pattern_goes_first_and_a_shared_refusal_spares_its_siblings() {
        let steps = [
            meeting("a", 1),
            meeting("a", 2),
            meeting("a", 3),
            meeting("b", 1),
            meeting("b", 2),
        ];
        let mut queue = Queue::new(&steps, 8);
        assert_eq!(launch_all(&mut queue), [0, 3]);
        let undone = queue.came_back(0, Came::Refused);
        let held = || Undone::HeldBack(Address::new("meeting/a/1"));
        assert_eq!(undone, [(1, held()), (2, held())]);
        assert_eq!(queue.came_back(3, Came::Failed), []);
        assert_eq!(launch_all(&mut queue), [4]);
    }

    #[test]
    fn a_host_that_has_used_up_its_day_spares_its_own_meetings_alone() {
        let of = |host: &str, step| Step {
            owner: Owner::Host(Email::new(host)),
            ..step
        };
        let (one, two) = ("one@example.com", "two@example.com");
        let steps = [
            of(one, meeting("a", 1)),
            of(one, meeting("a", 2)),
            of(two, meeting("a", 3)),
            of(two, meeting("a", 4)),
            of(one, meeting("b", 1)),
            of(one, meeting("b", 2)),
            of(two, meeting("b", 3)),
            of(two, meeting("b", 4)),
        ];
        let mut queue = Queue::new(&steps, 1);
        assert_eq!(launch_all(&mut queue), [0]);
        let undone = queue.came_back(0, Came::Exhausted);
        let spared = || Undone::Exhausted(Address::new("meeting/a/1"));
        assert_eq!(undone, [(1, spared()), (4, spared()), (5, spared())]);
        // The other host's first of each pattern goes first, as the pattern's first would have.
        assert_eq!(launch_all(&mut queue), [2]);
        let held = Undone::HeldBack(Address::new("meeting/a/3"));
        assert_eq!(queue.came_back(2, Came::Refused), [(3, held)]);
        assert_eq!(launch_all(&mut queue), [6]);
        assert_eq!(queue.came_back(6, Came::Done), []);
        assert_eq!(launch_all(&mut queue), [7]);
    }

    #[test]
    fn what_most_waits_for_goes_first() {
        let steps = [
            room("alone"),
            room("b"),
            room("c"),
            member("b", "ann@example.com"),
            member("c", "bob@example.com"),
            step(
                "tab/c/board",
                &["membership/c/bob@example.com"],
                Action::RemoveTab {
                    id: "tab".to_owned(),
                },
            ),
        ];
        let mut queue = Queue::new(&steps, 8);
        assert_eq!(
            names(&steps, launch_all(&mut queue)),
            ["room/c", "room/b", "room/alone"]
        );
    }

    #[test]
    fn a_lane_is_as_wide_as_it_was_told() {
        let steps: Vec<Step> = (0..5).map(|number| room(&number.to_string())).collect();
        let mut queue = Queue::new(&steps, 2);
        assert_eq!(launch_all(&mut queue), [0, 1]);
        queue.came_back(1, Came::Done);
        assert_eq!(launch_all(&mut queue), [2]);
        assert_eq!(queue.give_up(), [3, 4]);
        assert_eq!(launch_all(&mut queue), Vec::<usize>::new());
    }
}
