//! An operator looks in a terminal at what slips would do, and calls none of them.

use jiff::{SignedDuration, Timestamp};
use showcaller_engine::SlipBasis;
use showcaller_event::model::{DayId, Meeting, RoomKey};
use showcaller_render::slip::read;
use showcaller_show::Entry;
use showcaller_show::slip::Wish;

use super::Play;
use super::action::Action;
use crate::error::Error;
use crate::record::{Only, Proposed, Slipped};

/// So long before the first meeting of a day, and so long after the start of the one in the middle of it.
const BEFORE: SignedDuration = SignedDuration::from_mins(57);
const DURING: SignedDuration = SignedDuration::from_mins(10);

impl Play<'_> {
    /// On each good day, before anything else of it and in the middle of it.
    pub(super) fn plan_proposals(&mut self, from: Timestamp, until: Timestamp) {
        for day in self.event.days.iter().filter(|_| self.settings.is_calm()) {
            let of_day = of_day(self.event.meetings.iter(), &day.id);
            let (Some(first), Some(middle)) = (of_day.first(), of_day.get(of_day.len() / 2)) else {
                continue;
            };
            let before = first.start.timestamp() - BEFORE;
            let during = middle.start.timestamp() + DURING;
            for (at, is_on) in [(before, false), (during, true)] {
                if (from..until).contains(&at) {
                    self.note(at, Action::Propose(day.id.clone(), is_on));
                }
            }
        }
    }

    pub(super) async fn propose(&mut self, day: &DayId, is_on: bool) -> Result<(), Error> {
        let in_force = self.in_force.clone();
        let of_day = of_day(in_force.event.meetings.iter(), day);
        let (Some(middle), Some(last)) = (of_day.get(of_day.len() / 2), of_day.last()) else {
            return Ok(());
        };
        let from = |meeting: &Meeting| Only {
            from: Some(meeting.start.timestamp()),
            ..Only::default()
        };
        let rooms = |rooms: &[RoomKey]| Only {
            rooms: rooms.iter().cloned().collect(),
            ..Only::default()
        };
        let all = Only::default;
        if is_on {
            for (minutes, only) in [(20, all()), (-5, all()), (-600, all()), (30, from(middle))] {
                self.look_at(day, minutes, only).await?;
            }
            return Ok(());
        }
        let shared = of_day.iter().find(|it| it.rooms.len() > 1);
        let part = shared.and_then(|it| it.rooms.first());
        let part: Vec<RoomKey> = part.into_iter().cloned().collect();
        for (minutes, only) in [
            (40, all()),
            (25, from(middle)),
            (-20, from(last)),
            (30, rooms(&middle.rooms)),
            (45, rooms(&part)),
            // Onto the next day.
            (1_380, all()),
        ] {
            self.look_at(day, minutes, only).await?;
        }
        let (meeting, but) = (middle.key.clone(), Some(middle.key.clone()));
        self.enter(Entry::Detach {
            meeting: meeting.clone(),
        })
        .await?;
        self.look_at(day, 15, Only { but, ..all() }).await?;
        self.enter(Entry::Attach { meeting }).await?;
        self.look_at(day, 15, all()).await
    }

    async fn enter(&mut self, entry: Entry) -> Result<(), Error> {
        let (ledger, now, by) = (
            &self.stage.ledger,
            self.stage.now(),
            self.operators.by(false),
        );
        self.operators.log(ledger, now, &by, vec![entry]).await?;
        Ok(())
    }

    async fn look_at(&mut self, day: &DayId, minutes: i64, only: Only) -> Result<(), Error> {
        let (ledger, at) = (&self.stage.ledger, self.stage.now());
        let Some(basis) = SlipBasis::read(ledger).await? else {
            return Ok(());
        };
        let zone = self.event.zone();
        let wish = Wish {
            day: day.clone(),
            minutes,
            from: only.from.map(|at| at.to_zoned(zone).time()),
            rooms: only.rooms.clone(),
        };
        let Ok(proposal) = basis.propose(&wish, at) else {
            self.record.refused.push((
                format!("look at a slip of {day}"),
                "it is refused".to_owned(),
            ));
            return Ok(());
        };
        let reading = read(&proposal, &self.in_force.event);
        let sections = reading.sections.into_iter().flat_map(|it| it.lines);
        let lines = sections.map(|(when, what)| format!("{when} {what}"));
        let lines = [reading.headline]
            .into_iter()
            .chain(lines)
            .chain(reading.warnings);
        self.record.proposed.push(Proposed {
            lines: lines.collect(),
            slip: Slipped {
                at,
                day: day.clone(),
                minutes,
                in_chat: false,
                only,
                is_undo: false,
            },
        });
        Ok(())
    }
}

/// The meetings of a day by their starts.
fn of_day<'e>(meetings: impl Iterator<Item = &'e Meeting>, day: &DayId) -> Vec<&'e Meeting> {
    let mut of_day: Vec<&Meeting> = meetings.filter(|it| it.day == *day).collect();
    of_day.sort_by_key(|it| (it.start.timestamp(), &it.key));
    of_day
}
