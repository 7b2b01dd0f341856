//! `showcaller say EVENT --to WHOM "…"`

use std::collections::BTreeSet;

use showcaller_event::Event;
use showcaller_event::model::{CueRecipient, Email};
use showcaller_render::calling::{audience, cost, preview};
use uuid::Uuid;

use super::cue::{Caller, Consent, Speaker, Whom, per_minute, previewed, read, said, typed};
use crate::exit::{Code, Failure, Result};
use crate::session::{Calling, EventArgs};
use crate::terminal::{result, say};

/// Say something that no cue has
///
/// It shows the message as each room would see it, and asks. Rooms are named as under `to:` in the event
/// file, and the words may hold what `say:` may: `{{ team.title }}`, `{{ closing.join }}`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    #[command(flatten)]
    speaker: Speaker,

    /// To whom, as in "team rooms", room/team-1; coach and person/ann@example.com in private
    ///
    /// May be repeated.
    #[arg(long, value_name = "ROOMS", required_unless_present = "to_people")]
    to: Vec<String>,

    /// Which people, in private, where a room has the name of a role; may be repeated
    #[arg(long, value_name = "PEOPLE")]
    to_people: Vec<String>,

    /// What is said, in Webex's Markdown
    #[arg(value_name = "WORDS")]
    words: String,

    /// How many people it reaches, typed beforehand; asked for where that is everybody
    #[arg(long, value_name = "N")]
    audience: Option<usize>,

    #[command(flatten)]
    consent: Consent,
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    let calling = args.speaker.calling(&args.event).await?;
    let done = act(args, &calling).await;
    let closed = calling.close().await;
    let code = done?;
    closed?;
    Ok(code)
}

async fn act(args: &Args, calling: &Calling) -> Result<Code> {
    let caller = Caller {
        calling,
        event: &args.event,
        by: args.speaker.by(),
    };
    let show = calling.show().await?;
    let event = &show.in_force.event;
    let today = show.today(calling.clock.now());
    let whom = Whom::of(event, &args.to, &args.to_people);
    let cue = read(calling, &whom, today.as_ref(), &args.words).await?;
    let recipients: Vec<&CueRecipient> = cue.to.iter().map(|to| &to.recipient).collect();
    if recipients.is_empty() {
        return Err(Failure::usage("it reaches nobody"));
    }
    let id = Uuid::new_v4();
    let previewed = previewed(&show, &cue);
    let messages = said(&previewed)?;
    caller.can_send().await?;
    result::text(preview(event, &previewed).expose())?;
    say::line("");
    let reached = event.readers(recipients.iter().copied());
    let (whom, number) = (audience(event, &recipients), reached.len());
    let in_rooms = |to: &&CueRecipient| matches!(to, CueRecipient::Room(_));
    say::line(&match recipients.iter().any(in_rooms) {
        true => format!("To {whom}: {number} people."),
        false => format!("To {whom}, in private."),
    });
    say::line(&cost(recipients.len(), per_minute(calling).await?));
    match is_everybody(event, &recipients, &reached) {
        true => typed(number, args.audience)?,
        false => args.consent.to("Say that now?")?,
    }
    caller.say(id, messages).await
}

/// Whether it goes to all rooms, or to all who are in any: people of no room change nothing about that.
fn is_everybody(event: &Event, recipients: &[&CueRecipient], reached: &BTreeSet<&Email>) -> bool {
    let rooms: BTreeSet<_> = recipients
        .iter()
        .filter(|to| matches!(to, CueRecipient::Room(_)))
        .collect();
    if !event.rooms.is_empty() && rooms.len() == event.rooms.len() {
        return true;
    }
    let members = event.rooms.iter().flat_map(|room| &room.members);
    let in_rooms: BTreeSet<&Email> = members.map(|member| &member.email).collect();
    match in_rooms.is_empty() {
        true => event.people.iter().all(|it| reached.contains(&it.email)),
        false => in_rooms.is_subset(reached),
    }
}
