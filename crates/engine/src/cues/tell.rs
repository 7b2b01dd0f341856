//! Tells the operators in their room what they have to know, each thing once.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::CueRecipient;
use showcaller_ledger::{Ledger, Logging};
use showcaller_render::slip::Reading;
use showcaller_render::{calling, slip};
use showcaller_secret::Secret;
use showcaller_show::slip::Wish;
use showcaller_show::{Attention, By, Entry, MeetingAttention, MeetingNeed, Said, Via};
use uuid::Uuid;

use super::changed::Changed;
use crate::Error;
use crate::show::Show;
use crate::show_log::{self, JournalError, NewEntry};
use crate::slipping::SlipBasis;

/// Tells all that needs an operator, in one message. A cue that is late beside others is one line of a
/// summary.
pub(super) async fn attention(
    show: &Show,
    ledger: &Ledger,
    attention: Vec<Attention>,
    now: Timestamp,
) -> Result<bool, JournalError> {
    let told = known_to_operators(show);
    let new = attention.into_iter();
    let new: Vec<Attention> = new.filter(|it| !told.contains(&*it.to_string())).collect();
    match calling::attention(&show.in_force.event, &new, now) {
        Some(text) => {
            let about = new.iter().map(ToString::to_string).collect();
            say(show, ledger, about, text, now).await
        }
        None => Ok(true),
    }
}

/// Tells which meetings need an operator: what moving the rest would do stands with one that overruns.
pub(super) async fn meetings(
    show: &Show,
    ledger: &Ledger,
    attention: Vec<MeetingAttention>,
    now: Timestamp,
) -> Result<bool, Error> {
    let told = known_to_operators(show);
    let new = attention.into_iter();
    let new: Vec<_> = new.filter(|it| !told.contains(&*it.to_string())).collect();
    if new.is_empty() {
        return Ok(true);
    }
    let event = &show.in_force.event;
    let mut lines = Vec::with_capacity(new.len());
    for it in &new {
        let proposal = proposal(show, ledger, it, now).await?;
        lines.push(calling::meeting_attention(event, it, proposal.as_ref()));
    }
    let about = new.iter().map(ToString::to_string).collect();
    Ok(say(show, ledger, about, lines.join("\n\n"), now).await?)
}

/// The slip that would move what a meeting runs into.
async fn proposal(
    show: &Show,
    ledger: &Ledger,
    attention: &MeetingAttention,
    now: Timestamp,
) -> Result<Option<Reading>, Error> {
    let event = &show.in_force.event;
    let MeetingNeed::Overrun { minutes, .. } = attention.need else {
        return Ok(None);
    };
    let (Some(meeting), Some(basis)) = (
        event.meeting(&attention.meeting),
        SlipBasis::read(ledger).await?,
    ) else {
        return Ok(None);
    };
    let wish = Wish {
        day: meeting.day.clone(),
        minutes,
        from: None,
        rooms: BTreeSet::new(),
    };
    let proposal = basis.propose(&wish, now).ok();
    Ok(proposal.map(|proposal| slip::read(&proposal, event)))
}

/// Tells which cues would say something else now than when they were sent.
pub(super) async fn changed(
    show: &Show,
    ledger: &Ledger,
    changed: Vec<Changed>,
    now: Timestamp,
) -> Result<bool, JournalError> {
    let told = known_to_operators(show);
    let new = changed.into_iter();
    let new: Vec<Changed> = new.filter(|it| !told.contains(&*it.about)).collect();
    if new.is_empty() {
        return Ok(true);
    }
    let lines: Vec<&str> = new.iter().map(|it| &*it.line).collect();
    let text = lines.join("\n\n");
    let about = new.iter().map(|it| it.about.clone()).collect();
    say(show, ledger, about, text, now).await
}

/// Tells that the clock of the machine that leads is wrong: once for each difference.
pub(super) async fn clock(
    show: &Show,
    ledger: &Ledger,
    (machine, ahead): (&str, SignedDuration),
    now: Timestamp,
) -> Result<bool, JournalError> {
    // By whole units, as a clock that drifts is not another one each second.
    let (number, unit) = match ahead.as_secs().abs() {
        seconds @ ..120 => (seconds, "seconds"),
        seconds @ ..7_200 => (seconds / 60, "minutes"),
        seconds => (seconds / 3_600, "hours"),
    };
    let side = if ahead.is_positive() {
        "behind"
    } else {
        "ahead of"
    };
    let about = format!("clock/{machine}/{side}/{number} {unit}");
    if known_to_operators(show).contains(&*about) {
        return Ok(true);
    }
    let text = format!(
        "The clock of the machine that calls the cues ({machine}) is {number} {unit} {side} Webex's. Cues go \
         by Webex's time. Have that clock set."
    );
    say(show, ledger, vec![about], text, now).await
}

/// Writes an entry by which the operators are told in their room. Returns whether it is written.
async fn say(
    show: &Show,
    ledger: &Ledger,
    about: Vec<String>,
    text: String,
    now: Timestamp,
) -> Result<bool, JournalError> {
    tracing::info!(things = about.len(), "operators are told");
    let entry = entry(show, about, text);
    // If another entry came in between, the next look decides anew.
    let logged = show_log::log(ledger, &[entry], Some(show.head()), now).await?;
    Ok(matches!(logged, Logging::Written(_)))
}

/// The entry by which the operators are told in their room.
pub(super) fn entry(show: &Show, about: Vec<String>, text: String) -> NewEntry {
    let room = show.in_force.event.bot.organisers.room.clone();
    let messages = room.map(|room| Said {
        recipient: CueRecipient::Room(room),
        markdown: Secret::new(text),
    });
    NewEntry {
        key: format!("tell/{}", Uuid::new_v4()),
        by: By {
            name: "Showcaller".to_owned(),
            account: None,
            via: Via::Runner,
        },
        entry: Entry::Say {
            id: Uuid::new_v4().to_string(),
            messages: messages.into_iter().collect(),
            about,
        },
    }
}

/// What the operators were told of.
pub(super) fn known_to_operators(show: &Show) -> BTreeSet<&str> {
    let entries = show.log.iter().map(|logged| &logged.entry);
    let about = entries.flat_map(|entry| match entry {
        Entry::Say { about, .. } => &about[..],
        _ => &[],
    });
    about.map(String::as_str).collect()
}
