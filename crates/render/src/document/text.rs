//! A report for a terminal.

use comfy_table::{CellAlignment, ContentArrangement, Table as Grid, presets};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use showcaller_event::markdown::plain;
use showcaller_plan::read::{Line, Page, Span, Tone};
use unicode_width::UnicodeWidthStr as _;

use super::{Align, Document, Mark, Part, Plot, Series, Table, Value};
use crate::lines::{cut, wrapped};

/// Below this a report does not read well.
const NARROWEST: usize = 60;
/// Before what belongs to a heading.
const INDENT: usize = 2;
/// Between two columns.
const GAP: u16 = 2;
const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const STATE: &str = "All times are in ";

impl Document {
    /// The report as lines of at most `width` columns.
    #[must_use]
    pub fn to_text(&self, width: usize) -> Page {
        let mut writer = Writer {
            width: width.max(NARROWEST),
            zone: self.made.time_zone(),
            page: Page::default(),
        };
        let title = format!("{}: {}", self.kind, plain(&self.title));
        writer.paragraph(0, &title, Tone::Head);
        writer.paragraph(0, &self.state(), Tone::Dim);
        if let Some(verdict) = &self.verdict {
            let tone = if verdict.good {
                Tone::Add
            } else {
                Tone::Danger
            };
            writer.blank();
            writer.paragraph(0, &verdict.sentence, tone);
            for reason in &verdict.reasons {
                writer.paragraph(INDENT, reason, Tone::Plain);
            }
        }
        for section in &self.sections {
            writer.blank();
            writer.paragraph(0, &section.title, Tone::Head);
            for (place, part) in section.parts.iter().enumerate() {
                writer.part(part, place);
            }
        }
        writer.page
    }

    /// Of what it is the state.
    pub(super) fn state(&self) -> String {
        let made = self.made.strftime("%-d %B %Y, %H:%M");
        format!("{}, made {made}. {STATE}{}.", self.of, self.zone())
    }
}

/// Whether a text is a report.
pub(super) fn is_one(text: &str) -> bool {
    let mut lines = text.lines();
    let is_headed = lines.next().is_some_and(|line| line.contains(": "));
    is_headed && lines.take(8).any(|line| line.contains(STATE))
}

struct Writer<'a> {
    width: usize,
    zone: &'a TimeZone,
    page: Page,
}

impl Writer<'_> {
    fn line(&mut self, text: String, tone: Tone) {
        let spans = vec![Span { text, tone }];
        self.page.lines.push(Line { spans });
    }

    fn blank(&mut self) {
        self.page.lines.push(Line::default());
    }

    fn paragraph(&mut self, indent: usize, text: &str, tone: Tone) {
        for line in wrapped(&plain(text), self.width - indent) {
            self.line(format!("{}{line}", " ".repeat(indent)), tone);
        }
    }

    fn part(&mut self, part: &Part, place: usize) {
        match part {
            Part::Paragraph(text) => self.paragraph(INDENT, text, Tone::Plain),
            Part::Figures(figures) => self.figures(figures),
            Part::Table(table) => {
                self.caption(&table.caption, place);
                self.table(table);
            }
            Part::Plot(plot) => {
                self.caption(&plot.caption, place);
                self.plot(plot);
            }
        }
    }

    fn caption(&mut self, text: &str, place: usize) {
        if place > 0 {
            self.blank();
        }
        self.paragraph(INDENT, text, Tone::Dim);
    }

    fn figures(&mut self, figures: &[(String, Value)]) {
        let labels = figures.iter().map(|(label, _)| plain(label).width());
        let column = labels.max().unwrap_or(0).min(self.width / 2);
        for (label, value) in figures {
            let label = cut(&plain(label), column);
            let filler = " ".repeat(column + usize::from(GAP) - label.width());
            let before = format!("{}{label}{filler}", " ".repeat(INDENT));
            let room = self.width - before.width();
            for (place, line) in wrapped(&value.words(self.zone), room).iter().enumerate() {
                let text = match place {
                    0 => before.clone(),
                    _ => " ".repeat(before.width()),
                };
                let span = |text: String, tone| Span { text, tone };
                let spans = vec![span(text, Tone::Plain), span(line.clone(), tone(value))];
                self.page.lines.push(Line { spans });
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING);
        grid.set_header(table.columns.iter().map(|column| plain(&column.head)));
        for row in &table.rows {
            grid.add_row(row.iter().map(|value| value.words(self.zone)));
        }
        let room = u16::try_from(self.width - INDENT).unwrap_or(u16::MAX);
        grid.set_width(room);
        grid.set_content_arrangement(ContentArrangement::Dynamic);
        let last = table.columns.len().saturating_sub(1);
        for (place, column) in grid.column_iter_mut().enumerate() {
            column.set_padding((0, if place == last { 0 } else { GAP }));
            if table.columns[place].align == Align::Right {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for (place, line) in grid.lines().enumerate() {
            let tone = if place == 0 { Tone::Dim } else { Tone::Plain };
            self.line(format!("{}{}", " ".repeat(INDENT), line.trim_end()), tone);
        }
    }

    fn plot(&mut self, plot: &Plot) {
        match &plot.series {
            Series::Bars(bars) => self.bars(bars, plot.unit),
            Series::Points(points) => self.over_time(points, plot.unit),
        }
    }

    fn bars(&mut self, bars: &[(String, f64)], unit: &str) {
        let names = bars.iter().map(|(name, _)| plain(name).width());
        let column = names.max().unwrap_or(0).min(self.width / 3);
        let values: Vec<String> = bars.iter().map(|(_, value)| amount(*value, unit)).collect();
        let widest = values.iter().map(|value| value.width()).max().unwrap_or(0);
        let room = self.width - INDENT - column - widest - 2 * usize::from(GAP);
        let most = bars.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        for ((name, value), amount) in bars.iter().zip(values) {
            let share = if most > 0.0 { value / most } else { 0.0 };
            let name = cut(&plain(name), column);
            let name = format!("{name}{}", " ".repeat(column - name.width()));
            let filler = " ".repeat(widest - amount.width());
            let bar = "█".repeat((share * room as f64).round() as usize);
            let text = format!("  {name}  {filler}{amount}  {bar}");
            self.line(text.trim_end().to_owned(), Tone::Plain);
        }
    }

    /// The highest value of each column of time.
    fn over_time(&mut self, points: &[(Timestamp, f64)], unit: &str) {
        let (Some((first, _)), Some((last, _))) = (points.first(), points.last()) else {
            return;
        };
        let room = self.width - INDENT;
        let length = last.duration_since(*first).as_secs_f64().max(1.0);
        let most = points.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        let mut columns = vec![0_usize; room];
        for (at, value) in points {
            let along = at.duration_since(*first).as_secs_f64() / length;
            let column = ((along * (room - 1) as f64) as usize).min(room - 1);
            let share = if most > 0.0 { value / most } else { 0.0 };
            let high = ((share * 8.0).ceil() as usize).max(1);
            columns[column] = columns[column].max(high);
        }
        let drawn: String = columns.iter().map(|high| BARS[(*high).min(8)]).collect();
        self.line(format!("  {}", drawn.trim_end()), Tone::Plain);
        let at = |time: &Timestamp| Value::Moment(*time).words(self.zone);
        let axis = format!(
            "{} to {}, at most {}",
            at(first),
            at(last),
            amount(most, unit)
        );
        self.paragraph(INDENT, &axis, Tone::Dim);
    }
}

/// `12 s`, `0.4 s`
pub(super) fn amount(value: f64, unit: &str) -> String {
    let digits = usize::from(value.fract().abs() > 0.001 && value.abs() < 100.0);
    format!("{value:.digits$} {unit}").trim_end().to_owned()
}

fn tone(value: &Value) -> Tone {
    match value {
        Value::State(Mark::Good, _) => Tone::Add,
        Value::State(Mark::Late, _) => Tone::Change,
        Value::State(Mark::Wrong, _) => Tone::Danger,
        Value::State(Mark::Quiet, _) | Value::None => Tone::Dim,
        _ => Tone::Plain,
    }
}
