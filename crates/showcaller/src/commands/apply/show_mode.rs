//! On a day in show mode nothing is applied by habit: the day's name is typed.

use showcaller_engine::{Error, InForce};
use showcaller_event::Schedule;
use showcaller_event::model::DayId;
use showcaller_show::day_in_show_mode;

use super::Args;
use crate::exit::{Failure, Result};
use crate::session::Session;
use crate::terminal::{ask, say};

/// The day in show mode that it is, by the event in force or by the one that is to be applied.
pub(super) async fn day(session: &Session) -> Result<Option<DayId>> {
    let now = session.now();
    let in_force = match InForce::read(&session.ledger).await {
        // Checked by stricter rules than when it was applied: to apply is the way out.
        Err(Error::Revision { .. }) => None,
        read => read?,
    };
    let planned = Schedule::planned(&session.event);
    let applied = in_force
        .as_ref()
        .and_then(|it| day_in_show_mode(&it.event, &it.schedule, now));
    let day = applied.or_else(|| day_in_show_mode(&session.event, &planned, now));
    Ok(day.map(|day| day.id.clone()))
}

/// Whether the command line says which day it is.
pub(super) fn is_named(args: &Args, day: &DayId) -> bool {
    args.day.as_deref() == Some(day.as_str())
}

/// Refuses what agrees beforehand, or names a day, and not this one.
pub(super) fn refuse_unnamed(args: &Args, day: &DayId) -> Result<()> {
    if is_named(args, day) || !args.yes && args.day.is_none() {
        return Ok(());
    }
    let sentence =
        format!("today is {day}, which is in show mode: to apply, its name must be typed");
    Err(Failure::guarded(sentence).hint(format!(
        "say --yes --day {day}; cues and slips go on without it"
    )))
}

/// Asks for the day's name.
pub(super) fn typed(day: &DayId) -> Result<()> {
    let question = format!("Today is {day}, which is in show mode. Type its name to apply this:");
    if ask::text(&question)?.trim() == day.as_str() {
        return Ok(());
    }
    say::line("That is not its name.");
    Err(ask::declined())
}
