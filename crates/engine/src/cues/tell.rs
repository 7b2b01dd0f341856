//! Tells the operators in their room what needs them, each thing once.

use std::collections::BTreeSet;

use jiff::Timestamp;
use showcaller_event::model::CueRecipient;
use showcaller_ledger::Ledger;
use showcaller_render::calling;
use showcaller_secret::Secret;
use showcaller_show::{Attention, By, Entry, Said, Via};
use uuid::Uuid;

use crate::show::Show;
use crate::show_log::{self, JournalError, NewEntry};

/// Writes an entry that tells all which was not told yet, in one message. A cue that is late beside others
/// is one line of a summary.
pub(super) async fn tell(
    show: &Show,
    ledger: &Ledger,
    attention: Vec<Attention>,
    now: Timestamp,
) -> Result<(), JournalError> {
    let told: BTreeSet<&String> = show.log.iter().flat_map(|it| about(&it.entry)).collect();
    let new = attention.into_iter();
    let new: Vec<Attention> = new.filter(|it| !told.contains(&it.to_string())).collect();
    let event = &show.in_force.event;
    let Some(text) = calling::attention(event, &new) else {
        return Ok(());
    };
    tracing::info!(needs = new.len(), "operators are needed");
    let room = event.bot.organisers.room.clone();
    let messages = room.map(|room| Said {
        recipient: CueRecipient::Room(room),
        markdown: Secret::new(text),
    });
    let entry = NewEntry {
        key: format!("tell/{}", Uuid::new_v4()),
        by: By {
            name: "Showcaller".to_owned(),
            account: None,
            via: Via::Runner,
        },
        entry: Entry::Say {
            id: Uuid::new_v4().to_string(),
            messages: messages.into_iter().collect(),
            about: new.iter().map(ToString::to_string).collect(),
        },
    };
    // If another entry came in between, the next look decides anew.
    show_log::log(ledger, &[entry], Some(show.head()), now).await?;
    Ok(())
}

fn about(entry: &Entry) -> &[String] {
    match entry {
        Entry::Say { about, .. } => about,
        _ => &[],
    }
}
