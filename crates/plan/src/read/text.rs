//! The plan for a terminal.

use showcaller_event::markdown::plain;

use super::groups::{Group, Item, Section, sections, tally};
use super::outcome;
use super::paper::{Paper, length, span};
use super::words::thousands;
use super::zone::Zone;
use super::{Page, TextStyle, Tone, drift};
use crate::plan::Plan;

/// Entries of one list before it is shortened. The rooms of a usual event fit.
const LONG: usize = 15;
/// What the symbols of a headline stand at, and what is listed below it.
const HEADLINE: usize = 2;
const ITEM: usize = 6;

/// The plan as lines of at most `style.width` characters, without colour codes: the tones say
/// which colour would help. [`Page::to_string`](ToString::to_string) gives plain text.
#[must_use]
pub fn text(plan: &Plan, style: &TextStyle) -> Page {
    let zone = Zone::of(plan);
    let mut writer = Writer {
        paper: Paper::new(style.width.max(TextStyle::NARROWEST)),
        verbose: style.verbose,
    };
    writer.title(plan, &zone);
    writer.accounts(plan);
    writer.bookkeeping(plan);
    writer.drift("Changed on Webex", drift::by_hand(plan, &zone), true);
    for section in sections(plan, &zone) {
        writer.section(&section);
    }
    writer.drift("Kept as on Webex", drift::kept(plan, &zone), style.verbose);
    writer.waiting(plan);
    writer.told(plan);
    writer.cost(plan);
    writer.paper.done()
}

struct Writer {
    paper: Paper,
    verbose: bool,
}

impl Writer {
    fn title(&mut self, plan: &Plan, zone: &Zone) {
        let head = [
            span(Tone::Head, &plan.title),
            span(Tone::Dim, format!("({})", plan.event)),
        ];
        self.paper.paragraph(0, &head);
        if plan.is_empty() {
            let sentence = span(Tone::Plain, outcome::nothing_to_do(plan));
            return self.paper.paragraph(0, &[sentence]);
        }
        let tally = tally(plan);
        let last = tally.len() - 1;
        let counts = tally.iter().enumerate().map(|(place, (mark, number))| {
            let end = if place == last { "." } else { "," };
            span(
                mark.tone(),
                format!("{} {}{end}", thousands(*number), mark.words()),
            )
        });
        let zone = span(Tone::Dim, format!("Times are in {}.", zone.name));
        let line: Vec<_> = counts.chain([zone]).collect();
        self.paper.row(0, Vec::new(), 0, &line);
    }

    fn accounts(&mut self, plan: &Plan) {
        if plan.is_empty() && !outcome::has_problems(plan) {
            return;
        }
        self.paper.section("Accounts");
        let lines = outcome::accounts(plan);
        let hang = self.hang(HEADLINE, lines.iter().map(|(name, ..)| name.as_str()));
        for (name, facts, problems) in &lines {
            self.paper.row(
                HEADLINE,
                vec![lead(name)],
                hang,
                &[span(Tone::Plain, facts)],
            );
            for problem in *problems {
                let problem = [span(Tone::Danger, "problem:"), span(Tone::Plain, problem)];
                self.paper.paragraph(HEADLINE + 2, &problem);
            }
        }
    }

    fn bookkeeping(&mut self, plan: &Plan) {
        let renamed = outcome::bookkeeping(plan);
        let sentences: Vec<String> = outcome::adopted(plan)
            .into_iter()
            .chain(outcome::vanished(plan))
            .collect();
        if renamed.is_empty() && sentences.is_empty() {
            return;
        }
        self.paper.section("In the ledger");
        for sentence in sentences {
            self.paper
                .paragraph(HEADLINE, &[span(Tone::Plain, sentence)]);
        }
        self.list(HEADLINE, &renamed, |paper, line| {
            paper.paragraph(HEADLINE, &[span(Tone::Plain, line)]);
        });
    }

    fn section(&mut self, section: &Section) {
        self.paper.section(section.title);
        for group in &section.groups {
            self.group(group);
        }
    }

    fn group(&mut self, group: &Group) {
        let tone = group.mark.tone();
        self.paper.row(
            HEADLINE,
            vec![span(tone, format!("{} ", group.mark.symbol()))],
            HEADLINE + 2,
            &[span(tone, &group.headline)],
        );
        let items = group.shown(self.verbose);
        let hang = self.hang(ITEM, items.iter().map(|item| item.name.as_str()));
        self.list(ITEM, items, |paper, item| one(paper, hang, item));
    }

    /// The things, or the first of them and how many more there are.
    fn list<T>(&mut self, indent: usize, things: &[T], mut write: impl FnMut(&mut Paper, &T)) {
        let shown = match things.len() {
            // Saying that one more is left out would take as much room as the one.
            many if !self.verbose && many > LONG + 1 => LONG,
            all => all,
        };
        for thing in &things[..shown] {
            write(&mut self.paper, thing);
        }
        if shown < things.len() {
            let more = format!("… and {} more (--verbose shows all)", things.len() - shown);
            self.paper.paragraph(indent, &[span(Tone::Dim, more)]);
        }
    }

    fn drift(&mut self, title: &str, told: Vec<drift::Told>, one_by_one: bool) {
        if !told.is_empty() {
            self.paper.section(title);
        }
        let more = match one_by_one {
            true => "",
            false => " (--verbose shows each)",
        };
        for told in told {
            let summary = span(Tone::Plain, format!("{}{more}", told.summary));
            self.paper.paragraph(HEADLINE, &[summary]);
            if one_by_one {
                self.list(ITEM, &told.lines, |paper, line| {
                    paper.paragraph(ITEM, &[span(Tone::Plain, plain(line))]);
                });
            }
        }
    }

    fn waiting(&mut self, plan: &Plan) {
        let waiting = outcome::waiting(plan);
        if waiting.is_empty() {
            return;
        }
        self.paper.section("Waiting");
        for reason in waiting {
            let headline = span(Tone::Change, &reason.headline);
            self.paper.paragraph(HEADLINE, &[headline]);
            self.list(ITEM, &reason.lines(self.verbose), |paper, line| {
                paper.paragraph(ITEM, &[span(Tone::Plain, line)]);
            });
        }
    }

    fn told(&mut self, plan: &Plan) {
        let cannot = outcome::not_possible(plan, self.verbose);
        self.sentences("Not possible", Tone::Danger, &cannot);
        let rails: Vec<_> = plan
            .guard_rails
            .iter()
            .map(|rail| (String::new(), rail.sentence.clone()))
            .collect();
        self.sentences("Stopped by a guard rail", Tone::Danger, &rails);
        let notes: Vec<_> = plan
            .notes
            .iter()
            .map(|note| (String::new(), note.sentence.clone()))
            .collect();
        self.sentences("To know", Tone::Plain, &notes);
        let unseen = outcome::unseen(plan);
        if !unseen.is_empty() {
            self.paper.section("Not looked at");
            for line in unseen {
                self.paper.paragraph(HEADLINE, &[span(Tone::Plain, line)]);
            }
            let about = span(Tone::Dim, outcome::ABOUT_UNSEEN);
            self.paper.row(HEADLINE, Vec::new(), HEADLINE, &[about]);
        }
    }

    fn sentences(&mut self, title: &str, tone: Tone, sentences: &[(String, String)]) {
        if sentences.is_empty() {
            return;
        }
        self.paper.section(title);
        self.list(HEADLINE, sentences, |paper, (about, sentence)| {
            let mut body = Vec::new();
            if !about.is_empty() {
                body.push(span(tone, format!("{about}:")));
            }
            body.push(span(Tone::Plain, sentence));
            paper.paragraph(HEADLINE, &body);
        });
    }

    fn cost(&mut self, plan: &Plan) {
        let lines = outcome::cost(plan);
        if lines.is_empty() {
            return;
        }
        self.paper.section("Cost");
        let hang = self.hang(HEADLINE, lines.iter().map(|(name, _)| *name));
        for (name, sentence) in &lines {
            let body = span(Tone::Plain, sentence);
            self.paper.row(HEADLINE, vec![lead(name)], hang, &[body]);
        }
    }

    /// The column at which the text beside these names begins: behind the longest of them, as
    /// long as the text keeps the better half of the line.
    fn hang<'a>(&self, indent: usize, names: impl Iterator<Item = &'a str>) -> usize {
        let most = self.paper.width() * 2 / 5;
        let longest = names
            .map(|name| length(&plain(name)) + indent + 2)
            .filter(|end| *end <= most)
            .max();
        longest.unwrap_or(indent + 4)
    }
}

fn lead(name: &str) -> super::Span {
    span(Tone::Plain, plain(name))
}

fn one(paper: &mut Paper, hang: usize, item: &Item) {
    let (lead, hang) = match item.number {
        None => (vec![lead(&item.name)], hang),
        Some(number) => numbered(&item.name, number, hang),
    };
    let facts: Vec<_> = (!item.facts.is_empty())
        .then(|| span(Tone::Dim, &item.facts))
        .into_iter()
        .collect();
    paper.row(ITEM, lead, hang, &facts);
    let longest = item.changes.iter().map(|(name, _)| length(name)).max();
    let column = ITEM + 2 + longest.unwrap_or(0) + 2;
    for (name, change) in &item.changes {
        let change = span(Tone::Plain, change);
        paper.row(ITEM + 2, vec![span(Tone::Dim, name)], column, &[change]);
    }
}

/// A name, and a number in a column of its own.
fn numbered(name: &str, number: usize, hang: usize) -> (Vec<super::Span>, usize) {
    let name = plain(name);
    let end = ITEM + length(&name);
    // A name that is too long for its column keeps its number close.
    let padding = if end < hang { hang - end } else { 2 };
    let column = format!("{}{number:>2}", " ".repeat(padding));
    let lead = vec![span(Tone::Plain, name), span(Tone::Plain, column)];
    (lead, hang + 4)
}
