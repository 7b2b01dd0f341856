//! `showcaller slip EVENT DAY MINUTES`

use std::collections::BTreeSet;
use std::io::IsTerminal as _;

use jiff::Timestamp;
use jiff::civil::Time;
use showcaller_engine::{Error, Followed, NotFollowed, SlipBasis, SlipWritten};
use showcaller_event::Event;
use showcaller_event::model::{DayId, MeetingKey};
use showcaller_ledger::Ledger;
use showcaller_render::slip as render;
use showcaller_show::slip::{Proposal, Refusal, Slips, Wish, minutes_by};
use showcaller_show::{Entry, Logged, Said};
use uuid::Uuid;

use super::{tell, whom};
use crate::environment;
use crate::exit::{Code, Failure};
use crate::session::{EventArgs, Live, Past, Session, WebexArgs};
use crate::terminal::wrap::wrapped;
use crate::terminal::{ask, page, say, when};

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
    #[arg(long, value_name = "TIME")]
    from: Option<Time>,

    /// Only meetings of these rooms, as in team-1,jury
    #[arg(long, value_name = "ROOMS", value_delimiter = ',')]
    rooms: Vec<String>,

    /// Undo the slip with this number
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["day", "list"])]
    undo: Option<i64>,

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

pub(crate) async fn run(args: &Args) -> Result<Code, Failure> {
    let past = Past::read(&args.event).await?;
    let now = match args.webex.now() {
        Some(now) => now,
        None => past.now(&args.event)?,
    };
    let done = match past.ledger() {
        Some(ledger) => slip(args, ledger, now).await,
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
    follow(args).await?;
    if let Some(back) = back {
        let event = args.event.event.display();
        say::line(&format!("To take it back: showcaller slip {event} {back}"));
    }
    Ok(code)
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

async fn slip(args: &Args, ledger: &Ledger, now: Timestamp) -> Result<Done, Failure> {
    let basis = SlipBasis::read(ledger).await?;
    let basis = basis.ok_or_else(|| not_applied(args))?;
    if args.list {
        list(&basis);
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
    show(&proposal, event);
    let announced = match args.tell {
        true => tell::of_slip(&args.event, args.webex.now(), &basis, &proposal.entry).await?,
        false => None,
    };
    if !args.yes {
        if !std::io::stdin().is_terminal() {
            return Err(Failure::new(
                Code::Usage,
                "nobody can be asked whether to do this: standard input is not a terminal",
            )
            .hint("add --yes to do it"));
        }
        let question = match &announced {
            Some(it) => format!("Do this, and tell {}?", it.whom),
            None => "Do this?".to_owned(),
        };
        if !ask::yes(&question)? {
            say::line("Nothing was moved.");
            return Ok(Done::Nothing);
        }
    }
    let said = announced.map(|it| it.said);
    let announced = said.as_ref().map(|(id, _)| *id);
    let number = write(args, &basis, ledger, (&proposal.entry, said), now).await?;
    say::line("");
    if let Entry::UndoSlip { number } = proposal.entry {
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
) -> Result<Done, Failure> {
    let key = MeetingKey::new(meeting.strip_prefix("meeting/").unwrap_or(meeting));
    let event = &basis.in_force.event;
    let Some(meeting) = event.meeting(&key) else {
        return Err(refused(&Refusal::NoMeeting(key), event));
    };
    let title = &meeting.title;
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
    paragraph(&sentence);
    Ok(Done::Written {
        back: Some(format!("{back} {key}")),
        announced: None,
    })
}

fn wish(args: &Args, event: &Event, day: &str, by: &str) -> Result<Wish, Failure> {
    let rooms = args.rooms.iter();
    let rooms = rooms.map(|room| Ok(whom::room(event, room)?.key.clone()));
    Ok(Wish {
        day: DayId::new(day),
        minutes: minutes(by)?,
        from: args.from,
        rooms: rooms.collect::<Result<_, Failure>>()?,
        meetings: BTreeSet::new(),
    })
}

fn minutes(text: &str) -> Result<i64, Failure> {
    minutes_by(text).ok_or_else(|| {
        Failure::new(
            Code::Usage,
            format!("{text} is no number of minutes to move by"),
        )
        .hint("write it like 15m, or -10m for earlier; less than a day")
    })
}

async fn write(
    args: &Args,
    basis: &SlipBasis,
    ledger: &Ledger,
    (entry, announced): (&Entry, Option<(Uuid, Vec<Said>)>),
    now: Timestamp,
) -> Result<i64, Failure> {
    let by = tell::by();
    let written = match announced {
        None => basis.write(ledger, &by, entry, now).await?,
        Some(said) => basis.write_telling(ledger, &by, entry, said, now).await?,
    };
    match written {
        SlipWritten::Written(number) => Ok(number),
        SlipWritten::Changed(meanwhile) => {
            let changes: Vec<String> = meanwhile.iter().map(change).collect();
            Err(Failure::new(
                Code::Guarded,
                format!(
                    "the schedule has changed meanwhile, and nothing was written: {}",
                    changes.join("; ")
                ),
            )
            .hint(format!(
                "look at it with `showcaller slip {} --list`, then say what is still to be moved",
                args.event.event.display()
            )))
        }
    }
}

/// Who did what, for those who come second.
fn change(logged: &Logged) -> String {
    let name = &logged.by.name;
    match &logged.entry {
        Entry::Slip { slip } => {
            format!("{name} moved {} {}", slip.day, render::by(slip.minutes))
        }
        Entry::UndoSlip { number } => format!("{name} undid slip {number}"),
        Entry::EndSlips { .. } => format!("{name} applied a file that moves meetings"),
        Entry::Detach { meeting } => format!("{name} detached {meeting}"),
        Entry::Attach { meeting } => format!("{name} attached {meeting}"),
        _ => name.clone(),
    }
}

fn show(proposal: &Proposal, event: &Event) {
    let reading = render::read(proposal, event);
    paragraph(&reading.headline);
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
            let lines = wrapped(what, indent, page::width());
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
        let lines = wrapped(warning, 6, page::width());
        say::line(&format!("    ! {}", lines[0].trim_start()));
        for line in &lines[1..] {
            say::line(line);
        }
    }
}

fn list(basis: &SlipBasis) {
    let slips = Slips::of(&basis.log);
    let mut none = true;
    for (number, slip, undone) in slips.all() {
        none = false;
        let logged = basis.log.iter().find(|logged| logged.number == number);
        let (at, by) = logged.map_or_else(Default::default, |logged| {
            (when::local(logged.at), logged.by.name.clone())
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
        paragraph(&format!(
            "Moved by the file since, so that their slips count no more: {}.",
            titled(&state.ended)
        ));
    }
    if !state.detached.is_empty() {
        paragraph(&format!("Run by hand: {}.", titled(&state.detached)));
    }
}

/// Webex's own times follow, where this process may change them.
async fn follow(args: &Args) -> Result<(), Failure> {
    let followed = if args.event.simulate {
        let session = Session::open(&args.event, &args.webex).await?;
        let followed = session.engine.follow_slips().await;
        session.close().await?;
        followed
    } else if environment::get(environment::BOT_TOKEN).is_some() {
        // The slip is in force already, whatever stands against this.
        let live = match Live::open(&args.event, args.webex.now()).await {
            Ok(live) => live,
            Err(failure) => {
                failure.show();
                return Ok(());
            }
        };
        let followed = live.engine.follow_slips().await;
        live.ledger.close().await;
        followed
    } else {
        paragraph("Webex's own times follow where `showcaller serve` runs.");
        return Ok(());
    };
    match followed {
        Ok(followed) => say_followed(&followed),
        Err(error) => not_followed(&error),
    }
    Ok(())
}

fn say_followed(followed: &Followed) {
    if !followed.moved.is_empty() {
        paragraph(&format!(
            "On Webex, {} moved, too.",
            count(followed.moved.len())
        ));
    }
    if !followed.link_changes.is_empty() {
        let keys = followed.link_changes.iter().map(|it| it.meeting.as_str());
        paragraph(&format!(
            "Webex changed the link of {}: whoever was given the old one needs the new one.",
            keys.collect::<Vec<_>>().join(", ")
        ));
    }
    let in_use = |why: &NotFollowed| *why == NotFollowed::InUse;
    let waiting = followed.waiting.iter();
    let (used, others): (Vec<_>, Vec<_>) = waiting.partition(|(_, why)| in_use(why));
    if !used.is_empty() {
        paragraph(&format!(
            "Webex changes no meeting that people are in: {} will be tried again until it begins; then \
             people can join at any time.",
            count(used.len())
        ));
    }
    for (meeting, why) in others.iter().take(3) {
        let why = match why {
            NotFollowed::InUse => "people are in it".to_owned(),
            NotFollowed::NoToken(host) => format!("there is no token here for its host {host}"),
            NotFollowed::Busy => "another process is applying".to_owned(),
            NotFollowed::Refused(why) => why.clone(),
        };
        paragraph(&format!(
            "{meeting} is still at its old time on Webex: {why}"
        ));
    }
    if others.len() > 3 {
        paragraph(&format!("… and {} more.", others.len() - 3));
    }
}

/// The slip is in force whatever Webex says.
fn not_followed(error: &Error) {
    say::remark(&format!("Webex's own times do not follow yet: {error}"));
}

fn count(number: usize) -> String {
    match number {
        1 => "1 meeting".to_owned(),
        _ => format!("{number} meetings"),
    }
}

fn refused(refusal: &Refusal, event: &Event) -> Failure {
    let failure = Failure::new(Code::Usage, refusal);
    let days = || event.days.iter().map(|day| day.id.as_str());
    match refusal {
        Refusal::NoDay(_) => failure.hint(format!(
            "its days are {}",
            days().collect::<Vec<_>>().join(", ")
        )),
        Refusal::NoSlip(_) | Refusal::Undone(_) => failure.hint("--list shows them"),
        Refusal::NoMeeting(key) => {
            let keys = event.meetings.iter().map(|meeting| meeting.key.as_str());
            let near = keys.min_by_key(|near| strsim::damerau_levenshtein(near, key.as_str()));
            match near {
                Some(near) => failure.hint(format!("did you mean {near}?")),
                None => failure,
            }
        }
        Refusal::NoRoom(_) => failure,
    }
}

fn not_applied(args: &Args) -> Failure {
    let event = args.event.event.display();
    let sentence = format!("{event} was not applied yet, so there is nothing to move");
    let again = args.event.ledger_again();
    Failure::new(Code::Usage, sentence).hint(format!("showcaller apply {event}{again}"))
}

fn paragraph(text: &str) {
    for line in wrapped(text, 0, page::width()) {
        say::line(&line);
    }
}
