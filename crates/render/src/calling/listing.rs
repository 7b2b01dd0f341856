//! The cues of an event by day, with where each stands and what is to be done about it.

use jiff::{Timestamp, Zoned};
use showcaller_event::markdown::plain;
use showcaller_event::model::{CueKey, CueRecipient, CueTo, DayId, Email, Sending};
use showcaller_event::{Event, Schedule};
use showcaller_show::{
    Attention, Board, CheckInStatus, CueState, CueStatus, DeliveryState, Need, RecipientState,
};

use super::reach::{audience, recipient};
use crate::count::{clock, count, date, list};

/// The cues of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The event's title.
    pub title: String,
    /// The present, on the event's clocks.
    pub now: Zoned,
    /// Today first, then the days to come, then those that are over, then what belongs to no day.
    pub days: Vec<ListedDay>,
    /// Who is there to run the meetings that are about to begin, a line for each.
    pub check_ins: Vec<String>,
    /// What goes next by clock, if a process runs the show.
    pub next: Option<(CueKey, Zoned)>,
}

/// The cues of one day.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedDay {
    /// Which; `None` for what belongs to no day.
    pub id: Option<DayId>,
    /// `Day 1, Wed 6 Oct`
    pub title: String,
    /// Whether it is today.
    pub today: bool,
    /// By time, and at one time in the file's order.
    pub cues: Vec<ListedCue>,
}

/// One cue.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCue {
    /// Which.
    pub key: CueKey,
    /// When it is due, to its first recipient.
    pub at: Option<Zoned>,
    /// When it would be due by the file, if it has moved.
    pub was: Option<Zoned>,
    /// Whom it is for.
    pub to: String,
    /// Where it stands.
    pub state: CueState,
    /// The same in words.
    pub words: String,
    /// What an operator may do, in an operator's words; the most likely first.
    pub next: Vec<String>,
}

impl Listing {
    /// The cues of all days, or of one; `planned` is the schedule without slips. `is_led` says whether a
    /// process runs the show.
    #[must_use]
    pub fn of(
        board: &Board<'_>,
        (event, schedule, planned): (&Event, &Schedule, &Schedule),
        now: Timestamp,
        (only, is_led): (Option<&DayId>, bool),
    ) -> Self {
        let zone = event.zone();
        let now = now.to_zoned(zone);
        let cue = |cue: &CueStatus<'_>| listed(cue, event, (schedule, planned), (&now, is_led));
        let cues: Vec<ListedCue> = board.cues.iter().map(cue).collect();
        let today = board.today().map(|day| day.id.clone());
        let mut days: Vec<ListedDay> = Vec::new();
        let ids = event.days.iter().map(|day| Some(day.id.clone()));
        for id in ids.chain([None]) {
            if only.is_some() && id.as_ref() != only {
                continue;
            }
            let mut cues: Vec<ListedCue> = cues
                .iter()
                .filter(|cue| cue.key.day == id)
                .cloned()
                .collect();
            cues.sort_by_key(|cue| cue.at.as_ref().map_or(Timestamp::MAX, Zoned::timestamp));
            if cues.is_empty() {
                continue;
            }
            days.push(ListedDay {
                title: title(event, id.as_ref()),
                today: id.is_some() && id == today,
                id,
                cues,
            });
        }
        let over = |day: &ListedDay| {
            let known = day.id.as_ref().and_then(|id| event.day(id));
            !day.today && known.is_some_and(|known| known.date < now.date())
        };
        for day in days.iter_mut().filter(|day| over(day)) {
            for cue in &mut day.cues {
                rather_skip(&mut cue.next);
            }
        }
        days.sort_by_key(|day| (!day.today, over(day), day.id.is_none()));
        Self {
            title: plain(&event.title),
            check_ins: check_ins(board, event, &now),
            next: next_by_clock(board, &now),
            now,
            days,
        }
    }
}

fn title(event: &Event, id: Option<&DayId>) -> String {
    let Some(id) = id else {
        return "On any day".to_owned();
    };
    match event.day(id) {
        Some(day) => format!("{}, {}", plain(&day.title), date(day.date)),
        None => id.to_string(),
    }
}

/// `10:00 Breakout: Ann is here, Ben is not yet`
fn check_ins(board: &Board<'_>, event: &Event, now: &Zoned) -> Vec<String> {
    let people = |emails: &[&Email], verb: (&str, &str)| {
        let name = |email: &&Email| recipient(event, &CueRecipient::Person((*email).clone()));
        let names: Vec<String> = emails.iter().map(name).collect();
        let verb = if names.len() == 1 { verb.0 } else { verb.1 };
        (!names.is_empty()).then(|| format!("{} {verb}", list(&names)))
    };
    let line = |status: &CheckInStatus<'_>| {
        let here = people(&status.here, ("is here", "are here"));
        let missing = people(&status.missing, ("is not yet", "are not yet"));
        let start = clock(&status.start.to_zoned(now.time_zone().clone()));
        let people: Vec<String> = here.into_iter().chain(missing).collect();
        format!(
            "{start} {}: {}",
            plain(&status.meeting.title),
            people.join(", ")
        )
    };
    board.check_ins().iter().map(line).collect()
}

/// What goes next by clock.
fn next_by_clock(board: &Board<'_>, now: &Zoned) -> Option<(CueKey, Zoned)> {
    let mut next: Option<(CueKey, Timestamp)> = None;
    for status in &board.cues {
        let cue = status.cue;
        if cue.send == Sending::ByCall || cue.two_people {
            continue;
        }
        let planned = status.recipients.iter();
        let planned = planned.filter(|to| to.state == RecipientState::Planned);
        let due = planned.filter_map(|to| to.due).min();
        let due = due.filter(|due| *due > now.timestamp());
        if let Some(due) = due
            && next.as_ref().is_none_or(|(_, first)| due < *first)
        {
            next = Some((cue.key.clone(), due));
        }
    }
    let zone = now.time_zone();
    next.map(|(cue, due)| (cue, due.to_zoned(zone.clone())))
}

fn listed(
    status: &CueStatus<'_>,
    event: &Event,
    (schedule, planned): (&Schedule, &Schedule),
    (now, is_led): (&Zoned, bool),
) -> ListedCue {
    let cue = status.cue;
    let first = |schedule: &Schedule| {
        let due = cue.to.iter().filter_map(|to| cue.due(to, schedule));
        due.min_by_key(Zoned::timestamp)
    };
    let at = first(schedule);
    let was = first(planned).filter(|was| at.as_ref().is_some_and(|at| at != was));
    let recipients: Vec<&CueRecipient> = cue.to.iter().map(|to| &to.recipient).collect();
    let (words, mut next) = standing(status, now, is_led);
    let mut meetings = cue.to.iter().flat_map(CueTo::leads_into);
    let is_over = |meeting| {
        let scheduled = schedule.get(meeting);
        scheduled.is_some_and(|it| it.end.timestamp() <= now.timestamp())
    };
    if meetings.any(is_over) {
        rather_skip(&mut next);
    }
    ListedCue {
        key: cue.key.clone(),
        at,
        was,
        to: audience(event, &recipients),
        state: status.state,
        words,
        next,
    }
}

/// What is of no use any more is rather left out than sent.
fn rather_skip(next: &mut [String]) {
    next.sort_by_key(|next| !next.starts_with("skip"));
}

/// How many recipients stand where.
#[derive(Default)]
struct Counts {
    all: usize,
    sent: usize,
    failed: usize,
    unclear: usize,
    late: usize,
    no_link: usize,
    absent: usize,
    left: usize,
    due: usize,
}

impl Counts {
    fn of(status: &CueStatus<'_>) -> Self {
        let mut counts = Self {
            all: status.recipients.len(),
            ..Self::default()
        };
        for to in &status.recipients {
            match &to.state {
                RecipientState::Delivered(DeliveryState::Sent) => counts.sent += 1,
                RecipientState::Delivered(DeliveryState::Failed { .. }) => counts.failed += 1,
                RecipientState::Delivered(DeliveryState::Unclear { .. }) => counts.unclear += 1,
                RecipientState::Late => counts.late += 1,
                RecipientState::Due => counts.due += 1,
                RecipientState::NoLink => counts.no_link += 1,
                RecipientState::NotOnWebex => counts.absent += 1,
                RecipientState::Planned
                | RecipientState::Standby
                | RecipientState::Held
                | RecipientState::Skipped => counts.left += 1,
                _ => {}
            }
        }
        counts
    }

    /// `late`, or `2 of 6 late` where the others are elsewhere.
    fn of_all(&self, some: usize, words: &str) -> String {
        match some == self.all {
            true => words.to_owned(),
            false => format!("{some} of {} {words}", self.all),
        }
    }
}

/// Where a cue stands, and what may be done about it.
fn standing(status: &CueStatus<'_>, now: &Zoned, is_led: bool) -> (String, Vec<String>) {
    let counts = Counts::of(status);
    let cue = &status.cue.key;
    let by_call = status.cue.send == Sending::ByCall || status.cue.two_people;
    let mut words: Vec<String> = Vec::new();
    let mut next: Vec<String> = Vec::new();
    if let (true, Some(first)) = (status.waits_for_second, status.called_by.first()) {
        words.push(format!(
            "{} said go, a second person must",
            plain(&first.name)
        ));
        next.push(format!("go {cue}"));
    }
    match status.state {
        CueState::Planned if by_call => words.push("by call".to_owned()),
        CueState::Planned => words.push("by clock".to_owned()),
        CueState::Standby => {
            words.push("waits for a go".to_owned());
            next.extend([format!("go {cue}"), format!("skip {cue}")]);
        }
        CueState::Sending if !is_led => {
            words.push(counts.of_all(counts.due, "due, and nothing sends it"));
            next.push(format!("go {cue}"));
        }
        CueState::Sending => words.push(format!("sending: {} of {}", counts.sent, counts.all)),
        CueState::Sent => words.push(sent(status, now)),
        CueState::Held if counts.no_link > 0 => {
            words.push(counts.of_all(counts.no_link, "held: a link is missing"));
        }
        CueState::Held if counts.absent > 0 => {
            words.push(counts.of_all(counts.absent, "held: not on Webex yet"));
        }
        CueState::Held if status.recalled > 0 && status.recalled == status.generation => {
            words.push("recalled".to_owned());
            next.push(format!("go {cue}"));
        }
        CueState::Held => {
            words.push(counts.of_all(counts.left, "held"));
            next.push(format!("go {cue}"));
        }
        CueState::Skipped => words.push(counts.of_all(counts.left.max(1), "skipped")),
        CueState::Late => {
            words.push(counts.of_all(counts.late, "late"));
            next.extend([format!("go {cue}"), format!("skip {cue}")]);
        }
        CueState::Failed => {}
    }
    if counts.failed > 0 {
        words.push(counts.of_all(counts.failed, "failed"));
        next.insert(0, format!("retry {cue}"));
    }
    if counts.unclear > 0 {
        words.push(format!("{} unclear", counts.unclear));
        next.push(format!("settle {cue}"));
    }
    (words.join(", "), next)
}

fn sent(status: &CueStatus<'_>, now: &Zoned) -> String {
    let sent = status.recipients.iter().filter_map(|to| to.delivery);
    let sent = sent.filter(|delivery| delivery.state == DeliveryState::Sent);
    let mut times: Vec<Timestamp> = sent.map(|delivery| delivery.since).collect();
    times.sort();
    let Some(last) = times.last() else {
        return "sent".to_owned();
    };
    let at = clock(&last.to_zoned(now.time_zone().clone()));
    match (times.len(), status.recipients.len()) {
        (some, all) if some < all => format!("{some} of {all} sent {at}"),
        _ => format!("sent {at}"),
    }
}

/// What waits for an operator, in one line: `2 cues wait for a go and 1 delivery is unclear`. `None` if
/// nothing does.
#[must_use]
pub fn waiting(needs: &[Attention]) -> Option<String> {
    let (mut go, mut failed, mut unclear) = (0, 0, 0);
    for attention in needs {
        let recipients = attention.recipients.len();
        match attention.need {
            Need::Go { .. } | Need::Late { .. } | Need::Second { .. } => go += 1,
            Need::Retry { .. } => failed += recipients,
            Need::Settle => unclear += recipients,
            Need::LeftOut { .. } | Need::Link | Need::Absent => {}
        }
    }
    let parts = [
        (go, count(go, "cue waits for a go", "cues wait for a go")),
        (
            failed,
            count(failed, "delivery failed", "deliveries failed"),
        ),
        (
            unclear,
            count(unclear, "delivery is unclear", "deliveries are unclear"),
        ),
    ];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts.map(|(_, words)| words).collect();
    (!parts.is_empty()).then(|| list(&parts))
}
