//! `showcaller slip EVENT DAY MINUTES`

mod follow;

use std::collections::BTreeSet;
use std::io::IsTerminal as _;

use jiff::Timestamp;
use jiff::civil::Time;
use showcaller_engine::{SlipBasis, SlipWritten};
use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_event::model::{DayId, MeetingKey};
use showcaller_ledger::Ledger;
use showcaller_render::slip as render;
use showcaller_show::slip::{Proposal, Refusal, Slips, Wish, minutes_by};
use showcaller_show::{Entry, Logged, Said};
use uuid::Uuid;

use self::follow::follow;
use super::{tell, whom};
use crate::exit::{Code, Failure, Result};
use crate::session::{EventArgs, Past, WebexArgs};
use crate::terminal::wrap::wrapped;
use crate::terminal::{ask, page, say};

/// Move the rest of a day
///
/// What begins later moves, what is in progress ends later, and every cue follows; what is `fixed`
/// stays. It shows first what moves and what that leads to, and asks. The bot, cues, run sheets and
/// calendars follow at once, Webex's own times as soon as Webex lets them.
///
/// `slip EVENT detach MEETING` leaves a meeting to an operator: its cues wait for a go, and slips do
/// not move it; `slip EVENT attach MEETING` gives it back.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// Which day, as in day-2; or `detach` or `attach`
    #[arg(required_unless_present_any = ["undo", "list"])]
    day: Option<String>,

    /// By how much, as in 15m, or -10m for earlier; or a meeting
    #[arg(
        value_name = "MINUTES",
        allow_hyphen_values = true,
        required_unless_present_any = ["undo", "list"]
    )]
    by: Option<String>,

    /// Only what begins from then on, by the event's clock, as in 11:00
    #[arg(long, value_name = "TIME", conflicts_with_all = ["undo", "list"])]
    from: Option<Time>,

    /// Only what is for these rooms alone, as in team-1,jury
    #[arg(
        long,
        value_name = "ROOMS",
        value_delimiter = ',',
        conflicts_with_all = ["undo", "list"]
    )]
    rooms: Vec<String>,

    /// Undo the slip with this number
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["day", "list"])]
    undo: Option<i64>,

    /// Do it on top of the slip with this number, which is of the last 10 minutes
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["undo", "list"])]
    after: Option<i64>,

    /// Show the slips of this event
    #[arg(long, conflicts_with = "day")]
    list: bool,

    /// Tell the rooms concerned what moves for them, once
    #[arg(long, conflicts_with = "list")]
    tell: bool,

    /// Do it without asking
    #[arg(long, short)]
    yes: bool,

    #[command(flatten)]
    webex: WebexArgs,
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    let past = Past::read(&args.event).await?;
    let clock = || match args.webex.now() {
        Some(now) => Ok(now),
        None => past.now(&args.event),
    };
    let done = match past.ledger() {
        Some(ledger) => slip(args, ledger, &clock).await,
        None => Err(not_applied(args)),
    };
    past.close().await;
    let (back, announced) = match done? {
        Done::Written { back, announced } => (back, announced),
        Done::Nothing => return Ok(Code::Done),
    };
    let code = match announced {
        Some(id) => tell::send(&args.event, args.webex.now(), id).await?,
        None => Code::Done,
    };
    let followed = follow(&args.event, &args.webex).await;
    if let Some(back) = back {
        let event = args.event.event.display();
        let again = args.event.again();
        say::paragraph(&format!(
            "To take it back: showcaller slip {event} {back}{again}"
        ));
    }
    followed.map(|()| code)
}

/// What was done.
enum Done {
    /// An entry was written.
    Written {
        /// The flags and words that take it back, unless it took something back.
        back: Option<String>,
        /// The id of the messages that tell of it.
        announced: Option<Uuid>,
    },
    Nothing,
}

async fn slip(args: &Args, ledger: &Ledger, clock: &dyn Fn() -> Result<Timestamp>) -> Result<Done> {
    let now = clock()?;
    let basis = SlipBasis::read(ledger).await?;
    let basis = basis.ok_or_else(|| not_applied(args))?;
    if args.list {
        list(&basis, now);
        return Ok(Done::Nothing);
    }
    let event = &basis.in_force.event;
    let proposal = match (args.undo, args.day.as_deref(), args.by.as_deref()) {
        (Some(number), ..) => basis.propose_undo(number, now),
        (None, Some(word @ ("detach" | "attach")), Some(meeting)) => {
            return by_hand(args, &basis, ledger, word == "detach", meeting, now).await;
        }
        (None, Some(day), Some(by)) => basis.propose(&wish(args, event, day, by)?, now),
        _ => unreachable!("clap asks for both"),
    };
    let proposal = proposal.map_err(|refusal| refused(&refusal, event))?;
    if proposal.is_empty() {
        say::line("Nothing of it is to come: nothing moves.");
        return Ok(Done::Nothing);
    }
    let recent = match &proposal.entry {
        Entry::Slip { slip } => basis.recent(&slip.day, now),
        _ => None,
    };
    let on_top = recent.map(|recent| (recent.number, render::on_top(recent, now)));
    let before = on_top.as_ref().map(|(_, sentence)| sentence.clone());
    show(&proposal, event, before);
    if let Some((number, sentence)) = on_top.filter(|_| args.yes)
        && args.after != Some(number)
    {
        return Err(Failure::guarded(sentence.trim_end_matches('.'))
            .hint(format!("add --after {number} if both are meant")));
    }
    let announced = match args.tell {
        true => tell::of_slip(&args.event, args.webex.now(), &basis, &proposal.entry).await?,
        false => None,
    };
    if !args.yes {
        if !std::io::stdin().is_terminal() {
            return Err(Failure::usage(
                "nobody can be asked whether to do this: standard input is not a terminal",
            )
            .hint("add --yes to do it"));
        }
        let question = match &announced {
            Some(it) => format!("Do this, and tell {}?", it.whom),
            None => "Do this?".to_owned(),
        };
        ask::agree(&question)?;
    }
    let said = announced.map(|it| it.said);
    let announced = said.as_ref().map(|(id, _)| *id);
    // Anew: the answer may have taken a while, and the past is what counts.
    let number = write(args, &basis, ledger, (&proposal.entry, said), clock()?).await?;
    say::line("");
    if let Entry::UndoSlip { number, .. } = proposal.entry {
        say::line(&format!("Slip {number} counts no more."));
        return Ok(Done::Written {
            back: None,
            announced,
        });
    }
    say::line(&format!(
        "Slip {number} is in force: bot, cues, run sheets and calendars follow it."
    ));
    Ok(Done::Written {
        back: Some(format!("--undo {number}")),
        announced,
    })
}

async fn by_hand(
    args: &Args,
    basis: &SlipBasis,
    ledger: &Ledger,
    detach: bool,
    meeting: &str,
    now: Timestamp,
) -> Result<Done> {
    let key = MeetingKey::new(meeting.strip_prefix("meeting/").unwrap_or(meeting));
    let event = &basis.in_force.event;
    let Some(meeting) = event.meeting(&key) else {
        return Err(refused(&Refusal::NoMeeting(key), event));
    };
    if args.from.is_some() || !args.rooms.is_empty() || args.after.is_some() {
        return Err(Failure::usage(
            "--from, --rooms and --after are for moving a part of a day, not for one meeting",
        ));
    }
    let title = plain(&meeting.title);
    if basis.in_force.slips.detached.contains(&key) == detach {
        say::line(&match detach {
            true => format!("«{title}» is run by hand already."),
            false => format!("«{title}» follows the schedule already."),
        });
        return Ok(Done::Nothing);
    }
    let (entry, back) = match detach {
        true => (
            Entry::Detach {
                meeting: key.clone(),
            },
            "attach",
        ),
        false => (
            Entry::Attach {
                meeting: key.clone(),
            },
            "detach",
        ),
    };
    write(args, basis, ledger, (&entry, None), now).await?;
    let sentence = match detach {
        true => format!(
            "«{title}» is run by hand from now on: its cues wait for a go, and slips leave it where it \
             is."
        ),
        false => format!("«{title}» follows the schedule again."),
    };
    say::paragraph(&sentence);
    Ok(Done::Written {
        back: Some(format!("{back} {key}")),
        announced: None,
    })
}

fn wish(args: &Args, event: &Event, day: &str, by: &str) -> Result<Wish> {
    let rooms = args.rooms.iter();
    let rooms = rooms.map(|room| Ok(whom::room(event, room)?.key.clone()));
    Ok(Wish {
        day: DayId::new(day),
        minutes: minutes(by)?,
        from: args.from,
        rooms: rooms.collect::<Result<_>>()?,
    })
}

fn minutes(text: &str) -> Result<i64> {
    minutes_by(text).ok_or_else(|| {
        Failure::usage(format!("{text} is no number of minutes to move by"))
            .hint("write it like 15m, or -10m for earlier; less than a day")
    })
}

async fn write(
    args: &Args,
    basis: &SlipBasis,
    ledger: &Ledger,
    (entry, announced): (&Entry, Option<(Uuid, Vec<Said>)>),
    now: Timestamp,
) -> Result<i64> {
    let by = tell::by();
    let written = match announced {
        None => basis.write(ledger, &by, entry, now).await?,
        Some(said) => basis.write_telling(ledger, &by, entry, said, now).await?,
    };
    match written {
        SlipWritten::Written(number) => Ok(number),
        SlipWritten::Changed(meanwhile) => {
            let changes: Vec<String> = meanwhile.iter().map(change).collect();
            Err(changed_meanwhile(args, &changes.join("; ")))
        }
        SlipWritten::Applied(revision) => Err(changed_meanwhile(
            args,
            &format!("a file was applied, as revision {revision}"),
        )),
    }
}

fn changed_meanwhile(args: &Args, changes: &str) -> Failure {
    let (event, again) = (args.event.event.display(), args.event.again());
    let message = format!("the schedule has changed meanwhile, and nothing was written: {changes}");
    Failure::guarded(message).hint(format!(
        "look at it with `showcaller slip {event} --list{again}`, then say what is still to be moved"
    ))
}

/// Who did what, for those who come second.
fn change(logged: &Logged) -> String {
    let name = plain(&logged.by.name);
    if let Some(cue) = logged.entry.cue() {
        return format!("{name} decided about {cue}");
    }
    match &logged.entry {
        Entry::Slip { slip } => {
            format!("{name} moved {} {}", slip.day, render::by(slip.minutes))
        }
        Entry::UndoSlip { number, .. } => format!("{name} undid slip {number}"),
        Entry::EndSlips { .. } => format!("{name} applied a file that moves meetings"),
        Entry::Detach { meeting } => format!("{name} detached {meeting}"),
        Entry::Attach { meeting } => format!("{name} attached {meeting}"),
        _ => name,
    }
}

fn show(proposal: &Proposal, event: &Event, before: Option<String>) {
    let mut reading = render::read(proposal, event);
    reading.warnings.splice(0..0, before);
    say::paragraph(&reading.headline);
    let lines = reading.sections.iter().flat_map(|section| &section.lines);
    let column = lines
        .map(|(when, _)| when.chars().count())
        .max()
        .unwrap_or(0);
    for section in &reading.sections {
        say::line("");
        say::line(&format!("  {}", section.title));
        for (when, what) in &section.lines {
            let indent = if when.is_empty() { 4 } else { column + 6 };
            let lines = wrapped(&plain(what), indent, page::width());
            let first = lines[0].trim_start();
            let pad = indent - 4;
            say::line(&format!("    {when:<pad$}{first}"));
            for line in &lines[1..] {
                say::line(line);
            }
        }
    }
    if !reading.warnings.is_empty() {
        say::line("");
        say::line("  Mind");
    }
    for warning in &reading.warnings {
        let lines = wrapped(&plain(warning), 6, page::width());
        say::line(&format!("    ! {}", lines[0].trim_start()));
        for line in &lines[1..] {
            say::line(line);
        }
    }
}

fn list(basis: &SlipBasis, now: Timestamp) {
    let slips = Slips::of(&basis.log);
    let zone = basis.in_force.event.zone();
    let there = |at: Timestamp| {
        let at = at.to_zoned(zone.clone());
        at.strftime("%-d %b %H:%M:%S").to_string()
    };
    let mut none = true;
    for (number, slip, undone) in slips.all() {
        none = false;
        let logged = basis.log.iter().find(|logged| logged.number == number);
        let (at, by) = logged.map_or_else(Default::default, |logged| {
            (there(logged.at), plain(&logged.by.name))
        });
        let undone = if undone { " (undone)" } else { "" };
        let what = format!("{number:>4}  {}{undone}", render::line(slip));
        say::line(&what);
        say::line(&format!("      by {by}, {at}"));
    }
    if none {
        say::line("Nothing has slipped.");
    }
    let titled = |keys: &BTreeSet<MeetingKey>| {
        let keys = keys.iter().map(MeetingKey::as_str);
        keys.collect::<Vec<_>>().join(", ")
    };
    let state = &basis.in_force.slips;
    if !state.ended.is_empty() {
        say::paragraph(&format!(
            "Moved by the file since, so that their slips count no more: {}.",
            titled(&state.ended)
        ));
    }
    let elsewhere = basis.in_force.elsewhere_on_webex();
    for (key, times) in elsewhere.filter(|(_, times)| times.end > now) {
        let Some(meeting) = basis.in_force.event.meeting(key) else {
            continue;
        };
        let clock = |at: Timestamp| {
            let at = at.to_zoned(meeting.start.time_zone().clone());
            at.strftime("%H:%M").to_string()
        };
        say::paragraph(&format!(
            "On Webex, «{}» is at {}–{}, and by the schedule at {}–{}.",
            plain(&meeting.title),
            clock(times.start),
            clock(times.end),
            meeting.start.strftime("%H:%M"),
            meeting.end.strftime("%H:%M"),
        ));
    }
    if !state.detached.is_empty() {
        say::paragraph(&format!("Run by hand: {}.", titled(&state.detached)));
    }
}

fn refused(refusal: &Refusal, event: &Event) -> Failure {
    let failure = Failure::usage(plain(&refusal.to_string()));
    let days = || event.days.iter().map(|day| day.id.as_str());
    match refusal {
        Refusal::NoDay(_) => failure.hint(format!(
            "its days are {}",
            days().collect::<Vec<_>>().join(", ")
        )),
        Refusal::NoSlip(_) | Refusal::Undone(_) => failure.hint("--list shows them"),
        Refusal::NoMeeting(key) => {
            let keys = event.meetings.iter().map(|meeting| meeting.key.as_str());
            failure.near(key.as_str(), keys)
        }
        Refusal::NoRoom(_) => failure,
    }
}

fn not_applied(args: &Args) -> Failure {
    let event = args.event.event.display();
    let sentence = format!("{event} was not applied yet, so there is nothing to move");
    let again = args.event.again();
    Failure::usage(sentence).hint(format!("showcaller apply {event}{again}"))
}
