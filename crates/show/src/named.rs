//! Which meetings a name fits.

use std::collections::BTreeSet;

use jiff::civil::Date;
use showcaller_event::Event;
use showcaller_event::model::{Meeting, TeamId};

use crate::lexicon::{Lexicon, Term};
use crate::reply::{Listing, State};
use crate::today::date_of_today;
use crate::understand::{Asked, Named};
use crate::view::View;

/// The meetings of a view that a name fits, by start: those that share most words with it, of the day that
/// was named if one of them is then, else those that have not ended if there are any.
pub(crate) fn named(view: &View<'_>, name: &Named, span: Asked) -> Vec<Listing> {
    let event = view.scene.event;
    let lexicon = Lexicon::of(event);
    let shared = |meeting: &Meeting| {
        let place = event
            .meetings
            .binary_search_by(|known| known.key.cmp(&meeting.key))
            .ok()?;
        shared_terms(lexicon.meetings.get(place)?, &name.terms)
    };
    let mut fitting: Vec<(usize, &Meeting)> = view
        .meetings()
        .into_iter()
        .filter(|(meeting, _)| fits_team(event, meeting, &name.teams))
        .filter_map(|(meeting, _)| Some((shared(meeting)?, meeting)))
        .collect();
    let most = fitting.iter().map(|(shared, _)| *shared).max();
    fitting.retain(|(shared, _)| Some(*shared) == most);
    let all = view.listings(|meeting, _| fitting.iter().any(|(_, fits)| fits.key == meeting.key));
    let then = match span {
        Asked::Day(date) => on_day(view, &all, date),
        Asked::Today => on_day(view, &all, date_of_today(view.scene)),
        Asked::Nothing | Asked::All => Vec::new(),
    };
    if !then.is_empty() {
        return then;
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

/// How many terms they share; `None` if none of them is telling.
fn shared_terms(of_meeting: &BTreeSet<Term>, asked: &BTreeSet<Term>) -> Option<usize> {
    let shared: Vec<&Term> = of_meeting.intersection(asked).collect();
    shared
        .iter()
        .any(|term| term.is_telling())
        .then_some(shared.len())
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
