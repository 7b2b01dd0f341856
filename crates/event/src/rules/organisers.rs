//! Who runs the event, and what the bot says to newcomers.

use std::collections::BTreeSet;

use super::cues::bad_messages;
use super::input::Input;
use super::report::{Report, some};

/// An event without answers may do without a bot, and so without organisers.
pub(super) fn nobody_called<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    if input.event.bot.organisers.room.is_some() {
        return;
    }
    if input.places.organisers.section.is_some() {
        report.note(
            input.places.organisers(),
            "`organisers:` names no room, so nobody hears of it when somebody writes `sos`"
                .to_owned(),
            "add `room:` and the name of the room where they are",
        );
    } else if let Some(first) = input.event.answers.first() {
        report.note(
            input.places.answer(&first.id),
            "the bot answers, but nobody hears of it when somebody writes `sos`".to_owned(),
            "add `organisers: { people: [organiser], room: … }` with the room where they are",
        );
    }
}

pub(super) fn no_people<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let place = &input.places.organisers;
    if place.section.is_some() && input.event.bot.organisers.people.is_empty() {
        report.note(
            input.places.organisers_people(),
            "`organisers:` names no people, so the bot gives nobody `details`".to_owned(),
            "add `people:` with their role or their addresses",
        );
    }
}

pub(super) fn others_in_room<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let organisers = &input.event.bot.organisers;
    let room = organisers
        .room
        .as_ref()
        .and_then(|key| input.event.room(key));
    let Some(room) = room.filter(|_| !organisers.people.is_empty()) else {
        return;
    };
    let people: BTreeSet<_> = organisers.people.iter().collect();
    let members = room.members.iter().map(|member| &member.email);
    let others: Vec<_> = members.filter(|email| !people.contains(email)).collect();
    if others.is_empty() {
        return;
    }
    let names = some(others.iter().map(|email| input.name(email)));
    let are = if others.len() == 1 { "is" } else { "are" };
    report.note(
        input.places.organisers_room(),
        format!(
            "{names} {are} in room `{}`, but not among the organisers: host keys are not given there, only in private",
            room.key
        ),
        "add them to `people:`, or take them out of the room",
    );
}

pub(super) fn welcome<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for (room, say) in &input.event.bot.welcome {
        for (message, hint) in bad_messages(input, room, say) {
            let message = format!("the welcome in room `{room}` {message}");
            report.error(input.places.welcome(), message, hint);
        }
    }
}
