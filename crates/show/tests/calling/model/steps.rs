//! What the operators and the runner do.

use showcaller_event::model::CueRecipient;
use showcaller_show::{Board, Command, CueStatus, Entry, Judged, RecipientState};

use super::calls::{Calls, Is, ROOMS, Row, Said, State, Without, Word, by};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happens {
    TimePasses,
    TheLinkAppears,
    /// By the first operator, at once.
    Presses,
    /// By the second one: what he saw may be outdated when he presses.
    Looks,
    PressesByWhatHeSaw,
    Claims,
    RunnerLooks,
    Reopens,
    ClosesAsArrived,
    Begins,
    WebexTakesIt,
    WebexRefusesIt,
    CertainlyNotSent,
    ReportsSent,
    HearsNothing,
    DiesAndAnotherTakesOver,
}

pub(super) struct Steps<'a> {
    calls: &'a Calls,
    state: &'a State,
    pub(super) next: Vec<(Happens, State)>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(calls: &'a Calls, state: &'a State) -> Self {
        let next = Vec::new();
        Self { calls, state, next }
    }

    pub(super) fn then(&mut self, event: Happens, change: impl FnOnce(&mut State)) {
        let mut next = self.state.clone();
        change(&mut next);
        self.next.push((event, next));
    }

    pub(super) fn operators(&mut self, board: &Board<'_>, cue: &CueStatus<'_>) {
        for command in commands() {
            for operator in 0..2 {
                let waits = operator == 1 && !self.state.about.is_empty();
                if self.state.presses[operator as usize] == 0 || waits {
                    continue;
                }
                let judged = board.judge(cue, &command, &by(operator));
                let Ok(Judged::Append { entries, .. }) = judged else {
                    continue;
                };
                let said: Vec<Said> = entries.iter().map(said).collect();
                if operator == 0 {
                    self.press(Happens::Presses, cue, 0, said);
                } else {
                    self.then(Happens::Looks, |state| state.about = said);
                }
            }
        }
        if !self.state.about.is_empty() {
            let said = self.state.about.clone();
            self.press(Happens::PressesByWhatHeSaw, cue, 1, said);
        }
    }

    fn press(&mut self, event: Happens, cue: &CueStatus<'_>, by: u8, said: Vec<Said>) {
        let calls = self.calls;
        let before: Vec<_> = cue.recipients.iter().map(|it| it.state.clone()).collect();
        let late = before.contains(&RecipientState::Late);
        let is_called = !cue.called_by.is_empty() && !cue.waits_for_second && !late;
        let again = is_called && said == [Said::Go];
        let generation = cue.generation as u8;
        self.then(event, |state| {
            state.presses[usize::from(by)] -= 1;
            if by == 1 {
                state.about.clear();
            }
            for mut said in said {
                if let Said::Again { after } = &mut said
                    && calls.world.without == Without::Again
                {
                    if *after != generation {
                        state.wrong = Some("one look at the board raised the generation twice");
                    }
                    *after = generation;
                }
                let stops = matches!(said, Said::Hold | Said::Skip | Said::Recall);
                // When it was stopped does not matter.
                let tick = if stops { 0 } else { state.tick };
                state.log.push(Word { tick, by, said });
            }
            let same = |board: &Board<'_>| {
                let states = board.cues[0].recipients.iter().map(|it| &it.state);
                states.eq(&before)
            };
            if again && !calls.board(state, same) {
                state.wrong = Some("a second go changed something");
            }
        });
    }

    pub(super) fn runner(&mut self, board: &Board<'_>, cue: &CueStatus<'_>) {
        let state = self.state;
        let generation = cue.generation as u8;
        let due: Vec<(u8, u8)> = board
            .due()
            .iter()
            .map(|it| (generation, room(&it.to.to.recipient)))
            .collect();
        let row = |(generation, room): (u8, u8)| {
            let mut rows = state.rows.iter();
            rows.position(|row| (row.generation, row.room) == (generation, room))
        };
        let unclaimed: Vec<_> = due
            .iter()
            .copied()
            .filter(|it| row(*it).is_none())
            .collect();
        if !unclaimed.is_empty() {
            self.then(Happens::Claims, |state| state.claim(&unclaimed));
        }
        for place in due.iter().filter_map(|it| row(*it)) {
            if matches!(state.rows[place].is, Is::Failed | Is::Unclear) {
                self.then(Happens::Reopens, |state| state.rows[place].is = Is::Waiting);
            }
        }
        for arrived in board.arrived() {
            let key = (
                arrived.delivery.generation as u8,
                room(&arrived.delivery.recipient),
            );
            if let Some(place) = row(key) {
                self.then(Happens::ClosesAsArrived, |state| {
                    state.rows[place].is = Is::Sent
                });
            }
        }
        match state.call {
            None => self.begins(&due, generation),
            Some((place, taken)) => self.calls(place, taken),
        }
        if state.call.is_some()
            || self.calls.world.without == Without::Rows && !state.rows.is_empty()
        {
            self.dies();
        }
    }

    /// The first message that is due and claimed.
    fn begins(&mut self, due: &[(u8, u8)], generation: u8) {
        let (state, calls) = (self.state, self.calls);
        if calls.world.without == Without::Fresh && state.seen.is_none() && !due.is_empty() {
            self.then(Happens::RunnerLooks, |state| {
                state.seen = Some(due.to_vec())
            });
        }
        let due = match calls.world.without {
            Without::Fresh => state.seen.as_deref().unwrap_or_default(),
            _ => due,
        };
        let may = |row: &Row| match calls.world.without {
            Without::Window => row.generation == generation,
            Without::Generation if row.generation < generation => true,
            _ => due.contains(&(row.generation, row.room)),
        };
        let mut rows = state.rows.iter();
        let Some(place) = rows.position(|row| row.is == Is::Waiting && may(row)) else {
            return;
        };
        self.then(Happens::Begins, |state| {
            state.seen = None;
            let row = &mut state.rows[place];
            row.attempt += 1;
            row.is = match calls.world.without {
                Without::Answer => Is::Sent,
                _ => Is::Sending,
            };
            let row = *row;
            state.call = Some((place, false));
            let called = state
                .log
                .iter()
                .any(|word| !matches!(word.said, Said::Hold | Said::Skip | Said::Recall));
            if row.generation != generation {
                state.wrong = Some("a message of an older generation was sent");
            } else if !calls.may_go(&state.log, row.room) {
                state.wrong = Some("a message was sent that was not called since it was stopped");
            } else if !called && !state.is_in_time() && calls.world.without != Without::Fresh {
                state.wrong = Some("a message was sent past its window");
            }
        });
    }

    fn calls(&mut self, place: usize, taken: bool) {
        let ends = |is: Is| {
            move |state: &mut State| {
                state.rows[place].is = is;
                state.call = None;
            }
        };
        if taken {
            self.then(Happens::ReportsSent, ends(Is::Sent));
        } else {
            self.then(Happens::WebexTakesIt, |state| {
                state.call = Some((place, true));
                state.rows[place].sent += 1;
                let row = state.rows[place];
                if row.sent > 1 + state.settled(&row, false) {
                    state.wrong = Some("a room got one generation twice");
                }
            });
            match self.calls.world.without {
                Without::Answer => self.then(Happens::WebexRefusesIt, |state| state.call = None),
                _ => self.then(Happens::WebexRefusesIt, ends(Is::Failed)),
            }
            // As often as it likes, but each time leads to the same.
            if self.state.rows[place].attempt < 2 {
                self.then(Happens::CertainlyNotSent, ends(Is::Waiting));
            }
        }
        self.then(Happens::HearsNothing, ends(Is::Unclear));
    }

    fn dies(&mut self) {
        let without = self.calls.world.without;
        self.then(Happens::DiesAndAnotherTakesOver, |state| {
            if let Some((place, _)) = state.call.take() {
                state.rows[place].is = match without {
                    Without::Doubt => Is::Waiting,
                    _ => Is::Unclear,
                };
            }
            if without == Without::Rows {
                // What is in the rooms stays there.
                for row in &mut state.rows {
                    (row.is, row.attempt) = (Is::Waiting, 0);
                }
            }
        });
    }
}

impl State {
    fn claim(&mut self, rows: &[(u8, u8)]) {
        self.rows.extend(rows.iter().map(|(generation, room)| Row {
            generation: *generation,
            room: *room,
            attempt: 0,
            is: Is::Waiting,
            sent: 0,
        }));
    }
}

fn commands() -> Vec<Command> {
    let settle = |arrived| Command::Settle {
        recipient: None,
        arrived,
    };
    vec![
        Command::Go,
        Command::Hold,
        Command::Skip,
        Command::Retry,
        Command::Again,
        Command::Recall,
        settle(true),
        settle(false),
    ]
}

fn said(entry: &Entry) -> Said {
    match entry {
        Entry::Go { .. } => Said::Go,
        Entry::Hold { .. } => Said::Hold,
        Entry::Skip { .. } => Said::Skip,
        Entry::Recall { .. } => Said::Recall,
        Entry::Again { after, .. } => Said::Again {
            after: *after as u8,
        },
        Entry::Retry {
            generation, failed, ..
        } => Said::Retry {
            generation: *generation as u8,
            failed: failed
                .iter()
                .map(|it| (room(&it.recipient), it.attempt as u8))
                .collect(),
        },
        Entry::Settle {
            generation,
            recipient,
            attempt,
            arrived,
            ..
        } => Said::Settle {
            generation: *generation as u8,
            room: room(recipient),
            attempt: *attempt as u8,
            arrived: *arrived,
        },
        other => unreachable!("no command writes {other:?}"),
    }
}

fn room(recipient: &CueRecipient) -> u8 {
    let place = ROOMS
        .iter()
        .position(|room| *recipient == crate::support::to_room(room));
    place.expect("a room of the model") as u8
}
