//! Where the meetings of a day stand in a grid: time down, rooms across.

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
    /// Its first lane, and how many it has: as many as there are meetings at once.
    pub(super) first: usize,
    pub(super) lanes: usize,
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
        let mut columns = Vec::new();
        let mut all_lanes = Vec::new();
        for (own, of) in sets(rows, rooms) {
            let lanes = lanes(&own);
            let keys = of.iter().map(|room| room.key.clone()).collect();
            columns.push(Column {
                label: whom::rooms(rooms, &keys),
                first: all_lanes.len(),
                lanes: lanes.len(),
            });
            all_lanes.extend(lanes);
        }
        let height = |pair: &[Zoned]| {
            let minutes = pair[0].duration_until(&pair[1]).as_mins();
            let is_on = |row: &&Row| row.start <= pair[0] && pair[1] <= row.end;
            match rows.iter().any(is_on) {
                true => minutes,
                false => minutes.min(STRETCH),
            }
        };
        let blocks = rows
            .iter()
            .flat_map(|row| blocks(row, &all_lanes, &times, rooms));
        Self {
            heights: times.windows(2).map(height).collect(),
            blocks: blocks.collect(),
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
    let times = rows.iter().flat_map(|row| {
        let past = SignedDuration::from_mins(i64::from(row.start.minute()));
        let hours = (1..).map(move |hour| &row.start - past + SignedDuration::from_hours(hour));
        let hours = hours.take_while(|at| *at < row.end);
        hours.chain([row.start.clone(), row.end.clone()])
    });
    let mut times: Vec<Zoned> = times.collect();
    times.sort();
    times.dedup();
    times
}

/// The sets of meetings that rooms have, each with its rooms. Those of the teams come first, because a
/// meeting for all of them is then one block.
fn sets<'r, 'a>(rows: &[&'a Row], rooms: &'r [RoomRow]) -> Vec<(Vec<&'a Row>, Vec<&'r RoomRow>)> {
    let mut sorted: Vec<&RoomRow> = rooms.iter().collect();
    sorted.sort_by_key(|room| room.kind);
    let mut sets: Vec<(Vec<&Row>, Vec<&RoomRow>)> = Vec::new();
    for room in sorted {
        let own = rows.iter().filter(|row| row.in_rooms.contains(&room.key));
        let own: Vec<&Row> = own.copied().collect();
        match sets.iter_mut().find(|(set, _)| *set == own) {
            Some((_, of)) => of.push(room),
            None if own.is_empty() => {}
            None => sets.push((own, vec![room])),
        }
    }
    sets
}

/// The meetings of a room side by side; one that meets no other is on each lane.
fn lanes<'a>(own: &[&'a Row]) -> Vec<Vec<&'a Row>> {
    let is_free = |lane: &[&Row], row: &Row| {
        let mut others = lane.iter().filter(|other| other.key != row.key);
        others.all(|other| !other.meets(row))
    };
    let (alone, parallel): (Vec<&Row>, Vec<&Row>) = own.iter().partition(|row| is_free(own, row));
    let mut lanes: Vec<Vec<&Row>> = vec![Vec::new()];
    for row in parallel {
        match lanes.iter_mut().find(|lane| is_free(lane, row)) {
            Some(lane) => lane.push(row),
            None => lanes.push(vec![row]),
        }
    }
    for lane in &mut lanes {
        lane.extend(&alone);
    }
    lanes
}

/// A meeting is one block where it is on neighbouring lanes.
fn blocks<'a>(
    row: &'a Row,
    lanes: &[Vec<&Row>],
    times: &[Zoned],
    rooms: &[RoomRow],
) -> Vec<Block<'a>> {
    let line = |at: &Zoned| times.partition_point(|time| time < at);
    let its_own = |room: &&RoomRow| row.in_rooms.iter().eq([&room.key]);
    let team = rooms.iter().find(its_own).and_then(|room| room.team);
    let is_on = |lane: &usize| lanes[*lane].iter().any(|other| other.key == row.key);
    let on: Vec<usize> = (0..lanes.len()).filter(is_on).collect();
    let block = |run: &[usize]| Block {
        row,
        lanes: (run[0], run[0] + run.len()),
        lines: (line(&row.start), line(&row.end)),
        team,
    };
    on.chunk_by(|one, next| one + 1 == *next)
        .map(block)
        .collect()
}
