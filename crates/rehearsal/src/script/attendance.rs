//! Who joins and leaves which meeting when.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use showcaller_event::Event;
use showcaller_event::model::{Email, JoinBeforeHost, Meeting, MeetingKey, Uninvited};

use super::act::{Act, Doing, Edge, Place, When};
use super::guests::{Attended, Guest};
use crate::dice::Dice;

/// One meeting in so many overruns.
const OVERRUNS: usize = 8;
/// One guest in so many never comes.
const ABSENT: u64 = 12;
/// One co-host in so many never comes.
const COHOST_ABSENT: u64 = 8;
/// How long a meeting must go on for people to return to it, in seconds.
const WORTH_RETURNING: i64 = 600;
/// How soon people read what is written to them, in seconds.
const READS_WITHIN: i64 = 45;
/// So many seconds before they go to another meeting they leave the one that they are in.
const LEAVES_BEFORE: i64 = 5;
/// How long it takes to go from one meeting to the next, in seconds.
const CHANGE: i64 = 60;

/// Of each eight meetings in the order of their starts, one goes on for 2 to 15 minutes more.
pub(super) fn overruns(
    meetings: &[Attended<'_>],
    dice: &mut Dice,
) -> BTreeMap<MeetingKey, SignedDuration> {
    let mut overruns = BTreeMap::new();
    for some in meetings.chunks(OVERRUNS) {
        let minutes = dice.between(2, 15);
        // Of the last few, one only by the same chance.
        if let Some(late) = some.get(dice.place(OVERRUNS)) {
            overruns.insert(late.meeting.key.clone(), SignedDuration::from_mins(minutes));
        }
    }
    overruns
}

/// One person's time in one meeting, in seconds after its start and its end by the file.
#[derive(Clone, Copy)]
struct Stay<'e> {
    meeting: &'e Meeting,
    /// Since when they wait in the lobby.
    waits: Option<i64>,
    joins: i64,
    leaves: i64,
}

impl Stay<'_> {
    fn start(&self) -> i64 {
        self.meeting.start.timestamp().as_second()
    }

    fn since(&self) -> i64 {
        self.start() + self.waits.unwrap_or(self.joins)
    }

    /// The same so many seconds later.
    fn delayed(self, by: i64) -> Self {
        Self {
            waits: self.waits.map(|waits| waits + by),
            joins: self.joins + by,
            ..self
        }
    }

    fn until(&self) -> i64 {
        self.meeting.end.timestamp().as_second() + self.leaves
    }
}

/// What hosts, co-hosts and guests do.
pub(super) fn acts(
    event: &Event,
    meetings: &[Attended<'_>],
    overruns: &BTreeMap<MeetingKey, SignedDuration>,
    dice: &mut Dice,
) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut stays: BTreeMap<&Email, Vec<Stay<'_>>> = BTreeMap::new();
    for attended in meetings {
        let meeting = attended.meeting;
        let over = overruns
            .get(&meeting.key)
            .map_or(0, SignedDuration::as_secs);
        let cohosts: BTreeMap<&Email, i64> = attended
            .guests
            .iter()
            .filter(|guest| guest.cohost && !dice.one_in(COHOST_ABSENT))
            .map(|guest| &guest.person.email)
            .collect::<Vec<_>>()
            .into_iter()
            .map(|email| (email, dice.between(-720, -180)))
            .collect();
        let opened = match cohosts.values().min() {
            Some(first) => *first,
            None => {
                let expected = attended.guests.iter().any(|guest| guest.cohost);
                let comes = match expected {
                    // The host steps in where no co-host opens the meeting.
                    true => dice.between(180, 360),
                    false => dice.between(-900, -300),
                };
                acts.extend(host(event, meeting, comes, over + 150));
                comes
            }
        };
        if let Some(lead) = meeting.check_in {
            let present = meeting.runners().filter(|who| cohosts.contains_key(who));
            acts.extend(present.map(|who| check_in(who, meeting, lead)));
        }
        for guest in &attended.guests {
            let stay = match guest.cohost {
                true => cohosts.get(&guest.person.email).map(|joins| Stay {
                    meeting,
                    waits: None,
                    joins: *joins,
                    leaves: over + 120,
                }),
                false => stay(guest, meeting, opened, over, dice),
            };
            stays.entry(&guest.person.email).or_default().extend(stay);
        }
    }
    for (who, mut stays) in stays {
        stays.sort_by_key(Stay::since);
        acts.extend(one_at_a_time(who, &stays));
    }
    acts
}

/// One who is asked whether they are there says so: nothing else was written to them since, most often.
fn check_in(who: &Email, meeting: &Meeting, lead: SignedDuration) -> Act {
    let when = When::around(&meeting.key, Edge::Start, READS_WITHIN - lead.as_secs());
    let place = Place::Private;
    act(who, when, Doing::Press { place, nth: 0 })
}

fn host(event: &Event, meeting: &Meeting, comes: i64, goes: i64) -> Vec<Act> {
    let first = event.webex.hosts.first().map(|host| &host.email);
    let Some(who) = meeting.host.as_ref().or(first) else {
        return Vec::new();
    };
    let meeting = meeting.key.clone();
    let (start, end) = (
        When::around(&meeting, Edge::Start, comes),
        When::around(&meeting, Edge::End, goes),
    );
    vec![
        act(
            who,
            start,
            Doing::Host {
                meeting: meeting.clone(),
            },
        ),
        act(who, end, Doing::HostLeaves { meeting }),
    ]
}

/// How a guest attends a meeting that is opened then; `None` for one who does not.
fn stay<'e>(
    guest: &Guest<'_>,
    meeting: &'e Meeting,
    opened: i64,
    over: i64,
    dice: &mut Dice,
) -> Option<Stay<'e>> {
    // Most come within three minutes of a minute early; a sum of four throws is near to normal.
    let comes: i64 = -60 + (0..4).map(|_| dice.between(-150, 150)).sum::<i64>();
    let (absent, leaves) = (dice.one_in(ABSENT), over + dice.between(-60, 100));
    let after = dice.between(5, 40);
    if absent || !guest.invited && meeting.options.uninvited == Uninvited::Refused {
        return None;
    }
    let free = match meeting.options.join_before_host {
        JoinBeforeHost::No => opened,
        JoinBeforeHost::Minutes(minutes) => opened.min(-60 * i64::from(minutes)),
    };
    let admitted = guest.invited || meeting.options.uninvited == Uninvited::Join;
    let joins = match admitted {
        true if comes >= free => comes,
        true => free + after,
        false => comes.max(opened) + after,
    };
    Some(Stay {
        meeting,
        waits: (joins != comes).then_some(comes),
        joins,
        leaves,
    })
}

/// A person is in one meeting at a time: on going to another one they leave the first, and return to it if
/// it still goes on afterwards.
fn one_at_a_time(who: &Email, stays: &[Stay<'_>]) -> Vec<Act> {
    let mut acts = Vec::new();
    // The last is where they are.
    let mut open: Vec<Stay<'_>> = Vec::new();
    let leave = |stay: &Stay<'_>, when| {
        let meeting = stay.meeting.key.clone();
        act(who, when, Doing::Leave { meeting })
    };
    let join = |stay: &Stay<'_>, when| {
        let meeting = stay.meeting.key.clone();
        act(who, when, Doing::Join { meeting })
    };
    for next in stays.iter().map(Some).chain([None]) {
        while let Some(here) = open.pop() {
            if next.is_some_and(|next: &Stay<'_>| here.until() + 2 * CHANGE > next.since()) {
                open.push(here);
                break;
            }
            let left = When::around(&here.meeting.key, Edge::End, here.leaves);
            open.retain(|stay| stay.until() > here.until() + WORTH_RETURNING);
            acts.extend(open.last().map(|back| join(back, left.later(CHANGE))));
            acts.push(leave(&here, left));
        }
        let Some(next) = next else { continue };
        // Who is to be in two at once is in the first for a moment, and then comes later into the other one.
        let joined = open.last().map(|here| here.start() + here.joins);
        let late = joined.map_or(0, |joined| joined + LEAVES_BEFORE + 1 - next.since());
        let next = next.delayed(late.max(0));
        let at = |seconds| When::around(&next.meeting.key, Edge::Start, seconds);
        let first = next.waits.unwrap_or(next.joins);
        acts.extend(
            open.last()
                .map(|here| leave(here, at(first - LEAVES_BEFORE))),
        );
        if next.waits.is_some() {
            let meeting = next.meeting.key.clone();
            acts.push(act(who, at(first), Doing::WaitInLobby { meeting }));
        }
        acts.push(join(&next, at(next.joins)));
        open.push(next);
    }
    acts
}

fn act(who: &Email, when: When, what: Doing) -> Act {
    Act {
        when,
        who: who.clone(),
        what,
    }
}
