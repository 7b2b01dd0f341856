//! `showcaller cue EVENT preview` and `test`

use showcaller_event::model::CueRecipient;
use showcaller_plan::Owner;
use showcaller_render::calling::{self, cost, preview, without_access};
use showcaller_show::{Entry, Said};
use uuid::Uuid;

use super::call::Caller;
use super::consent::Consent;
use super::{follow, words};
use crate::commands::whom;
use crate::exit::{Code, Failure, Result};
use crate::session::Calling;
use crate::terminal::{result, say};

#[derive(Debug, clap::Args)]
pub(super) struct PreviewArgs {
    /// Which cue, as in opening, or opening/day-2
    name: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct TestArgs {
    /// Which cue, as in opening, or opening/day-2
    name: String,

    /// Into which room, as in room/test-room
    #[arg(long, value_name = "ROOM")]
    to: String,

    #[command(flatten)]
    consent: Consent,
}

impl Caller<'_> {
    pub(super) async fn preview(&self, args: &PreviewArgs) -> Result<Code> {
        let show = self.calling.show().await?;
        let cue = self.cue(&show, &args.name)?;
        let previewed = words::previewed(&show, cue);
        let event = &show.in_force.event;
        result::text(preview(event, &previewed).expose())?;
        let pace = per_minute(self.calling).await?;
        say::line("");
        let cost = format!("{}: {}", cue.key, cost(previewed.len(), pace));
        say::paragraph(&cost);
        Ok(Code::Done)
    }

    /// Sends into a room what it gets of the cue; into one that gets none, what the first recipient does,
    /// without anything that gives access to a meeting.
    pub(super) async fn test(&self, args: &TestArgs) -> Result<Code> {
        let show = self.calling.show().await?;
        let event = &show.in_force.event;
        let cue = self.cue(&show, &args.name)?;
        let target = CueRecipient::Room(whom::room(event, &args.to)?.key.clone());
        let gets_it = cue.to.iter().any(|to| to.recipient == target);
        let previewed = match gets_it {
            true => words::previewed(&show, cue),
            false => words::previewed(&show, &without_access(cue)),
        };
        let mut filled = previewed.iter().filter_map(|(recipient, message)| {
            let message = message.as_ref().ok()?;
            Some((recipient.clone(), message.markdown.clone()))
        });
        let Some((whose, markdown)) = filled.find(|(whose, _)| !gets_it || *whose == target) else {
            return Err(Failure::usage(format!(
                "{}: what it gives of meetings is not there yet",
                cue.key
            ))
            .hint(self.command(&format!("preview {}", cue.key))));
        };
        self.can_send().await?;
        let room = calling::recipient(event, &target);
        let as_got = match gets_it {
            true => "as it would get it.".to_owned(),
            false => format!(
                "as {} would get it, but without links, numbers and passwords: a room hears only its own.",
                calling::recipient(event, &whose)
            ),
        };
        let sentence = format!("{} to {room}, {as_got}", cue.key);
        say::paragraph(&sentence);
        args.consent.to(&format!("Send that to {room}?"))?;
        let said = Said {
            recipient: target,
            markdown,
        };
        self.say(Uuid::new_v4(), vec![said]).await
    }

    /// Writes a message into the log, and watches it being sent.
    pub(crate) async fn say(&self, id: Uuid, messages: Vec<Said>) -> Result<Code> {
        let entry = Entry::Say {
            id: id.to_string(),
            messages,
            about: Vec::new(),
        };
        self.log(&[entry]).await?;
        self.watch(id).await
    }

    /// Sends a message that is in the log, or watches the process that does.
    pub(crate) async fn watch(&self, id: Uuid) -> Result<Code> {
        follow::said(self, id).await
    }
}

/// What Webex takes of the bot, as far as that was learnt.
pub(crate) async fn per_minute(calling: &Calling) -> Result<Option<f64>> {
    let shares = calling.ledger.shares(calling.clock.now()).await?;
    let bot = Owner::Bot.to_string();
    let share = shares.into_iter().find(|share| share.owner == bot);
    Ok(share.and_then(|share| share.learned_per_minute))
}
