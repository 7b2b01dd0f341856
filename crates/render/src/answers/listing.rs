//! Meetings of a reply as rows of a page.

use jiff::civil::Date;
use showcaller_show::{Body, Link, Listing, Reply, State};

use super::inert::Inert;
use super::page::{Block, Entry, Row};
use super::phrases::{self, Phrases};
use super::times;
use crate::harmless::clickable;

/// The most characters of a title, and of all that is said of rooms.
const TITLE: usize = 128;
const ROOMS: usize = 200;
/// The most bytes of a link and of a password; longer ones are not Webex's, and not shown.
const LINK: usize = 1_000;
const PASSWORD: usize = 128;
/// So many of a card's five buttons may be *Join*.
const BUTTONS: usize = 4;

/// The meetings of one reply, with what depends on all of them.
pub(super) struct Listings<'a> {
    reply: &'a Reply,
    phrases: &'static Phrases,
    meetings: Vec<&'a Listing>,
    /// Which of them have a button.
    nearest: Vec<&'a Listing>,
    /// The rooms of all of them, where these are the same: said in the title and not in each row.
    rooms: Option<String>,
    /// Whether it is plain that all of them run.
    running: bool,
}

impl<'a> Listings<'a> {
    pub(super) fn of(reply: &'a Reply, meetings: impl IntoIterator<Item = &'a Listing>) -> Self {
        let meetings: Vec<&Listing> = meetings.into_iter().collect();
        let common = meetings
            .split_first()
            .filter(|(first, others)| others.iter().all(|other| other.rooms == first.rooms))
            .and_then(|(first, _)| rooms(first));
        Self {
            reply,
            phrases: phrases::of(reply.language),
            nearest: nearest(&meetings),
            meetings,
            rooms: common,
            running: false,
        }
    }

    /// The same where the title says that all of them run.
    pub(super) fn all_running(mut self) -> Self {
        self.running = true;
        self
    }

    /// The same where no button can be.
    pub(super) fn links_only(mut self) -> Self {
        self.nearest.clear();
        self
    }

    /// A title, with the rooms that the meetings have in common.
    pub(super) fn entitle(&self, title: String) -> String {
        match &self.rooms {
            Some(rooms) => format!("{title} · {rooms}"),
            None => title,
        }
    }

    /// All of them, where it is plain on which date the first begins.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let first = self.meetings.first();
        first.map_or_else(Vec::new, |first| self.blocks_under(first.start.date()))
    }

    /// All of them, under this date.
    pub(super) fn blocks_under(&self, date: Date) -> Vec<Block> {
        let meetings = self.meetings.iter();
        meetings.map(|meeting| self.block(meeting, date)).collect()
    }

    /// One of them, under this date: the reader's clock may have another.
    pub(super) fn block(&self, meeting: &Listing, under: Date) -> Block {
        let beside = self.reply.zones.beside.as_ref();
        let (number, password) = match &meeting.link {
            Link::Known {
                number, password, ..
            } if !self.is_over(meeting) => (
                number.as_deref().map(digits),
                password
                    .clone()
                    .filter(|secret| secret.expose().len() <= PASSWORD),
            ),
            Link::Known { .. } | Link::Follows => (None, None),
        };
        Block::Meeting(Row {
            time: times::range_under(under, &meeting.start, &meeting.end, self.phrases),
            beside: beside
                .map(|zone| times::beside(&meeting.start, &meeting.end, zone, self.phrases)),
            title: Inert::new(&meeting.title, TITLE),
            notes: self.notes(meeting),
            entry: self.entry(meeting),
            number,
            password,
        })
    }

    /// Whether it is in an agenda only to be complete. Its link stays: it may run longer than planned.
    fn is_over(&self, meeting: &Listing) -> bool {
        meeting.state == State::Ended && matches!(self.reply.body, Body::Agenda(_))
    }

    fn notes(&self, meeting: &Listing) -> Vec<String> {
        let state = match meeting.state {
            State::Running if !self.running => Some(self.phrases.running.to_owned()),
            State::Ended => Some(self.phrases.ended.to_owned()),
            State::Running | State::ToCome => None,
        };
        let rooms = match self.rooms {
            Some(_) => None,
            None => rooms(meeting),
        };
        let cohost = meeting.cohost.then(|| self.phrases.cohost.to_owned());
        [state, rooms, cohost].into_iter().flatten().collect()
    }

    fn entry(&self, meeting: &Listing) -> Entry {
        let Link::Known { url, .. } = &meeting.link else {
            return Entry::Follows;
        };
        if !can_be_joined(meeting) {
            Entry::None
        } else if self.nearest.iter().any(|near| near.key == meeting.key) {
            Entry::Button(url.clone())
        } else {
            Entry::Link(url.clone())
        }
    }
}

/// Those that get a button: what runs, then what begins next; all of either or none, so that parallel
/// meetings look alike.
fn nearest<'a>(meetings: &[&'a Listing]) -> Vec<&'a Listing> {
    let joinable = || {
        meetings
            .iter()
            .copied()
            .filter(|meeting| can_be_joined(meeting))
    };
    let running: Vec<&Listing> = joinable()
        .filter(|meeting| meeting.state == State::Running)
        .collect();
    let to_come = || joinable().filter(|meeting| meeting.state == State::ToCome);
    let first = to_come().map(|meeting| meeting.start.timestamp()).min();
    let next: Vec<&Listing> = to_come()
        .filter(|meeting| Some(meeting.start.timestamp()) == first)
        .collect();
    let mut nearest = Vec::new();
    for group in [running, next] {
        if nearest.len() + group.len() > BUTTONS {
            break;
        }
        nearest.extend(group);
    }
    nearest
}

fn can_be_joined(meeting: &Listing) -> bool {
    match &meeting.link {
        Link::Known { url, .. } => url.expose().len() <= LINK && clickable(url.expose()).is_some(),
        Link::Follows => false,
    }
}

fn rooms(meeting: &Listing) -> Option<String> {
    let titles = meeting.rooms.join(", ");
    (!titles.is_empty()).then(|| Inert::new(&titles, ROOMS).to_string())
}

/// A number to dial, which people copy: nothing else is in it.
fn digits(number: &str) -> String {
    number
        .chars()
        .filter(|letter| letter.is_ascii_digit() || *letter == ' ')
        .take(40)
        .collect()
}
