//! `showcaller cue EVENT list`

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use showcaller_engine::cues::{clock_of, runner};
use showcaller_engine::{Engine, LEASE_TTL};
use showcaller_event::model::DayId;
use showcaller_render::calling::{Leader, ListedCue, Listing, Queue, board_page, waiting};

use super::call::Caller;
use crate::exit::{Code, Failure, Result};
use crate::session::{Calling, EventArgs};
use crate::terminal::{page, result, say};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only this day of the event, as in day-2
    #[arg(long, value_name = "DAY")]
    day: Option<String>,

    /// For programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args, caller: &Caller<'_>) -> Result<Code> {
    let calling = caller.calling;
    let day = args.day.as_deref().map(|day| known_day(calling, day));
    let day = day.transpose()?;
    let now = calling.clock.now();
    let (show, leader) = (calling.show().await?, leader(calling).await?);
    let in_force = &show.in_force;
    let planned = in_force.without_slips();
    let (listing, queue) = show.board(now, true, |board| {
        let event = (&in_force.event, &in_force.schedule, &planned);
        let listing = Listing::of(board, event, now, (day.as_ref(), leader.is_there()));
        (listing, Queue::of(board))
    });
    if args.json {
        let json = as_json(&listing, &leader, &queue);
        let text = serde_json::to_string_pretty(&json);
        let text = text.map_err(Failure::failed)?;
        result::json(&text)?;
    } else {
        page::show(&board_page(&listing, &leader, &queue, page::width()))?;
        let mut cues = listing.days.iter().flat_map(|day| &day.cues);
        if cues.any(|cue| !cue.next.is_empty()) {
            say::line("");
            say::line(&format!("Type what → says as: {}", caller.command("…")));
        }
    }
    Ok(Code::Done)
}

/// Says in one line what waits for an operator, if anything does. It needs no more than the ledger; where
/// that has no answer, nothing is said.
pub(crate) async fn say_what_waits(engine: &Engine, now: Timestamp, event: &EventArgs) {
    let Ok(show) = engine.show().await else {
        return;
    };
    let needs = show.board(now, true, |board| board.attention(now));
    if let Some(waits) = waiting(&needs) {
        let (name, again) = (event.event.display(), event.again());
        let sentence = format!("{waits}: showcaller cue {name} list{again}");
        say::line("");
        say::paragraph(&sentence);
    }
}

fn known_day(calling: &Calling, asked: &str) -> Result<DayId> {
    let days = &calling.in_force.event.days;
    let asked = asked.trim();
    let known = days.iter().find(|day| day.id.as_str() == asked);
    known.map(|day| day.id.clone()).ok_or_else(|| {
        let names: Vec<&str> = days.iter().map(|day| day.id.as_str()).collect();
        Failure::usage(format!("the event has no day {asked}"))
            .hint(format!("its days are {}", names.join(", ")))
    })
}

/// Who runs the show: the process that holds the lease and gives signs of life.
pub(super) async fn leader(calling: &Calling) -> Result<Leader> {
    let now = calling.clock.now();
    let Some(holder) = runner(&calling.ledger, now).await? else {
        return Ok(Leader::Nobody);
    };
    let zone = calling.in_force.event.zone();
    Ok(Leader::Process {
        webex_ahead: clock_of(&calling.ledger, &holder).await?,
        name: holder.by,
        since: holder.since.to_zoned(zone),
        heard: heard(holder.until, now),
    })
}

/// A lease is renewed to so long after the sign of life.
fn heard(until: Timestamp, now: Timestamp) -> SignedDuration {
    let beat = until.checked_sub(LEASE_TTL).unwrap_or(until);
    now.duration_since(beat).max(SignedDuration::ZERO)
}

fn as_json(listing: &Listing, leader: &Leader, queue: &Queue) -> Value {
    let cues = listing.days.iter().flat_map(|day| &day.cues);
    let leader = match leader {
        Leader::Nobody => Value::Null,
        Leader::Process {
            name,
            since,
            heard,
            webex_ahead,
        } => json!({
            "process": name,
            "webex-ahead-ms": webex_ahead.map(|ahead| ahead.as_millis() as i64),
            "since": since.timestamp(),
            "heard-seconds-ago": heard.as_secs(),
        }),
    };
    let next = listing.next.as_ref();
    json!({
        "now": listing.now.timestamp(),
        "runner": leader,
        "queue": {
            "waiting": queue.waiting, "sending": queue.sending, "unclear": queue.unclear,
        },
        "next-by-clock": next.map(|(cue, at)| json!({
            "cue": cue.to_string(), "at": at.timestamp(),
        })),
        "check-ins": listing.check_ins,
        "cues": cues.map(cue_json).collect::<Vec<_>>(),
    })
}

fn cue_json(cue: &ListedCue) -> Value {
    json!({
        "cue": cue.key.to_string(),
        "at": cue.at.as_ref().map(jiff::Zoned::timestamp),
        "moved-from": cue.was.as_ref().map(jiff::Zoned::timestamp),
        "to": cue.to,
        "state": cue.state.as_str(),
        "words": cue.words,
        "next": cue.next,
    })
}
