//! Which meetings a name fits.

use jiff::civil::Date;
use showcaller_event::Event;
use showcaller_event::model::{Meeting, TeamId};

use crate::reply::{Listing, State};
use crate::today::date_of_today;
use crate::understand::{Asked, Named};
use crate::view::View;

/// The meetings of a view that a name fits, by start: those that share most words with it, of the day that
/// was named; without one, those that have not ended if there are any.
pub(crate) fn named(view: &View<'_>, name: &Named, span: Asked) -> Vec<Listing> {
    let event = view.scene.event;
    let shared = |meeting: &Meeting| name.meetings.get(&meeting.key).copied();
    let heard = view.meetings().into_iter().map(|(meeting, _)| meeting);
    let mut fitting: Vec<&Meeting> = heard
        .filter(|meeting| fits_team(event, meeting, &name.teams))
        .collect();
    let most = fitting.iter().filter_map(|meeting| shared(meeting)).max();
    fitting.retain(|meeting| most.is_some() && shared(meeting) == most);
    let all = view.listings(|meeting, _| fitting.iter().any(|fits| fits.key == meeting.key));
    match span {
        Asked::Day(date) => return on_day(view, &all, date),
        Asked::Today => return on_day(view, &all, date_of_today(view.scene)),
        Asked::NoDay => return Vec::new(),
        Asked::Nothing | Asked::All => {}
    }
    let open: Vec<Listing> = all
        .iter()
        .filter(|listing| listing.state != State::Ended)
        .cloned()
        .collect();
    if open.is_empty() || span == Asked::All {
        all
    } else {
        open
    }
}

/// Whether a meeting is of one of these teams, or of no team in particular.
fn fits_team(event: &Event, meeting: &Meeting, teams: &[usize]) -> bool {
    let named = |id: &TeamId| {
        teams
            .iter()
            .any(|place| event.teams.get(*place).is_some_and(|team| team.id == *id))
    };
    let group = event
        .groups
        .iter()
        .find(|group| Some(&group.id) == meeting.group.as_ref());
    match (&meeting.team, group) {
        _ if teams.is_empty() => true,
        (Some(team), _) => named(team),
        (None, Some(group)) => group.teams.iter().any(named),
        (None, None) => true,
    }
}

fn on_day(view: &View<'_>, listings: &[Listing], date: Date) -> Vec<Listing> {
    let is_then = |listing: &&Listing| {
        let scheduled = view.scene.schedule.get(&listing.key);
        let day = scheduled.and_then(|scheduled| view.scene.event.day(&scheduled.day));
        day.is_some_and(|day| day.date == date)
    };
    listings.iter().filter(is_then).cloned().collect()
}
