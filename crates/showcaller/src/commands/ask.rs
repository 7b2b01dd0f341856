//! `showcaller ask EVENT "QUESTION"`

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::json;
use showcaller_engine::InForce;
use showcaller_event::Event;
use showcaller_event::model::{Email, Room};
use showcaller_render::answers::{Message, messages, transcript};
use showcaller_show::{Body, DetailsFor, Place, Question, Reply, Scene, answer};

use super::whom;
use crate::exit::{Code, Failure, Result};
use crate::session::{EventArgs, Past};
use crate::terminal::{result, say};

/// Show what the bot would answer
///
/// Needs the event file and the ledger only: no token, no Webex. The answer is that of the schedule
/// in force, with the links and passwords that the asker would see.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// What is asked, as in "where do I have to be?"
    #[arg(required = true, value_name = "QUESTION")]
    question: Vec<String>,

    /// Who asks, by the address in the roster; in private, unless --in names a room
    #[arg(long = "as", value_name = "ADDRESS")]
    asker: Option<String>,

    /// In which room it is asked, as in team-1
    #[arg(long = "in", value_name = "ROOM")]
    room: Option<String>,

    /// When it is asked, as in "2027-11-23 09:30" by the event's clock; now, unless this says
    /// otherwise
    #[arg(long, value_name = "TIME")]
    at: Option<String>,

    /// Answer from the event file as it is, also what was not applied yet
    #[arg(long)]
    draft: bool,

    /// Print intent, language, meetings, links and text as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    let past = match args.draft {
        true => Past::draft(&args.event).await?,
        false => Past::read(&args.event).await?,
    };
    let written = write(args, &past);
    past.close().await;
    written
}

fn write(args: &Args, past: &Past) -> Result<Code> {
    let in_force = &past.in_force;
    let event = &in_force.event;
    let now = match &args.at {
        Some(text) => instant(event, text)?,
        None => past.now(&args.event)?,
    };
    let asking = Asking::of(args, event)?;
    let reply = asking.reply(in_force, &args.question.join(" "), now);
    let messages = messages(&reply, "ask");
    asking.remark(&reply.body);
    if args.json {
        result::json(&as_json(&reply, &messages)?)?;
        return Ok(Code::Done);
    }
    if in_force.revision.is_none() && !args.draft {
        say::note("Nothing was applied yet: this is the answer by the event file.");
    }
    asking.say(event, now);
    let shown: Vec<String> = messages
        .iter()
        .map(|message| transcript(message).expose().to_owned())
        .collect();
    result::text(&shown.join("\n\n"))?;
    Ok(Code::Done)
}

/// Who asks, and where: in private if there is no room.
struct Asking<'e> {
    room: Option<&'e Room>,
    asker: Option<Email>,
}

impl<'e> Asking<'e> {
    fn of(args: &Args, event: &'e Event) -> Result<Self> {
        let room = args.room.as_deref();
        let room = room.map(|room| whom::room(event, room)).transpose()?;
        let asker = args.asker.as_deref();
        let asker = asker.map(|who| whom::person(event, who)).transpose()?;
        if room.is_none() && asker.is_none() {
            let person = event.people.first().map(|person| person.email.as_str());
            let room = event.rooms.first().map(|room| room.key.as_str());
            return Err(
                Failure::usage("an answer depends on who asks, and where").hint(format!(
                    "--as {} asks in private, --in {} in a room; both together, as a person in a room",
                    person.unwrap_or("ann@example.com"),
                    room.unwrap_or("team-1"),
                )),
            );
        }
        Ok(Self { room, asker })
    }

    fn reply(&self, in_force: &InForce, text: &str, now: Timestamp) -> Reply {
        let scene = Scene {
            words: &in_force.words,
            event: &in_force.event,
            schedule: &in_force.schedule,
            facts: &|meeting| in_force.facts(meeting).cloned(),
            organisers_only: self.among_organisers(&in_force.event),
            now,
        };
        let place = self.room.map(|room| Place::Room(&room.key));
        let question = Question {
            text,
            place: place.unwrap_or(Place::Private),
            asker: self.asker.as_ref(),
            fallback: None,
        };
        answer(&scene, &question)
    }

    /// Whether the file puts only organisers into their room. Who was put there by hand, only Webex
    /// knows.
    fn among_organisers(&self, event: &Event) -> bool {
        let organisers = &event.bot.organisers;
        self.room.is_some_and(|room| {
            let mut members = room.members.iter();
            organisers.room.as_ref() == Some(&room.key)
                && members.all(|member| organisers.people.contains(&member.email))
        })
    }

    /// Says what an answer here leaves out.
    fn remark(&self, body: &Body) {
        match body {
            Body::Stranger { .. } | Body::Details(DetailsFor::Organisers)
                if self.asker.is_none() =>
            {
                say::remark("this answer is for known people: add --as ADDRESS to say who asks");
            }
            Body::Sos { .. } => {
                say::remark("nothing was sent: the organisers hear of it when the bot is asked");
            }
            _ => {}
        }
    }

    /// Says who asks, where and when.
    fn say(&self, event: &Event, now: Timestamp) {
        let zone = event.zone();
        let now = now.to_zoned(zone).strftime("%a %-d %b %Y, %H:%M");
        let place = self.room.map(|room| format!("in «{}»", room.title));
        let place = place.as_deref().unwrap_or("in private");
        say::note(&match &self.asker {
            Some(asker) => format!("{asker} asks {place} on {now} ({}):", event.timezone),
            None => format!("Asked {place} on {now} ({}):", event.timezone),
        });
        if let (Some(room), Some(asker)) = (self.room, &self.asker)
            && !room.members.iter().any(|member| member.email == *asker)
        {
            say::remark(&format!(
                "{asker} is not in «{}» by the event file",
                room.title
            ));
        }
    }
}

/// Reads an instant, or a time by the event's clock.
fn instant(event: &Event, text: &str) -> Result<Timestamp> {
    let text = text.trim();
    let local = || {
        let zone = TimeZone::get(&event.timezone).ok()?;
        let time: DateTime = text.parse().ok()?;
        Some(time.to_zoned(zone).ok()?.timestamp())
    };
    text.parse().ok().or_else(local).ok_or_else(|| {
        Failure::usage(format!("--at {text} is no time")).hint(
            "write it like \"2027-11-23 09:30\", by the event's clock, or 2027-11-23T08:30:00Z",
        )
    })
}

/// The answer for programs.
fn as_json(reply: &Reply, messages: &[Message]) -> Result<String> {
    let links = reply.links().into_iter();
    let links: Vec<&str> = links.map(|link| link.expose()).collect();
    let texts: Vec<&str> = messages
        .iter()
        .map(|message| message.markdown.expose())
        .collect();
    let answer = json!({
        "intent": reply.intent.as_str(),
        "language": reply.language.tag(),
        "meetings": reply.meetings(),
        "links": links,
        "text": texts.join("\n\n"),
    });
    serde_json::to_string_pretty(&answer).map_err(Failure::failed)
}
