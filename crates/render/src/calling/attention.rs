//! What the operators are told in their room without asking.

use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::markdown::inert;
use showcaller_event::model::{CueKey, CueRecipient};
use showcaller_show::{Attention, NO_ACCOUNT, Need};

/// So many are told one by one; of more, how many there are.
const ONE_BY_ONE: usize = 8;

/// One message about all of it, in Webex's Markdown; `None` if there is nothing.
#[must_use]
pub fn attention(event: &Event, attention: &[Attention], now: Timestamp) -> Option<String> {
    let lines: Vec<String> = attention.iter().map(|it| line(event, it, now)).collect();
    match lines.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => {
            let mut text = format!("**{} cues need you.**\n", several.len());
            for line in several.iter().take(ONE_BY_ONE) {
                text.push_str(&format!("\n- {line}"));
            }
            if several.len() > ONE_BY_ONE {
                let more = several.len() - ONE_BY_ONE;
                text.push_str(&format!("\n- … and {more} more: `cues` lists them all"));
            }
            Some(text)
        }
    }
}

fn line(event: &Event, attention: &Attention, now: Timestamp) -> String {
    let cue = named(&attention.cue);
    let to = recipients(event, &attention.recipients);
    let zone = event.zone();
    let clock = |at: &Timestamp| {
        let (at, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
        let format = if at.date() == today {
            "at %H:%M"
        } else {
            "on %a %-d %b at %H:%M"
        };
        at.strftime(format).to_string()
    };
    match &attention.need {
        Need::Go { .. } => format!(
            "{cue} is on standby, for {to}. `go {}` sends it.",
            attention.cue
        ),
        Need::Late { due } => format!(
            "{cue} was due {} and has not gone to {to}. `go {}` sends it now, `skip {}` leaves it out.",
            clock(due),
            attention.cue,
            attention.cue,
        ),
        Need::LeftOut { due } => format!(
            "{cue} was due {} and was left out for {to}, as the file asks. `go {}` sends it all the \
             same.",
            clock(due),
            attention.cue,
        ),
        Need::Link => format!(
            "{cue} waits for the link of a meeting, for {to}. It goes as soon as the link is there."
        ),
        Need::Absent => format!(
            "{cue} is held for {to}: not on Webex yet. It goes as soon as they are in a room, or not at all \
             if that is too late."
        ),
        Need::Retry { reason } if reason == NO_ACCOUNT => format!(
            "{cue} was left out for {to} without a Webex account. `retry {}` sends it all the same: Webex \
             writes them a mail.",
            attention.cue,
        ),
        Need::Retry { reason } => format!(
            "Webex refused {cue} for {to}: {}. `retry {}` sends it again.",
            inert(reason.trim_end_matches('.')),
            attention.cue,
        ),
        Need::Settle => format!(
            "Whether {cue} arrived is not known, for {to}. Look there, then say `settle {} arrived` or \
             `settle {} send again`.",
            attention.cue, attention.cue,
        ),
        Need::Second { first } => format!(
            "{} said go to {cue}, for {to}. A second person must: `go {}`.",
            inert(&first.name),
            attention.cue,
        ),
    }
}

fn named(cue: &CueKey) -> String {
    format!("**{cue}**")
}

/// One by name, more by number.
fn recipients(event: &Event, recipients: &[CueRecipient]) -> String {
    let title = |recipient: &CueRecipient| match recipient {
        CueRecipient::Room(key) => event.room(key).map(|room| room.title.clone()),
        CueRecipient::Person(email) => event.person(email).map(|person| person.name.clone()),
    };
    if let [one] = recipients {
        return inert(&title(one).unwrap_or_else(|| one.to_string()));
    }
    let rooms = recipients
        .iter()
        .filter(|it| matches!(it, CueRecipient::Room(_)))
        .count();
    let people = recipients.len() - rooms;
    let rooms = (rooms > 0).then(|| format!("{rooms} room{}", if rooms == 1 { "" } else { "s" }));
    let people = match people {
        0 => None,
        1 => Some("1 person".to_owned()),
        people => Some(format!("{people} people")),
    };
    let parts: Vec<String> = rooms.into_iter().chain(people).collect();
    parts.join(" and ")
}
