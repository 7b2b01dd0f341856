//! A day at a glance: time down, rooms across, meetings to scale.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use jiff::{SignedDuration, Zoned};
use maud::{Markup, html};

use super::super::agenda::{Agenda, DayRow};
use super::super::row::{RoomRow, Row};
use super::super::whom;
use super::{hour, ms};
use showcaller_event::model::RoomKey;

/// The grid's step, in minutes.
const STEP: i64 = 5;
/// As many rooms as one sheet of paper has width for.
const WIDE: f64 = 14.0;
/// More grids than this say less than the list.
const MOST: usize = 3;

pub(super) struct Glance<'a> {
    place: usize,
    start: Option<Zoned>,
    hours: i64,
    /// The shortest meeting, in minutes.
    shortest: i64,
    charts: Vec<Chart<'a>>,
}

/// As many columns as fit side by side.
#[derive(Default)]
struct Chart<'a> {
    columns: Vec<Column>,
    blocks: Vec<Block<'a>>,
}

/// A room, or rooms with the same meetings.
struct Column {
    label: String,
    /// The team rooms are numbered.
    hue: Option<usize>,
    /// Its first lane, and how many it has: as many as there are meetings at once.
    first: usize,
    lanes: usize,
    /// Its meetings by their place in the day, with the lanes that they take up.
    spans: HashMap<usize, (usize, usize)>,
}

impl Column {
    /// Its width, in rooms: two meetings at once share one.
    fn width(&self) -> f64 {
        self.lanes.max(2) as f64 / 2.0
    }
}

struct Block<'a> {
    row: &'a Row,
    lanes: (usize, usize),
    steps: (i64, i64),
    hue: Option<usize>,
}

impl<'a> Glance<'a> {
    pub(super) fn of(place: usize, agenda: &Agenda<'a>, rooms: &[RoomRow]) -> Self {
        let rows = &agenda.rows;
        let start = rows.first().and_then(|first| {
            let past = SignedDuration::from_mins(i64::from(first.start.minute()));
            first.start.checked_sub(past).ok()
        });
        let end = rows
            .iter()
            .map(|row| &row.end)
            .max_by_key(|end| end.timestamp());
        let minutes = |from: &Zoned, to: &Zoned| from.duration_until(to).as_mins();
        let length = start
            .as_ref()
            .zip(end)
            .map_or(0, |(start, end)| minutes(start, end));
        let shortest = rows.iter().map(|row| minutes(&row.start, &row.end)).min();
        let mut charts: Vec<Chart<'a>> = Vec::new();
        for mut column in columns(rows, rooms) {
            let used = |chart: &Chart<'_>| chart.columns.iter().map(Column::width).sum::<f64>();
            if charts
                .last()
                .is_none_or(|last| used(last) + column.width() > WIDE)
            {
                charts.push(Chart::default());
            }
            let last = charts.len() - 1;
            let before = charts[last].columns.last();
            column.first = before.map_or(0, |before| before.first + before.lanes);
            charts[last].columns.push(column);
        }
        if let Some(start) = &start {
            for chart in &mut charts {
                chart.blocks = blocks(&chart.columns, rows, start);
            }
        }
        Self {
            place,
            start,
            hours: (length + 59) / 60,
            shortest: shortest.unwrap_or(60).max(STEP),
            charts,
        }
    }

    fn is_shown(&self) -> bool {
        let blocks = self.charts.iter().map(|chart| chart.blocks.len());
        blocks.sum::<usize>() > 1
    }

    pub(super) fn markup(&self, day: &DayRow) -> Markup {
        html! {
            @if self.is_shown() && self.charts.len() > MOST {
                p { "There are too many rooms for a day at a glance; each room's own page has it." }
            } @else if self.is_shown() {
                @for (number, chart) in self.charts.iter().enumerate() { (self.chart(number, chart, day)) }
            }
        }
    }

    fn chart(&self, number: usize, chart: &Chart<'_>, day: &DayRow) -> Markup {
        let id = |column: usize| format!("room-{}-{number}-{column}", self.place);
        html! {
            div.glance {
                h3 { (day.title) " at a glance" @if self.charts.len() > 1 { ", part " (number + 1) } }
                @if chart.columns.len() > 1 {
                    p.pick {
                        @for (place, column) in chart.columns.iter().enumerate() {
                            a href={ "#" (id(place)) } { (column.label) } " "
                        }
                    }
                }
                div.scroll tabindex="0" role="region" aria-label={ (day.title) " at a glance" } {
                    div.grid .{ "g" (self.place) "-" (number) } {
                        @for (place, column) in chart.columns.iter().enumerate() {
                            div.room #(id(place)) .{ "c" (column.first) } .{ "d" (column.first + column.lanes) } {
                                (column.label)
                            }
                        }
                        @for (place, at) in self.marks() { div.hour .{ "r" (place) } { (hour(&at)) } }
                        @for block in &chart.blocks { (block.markup()) }
                    }
                }
            }
        }
    }

    /// The full hours, with their steps.
    fn marks(&self) -> impl Iterator<Item = (i64, Zoned)> {
        let start = self.start.as_ref();
        (0..=self.hours).filter_map(move |hours| {
            let at = start?.checked_add(SignedDuration::from_hours(hours)).ok()?;
            Some((hours * 60 / STEP, at))
        })
    }
}

impl Block<'_> {
    fn markup(&self) -> Markup {
        let row = self.row;
        let (from, to) = self.lanes;
        let (begins, ends) = self.steps;
        let hue = self.hue.map(|hue| format!(" hue h{}", hue % 8));
        let class = format!(
            "block c{from} d{to} r{begins} e{ends}{}",
            hue.unwrap_or_default()
        );
        html! {
            div class=(class)
                data-from=(ms(&row.start)) data-to=(ms(&row.end)) title={ (row.times()) " " (row.title) } {
                div { b { (row.title) } " " (hour(&row.start)) "–" (hour(&row.end)) }
            }
        }
    }
}

/// The rooms with meetings; those with the same ones are one column. Those of the teams come first,
/// because meetings for all of them are then one block.
fn columns(rows: &[&Row], rooms: &[RoomRow]) -> Vec<Column> {
    let mut meetings: HashMap<&RoomKey, Vec<usize>> = HashMap::new();
    for (place, row) in rows.iter().enumerate() {
        for room in &row.in_rooms {
            meetings.entry(room).or_default().push(place);
        }
    }
    let mut sorted: Vec<&RoomRow> = rooms.iter().collect();
    sorted.sort_by_key(|room| room.kind);
    let mut sets: Vec<(&Vec<usize>, Vec<&RoomRow>)> = Vec::new();
    let mut places: HashMap<&Vec<usize>, usize> = HashMap::new();
    for room in sorted {
        let Some(own) = meetings.get(&room.key) else {
            continue;
        };
        let place = *places.entry(own).or_insert_with(|| {
            sets.push((own, Vec::new()));
            sets.len() - 1
        });
        sets[place].1.push(room);
    }
    let column = |(own, of): (&Vec<usize>, Vec<&RoomRow>)| {
        let keys: Vec<RoomKey> = of.iter().map(|room| room.key.clone()).collect();
        let (lanes, spans) = lanes(own, rows);
        Column {
            label: whom::rooms(rooms, &keys),
            hue: of[0].number.filter(|_| of.len() == 1),
            first: 0,
            lanes,
            spans,
        }
    };
    sets.into_iter().map(column).collect()
}

/// How many meetings there are at once, and which lanes each takes up: its own, and those beside it
/// that are free.
fn lanes(own: &[usize], rows: &[&Row]) -> (usize, HashMap<usize, (usize, usize)>) {
    let mut ends: Vec<&Zoned> = Vec::new();
    let mut lanes: Vec<(usize, usize)> = Vec::new();
    for place in own {
        let row = rows[*place];
        let free = ends.iter().position(|end| **end <= row.start);
        let lane = free.unwrap_or(ends.len());
        ends.resize(ends.len().max(lane + 1), &row.end);
        ends[lane] = &row.end;
        lanes.push((*place, lane));
    }
    let most = ends.len();
    let span = |(place, lane): &(usize, usize)| {
        let taken = |wanted: &usize| {
            let mut others = lanes.iter();
            others.any(|(other, lane)| lane == wanted && rows[*other].meets(rows[*place]))
        };
        let free = (lane + 1..most).take_while(|lane| !taken(lane)).count();
        (*place, (*lane, lane + 1 + free))
    };
    (most, lanes.iter().map(span).collect())
}

fn blocks<'a>(columns: &[Column], rows: &[&'a Row], start: &Zoned) -> Vec<Block<'a>> {
    let step = |at: &Zoned| start.duration_until(at).as_mins() / STEP;
    let mut blocks = Vec::new();
    for (place, row) in rows.iter().copied().enumerate() {
        let begins = step(&row.start);
        let steps = (begins, step(&row.end).max(begins + 1));
        // Where it takes up the whole of neighbouring columns, it is one block.
        let mut open: Option<Block<'a>> = None;
        for column in columns {
            let Some((from, to)) = column.spans.get(&place) else {
                blocks.extend(open.take());
                continue;
            };
            let lanes = (column.first + from, column.first + to);
            let whole = to - from == column.lanes;
            match &mut open {
                Some(block) if whole => (block.lanes.1, block.hue) = (lanes.1, None),
                _ => {
                    blocks.extend(open.take());
                    let hue = column.hue;
                    open = Some(Block {
                        row,
                        lanes,
                        steps,
                        hue,
                    });
                }
            }
            if !whole {
                blocks.extend(open.take());
            }
        }
        blocks.extend(open);
    }
    blocks
}

/// Where everything stands: a policy without inline styles wants it in the style sheet.
pub(super) fn style(glances: &[Glance<'_>]) -> String {
    let mut style = String::new();
    let mut places: BTreeSet<(&str, &str, i64)> = BTreeSet::new();
    let lane = |lane: usize| i64::try_from(lane).unwrap_or(i64::MAX - 2) + 2;
    for glance in glances {
        places.extend(
            glance
                .marks()
                .map(|(step, _)| ("r", "grid-row-start", step + 2)),
        );
        for (number, chart) in glance.charts.iter().enumerate() {
            let _ = writeln!(style, "{}", glance.frame(number, chart));
            for column in &chart.columns {
                places.insert(("c", "grid-column-start", lane(column.first)));
                places.insert(("d", "grid-column-end", lane(column.first + column.lanes)));
            }
            for block in &chart.blocks {
                places.insert(("c", "grid-column-start", lane(block.lanes.0)));
                places.insert(("d", "grid-column-end", lane(block.lanes.1)));
                places.insert(("r", "grid-row-start", block.steps.0 + 2));
                places.insert(("e", "grid-row-end", block.steps.1 + 2));
            }
        }
    }
    for (letter, property, line) in places {
        let _ = writeln!(style, ".{letter}{} {{ {property}: {line}; }}", line - 2);
    }
    style
}

impl Glance<'_> {
    fn frame(&self, number: usize, chart: &Chart<'_>) -> String {
        let lanes = chart.columns.iter().map(|column| {
            let share = column.width() / column.lanes as f64;
            format!("repeat({}, minmax(0, {share}fr))", column.lanes)
        });
        let lanes: Vec<String> = lanes.collect();
        let rooms: f64 = chart.columns.iter().map(Column::width).sum();
        // The shortest meeting has a line of text at least.
        let hour = (90.0 / self.shortest as f64).clamp(3.4, 9.0);
        format!(
            ".g{}-{number} {{ --rooms: {rooms}; --high: {:.1}rem; \
             grid-template: auto repeat({}, minmax(0, 1fr)) / var(--axis) {}; }}",
            self.place,
            hour * self.hours as f64 + 2.0,
            self.hours * 60 / STEP,
            lanes.join(" ")
        )
    }
}
