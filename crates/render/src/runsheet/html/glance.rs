//! A day at a glance, drawn.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::super::agenda::Agenda;
use super::super::glance::{Block, Glance};
use super::{hour, ms};
use showcaller_event::markdown::plain;

/// How many hues there are for teams.
const HUES: usize = 8;

/// The grid of the day with this number.
pub(super) fn markup(day: usize, agenda: &Agenda<'_>) -> Markup {
    let glance = &agenda.glance;
    if !glance.is_shown() {
        return html! {};
    }
    let title = format!("{} at a glance", plain(&agenda.day.title));
    html! {
        div.glance {
            h3 { (title) }
            @if glance.columns.len() > 1 {
                p.pick {
                    @for column in &glance.columns {
                        a href={ "#room-" (day) "-" (column.first) } { (column.label) } " "
                    }
                }
            }
            div.scroll tabindex="0" role="region" aria-label=(title) {
                div.grid .{ "grid-" (day) } {
                    @for column in &glance.columns {
                        div #{ "room-" (day) "-" (column.first) }
                            class={ "room l" (column.first) " r" (column.first + column.lanes) } {
                            (column.label)
                        }
                    }
                    div.axis {}
                    @for (line, at) in glance.times.iter().enumerate() {
                        @if at.minute() == 0 || line == 0 {
                            div class={ "hour t" (line) } {}
                            div class={ "at t" (line) } { (hour(at)) }
                        }
                    }
                    @for it in &glance.blocks { (block(it, &plain(&agenda.day.title))) }
                }
            }
        }
    }
}

fn block(block: &Block<'_>, day: &str) -> Markup {
    let row = block.row;
    let ((left, right), (top, bottom)) = (block.lanes, block.lines);
    let hue = block.team.map(|team| format!(" hue h{}", team % HUES));
    html! {
        div class={ "block l" (left) " r" (right) " t" (top) " b" (bottom) (hue.unwrap_or_default()) }
            title={ (row.times()) " " (row.title) } data-from=(ms(&row.start)) data-to=(ms(&row.end)) {
            div { (hour(&row.start)) "–" (hour(&row.end)) " " b { (without_day(&row.title, day)) } }
        }
    }
}

/// The heading has the day already, and a block has little room.
fn without_day(title: &str, day: &str) -> String {
    match title.split_once(&format!("{day} - ")) {
        Some((before, rest)) if !day.is_empty() => format!("{before}{rest}"),
        _ => title.to_owned(),
    }
}

/// Where everything stands: the page's policy allows no styles beside its style sheet. The first line
/// across is that above the rooms' names, the first lane that of the hours.
pub(super) fn style(agendas: &[Agenda<'_>]) -> String {
    let mut style = String::new();
    let mut lines = 0;
    for (day, Agenda { glance, .. }) in agendas.iter().enumerate() {
        if glance.is_shown() {
            let lanes = glance.columns.iter().map(|column| column.lanes);
            lines = lines.max(glance.times.len()).max(lanes.sum::<usize>() + 1);
            let _ = writeln!(style, ".grid-{day} {{ {} }}", template(glance));
        }
    }
    for line in 0..lines {
        let at = line + 2;
        let _ = writeln!(
            style,
            ".l{line} {{ grid-column-start: {at}; }} .r{line} {{ grid-column-end: {at}; }} \
             .t{line} {{ grid-row-start: {at}; }} .b{line} {{ grid-row-end: {at}; }}"
        );
    }
    style
}

fn template(glance: &Glance<'_>) -> String {
    let down = glance.heights.iter();
    let down = down.map(|minutes| format!(" minmax(0, {minutes}fr)"));
    let across = glance.columns.iter().map(|column| {
        let width = column.width() / column.lanes as f64;
        format!(" repeat({}, minmax(0, {width:.3}fr))", column.lanes)
    });
    let rows = glance.blocks.iter().map(|it| it.row);
    let lengths = rows.map(|row| row.start.duration_until(&row.end).as_mins());
    let hours = glance.heights.iter().sum::<i64>() as f64 / 60.0;
    // The shortest meeting has a line of text.
    let hour = (130.0 / lengths.min().unwrap_or(60) as f64).clamp(4.8, 9.0);
    format!(
        "--rooms: {}; --hours: {hours:.2}; --high: {:.1}rem; grid-template: auto{} / var(--axis){};",
        glance.rooms(),
        hour * hours + 2.0,
        down.collect::<String>(),
        across.collect::<String>(),
    )
}
