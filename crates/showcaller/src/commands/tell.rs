//! `--tell`: what changes of the programme, said in the rooms concerned.

use jiff::Timestamp;
use showcaller_engine::{Announcement, SlipBasis};
use showcaller_event::Event;
use showcaller_render::answers::Message;
use showcaller_render::calling::{Previewed, audience, preview};
use showcaller_show::{By, Entry, Said, Via};
use uuid::Uuid;

use super::cue::Caller;
use crate::environment;
use crate::exit::{Code, Result};
use crate::session::{Calling, EventArgs};
use crate::terminal::{result, say};

/// Whose word it is: that of the person who types the command.
pub(super) fn by() -> By {
    By {
        name: environment::operator(),
        account: None,
        via: Via::Terminal,
    }
}

/// Shows what would be said, as each room would see it. Returns whom it reaches: `6 team rooms`.
pub(super) fn show(event: &Event, messages: &[Said]) -> Result<Option<String>> {
    say::line("");
    if messages.is_empty() {
        say::line("Nothing that the rooms can see changes: none is told.");
        return Ok(None);
    }
    let recipients: Vec<_> = messages.iter().map(|said| &said.recipient).collect();
    let whom = audience(event, &recipients);
    say::line(&format!("What is told, to {whom}:"));
    say::line("");
    let previewed = messages.iter().map(|said| {
        let message = Message {
            markdown: said.markdown.clone(),
            card: None,
        };
        (said.recipient.clone(), Ok(message))
    });
    let previewed: Vec<Previewed> = previewed.collect();
    result::text(preview(event, &previewed).expose())?;
    Ok(Some(whom))
}

/// What a slip tells.
pub(super) struct OfSlip {
    /// Whom, as people say it.
    pub(super) whom: String,
    /// Under which id it is sent, and what.
    pub(super) said: (Uuid, Vec<Said>),
}

/// Shows what the rooms are told of a slip. `None` if none is.
pub(super) async fn of_slip(
    args: &EventArgs,
    now: Option<Timestamp>,
    basis: &SlipBasis,
    entry: &Entry,
) -> Result<Option<OfSlip>> {
    let calling = Calling::open(args, now, &[]).await?;
    let can_send = caller(args, &calling).can_send().await;
    let messages = basis.announced(entry, calling.clock.now());
    calling.close().await?;
    can_send?;
    let whom = show(&basis.in_force.event, &messages)?;
    Ok(whom.map(|whom| OfSlip {
        whom,
        said: (Uuid::new_v4(), messages),
    }))
}

fn caller<'a>(event: &'a EventArgs, calling: &'a Calling) -> Caller<'a> {
    Caller {
        calling,
        event,
        by: by(),
    }
}

/// Sends what is in the show log under this id, or watches the process that does.
pub(super) async fn send(event: &EventArgs, now: Option<Timestamp>, id: Uuid) -> Result<Code> {
    let calling = Calling::open(event, now, &[]).await?;
    say::line("");
    let sent = caller(event, &calling).watch(id).await;
    let finished = match &sent {
        Ok(_) => Announcement::finish(&calling.ledger, id).await,
        Err(_) => Ok(()),
    };
    calling.close().await?;
    finished?;
    sent
}
