//! Meetings, gathered by the pattern that they come from.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::groups::{self, Group, Item, Mark, group, picked};
use super::titles::Titles;
use super::words::{count, grouped, list, name_in, people};
use super::zone::{Zone, time_of, words_of};
use crate::fields::{Field, Fields};
use crate::plan::Plan;
use crate::step::{Action, NewInvitee, Step};

/// Days that are named before only the first and the last are.
const FEW_DAYS: usize = 4;

pub(super) fn meetings(plan: &Plan, titles: &Titles<'_>, zone: &Zone) -> Vec<Option<Group>> {
    let changed = picked(plan, |step| match &step.action {
        Action::ChangeMeeting {
            meeting, changes, ..
        } => Some(Item::changed(
            titles.meeting(meeting.as_str()),
            groups::changes(plan, step, changes, zone),
        )),
        _ => None,
    });
    let cancelled = picked(plan, |step| match &step.action {
        Action::DeleteMeeting { mail, .. } => Some(Item::new(
            titles.meeting(name_in(step.address.as_str())),
            if *mail {
                "Webex mails those invited"
            } else {
                ""
            },
        )),
        _ => None,
    });
    let mut groups = vec![
        scheduled(plan, zone),
        group(Mark::Change, changed, |n| {
            format!("{} to change in place", count(n, "meeting", "meetings"))
        }),
    ];
    groups.extend(anew(plan, zone).into_iter().map(Some));
    groups.push(group(Mark::Remove, cancelled, |n| {
        format!("{} to cancel", count(n, "meeting", "meetings"))
    }));
    groups
}

/// Meetings to make anew: those that share a reason below it, the others with their own.
fn anew(plan: &Plan, zone: &Zone) -> Vec<Group> {
    let again = picked(plan, |step| match &step.action {
        again @ Action::CreateMeeting { .. } if replaces(plan, step) => {
            Some((None, New::of(again)?))
        }
        Action::ReplaceMeeting { create, why, .. } => Some((Some(why), New::of(create)?)),
        _ => None,
    });
    let headline = |number, because: &str| {
        format!(
            "{} to make anew{because}: THE LINK CHANGES, and people who have the old one must be told",
            count(number, "meeting", "meetings")
        )
    };
    let mut others = Vec::new();
    let mut groups = Vec::new();
    for (why, meetings) in grouped(again) {
        if let (Some(why), [_, _, ..]) = (why, meetings.as_slice()) {
            let because = format!(", because {}", why.replacen("its host", "their host", 1));
            let item = |new: New<'_>| Item::new(new.title, new.when(zone));
            let items = meetings.into_iter().map(item).collect();
            groups.extend(group(Mark::Anew, items, |n| headline(n, &because)));
            continue;
        }
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        let facts = |new: &New<'_>| format!("{}; link and number change{why}", new.when(zone));
        others.extend(meetings.iter().map(|new| Item::new(new.title, facts(new))));
    }
    groups.extend(group(Mark::Anew, others, |n| headline(n, "")));
    groups
}

/// Whether it makes what the plan forgets: a meeting that Webex or its host has lost.
fn replaces(plan: &Plan, step: &Step) -> bool {
    plan.vanished.contains(&step.address)
}

/// A meeting to schedule.
struct New<'a> {
    title: &'a str,
    pattern: &'a str,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    invitees: &'a [NewInvitee],
    mail: bool,
}

impl<'a> New<'a> {
    fn of(action: &'a Action) -> Option<Self> {
        let Action::CreateMeeting {
            meeting,
            pattern,
            fields,
            invitees,
            mail,
            ..
        } = action
        else {
            return None;
        };
        let fields: &Fields = fields;
        Some(Self {
            title: words_of(fields, Field::Title).unwrap_or(meeting.as_str()),
            pattern: pattern.as_str(),
            start: time_of(fields, Field::Start),
            end: time_of(fields, Field::End),
            invitees,
            mail: *mail,
        })
    }

    fn when(&self, zone: &Zone) -> String {
        match (self.start, self.end) {
            (Some(start), Some(end)) => zone.span(start, end),
            _ => "at an unknown time".to_owned(),
        }
    }

    fn cohosts(&self) -> impl Iterator<Item = &'a str> {
        let cohosts = self.invitees.iter().filter(|invitee| invitee.cohost);
        cohosts.map(|invitee| invitee.email.as_str())
    }
}

fn scheduled(plan: &Plan, zone: &Zone) -> Option<Group> {
    let new = picked(plan, |step| {
        New::of(&step.action).filter(|_| !replaces(plan, step))
    });
    let mut patterns = grouped(new.iter().map(|meeting| (meeting.pattern, meeting)));
    // What begins at one time keeps the file's order.
    patterns.sort_by_key(|(_, meetings)| meetings.iter().filter_map(|it| it.start).min());
    let items = patterns
        .iter()
        .map(|(name, meetings)| match meetings.as_slice() {
            // What comes from no pattern is called by its title.
            [only] => Item::new(only.title, facts(meetings, zone)),
            several => Item {
                number: Some(several.len()),
                ..Item::new(*name, facts(meetings, zone))
            },
        })
        .collect();
    let mut all: Vec<&New<'_>> = new.iter().collect();
    all.sort_by_key(|meeting| meeting.start);
    let all = all
        .into_iter()
        .map(|meeting| Item::new(meeting.title, alone(meeting, zone)))
        .collect();
    let headline = format!("{} to schedule", count(new.len(), "meeting", "meetings"));
    (!new.is_empty()).then(|| Group::new(Mark::Add, headline, items).with_all(all))
}

fn alone(meeting: &New<'_>, zone: &Zone) -> String {
    let cohosts: Vec<&str> = meeting.cohosts().collect();
    match cohosts.is_empty() {
        true => meeting.when(zone),
        false => format!("{}; co-hosts {}", meeting.when(zone), list(&cohosts)),
    }
}

/// `6 a day on 4 days; Fri 1 Oct 10:00–11:30, Wed 6, Thu 7 and Fri 8 Oct 10:00–16:30; …`
fn facts(meetings: &[&New<'_>], zone: &Zone) -> String {
    let mut facts = vec![spread(meetings, zone), slots(meetings, zone)];
    let cohosts: BTreeSet<&str> = meetings
        .iter()
        .flat_map(|meeting| meeting.cohosts())
        .collect();
    let guests: BTreeSet<&str> = meetings
        .iter()
        .flat_map(|meeting| meeting.invitees)
        .filter(|invitee| !invitee.cohost)
        .map(|invitee| invitee.email.as_str())
        .collect();
    if !cohosts.is_empty() {
        facts.push(count(cohosts.len(), "co-host", "co-hosts"));
    }
    if !guests.is_empty() {
        facts.push(format!("{} invited", people(guests.len())));
    }
    if meetings.iter().any(|meeting| meeting.mail) {
        facts.push("Webex mails those invited".to_owned());
    }
    facts.retain(|fact| !fact.is_empty());
    facts.join("; ")
}

/// How many a day, where that is the same on every day.
fn spread(meetings: &[&New<'_>], zone: &Zone) -> String {
    let mut days: BTreeMap<Date, usize> = BTreeMap::new();
    for start in meetings.iter().filter_map(|meeting| meeting.start) {
        *days.entry(zone.local(start).date()).or_default() += 1;
    }
    let each: BTreeSet<usize> = days.values().copied().collect();
    match (days.len(), each.first()) {
        (0 | 1, _) | (_, Some(1)) => String::new(),
        (many, Some(each_day)) if each.len() == 1 => format!("{each_day} a day on {many} days"),
        (many, _) => format!("on {many} days"),
    }
}

/// The times of day, each with the days on which it holds.
fn slots(meetings: &[&New<'_>], zone: &Zone) -> String {
    let mut slots: BTreeMap<(Time, Time, bool), BTreeSet<Date>> = BTreeMap::new();
    for meeting in meetings {
        if let (Some(start), Some(end)) = (meeting.start, meeting.end) {
            let (start, end) = (zone.local(start), zone.local(end));
            let overnight = start.date() != end.date();
            let slot = (start.time(), end.time(), overnight);
            slots.entry(slot).or_default().insert(start.date());
        }
    }
    let mut slots: Vec<_> = slots.into_iter().collect();
    slots.sort_by_key(|(slot, days)| (days.first().copied(), *slot));
    let told: Vec<String> = slots
        .iter()
        .map(|((start, end, overnight), days)| {
            let (start, end) = (start.strftime("%H:%M"), end.strftime("%H:%M"));
            let next = if *overnight { " (next day)" } else { "" };
            format!("{} {start}–{end}{next}", on_days(days, zone))
        })
        .collect();
    told.join("; ")
}

pub(super) fn on_days(days: &BTreeSet<Date>, zone: &Zone) -> String {
    let names: Vec<String> = days.iter().map(|day| zone.day(*day)).collect();
    let number = names.len();
    let mut pairs = days.iter().zip(days.iter().skip(1));
    let one_after_another = pairs.all(|(day, next)| day.tomorrow().is_ok_and(|day| day == *next));
    match names.as_slice() {
        [first, .., last] if number > FEW_DAYS && one_after_another => {
            format!("{first} to {last} ({number} days)")
        }
        [first, .., last] if number > FEW_DAYS => {
            format!("{number} days between {first} and {last}")
        }
        names => list(names),
    }
}
