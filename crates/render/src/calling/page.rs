//! A board laid out for a terminal.

use showcaller_plan::read::{Line, Page, Span, Tone};
use showcaller_show::CueState;
use unicode_width::UnicodeWidthStr as _;

use super::leader::{Leader, Queue};
use super::listing::{ListedCue, ListedDay, Listing};
use crate::count::clock;
use crate::lines::{cut, wrapped};

/// Below this a board does not read well.
const NARROWEST: usize = 60;
/// Before the time of a cue.
const INDENT: usize = 2;
/// Between two columns.
const GAP: usize = 2;

/// A board as lines of at most `width` columns.
#[must_use]
pub fn board_page(listing: &Listing, leader: &Leader, queue: &Queue, width: usize) -> Page {
    let mut writer = Writer {
        width: width.max(NARROWEST),
        page: Page::default(),
    };
    writer.head(listing);
    let next = listing.next.as_ref();
    let tone = if leader.is_there() {
        Tone::Plain
    } else {
        Tone::Danger
    };
    writer.paragraph(&leader.sentence(next, &listing.now), tone);
    if leader.is_there() || *queue != Queue::default() {
        writer.paragraph(&queue.sentence(), Tone::Plain);
    }
    if !listing.check_ins.is_empty() {
        writer.line(vec![]);
        writer.paragraph("Check-ins", Tone::Head);
        for line in &listing.check_ins {
            writer.paragraph(line, Tone::Plain);
        }
    }
    for day in &listing.days {
        writer.day(day);
    }
    if listing.days.is_empty() {
        writer.line(vec![]);
        writer.paragraph("The event has no cues.", Tone::Plain);
    }
    writer.page
}

struct Writer {
    width: usize,
    page: Page,
}

impl Writer {
    fn line(&mut self, spans: Vec<(String, Tone)>) {
        let spans = spans.into_iter().map(|(text, tone)| Span { text, tone });
        self.page.lines.push(Line {
            spans: spans.collect(),
        });
    }

    fn head(&mut self, listing: &Listing) {
        let now = listing.now.strftime("%a %-d %b %Y, %H:%M");
        let zone = listing.now.time_zone().iana_name().unwrap_or("UTC");
        self.paragraph(&listing.title, Tone::Head);
        let clock = format!("It is {now}. Times are in {zone}.");
        self.line(vec![(clock, Tone::Dim)]);
        self.line(vec![]);
    }

    fn paragraph(&mut self, text: &str, tone: Tone) {
        for line in wrapped(text, self.width) {
            self.line(vec![(line, tone)]);
        }
    }

    fn day(&mut self, day: &ListedDay) {
        self.line(vec![]);
        const TODAY: &str = " · today";
        let mut lines = wrapped(&day.title, self.width - TODAY.width());
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            self.line(vec![(line, Tone::Head)]);
        }
        let mut head = vec![(last, Tone::Head)];
        if day.today {
            head.push((TODAY.to_owned(), Tone::Add));
        }
        self.line(head);
        let name = |cue: &ListedCue| cue.key.cue.to_string();
        let names = day.cues.iter().map(|cue| name(cue).width());
        let names = names.max().unwrap_or(0).min(self.width / 3);
        let to = day.cues.iter().map(|cue| cue.to.width()).max();
        let to = to.unwrap_or(0).min(self.width / 4);
        let moved = day.cues.iter().any(|cue| cue.was.is_some());
        for cue in &day.cues {
            self.cue(cue, &name(cue), (names, to), moved);
        }
    }

    fn cue(&mut self, cue: &ListedCue, name: &str, (names, to): (usize, usize), moved: bool) {
        let mut spans = vec![(" ".repeat(INDENT), Tone::Plain)];
        let at = cue.at.as_ref().map_or_else(|| "  –  ".to_owned(), clock);
        spans.push((at, Tone::Plain));
        if moved {
            let was = cue.was.as_ref();
            let was = was.map_or_else(String::new, |was| format!("was {}", clock(was)));
            spans.push((format!("{}{was:<9}", " ".repeat(GAP)), Tone::Dim));
        }
        let tone = tone(cue.state);
        for (text, column, tone) in [(name, names, tone), (&*cue.to, to, Tone::Plain)] {
            let text = cut(text, column);
            let padding = " ".repeat(column - text.width());
            spans.push((format!("{}{text}{padding}", " ".repeat(GAP)), tone));
        }
        let column: usize = spans.iter().map(|(text, _)| text.width()).sum();
        let room = self.width.saturating_sub(column + GAP);
        let next = match cue.next.as_slice() {
            [] => String::new(),
            [first, ..] => format!(" → {first}"),
        };
        // What is to be done stands on a line of its own where it does not fit beside the state.
        let whole = format!("{}{next}", cue.words);
        let (beside, below) = match whole.width() <= room {
            true => (vec![whole], String::new()),
            false => (wrapped(&cue.words, room), next.trim_start().to_owned()),
        };
        let mut beside = beside.into_iter();
        spans.push((" ".repeat(GAP), Tone::Plain));
        spans.push((beside.next().unwrap_or_default(), tone));
        self.line(spans);
        let indent = column + GAP;
        for line in beside {
            self.line(vec![(" ".repeat(indent), Tone::Plain), (line, tone)]);
        }
        // What is typed stays whole, so it begins further left where it is long.
        let indent = indent.min(self.width.saturating_sub(below.width()));
        if !below.is_empty() {
            self.line(vec![(" ".repeat(indent), Tone::Plain), (below, tone)]);
        }
    }
}

fn tone(state: CueState) -> Tone {
    match state {
        CueState::Planned => Tone::Plain,
        CueState::Standby | CueState::Late | CueState::Held => Tone::Change,
        CueState::Sending => Tone::Add,
        CueState::Sent | CueState::Skipped => Tone::Dim,
        CueState::Failed => Tone::Danger,
    }
}
