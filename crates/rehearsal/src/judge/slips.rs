//! Whether the organisers were told what a slip moves, before they agreed to it.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use showcaller_event::model::{Cue, CueRecipient, Email, Meeting, RoomKey};

use super::needs::Needs;
use super::times::Times;
use crate::record::{Record, Slipped};

/// A proposal is so old at most when it is agreed to.
const AGREED_WITHIN: SignedDuration = SignedDuration::from_mins(3);

/// What is said of a day that ends too late.
const ENDS: &str = "The day must be over at";

pub(super) fn judge(needs: &Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    let Some(organisers) = &needs.event.bot.organisers.room else {
        return;
    };
    for (turn, slipped) in needs.schedules.windows(2).zip(&record.slips) {
        if !slipped.in_chat {
            continue;
        }
        let passes = passes_an_end(needs, &turn[0].1, &turn[1].1);
        let expected = proposal(needs, &turn[0].1, &turn[1].1, slipped);
        let is_told = needs.world.in_room(organisers).iter().any(|it| {
            let since = slipped.at.duration_since(it.at);
            let is_then = (SignedDuration::ZERO..AGREED_WITHIN).contains(&since);
            it.is_bot && is_then && it.holds(&expected) && it.holds(ENDS) == passes
        });
        if !is_told {
            let (day, minutes) = (&slipped.day, slipped.minutes);
            reasons.push(format!(
                "the slip of {day} by {minutes} min was not proposed with «{expected}»"
            ));
        }
    }
}

/// Whether the last meeting of a day ends later than the day must, and than it did.
fn passes_an_end(needs: &Needs<'_>, before: &Times, after: &Times) -> bool {
    needs.event.days.iter().any(|day| {
        let of_day = needs.event.meetings.iter().filter(|it| it.day == day.id);
        let end = |times: &Times| {
            of_day
                .clone()
                .filter_map(|it| Some(times.of(&it.key)?.1))
                .max()
        };
        let ends = day.ends.as_ref().map(|ends| ends.timestamp());
        ends.is_some() && end(after) > ends && end(after) > end(before)
    })
}

/// How much moves, and for how many people, as `12 meetings and 1 cue, 61 people concerned`.
fn proposal(needs: &Needs<'_>, before: &Times, after: &Times, slipped: &Slipped) -> String {
    let event = needs.event;
    let moves = |it: &&Meeting| before.of(&it.key) != after.of(&it.key);
    let meetings: Vec<&Meeting> = event.meetings.iter().filter(moves).collect();
    let goes = |cue: &&Cue| {
        cue.to.iter().any(|to| {
            let (old, new) = (before.due(cue, to), after.due(cue, to));
            old != new && old.is_some_and(|old| old > slipped.at)
        })
    };
    let cues: Vec<&Cue> = event.cues.iter().filter(goes).collect();
    let recipients = cues.iter().flat_map(|cue| &cue.to).map(|to| &to.recipient);
    let (mut rooms, mut people) = (BTreeSet::<&RoomKey>::new(), BTreeSet::<&Email>::new());
    for recipient in recipients {
        match recipient {
            CueRecipient::Room(room) => _ = rooms.insert(room),
            CueRecipient::Person(email) => _ = people.insert(email),
        }
    }
    for meeting in &meetings {
        rooms.extend(&meeting.rooms);
        people.extend(meeting.invitees.iter().map(|it| &it.email));
    }
    let members = rooms.iter().filter_map(|room| event.room(room));
    people.extend(members.flat_map(|room| room.members.iter().map(|it| &it.email)));
    let count = |number, one: &str, many: &str| {
        format!("{number} {}", if number == 1 { one } else { many })
    };
    format!(
        "{} and {}, {} concerned",
        count(meetings.len(), "meeting", "meetings"),
        count(cues.len(), "cue", "cues"),
        count(people.len(), "person", "people"),
    )
}
