//! `showcaller cue EVENT settle`, and a person's word on meetings

use showcaller_engine::cues::Show;
use showcaller_event::markdown::plain;
use showcaller_event::model::{CueRecipient, Email, MeetingKey};
use showcaller_render::calling;
use showcaller_show::{Command, Delivery, DeliveryState, Entry, Judged, RecipientState};

use super::call::Caller;
use super::consent::Consent;
use super::follow;
use crate::commands::whom;
use crate::exit::{Code, Failure, Result};
use crate::terminal::{say, when};

#[derive(Debug, clap::Args)]
pub(super) struct SettleArgs {
    /// Which cue, as in opening, or opening/day-2
    name: String,

    /// Only in this room, as in team-1; or for this person, by their address
    #[arg(long, value_name = "ROOM")]
    room: Option<String>,

    /// It arrived: somebody has seen it there
    #[arg(long, conflicts_with = "send_again")]
    arrived: bool,

    /// It did not arrive, and is sent again
    #[arg(long)]
    send_again: bool,

    #[command(flatten)]
    consent: Consent,
}

#[derive(Debug, clap::Args)]
pub(super) struct MeetingArgs {
    /// Which meeting, as in opening/day-1
    meeting: String,
}

/// What happened to a meeting.
#[derive(Debug, Clone, Copy)]
pub(super) enum Happened {
    Started,
    Ended,
}

impl Caller<'_> {
    pub(super) async fn settle(&self, args: &SettleArgs) -> Result<Code> {
        let show = self.calling.show().await?;
        let event = &show.in_force.event;
        let recipient = match args.room.as_deref() {
            None => None,
            Some(person) if person.contains('@') => {
                let person = person.trim_start_matches("person/");
                let person: Email = whom::person(event, person)?;
                Some(CueRecipient::Person(person))
            }
            Some(room) => Some(CueRecipient::Room(whom::room(event, room)?.key.clone())),
        };
        let command = Command::Settle {
            recipient: recipient.clone(),
            arrived: args.arrived,
        };
        let case = self.judge(&args.name, &command).await?;
        let Judged::Append { entries, .. } = &case.judged else {
            return Ok(Code::Done);
        };
        self.tell_what_is_known(&show, &case.cue.to_string(), recipient.as_ref())
            .await?;
        if !args.arrived && !args.send_again {
            let name = &case.cue;
            say::line("Look there, then say one of the two:");
            for how in ["--arrived", "--send-again"] {
                let room = match &recipient {
                    None => String::new(),
                    Some(CueRecipient::Room(room)) => format!(" --room {room}"),
                    Some(CueRecipient::Person(person)) => format!(" --room {person}"),
                };
                say::line(&format!(
                    "  {}",
                    self.command(&format!("settle {name}{room} {how}"))
                ));
            }
            return Ok(Code::Pending);
        }
        if args.send_again {
            self.can_send().await?;
            self.tell(&case.facts);
        }
        let question = match args.arrived {
            true => "Did it arrive there?",
            false => "Send it there again?",
        };
        args.consent.to(question)?;
        self.log(entries).await?;
        follow::cue(self, &case.cue).await
    }

    /// What is known of each delivery in doubt: why, since when, and when the room was last active.
    async fn tell_what_is_known(
        &self,
        show: &Show,
        cue: &str,
        only: Option<&CueRecipient>,
    ) -> Result<()> {
        let now = self.calling.clock.now();
        let unclear: Vec<Delivery> = show.board(now, true, |board| {
            let statuses = board.cues.iter();
            let of_cue = statuses.filter(|status| status.cue.key.to_string() == cue);
            let recipients = of_cue.flat_map(|status| &status.recipients);
            let wanted = recipients
                .filter(|to| only.is_none_or(|only| to.to.recipient == *only))
                .filter(|to| {
                    matches!(
                        to.state,
                        RecipientState::Delivered(DeliveryState::Unclear { .. })
                    )
                });
            wanted.filter_map(|to| to.delivery.cloned()).collect()
        });
        say::line(&format!("{cue}: it is not known whether it arrived."));
        for delivery in &unclear {
            let name = calling::recipient(&show.in_force.event, &delivery.recipient);
            let reason = match &delivery.state {
                DeliveryState::Unclear { reason } => plain(reason),
                _ => String::new(),
            };
            let sent = when::local(delivery.since);
            let active = self.last_active(show, &delivery.recipient).await;
            let active = active.map_or_else(String::new, |at| {
                format!("; something was last written there at {at}")
            });
            let sentence = format!("{name}: tried at {sent}: {reason}{active}");
            say::indented(&sentence, 2);
        }
        Ok(())
    }

    /// When something was last written in a room, if there is a token to ask with.
    async fn last_active(&self, show: &Show, recipient: &CueRecipient) -> Option<String> {
        let CueRecipient::Room(room) = recipient else {
            return None;
        };
        let id = show.in_force.directory.room_id(room)?;
        let bot = &self.calling.engine.as_ref()?.connections().bot;
        let room = bot.get_room(id).await.ok()?;
        room.last_activity.map(when::local)
    }

    /// Writes down that a meeting started or ended just now.
    pub(super) async fn happened(&self, args: &MeetingArgs, what: Happened) -> Result<Code> {
        let event = &self.calling.in_force.event;
        let asked = args.meeting.trim();
        let asked = asked.strip_prefix("meeting/").unwrap_or(asked);
        let meeting = MeetingKey::new(asked);
        if event.meeting(&meeting).is_none() {
            let keys = event.meetings.iter().map(|meeting| meeting.key.as_str());
            let failure = Failure::usage(format!("the event has no meeting {asked}"));
            return Err(match showcaller_event::closest(asked, keys) {
                Some(near) => failure.hint(format!("did you mean {near}?")),
                None => failure.hint("`showcaller runsheet --wide` has the names of all"),
            });
        }
        let at = self.calling.clock.now();
        let (entry, word) = match what {
            Happened::Started => (Entry::Started { meeting, at }, "started"),
            Happened::Ended => (Entry::Ended { meeting, at }, "ended"),
        };
        self.log(&[entry]).await?;
        say::line(&format!("Noted: {asked} {word} just now."));
        Ok(Code::Done)
    }
}
