//! A report as a page to read, and to print.

use jiff::tz::TimeZone;
use maud::{Markup, PreEscaped, html};
use showcaller_event::markdown::plain;

use super::{Align, Column, Document, Mark, Part, Plot, Section, Table, Value, plot};
use crate::page::{iso, made, page, quoted};

const STYLE: &str = include_str!("document.css");
/// What the page's body begins with.
const MARK: &str = "<header class=\"report\">";

impl Document {
    /// A page that stands alone: its style is in it, it has no script and loads nothing. It prints on A4.
    #[must_use]
    pub fn to_html(&self) -> String {
        let title = format!("{}: {}", self.kind, plain(&self.title));
        let zone = self.made.time_zone();
        let body = html! {
            header.report {
                h1 { (plain(&self.title)) }
                p { (self.kind) ". All times are in " (self.zone()) ". "
                    (self.of) ", made " (made(&self.made)) "." }
            }
            main {
                @if let Some(verdict) = &self.verdict {
                    div.verdict .good[verdict.good] .wrong[!verdict.good] {
                        p { strong { (plain(&verdict.sentence)) } }
                        @if !verdict.reasons.is_empty() {
                            ul { @for reason in &verdict.reasons { li { (plain(reason)) } } }
                        }
                    }
                }
                @for section in &self.sections { (markup(section, zone)) }
            }
        };
        page(&title, &format!("{STYLE}{}", self.paper()), None, &body)
    }

    /// What stands in the margins of each sheet of paper.
    fn paper(&self) -> String {
        let made = self.made.strftime("%-d %B %Y, %H:%M");
        let foot = format!("{} · {} · made {made}", self.zone(), self.of);
        let head = format!("{} · {}", self.kind, plain(&self.title));
        let (head, foot) = (quoted(&head), quoted(&foot));
        format!(
            "@page {{ @top-left {{ content: {head}; }} @bottom-left {{ content: {foot}; }} }}\n"
        )
    }
}

/// Whether a text is the page of a report.
pub(super) fn is_one(text: &str) -> bool {
    text.starts_with("<!DOCTYPE html>") && text.contains(MARK)
}

fn markup(section: &Section, zone: &TimeZone) -> Markup {
    html! {
        section {
            h2 { (plain(&section.title)) }
            @for part in &section.parts {
                @match part {
                    Part::Paragraph(text) => { p { (plain(text)) } }
                    Part::Figures(figures) => {
                        dl { @for (label, value) in figures {
                            div { dt { (plain(label)) } dd { (cell(value, zone)) } }
                        } }
                    }
                    Part::Table(table) => { (rows(table, zone)) }
                    Part::Plot(plot) => { (figure(plot, zone)) }
                }
            }
        }
    }
}

fn rows(table: &Table, zone: &TimeZone) -> Markup {
    let right = |column: &Column| column.align == Align::Right;
    html! {
        table {
            caption { (plain(&table.caption)) }
            thead { tr { @for column in &table.columns {
                th scope="col" .right[right(column)] { (plain(&column.head)) }
            } } }
            tbody { @for row in &table.rows { tr {
                @for (place, (column, value)) in table.columns.iter().zip(row).enumerate() {
                    @if place == 0 {
                        th scope="row" .right[right(column)] { (cell(value, zone)) }
                    } @else {
                        td .right[right(column)] data-label=(plain(&column.head)) { (cell(value, zone)) }
                    }
                }
            } } }
        }
    }
}

fn figure(plot: &Plot, zone: &TimeZone) -> Markup {
    html! {
        figure {
            figcaption { (plain(&plot.caption)) }
            @if let Some(drawn) = plot::svg(plot, zone) { (PreEscaped(drawn)) }
        }
    }
}

fn cell(value: &Value, zone: &TimeZone) -> Markup {
    let words = value.words(zone);
    match value {
        Value::Time(at) | Value::Moment(at) => html! {
            time datetime=(iso(&at.to_zoned(zone.clone()))) { (words) }
        },
        Value::State(mark, _) => html! { span .(class(*mark)) { (words) } },
        Value::None => html! { span.quiet { (words) } },
        Value::Text(_) | Value::Number(_) | Value::Duration(_) => html! { (words) },
    }
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Good => "good",
        Mark::Quiet => "quiet",
        Mark::Late => "late",
        Mark::Wrong => "wrong",
    }
}
