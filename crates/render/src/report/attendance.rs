//! Who was in which meeting.

use super::{Attendance, Facts, Meeting};
use crate::count::count;
use crate::document::{Align, Mark, Part, Section, Table, Value};

impl Facts {
    /// The meetings that have begun or to which people came; nothing before the first.
    pub(super) fn attendance(&self) -> Option<Section> {
        let columns = [
            ("Planned", Align::Left),
            ("Meeting", Align::Left),
            ("For", Align::Right),
            ("Joined", Align::Right),
            ("At once", Align::Right),
            ("First", Align::Left),
            ("Last", Align::Left),
        ];
        let mut table = Table::new("How many each meeting is for, and who came when", &columns);
        let has_begun = |it: &&Meeting| it.attendance.is_some() || it.start <= self.made;
        let meetings: Vec<_> = self.meetings.iter().filter(has_begun).collect();
        table.rows = meetings.iter().map(|it| row(it)).collect();
        let known = meetings.iter().filter_map(|it| it.attendance.as_ref());
        let (seen, late) = (known.clone().count(), known.filter(|it| it.seen_late));
        let of = |number| count(number, "meeting", "meetings");
        let mut sentence = match meetings.len() - seen {
            0 => "Webex told who was in each meeting.".to_owned(),
            unknown => format!(
                "Who was in {} is not known: Webex tells it only to the token of the host.",
                of(unknown)
            ),
        };
        let late = late.count();
        if late > 0 {
            sentence += &format!(
                " Some times of {} are those of a look, which may be later than what happened.",
                of(late)
            );
        }
        let mut parts = vec![Part::Paragraph(sentence)];
        if seen > 0 {
            parts.push(Part::Table(table));
        }
        (!meetings.is_empty()).then(|| Section::new("Attendance", parts))
    }
}

fn row(meeting: &Meeting) -> Vec<Value> {
    let known = meeting.attendance.as_ref();
    let of = |value: fn(&Attendance) -> Value| known.map_or(Value::None, value);
    let joined = known.map(|it| Value::count(it.joined));
    vec![
        Value::Moment(meeting.planned_start),
        Value::text(&meeting.title),
        Value::count(meeting.invited),
        joined.unwrap_or_else(|| Value::State(Mark::Quiet, "not known".to_owned())),
        of(|it| Value::count(it.at_once)),
        of(|it| Value::Time(it.first)),
        of(|it| Value::Time(it.last)),
    ]
}
