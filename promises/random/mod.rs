//! Random events, written as the files that an organiser would write, and plausible changes to
//! them.
//!
//! A [`Sketch`] is an event file before it is text. It is thrown from dice, so that proptest can
//! shrink it, and put right by `settle`, so that hardly any has to be discarded.

mod change;
mod cues;
mod dice;
mod settle;
mod sketch;
mod throw;
mod write;

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestCaseError, TestRng, TestRunner};

use showcaller_event::{Event, Input};

pub(crate) use sketch::Sketch;
pub(crate) use write::Order;

use crate::files::Files;
use dice::Dice;

/// The numbers that one part of an event is thrown from.
type Throw = Vec<u16>;

/// An event, and what becomes of it.
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) before: Sketch,
    pub(crate) after: Sketch,
    /// What was changed, in words.
    changes: Vec<&'static str>,
}

impl fmt::Debug for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            before,
            after,
            changes,
        } = self;
        writeln!(f, "\n{before:?}{changes:?}\n{after:?}")
    }
}

impl Sketch {
    /// The event that `check` makes of the files; its findings if it has mistakes, which would be
    /// a defect of the strategy.
    pub(crate) fn event(&self, shuffle: u64) -> Result<Event, String> {
        let Files { yaml, people } = self.files(shuffle);
        let checked = showcaller_event::check(&Input {
            name: "event.yaml",
            bytes: yaml.as_bytes(),
            load: &|_| Ok(people.clone().into_bytes()),
            now: None,
        });
        let told = || checked.diagnostics.iter().map(ToString::to_string);
        checked
            .event
            .ok_or_else(|| format!("{:#?}", told().collect::<Vec<_>>()))
    }
}

impl fmt::Debug for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Files { yaml, people } = self.files(0);
        write!(f, "---\n{yaml}{people}")
    }
}

/// Random events and random changes to them.
pub(crate) fn stories() -> impl Strategy<Value = Story> {
    changed(events(), 10)
}

/// The same with a handful of people, rooms and meetings.
pub(crate) fn short_stories() -> impl Strategy<Value = Story> {
    changed(events_of([2, 8, 3, 2]), 5)
}

fn changed(events: impl Strategy<Value = Sketch>, most: usize) -> impl Strategy<Value = Story> {
    let changes = vec(throw(), 1..most);
    (events, changes).prop_map(|(before, changes)| {
        let mut after = before.clone();
        let mut words = Vec::new();
        for change in changes {
            words.push(after.change(&mut Dice::new(&change)));
            after.settle();
        }
        Story {
            before,
            after,
            changes: words,
        }
    })
}

/// Small random events, each a change of the one before.
pub(crate) fn sequences() -> impl Strategy<Value = Vec<Sketch>> {
    let changes = vec(throw(), 1..8);
    (events_of([3, 8, 3, 4]), changes).prop_map(|(first, changes)| {
        let mut events = vec![first];
        for change in changes {
            let mut next = events[events.len() - 1].clone();
            next.change(&mut Dice::new(&change));
            next.settle();
            events.push(next);
        }
        events
    })
}

/// The value that a strategy gives for a seed.
pub(crate) fn of_seed<S: Strategy>(strategy: &S, seed: u64) -> S::Value {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let tree = strategy.new_tree(&mut runner).expect("a value");
    tree.current()
}

fn throw() -> impl Strategy<Value = Throw> {
    vec(any::<u16>(), 24)
}

/// Random events.
pub(crate) fn events() -> impl Strategy<Value = Sketch> {
    events_of([6, 40, 5, 6])
}

/// With so many teams, people, and entries for rooms and for meetings at most.
fn events_of([teams, people, rooms, meetings]: [usize; 4]) -> impl Strategy<Value = Sketch> {
    (
        throw(),
        vec(throw(), 0..=teams),
        vec(throw(), 1..=people),
        vec(throw(), 0..=rooms),
        vec(throw(), 0..=meetings),
    )
        .prop_map(|(whole, teams, people, rooms, meetings)| {
            Sketch::thrown(&whole, &teams, &people, &rooms, &meetings)
        })
}

/// Tries a property on so many random values: always the same ones, so that no run fails by
/// chance. With `SHOWCALLER_LONG=N`, on N times as many (1: a hundred), and others each time.
pub(crate) fn check<S: Strategy>(
    cases: u32,
    strategy: S,
    mut property: impl AsyncFnMut(S::Value) -> Result<(), String>,
) {
    let long = std::env::var("SHOWCALLER_LONG").ok();
    let times = long.as_ref().map(|times| match times.parse() {
        Ok(times) if times > 1 => times,
        _ => 100,
    });
    let config = Config {
        cases: cases * times.unwrap_or(1),
        rng_seed: times.map_or(RngSeed::Fixed(2027), |_| RngSeed::Random),
        failure_persistence: None,
        max_shrink_time: 60_000,
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let property = std::cell::RefCell::new(&mut property);
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&strategy, |value| {
        let mut property = property.borrow_mut();
        runtime
            .block_on(property(value))
            .map_err(TestCaseError::fail)
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use showcaller_event::model::{Counts, Cue, CueRecipient, MeetingPassword, Sending, Uninvited};

    use super::*;

    /// What an event has that not every event has.
    fn features(event: &Event) -> Vec<&'static str> {
        let room = |has: fn(&showcaller_event::model::Room) -> bool| event.rooms.iter().any(has);
        let meeting =
            |has: fn(&showcaller_event::model::Meeting) -> bool| event.meetings.iter().any(has);
        let cue = |has: fn(&Cue) -> bool| event.cues.iter().any(has);
        let all = [
            ("no team", event.teams.is_empty()),
            ("groups", !event.groups.is_empty()),
            ("three hosts", event.webex.hosts.len() == 3),
            ("four days", event.days.len() == 4),
            ("many people", event.people.len() > 30),
            ("a room per team", room(|r| r.team.is_some())),
            ("a room per group", room(|r| r.group.is_some())),
            ("an open room", room(|r| !r.settings.locked)),
            ("announcements", room(|r| r.settings.announcement_only)),
            ("a public room", room(|r| r.settings.public)),
            ("tabs", room(|r| r.tabs.len() > 1)),
            (
                "a tab to a meeting",
                room(|r| r.tabs.iter().any(|t| t.url.meetings().count() > 0)),
            ),
            ("a protected room", room(|r| r.protected)),
            (
                "a room that was renamed",
                room(|r| !r.previously.is_empty()),
            ),
            ("a meeting per team", meeting(|m| m.team.is_some())),
            ("a meeting per group", meeting(|m| m.group.is_some())),
            (
                "a lobby",
                meeting(|m| m.options.uninvited == Uninvited::Lobby),
            ),
            (
                "a closed door",
                meeting(|m| m.options.uninvited == Uninvited::Refused),
            ),
            (
                "a password",
                meeting(|m| matches!(m.password, MeetingPassword::Given(_))),
            ),
            ("a named host", meeting(|m| m.host.is_some())),
            ("an agenda", meeting(|m| m.agenda.is_some())),
            (
                "a co-host",
                meeting(|m| m.invitees.iter().any(|i| i.cohost)),
            ),
            ("a guest", meeting(|m| m.invitees.iter().any(|i| !i.cohost))),
            ("past midnight", meeting(|m| m.start.date() != m.end.date())),
            ("a renamed meeting", meeting(|m| !m.previously.is_empty())),
            ("a cue", cue(|_| true)),
            ("a cue by call", cue(|c| c.send == Sending::ByCall)),
            ("a cue of no day", cue(|c| c.key.day.is_none())),
            (
                "a cue that counts what really happens",
                cue(|c| c.counts == Counts::Actual),
            ),
            (
                "a cue in private",
                cue(|c| {
                    let mut to = c.to.iter();
                    to.any(|to| matches!(to.recipient, CueRecipient::Person(_)))
                }),
            ),
        ];
        let found = all.into_iter().filter(|(_, has)| *has);
        found.map(|(name, _)| name).collect()
    }

    #[test]
    fn random_events_are_of_every_kind_and_none_is_discarded() {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut changes: BTreeSet<&str> = BTreeSet::new();
        let (mut stories_told, mut changed) = (0, 0);
        check(250, stories(), async |story: Story| {
            let (before, after) = (story.before.event(0)?, story.after.event(0)?);
            for event in [&before, &after] {
                for feature in features(event) {
                    *seen.entry(feature).or_default() += 1;
                }
            }
            changes.extend(&story.changes);
            stories_told += 1;
            changed += usize::from(before != after);
            Ok(())
        });
        assert!(
            changed * 100 > stories_told * 85,
            "{changed} of {stories_told} change"
        );
        assert_eq!(seen.len(), 30, "{seen:?}");
        assert!(seen.values().all(|times| *times >= 10), "{seen:?}");
        assert!(changes.len() >= 50, "{} kinds: {changes:?}", changes.len());
    }
}
