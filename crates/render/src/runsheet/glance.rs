//! Where the meetings of a day stand in a grid: time down, rooms across.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Zoned};

use super::room::RoomRow;
use super::row::Row;
use super::whom;

/// As many rooms as one sheet of paper has width for.
const WIDE: f64 = 24.0;
/// Minutes as which a longer stretch without a meeting is drawn.
const STRETCH: i64 = 30;

/// The grid of a day.
pub(super) struct Glance<'a> {
    /// The lines from top to bottom: where meetings begin and end, and the full hours in between.
    pub(super) times: Vec<Zoned>,
    /// How many minutes high it is drawn from each line to the next.
    pub(super) heights: Vec<i64>,
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
    /// Its meetings by their place in the day, with their first and their last lane.
    spans: BTreeMap<usize, (usize, usize)>,
}

impl Column {
    /// Its width, in rooms: two meetings at once share one.
    pub(super) fn width(&self) -> f64 {
        self.lanes.max(2) as f64 / 2.0
    }
}

/// A meeting, from lane to lane and from line to line.
pub(super) struct Block<'a> {
    pub(super) row: &'a Row,
    pub(super) lanes: (usize, usize),
    pub(super) lines: (usize, usize),
    /// The team that has it for itself.
    pub(super) team: Option<usize>,
}

impl<'a> Glance<'a> {
    /// The meetings of a day, by start.
    pub(super) fn of(rows: &[&'a Row], rooms: &[RoomRow]) -> Self {
        let times = times(rows);
        let columns = columns(rows, rooms);
        let height = |pair: &[Zoned]| {
            let minutes = pair[0].duration_until(&pair[1]).as_mins();
            let is_on = |row: &&Row| row.start <= pair[0] && pair[1] <= row.end;
            match rows.iter().any(is_on) {
                true => minutes,
                false => minutes.min(STRETCH),
            }
        };
        Self {
            heights: times.windows(2).map(height).collect(),
            blocks: blocks(&columns, rows, &times),
            times,
            columns,
        }
    }

    /// How wide it is, in rooms.
    pub(super) fn rooms(&self) -> f64 {
        self.columns.iter().map(Column::width).sum()
    }

    /// Whether it shows more than the list: several meetings, and no more rooms than fit side by side.
    pub(super) fn is_shown(&self) -> bool {
        self.blocks.len() > 1 && self.rooms() <= WIDE
    }
}

fn times(rows: &[&Row]) -> Vec<Zoned> {
    let mut times = BTreeMap::new();
    for row in rows {
        let past = SignedDuration::from_mins(i64::from(row.start.minute()));
        let hours = (1..).map_while(|hour| {
            let at = &row.start - past + SignedDuration::from_hours(hour);
            (at < row.end).then_some(at)
        });
        for at in [row.start.clone(), row.end.clone()]
            .into_iter()
            .chain(hours)
        {
            times.insert(at.timestamp(), at);
        }
    }
    times.into_values().collect()
}

/// The rooms with meetings; those with the same ones are one column. Those of the teams come first,
/// because a meeting for all of them is then one block.
fn columns(rows: &[&Row], rooms: &[RoomRow]) -> Vec<Column> {
    let mut sorted: Vec<&RoomRow> = rooms.iter().collect();
    sorted.sort_by_key(|room| room.kind);
    let mut sets: Vec<(Vec<usize>, Vec<&RoomRow>)> = Vec::new();
    for room in sorted {
        let is_own = |place: &usize| rows[*place].in_rooms.contains(&room.key);
        let own: Vec<usize> = (0..rows.len()).filter(is_own).collect();
        match sets.iter_mut().find(|(set, _)| *set == own) {
            Some((_, of)) => of.push(room),
            None if own.is_empty() => {}
            None => sets.push((own, vec![room])),
        }
    }
    let mut first = 0;
    let column = |(own, of): (Vec<usize>, Vec<&RoomRow>)| {
        let (lanes, spans) = lanes(&own, rows);
        first += lanes;
        let keys = of.iter().map(|room| room.key.clone()).collect();
        Column {
            label: whom::rooms(rooms, &keys),
            team: of[0].team,
            first: first - lanes,
            lanes,
            spans,
        }
    };
    sets.into_iter().map(column).collect()
}

/// How many meetings there are at once, and which lanes each takes up: one, or all if it is alone.
fn lanes(own: &[usize], rows: &[&Row]) -> (usize, BTreeMap<usize, (usize, usize)>) {
    let mut ends: Vec<&Zoned> = Vec::new();
    let mut spans = BTreeMap::new();
    for place in own {
        let row = rows[*place];
        let free = ends.iter().position(|end| **end <= row.start);
        let lane = free.unwrap_or(ends.len());
        match ends.get_mut(lane) {
            Some(end) => *end = &row.end,
            None => ends.push(&row.end),
        }
        spans.insert(*place, (lane, lane + 1));
    }
    for (place, span) in &mut spans {
        let meets = |other: &usize| other != place && rows[*other].meets(rows[*place]);
        if !own.iter().any(meets) {
            *span = (0, ends.len());
        }
    }
    (ends.len(), spans)
}

/// A meeting is one block where it takes up the whole of neighbouring columns.
fn blocks<'a>(columns: &[Column], rows: &[&'a Row], times: &[Zoned]) -> Vec<Block<'a>> {
    let line = |at: &Zoned| times.partition_point(|time| time < at);
    let mut blocks: Vec<Block<'a>> = Vec::new();
    for (place, row) in rows.iter().copied().enumerate() {
        let mut open: Option<usize> = None;
        for column in columns {
            let Some((from, to)) = column.spans.get(&place) else {
                open = None;
                continue;
            };
            let whole = to - from == column.lanes;
            if let Some(open) = open.filter(|_| whole) {
                blocks[open].lanes.1 = column.first + to;
                continue;
            }
            open = whole.then_some(blocks.len());
            blocks.push(Block {
                row,
                lanes: (column.first + from, column.first + to),
                lines: (line(&row.start), line(&row.end)),
                team: column.team.filter(|_| row.in_rooms.len() == 1),
            });
        }
    }
    blocks
}
