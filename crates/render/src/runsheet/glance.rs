//! Where the meetings of a day stand in a grid: time down, rooms across.

use std::collections::HashMap;

use jiff::{SignedDuration, Zoned};
use showcaller_event::model::RoomKey;

use super::agenda::breaks;
use super::row::{RoomRow, Row};
use super::whom;

/// The grid's step, in minutes.
const STEP: i64 = 5;
/// Steps of an empty stretch that is drawn to scale; a longer one is drawn as long as this.
const STRETCH: i64 = 12;
/// As many rooms as one sheet of paper has width for.
const WIDE: f64 = 14.0;

/// The time axis of a grid.
pub(super) struct Scale {
    start: Zoned,
    steps: i64,
    /// Stretches without a meeting that are not drawn to scale, as steps.
    empty: Vec<(i64, i64)>,
}

impl Scale {
    /// For these meetings, by start; there is one at least.
    pub(super) fn of(rows: &[&Row]) -> Option<Self> {
        let first = &rows.first()?.start;
        let past = SignedDuration::from_mins(i64::from(first.minute()));
        let end = rows.iter().map(|row| &row.end);
        let end = end.max_by_key(|end| end.timestamp())?;
        let mut scale = Self {
            start: first.checked_sub(past).ok()?,
            steps: 0,
            empty: Vec::new(),
        };
        scale.steps = scale.step(end).max(1);
        let breaks = breaks(rows).map(|(from, to)| (scale.step(from), scale.step(to)));
        scale.empty = breaks.filter(|(from, to)| to - from > STRETCH).collect();
        Some(scale)
    }

    /// The step that contains this moment.
    pub(super) fn step(&self, at: &Zoned) -> i64 {
        self.start.duration_until(at).as_mins() / STEP
    }

    /// The full hours, with their steps; none within a stretch that is not to scale.
    pub(super) fn marks(&self) -> impl Iterator<Item = (i64, Zoned)> {
        let hours = 0..=self.steps * STEP / 60;
        let marks = hours.filter_map(|hours| {
            let at = self.start.checked_add(SignedDuration::from_hours(hours));
            Some((hours * 60 / STEP, at.ok()?))
        });
        marks.filter(|(step, _)| {
            let mut empty = self.empty.iter();
            !empty.any(|(from, to)| from < step && step < to)
        })
    }

    /// How many steps follow each other, and how high each is drawn.
    pub(super) fn runs(&self) -> Vec<(i64, f64)> {
        let mut runs = Vec::new();
        let mut drawn = 0;
        for (from, to) in self.empty.iter().copied() {
            runs.extend([
                (from - drawn, 1.0),
                (to - from, STRETCH as f64 / (to - from) as f64),
            ]);
            drawn = to;
        }
        runs.push((self.steps - drawn, 1.0));
        runs.retain(|(steps, _)| *steps > 0);
        runs
    }

    /// How many hours it is drawn as.
    pub(super) fn hours(&self) -> f64 {
        let heights = self
            .runs()
            .into_iter()
            .map(|(steps, high)| steps as f64 * high);
        heights.sum::<f64>() * STEP as f64 / 60.0
    }
}

/// As many columns as fit side by side.
#[derive(Default)]
pub(super) struct Chart<'a> {
    pub(super) columns: Vec<Column>,
    pub(super) blocks: Vec<Block<'a>>,
}

/// A room, or rooms with the same meetings.
pub(super) struct Column {
    pub(super) label: String,
    /// Which of the teams has it.
    team: Option<usize>,
    /// Its first lane, and how many it has: as many as there are meetings at once.
    pub(super) first: usize,
    pub(super) lanes: usize,
    /// Its meetings by their place in the day, with the lanes that they take up.
    spans: HashMap<usize, (usize, usize)>,
}

impl Column {
    /// Its width, in rooms: two meetings at once share one.
    pub(super) fn width(&self) -> f64 {
        self.lanes.max(2) as f64 / 2.0
    }
}

/// A meeting, in some lanes and some steps of a chart.
pub(super) struct Block<'a> {
    pub(super) row: &'a Row,
    pub(super) lanes: (usize, usize),
    pub(super) steps: (i64, i64),
    /// The team that has it for itself.
    pub(super) team: Option<usize>,
}

/// The charts of a day, with its meetings by start.
pub(super) fn charts<'a>(rows: &[&'a Row], rooms: &[RoomRow], scale: &Scale) -> Vec<Chart<'a>> {
    let mut charts: Vec<Chart<'a>> = Vec::new();
    for mut column in columns(rows, rooms) {
        let width = |chart: &Chart<'_>| chart.columns.iter().map(Column::width).sum::<f64>();
        let last = charts.pop_if(|last| width(last) + column.width() <= WIDE);
        let mut chart = last.unwrap_or_default();
        let before = chart.columns.last();
        column.first = before.map_or(0, |before| before.first + before.lanes);
        chart.columns.push(column);
        charts.push(chart);
    }
    for chart in &mut charts {
        chart.blocks = blocks(&chart.columns, rows, scale);
    }
    charts
}

/// The rooms with meetings; those with the same ones are one column. Those of the teams come first,
/// because a meeting for all of them is then one block.
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
            team: of[0].team,
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

fn blocks<'a>(columns: &[Column], rows: &[&'a Row], scale: &Scale) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    for (place, row) in rows.iter().copied().enumerate() {
        let begins = scale.step(&row.start);
        let steps = (begins, scale.step(&row.end).max(begins + 1));
        // Where it takes up the whole of neighbouring columns, it is one block.
        let mut open: Option<usize> = None;
        for column in columns {
            let Some((from, to)) = column.spans.get(&place) else {
                open = None;
                continue;
            };
            let lanes = (column.first + from, column.first + to);
            let whole = to - from == column.lanes;
            match open.filter(|_| whole) {
                Some(open) => blocks[open].lanes.1 = lanes.1,
                None => {
                    open = whole.then_some(blocks.len());
                    let team = column.team.filter(|_| row.in_rooms.len() == 1);
                    blocks.push(Block {
                        row,
                        lanes,
                        steps,
                        team,
                    });
                }
            }
        }
    }
    blocks
}
