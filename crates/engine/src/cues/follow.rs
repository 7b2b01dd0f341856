//! Has Webex follow slips, and tells the operators of links that have changed by it.

use std::sync::Arc;

use jiff::SignedDuration;
use showcaller_event::markdown::inert;
use showcaller_event::model::{Cue, CueKey, MeetingFact, MeetingKey, Part};

use super::show::Show;
use super::tell;
use crate::floor::Stop;
use crate::show_log;
use crate::{Engine, Error, Followed, InForce};

/// How often: a meeting that people are in may be moved once they have left.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// How often it is looked whether something was decided.
const LOOK: SignedDuration = SignedDuration::from_secs(5);

/// Looks until it is to stop.
pub(super) async fn run(engine: Engine, stop: Stop) {
    let mut head = 0;
    let mut waited = AGAIN;
    while !stop.asked() {
        let now = engine.ledger.show_log_head().await.unwrap_or(head);
        if now != head || waited >= AGAIN {
            (head, waited) = (now, SignedDuration::ZERO);
            if let Err(error) = follow(&engine).await {
                tracing::warn!(%error, "Webex does not follow the slips yet");
            }
        }
        tokio::select! {
            () = engine.clock.sleep(LOOK) => {}
            () = stop.wait() => {}
        }
        waited = waited.saturating_add(LOOK);
    }
}

async fn follow(engine: &Engine) -> Result<(), Error> {
    let Followed {
        moved,
        waiting,
        link_changes,
    } = engine.follow_slips().await?;
    if !moved.is_empty() || !waiting.is_empty() {
        tracing::info!(
            moved = moved.len(),
            waiting = waiting.len(),
            "slips on Webex"
        );
    }
    for change in link_changes {
        tell_of_link(engine, &change.meeting).await?;
    }
    Ok(())
}

/// Tells that a meeting has another link, and which cues gave the old one.
async fn tell_of_link(engine: &Engine, meeting: &MeetingKey) -> Result<(), Error> {
    let in_force = InForce::read(&engine.ledger).await?;
    let in_force = Arc::new(in_force.ok_or(Error::NotApplied)?);
    let show = Show::read(&engine.ledger, Arc::clone(&in_force)).await?;
    let now = engine.clock.now();
    let gave: Vec<CueKey> = show.board(now, false, |board| {
        let cues = board.cues.iter().filter(|cue| gives(cue.cue, meeting));
        let sent = cues.filter(|cue| cue.recipients.iter().any(|to| to.delivery.is_some()));
        sent.map(|cue| cue.key.clone()).collect()
    });
    let title = in_force.schedule.get(meeting);
    let title = title.map_or_else(|| meeting.to_string(), |it| it.title.clone());
    let mut text = format!("**{}** has another link since it was moved.", inert(&title));
    for cue in gave {
        text.push_str(&format!(
            "\n\n`again {cue}` sends **{cue}**, which gave the old one, once more."
        ));
    }
    let entry = tell::entry(&show, Vec::new(), text);
    if let Err(error) = show_log::log(&engine.ledger, &[entry], None, now).await {
        tracing::warn!(%error, %meeting, "that a link has changed could not be told");
    }
    Ok(())
}

/// Whether a cue gives the link of a meeting to any of its recipients.
fn gives(cue: &Cue, meeting: &MeetingKey) -> bool {
    let texts = cue.to.iter().flat_map(|to| to.say.texts());
    let mut parts = texts.flat_map(|text| text.parts());
    parts.any(|part| match part {
        Part::Meeting {
            meeting: of,
            fact: MeetingFact::Link | MeetingFact::Join,
        } => of == meeting,
        _ => false,
    })
}
