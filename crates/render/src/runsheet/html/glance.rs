//! A day at a glance, drawn.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::super::agenda::Agenda;
use super::super::glance::{Block, Column, Glance};
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
                        div.room #{ "room-" (day) "-" (column.first) } .{ "room-" (day) "-" (column.first) } {
                            (column.label)
                        }
                    }
                    div.axis {}
                    @for (line, at) in glance.times.iter().enumerate() {
                        @if at.minute() == 0 || line == 0 {
                            div.hour .{ "line-" (day) "-" (line) } {}
                            div.at .{ "line-" (day) "-" (line) } { (hour(at)) }
                        }
                    }
                    @for (place, it) in glance.blocks.iter().enumerate() { (block(it, &format!("block-{day}-{place}"))) }
                }
            }
        }
    }
}

fn block(block: &Block<'_>, place: &str) -> Markup {
    let row = block.row;
    let hue = block.team.map(|team| format!(" hue h{}", team % HUES));
    html! {
        div class={ "block " (place) (hue.unwrap_or_default()) } title={ (row.times()) " " (row.title) }
            data-from=(ms(&row.start)) data-to=(ms(&row.end)) {
            div { b { (row.title) } " " (hour(&row.start)) "–" (hour(&row.end)) }
        }
    }
}

/// Where everything stands: the page's policy allows no styles beside its style sheet. The first line
/// across is that above the rooms' names, the first lane that of the hours.
pub(super) fn style(day: usize, glance: &Glance<'_>) -> String {
    let down = glance
        .heights
        .iter()
        .map(|minutes| format!(" minmax(0, {minutes}fr)"));
    let across = glance.columns.iter().map(|column| {
        let width = column.width() / column.lanes as f64;
        format!(" repeat({}, minmax(0, {width:.3}fr))", column.lanes)
    });
    let lengths = glance
        .blocks
        .iter()
        .map(|it| it.row.start.duration_until(&it.row.end).as_mins());
    let hours = glance.heights.iter().sum::<i64>() as f64 / 60.0;
    // The shortest meeting has a line of text.
    let hour = (130.0 / lengths.min().unwrap_or(60) as f64).clamp(4.8, 9.0);
    let mut style = format!(
        ".grid-{day} {{ --rooms: {}; --hours: {hours:.2}; --high: {:.1}rem; grid-template: auto{} / var(--axis){}; }}\n",
        glance.rooms(),
        hour * hours + 2.0,
        down.collect::<String>(),
        across.collect::<String>(),
    );
    for Column { first, lanes, .. } in &glance.columns {
        let _ = writeln!(
            style,
            ".room-{day}-{first} {{ grid-area: 1 / {} / 2 / {}; }}",
            first + 2,
            first + lanes + 2
        );
    }
    for line in 0..glance.times.len() {
        let _ = writeln!(
            style,
            ".line-{day}-{line} {{ grid-row-start: {}; }}",
            line + 2
        );
    }
    for (place, block) in glance.blocks.iter().enumerate() {
        let ((left, right), (top, bottom)) = (block.lanes, block.lines);
        let _ = writeln!(
            style,
            ".block-{day}-{place} {{ grid-area: {} / {} / {} / {}; }}",
            top + 2,
            left + 2,
            bottom + 2,
            right + 2
        );
    }
    style
}
