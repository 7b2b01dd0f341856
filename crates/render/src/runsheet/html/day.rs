//! The table of a day.

use jiff::Zoned;
use maud::{Markup, html};

use super::super::agenda::{Agenda, Line};
use super::super::change::CANCELLED;
use super::super::cue::CueRow;
use super::super::row::{Row, State};
use super::super::{Audience, RunSheet, whom};
use super::{heading, hour, ms};
use crate::count::{count, span};
use crate::harmless::clickable;
use showcaller_event::markdown::plain;
use showcaller_event::model::Day;

impl RunSheet {
    pub(super) fn table(&self, agenda: &Agenda<'_>) -> Markup {
        let day = agenda.day;
        html! {
            table.alone[self.rows.iter().all(|row| row.cohosts.is_empty())] {
                caption { h2 { (heading(day)) } }
                colgroup {
                    @for name in ["time", "length", "title", "whom", "hosts", "number", "password"] {
                        col class={ "col-" (name) };
                    }
                    @if self.has_keys() { col.col-key; }
                }
                thead {
                    tr {
                        @for head in ["Time", "Length", "Meeting", "For", "Co-hosts", "Number", "Password"] {
                            th scope="col" { (head) }
                        }
                        @if self.has_keys() { th scope="col" { "Host key " span.confidential { "(confidential)" } } }
                    }
                }
                tbody { @for line in &agenda.lines { (self.line(line, day)) } }
            }
        }
    }

    /// The cues that belong to no time.
    pub(super) fn on_any_day(&self) -> Markup {
        let cues: Vec<&CueRow> = self.cues.iter().filter(|cue| cue.at.is_none()).collect();
        html! {
            @if !cues.is_empty() {
                section {
                    h2 { "Cues without a time" }
                    @for cue in cues { p.cue { (cue.name) ", " (cue.how) ", to " (cue.whom) } }
                }
            }
        }
    }

    pub(super) fn has_keys(&self) -> bool {
        self.audience == Audience::Organiser
    }

    fn line(&self, line: &Line<'_>, day: &Day) -> Markup {
        let rest = if self.has_keys() { 4 } else { 3 };
        match line {
            Line::Meeting(row) if row.change.as_deref() == Some(CANCELLED) => html! {
                tr.gone {
                    (times(&row.start, &row.end, day))
                    th.title scope="row" { s { (row.title) } (changed(row)) }
                    td.whom { (row.whom) }
                    td colspan=(rest) {}
                }
            },
            Line::Meeting(row) => html! {
                tr.meeting data-from=(ms(&row.start)) data-to=(ms(&row.end)) {
                    (times(&row.start, &row.end, day))
                    th.title scope="row" { (row.title) (changed(row)) }
                    td.whom { (row.whom) }
                    (self.access(row))
                }
            },
            Line::Pattern { title, whom, rows } => html! {
                tr.meeting.set data-from=(ms(&rows[0].start)) data-to=(ms(&rows[0].end)) {
                    (times(&rows[0].start, &rows[0].end, day))
                    th.title scope="row" { (title.clone().unwrap_or_else(|| plain(rows[0].pattern.as_str()))) }
                    td.whom { (whom) }
                    td colspan=(rest) { small { (count(rows.len(), "meeting", "meetings")) ", one each" } }
                }
                @for row in rows { (self.part(row, row.of.as_ref().filter(|_| title.is_some()))) }
            },
            Line::Cue(cue) => html! {
                tr.cue {
                    td.time { @if let Some(at) = &cue.at { (hour(at)) } }
                    td {}
                    th.title scope="row" { "Cue " (cue.name) }
                    td.whom { (cue.whom) }
                    td colspan=(rest) { (cue.how) }
                }
            },
            Line::Break { start, end } => html! {
                tr.gap {
                    (times(start, end, day))
                    td.title { "Break" }
                    td colspan=(rest + 1) {}
                }
            },
        }
    }

    /// One of several meetings of a pattern, beneath their line, named by whose it is or by its title.
    fn part(&self, row: &Row, of: Option<&String>) -> Markup {
        html! {
            tr.part {
                td.time {}
                td {}
                th.title scope="row" { (of.unwrap_or(&row.title)) (changed(row)) }
                td.whom { @if of != Some(&row.whom) { (row.whom) } }
                (self.access(row))
            }
        }
    }

    /// Who runs a meeting, and how to get in.
    fn access(&self, row: &Row) -> Markup {
        let copy = |label: &str, value: Option<&str>| {
            html! { td data-label=[value.map(|_| label)] { @if let Some(value) = value { span.copy { (value) } } } }
        };
        html! {
            td.hosts data-label=[(!row.cohosts.is_empty()).then_some("Co-hosts")] { (whom::few(&row.cohosts)) }
            @if row.state == State::NotYet {
                td colspan="2" { small { (row.state.to_string()) } }
            } @else {
                td.number {
                    @match &row.link {
                        Some(link) => (anchor(link.expose(), &row.title)),
                        None => small { (row.state.to_string()) },
                    }
                    @if let Some(number) = &row.number { " " span.copy { (number) } }
                }
                (copy("Password", row.password.as_ref().map(|it| it.expose())))
            }
            @if self.has_keys() { (copy("Host key", row.host_key.as_ref().map(|it| it.expose()))) }
        }
    }
}

fn changed(row: &Row) -> Markup {
    html! { @if let Some(change) = &row.change { " " small.changed { (change) } } }
}

fn anchor(link: &str, title: &str) -> Markup {
    match clickable(link) {
        Some(link) => {
            html! { a.join href=(link) rel="noreferrer" aria-label={ "Join " (title) } { "Join" } }
        }
        None => html! { (link) },
    }
}

/// Two cells: from when to when, and for how long.
fn times(start: &Zoned, end: &Zoned, day: &Day) -> Markup {
    let later = match (start.date() == day.date, end.date() == start.date()) {
        (false, _) => Some(start.strftime("%a %-d %b").to_string()),
        (true, false) => Some("+1 day".to_owned()),
        (true, true) => None,
    };
    html! {
        td.time {
            (hour(start)) "–" (hour(end))
            @if let Some(later) = later { small.next { (later) } }
        }
        td.length { (span(start.duration_until(end))) }
    }
}
