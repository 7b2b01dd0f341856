//! A day at a glance, drawn.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use maud::{Markup, html};

use super::super::agenda::Agenda;
use super::super::glance::{Block, Chart, Column, Scale, charts};
use super::super::row::RoomRow;
use super::{hour, ms};

/// More charts than this say less than the list.
const MOST: usize = 3;
/// How many hues there are for teams.
const HUES: usize = 8;

pub(super) struct Glance<'a> {
    place: usize,
    /// `Day 1 at a glance`
    title: String,
    scale: Scale,
    /// The shortest meeting, in minutes.
    shortest: i64,
    charts: Vec<Chart<'a>>,
}

impl<'a> Glance<'a> {
    /// `None` for a day of one meeting.
    pub(super) fn of(place: usize, agenda: &Agenda<'a>, rooms: &[RoomRow]) -> Option<Self> {
        let rows = &agenda.rows;
        let scale = Scale::of(rows).filter(|_| rows.len() > 1)?;
        let lengths = rows.iter().map(|row| row.start.duration_until(&row.end));
        Some(Self {
            place,
            title: format!("{} at a glance", agenda.day.title),
            charts: charts(rows, rooms, &scale),
            scale,
            shortest: lengths.min()?.as_mins().max(1),
        })
    }

    pub(super) fn markup(&self) -> Markup {
        html! {
            @if self.charts.len() > MOST {
                p { "There are too many rooms for a day at a glance: each room's own page has one." }
            } @else {
                @for (number, chart) in self.charts.iter().enumerate() { (self.chart(number, chart)) }
            }
        }
    }

    fn chart(&self, number: usize, chart: &Chart<'_>) -> Markup {
        let id = |column: usize| format!("room-{}-{number}-{column}", self.place);
        html! {
            div.glance {
                h3 { (self.title) @if self.charts.len() > 1 { ", part " (number + 1) } }
                @if chart.columns.len() > 1 {
                    p.pick {
                        @for (place, column) in chart.columns.iter().enumerate() {
                            a href={ "#" (id(place)) } { (column.label) } " "
                        }
                    }
                }
                div.scroll tabindex="0" role="region" aria-label=(self.title) {
                    div.grid .{ "g" (self.place) "-" (number) } {
                        @for (place, column) in chart.columns.iter().enumerate() {
                            div.room #(id(place)) .{ "c" (column.first) } .{ "d" (column.first + column.lanes) } {
                                (column.label)
                            }
                        }
                        div.axis {}
                        @for (step, at) in self.scale.marks() {
                            div.hour .{ "r" (step) } {}
                            div.at .{ "r" (step) } { (hour(&at)) }
                        }
                        @for it in &chart.blocks { (block(it)) }
                    }
                }
            }
        }
    }

    /// The lines of a chart's grid.
    fn frame(&self, number: usize, chart: &Chart<'_>) -> String {
        let down = self.scale.runs().into_iter();
        let down: String = down
            .map(|(steps, high)| format!(" repeat({steps}, minmax(0, {high:.3}fr))"))
            .collect();
        let across = chart.columns.iter().map(|column| {
            let wide = column.width() / column.lanes as f64;
            format!(" repeat({}, minmax(0, {wide:.3}fr))", column.lanes)
        });
        let across: String = across.collect();
        let rooms: f64 = chart.columns.iter().map(Column::width).sum();
        let hours = self.scale.hours();
        // The shortest meeting has a line of text.
        let hour = (130.0 / self.shortest as f64).clamp(4.8, 9.0);
        format!(
            ".g{}-{number} {{ --rooms: {rooms}; --hours: {hours:.2}; --high: {:.1}rem; \
             grid-template: auto{down} / var(--axis){across}; }}",
            self.place,
            hour * hours + 2.0
        )
    }
}

fn block(block: &Block<'_>) -> Markup {
    let row = block.row;
    let ((from, to), (begins, ends)) = (block.lanes, block.steps);
    let hue = block.team.map(|team| format!(" hue h{}", team % HUES));
    let class = format!(
        "block c{from} d{to} r{begins} e{ends}{}",
        hue.unwrap_or_default()
    );
    html! {
        div class=(class) title={ (row.times()) " " (row.title) }
            data-from=(ms(&row.start)) data-to=(ms(&row.end)) {
            div { b { (row.title) } " " (hour(&row.start)) "–" (hour(&row.end)) }
        }
    }
}

/// Where everything stands: the page's policy allows no styles beside its style sheet.
pub(super) fn style<'a>(glances: impl Iterator<Item = &'a Glance<'a>>) -> String {
    let mut style = String::new();
    let mut places: BTreeSet<(&str, &str, String)> = BTreeSet::new();
    for glance in glances {
        let marks = glance.scale.marks();
        places.extend(marks.map(|(step, _)| ("r", "grid-row-start", step.to_string())));
        for (number, chart) in glance.charts.iter().enumerate() {
            let _ = writeln!(style, "{}", glance.frame(number, chart));
            let columns = chart.columns.iter();
            let columns = columns.map(|column| (column.first, column.first + column.lanes));
            for (from, to) in columns.chain(chart.blocks.iter().map(|block| block.lanes)) {
                places.insert(("c", "grid-column-start", from.to_string()));
                places.insert(("d", "grid-column-end", to.to_string()));
            }
            for (from, to) in chart.blocks.iter().map(|block| block.steps) {
                places.insert(("r", "grid-row-start", from.to_string()));
                places.insert(("e", "grid-row-end", to.to_string()));
            }
        }
    }
    for (letter, property, line) in places {
        // Lines are counted from 1, and the first track is the axis or the names of the rooms.
        let _ = writeln!(style, ".{letter}{line} {{ {property}: calc({line} + 2); }}");
    }
    style
}
