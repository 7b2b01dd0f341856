//! The sheet as a page to print, and for a phone.

mod appendix;
mod day;
mod glance;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use jiff::Zoned;
use maud::{Markup, html};

use super::RunSheet;
use super::agenda::Agenda;
use crate::count::clock;
use crate::page::{self, iso, page, quoted, revision};
use showcaller_event::markdown::plain;
use showcaller_event::model::Day;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

impl RunSheet {
    /// A page that stands alone: its styles are in it and it loads nothing. Its one script copies a
    /// number on a click and marks what is on now; everything else works without. It prints on A4,
    /// a day on a page where that fits. Only `https` links can be clicked on.
    #[must_use]
    pub fn to_html(&self) -> String {
        let agendas = self.agendas();
        let style = format!("{STYLE}{}{}", self.paper(&agendas), glance::style(&agendas));
        let body = html! {
            (self.header(&agendas))
            main {
                @if self.rows.is_empty() {
                    p { "There are no meetings." }
                }
                @for (place, agenda) in agendas.iter().enumerate() {
                    section.day #{ "day-" (place) } .{ "p" (place) } {
                        (self.table(agenda))
                        (glance::markup(place, agenda))
                    }
                }
                (self.on_any_day())
                (self.appendix())
            }
        };
        page(
            &format!("Run sheet: {}", self.title),
            &style,
            Some(SCRIPT),
            &body,
        )
    }

    fn header(&self, agendas: &[Agenda<'_>]) -> Markup {
        html! {
            header.p0 {
                h1 { (plain(&self.title)) }
                p {
                    "Run sheet" @if self.has_keys() { " for organisers" } ". All times are in " (plain(&self.timezone)) "."
                    @if let Some(made) = &self.made { " " (revision(self.revision)) ", made " (page::made(made)) "." }
                }
                @if self.has_keys() {
                    p.confidential { "Confidential: it has host keys, keep it to yourselves." }
                }
                @if agendas.len() > 1 {
                    nav aria-label="Days" {
                        @for (place, agenda) in agendas.iter().enumerate() {
                            a href={ "#day-" (place) } { (plain(&agenda.day.title)) }
                        }
                    }
                }
            }
        }
    }

    /// What stands in the margins of each sheet of paper: the day, the event and its revision, the
    /// number of the page.
    fn paper(&self, agendas: &[Agenda<'_>]) -> String {
        let mut foot = format!("{} · {}", plain(&self.title), plain(&self.timezone));
        if self.made.is_some() {
            foot = format!("{foot} · {}", revision(self.revision));
        }
        let mut style = format!(
            "@page {{ @bottom-left {{ content: {}; }} }}\n",
            quoted(&foot)
        );
        if self.has_keys() {
            style += "@page { @top-right { content: \"Confidential: host keys\"; } }\n";
        }
        for (place, agenda) in agendas.iter().enumerate() {
            let day = quoted(&heading(agenda.day));
            let _ = writeln!(
                style,
                ".p{place} {{ page: p{place}; }} @page p{place} {{ @top-left {{ content: {day}; }} }}"
            );
        }
        style
    }
}

/// `Day 1 · Wednesday 6 October 2027`; a day that is called `Wednesday` is so once.
fn heading(day: &Day) -> String {
    let date = day.date.strftime("%A %-d %B %Y").to_string();
    match date.starts_with(&day.title) {
        true => date,
        false => format!("{} · {date}", plain(&day.title)),
    }
}

/// For the script.
fn ms(at: &Zoned) -> i64 {
    at.timestamp().as_millisecond()
}

/// `09:00`
fn hour(at: &Zoned) -> Markup {
    html! { time datetime=(iso(at)) { (clock(at)) } }
}
