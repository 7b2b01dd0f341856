//! One cue, its rooms, the log and the deliveries, and what must hold of them.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{CueRecipient, MeetingFacts, Sending};
use showcaller_event::{Event, Schedule};
use showcaller_secret::Secret;
use showcaller_show::{
    Board, By, CueState, CueStatus, Delivery, DeliveryState, Entry, EventWords, Logged,
    RecipientState, Scene, Setting,
};

use super::explore::Model;
use super::steps::{Happens, Steps};
use crate::support::{Show, ann, bob, cue, key, to_room, with_link};

pub(super) const ROOMS: [&str; 2] = ["alpha", "beta"];
const TICK: SignedDuration = SignedDuration::from_mins(10);
/// The tick at which the cue is due.
const DUE: u8 = 1;
/// The tick from which on it is late.
const LATE: u8 = 2;
/// The last tick.
const LAST: u8 = 3;

/// How the world is, and which safeguard is left out, to show that it is needed.
#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    pub(super) rooms: usize,
    pub(super) sending: Sending,
    pub(super) two_people: bool,
    /// How often each operator presses.
    pub(super) presses: [u8; 2],
    /// Whether the link that the last room's text gives is there from the start.
    pub(super) link: bool,
    pub(super) without: Without,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Without {
    Nothing,
    /// What was sent is known only to the process that sent it.
    Rows,
    /// What a dead runner was sending counts as not sent.
    Doubt,
    /// A retry or a settle counts for whatever attempt failed or is in doubt.
    Attempt,
    /// Each press of again raises the generation.
    Again,
    /// A message is begun by what the board showed before, whatever was logged since.
    Fresh,
    /// What was claimed is sent, whatever the board says of it by now.
    Window,
    /// What was claimed is sent, of whatever generation.
    Generation,
    /// A message is marked as sent when it is begun.
    Answer,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) tick: u8,
    pub(super) link: bool,
    pub(super) log: Vec<Word>,
    /// By generation and room.
    pub(super) rows: Vec<Row>,
    /// The row that is being sent, and whether Webex has taken it.
    pub(super) call: Option<(usize, bool)>,
    /// What the runner saw due, where it acts on what it saw.
    pub(super) seen: Option<Vec<(u8, u8)>>,
    pub(super) presses: [u8; 2],
    /// What the second operator is about to write, by what he saw.
    pub(super) about: Vec<Said>,
    pub(super) wrong: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub(super) generation: u8,
    pub(super) room: u8,
    pub(super) attempt: u8,
    pub(super) is: Is,
    /// How often it is in the room.
    pub(super) sent: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Is {
    Waiting,
    Sending,
    Sent,
    Failed,
    Unclear,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Word {
    pub(super) tick: u8,
    pub(super) by: u8,
    pub(super) said: Said,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Said {
    Go,
    Hold,
    Skip,
    Recall,
    Again {
        after: u8,
    },
    /// Rooms and attempts.
    Retry {
        generation: u8,
        failed: Vec<(u8, u8)>,
    },
    Settle {
        generation: u8,
        room: u8,
        attempt: u8,
        arrived: bool,
    },
}

/// A cue by clock to one room, whose links are there, and two operators.
pub(super) const BY_CLOCK: World = World {
    rooms: 1,
    sending: Sending::ByClock,
    two_people: false,
    presses: [1, 1],
    link: true,
    without: Without::Nothing,
};

/// The model of a world.
pub(super) struct Calls {
    pub(super) world: World,
    event: Event,
    schedule: Schedule,
}

impl Calls {
    pub(super) fn new(world: World) -> Self {
        let mut it = with_link(cue("opening/day-1"), &ROOMS[world.rooms - 1..world.rooms]);
        it.to.truncate(world.rooms);
        it.send = world.sending;
        it.two_people = world.two_people;
        let Show {
            event, schedule, ..
        } = Show::new([it]);
        Self {
            world,
            event,
            schedule,
        }
    }

    /// The real board of a state.
    pub(super) fn board<T>(&self, state: &State, then: impl FnOnce(&Board<'_>) -> T) -> T {
        let log: Vec<Logged> = state
            .log
            .iter()
            .zip(1..)
            .map(|(word, number)| self.logged(state, word, number))
            .collect();
        let deliveries: Vec<Delivery> = state.rows.iter().map(Row::delivery).collect();
        let link = state.link;
        let facts = |_: &_| {
            Some(MeetingFacts {
                link: link.then(|| Secret::new("https://webex.example")),
                number: None,
                password: None,
                host_key: None,
                sip: None,
            })
        };
        let scene = Scene {
            words: &EventWords::default(),
            event: &self.event,
            schedule: &self.schedule,
            facts: &facts,
            organisers_only: false,
            now: time(state.tick),
        };
        then(&Board::of(&Setting {
            scene: &scene,
            log: &log,
            deliveries: &deliveries,
            clock_trusted: true,
            unknown: &[],
            on_webex: &|_| true,
        }))
    }

    fn logged(&self, state: &State, word: &Word, number: i64) -> Logged {
        Logged {
            number,
            key: format!("key-{number}"),
            at: time(word.tick),
            by: by(word.by),
            entry: self.entry(state, &word.said),
        }
    }

    fn entry(&self, state: &State, said: &Said) -> Entry {
        let cue = key("opening/day-1");
        let this = |generation: u8, room: u8, attempt: u8| {
            let same = |row: &&Row| (row.generation, row.room) == (generation, room);
            let current = state.rows.iter().find(same).map_or(0, |row| row.attempt);
            let any = self.world.without == Without::Attempt;
            u32::from(if any { current } else { attempt })
        };
        match said {
            Said::Go => Entry::Go { cue },
            Said::Hold => Entry::Hold { cue },
            Said::Skip => Entry::Skip { cue },
            Said::Recall => Entry::Recall { cue },
            Said::Again { after } => Entry::Again {
                cue,
                after: (*after).into(),
            },
            Said::Retry { generation, failed } => Entry::Retry {
                cue,
                generation: (*generation).into(),
                failed: failed
                    .iter()
                    .map(|(room, attempt)| showcaller_show::Attempted {
                        recipient: recipient(*room),
                        attempt: this(*generation, *room, *attempt),
                    })
                    .collect(),
            },
            Said::Settle {
                generation,
                room,
                attempt,
                arrived,
            } => Entry::Settle {
                cue,
                generation: (*generation).into(),
                recipient: recipient(*room),
                attempt: this(*generation, *room, *attempt),
                arrived: *arrived,
            },
        }
    }
}

impl Model for Calls {
    type State = State;
    type Event = Happens;

    fn start(&self) -> State {
        State {
            tick: 0,
            link: self.world.link,
            log: Vec::new(),
            rows: Vec::new(),
            call: None,
            seen: None,
            presses: self.world.presses,
            about: Vec::new(),
            wrong: None,
        }
    }

    fn next(&self, state: &State) -> Vec<(Happens, State)> {
        let mut steps = Steps::new(self, state);
        if state.tick < LAST {
            steps.then(Happens::TimePasses, |state| state.tick += 1);
        }
        if !state.link {
            steps.then(Happens::TheLinkAppears, |state| state.link = true);
        }
        self.board(state, |board| {
            let cue = &board.cues[0];
            steps.operators(board, cue);
            steps.runner(board, cue);
        });
        steps.next
    }

    fn wrong(&self, state: &State) -> Option<&'static str> {
        let rows = || state.rows.iter();
        let arrived = |row: &Row| state.settled(row, true) > 0;
        if state.wrong.is_some() {
            return state.wrong;
        }
        if rows().any(|row| row.is == Is::Sent && row.sent == 0 && !arrived(row)) {
            return Some("a message counts as sent that never was");
        }
        let again = |row: &Row| state.settled(row, false) > 0;
        if rows().any(|row| row.is == Is::Failed && row.sent > 0 && !again(row)) {
            return Some("a message counts as failed that was sent");
        }
        self.board(state, |board| self.disagrees(state, &board.cues[0]))
    }

    fn done(&self, state: &State) -> bool {
        let idle = state.call.is_none() && state.about.is_empty() && state.tick == LAST;
        idle && self.board(state, |board| board.due().is_empty())
    }
}

impl Calls {
    /// Where the states do not agree with what happened.
    fn disagrees(&self, state: &State, cue: &CueStatus<'_>) -> Option<&'static str> {
        for (room, it) in (0..).zip(&cue.recipients) {
            let mut rows = state.rows.iter();
            let row =
                rows.find(|row| row.room == room && u32::from(row.generation) == cue.generation);
            let is = row.map(|row| row.is);
            let agrees = match &it.state {
                RecipientState::Delivered(DeliveryState::Sending) => is == Some(Is::Sending),
                RecipientState::Delivered(DeliveryState::Sent) => is == Some(Is::Sent),
                RecipientState::Delivered(DeliveryState::Failed { .. }) => is == Some(Is::Failed),
                RecipientState::Delivered(DeliveryState::Unclear { .. }) => is == Some(Is::Unclear),
                RecipientState::Delivered(DeliveryState::Waiting) => false,
                RecipientState::Due | RecipientState::NoLink => {
                    !matches!(is, Some(Is::Sent | Is::Sending))
                }
                _ => matches!(is, None | Some(Is::Waiting)),
            };
            if !agrees {
                return Some("a state does not agree with its delivery");
            }
            let open = matches!(
                it.state,
                RecipientState::Planned | RecipientState::Due | RecipientState::NoLink
            );
            let by_clock = self.world.sending == Sending::ByClock && !self.world.two_people;
            if by_clock && state.tick >= LATE && state.log.is_empty() && open {
                return Some("a message by clock was lost in silence");
            }
        }
        let all =
            |wanted: fn(&RecipientState) -> bool| cue.recipients.iter().all(|it| wanted(&it.state));
        let gone = |it: &RecipientState| {
            matches!(
                it,
                RecipientState::Skipped
                    | RecipientState::Delivered(
                        DeliveryState::Sent | DeliveryState::Unclear { .. }
                    )
            )
        };
        (cue.state == CueState::Sent && !all(gone)).then_some("a cue counts as sent that is not")
    }

    /// Whether, by the log alone, a message of the current generation may go to this room: it was called, or
    /// its time came, and it was not stopped since.
    pub(super) fn may_go(&self, log: &[Word], room: u8) -> bool {
        let needed = if self.world.two_people { 2 } else { 1 };
        let by_clock = self.world.sending == Sending::ByClock && !self.world.two_people;
        let (mut stopped, mut recalled, mut by, mut anew) = (!by_clock, false, 0_u8, false);
        let mut generation = 0;
        for word in log {
            match &word.said {
                Said::Hold | Said::Skip | Said::Recall => {
                    generation += u8::from(word.said == Said::Recall && !recalled);
                    recalled |= word.said == Said::Recall;
                    (stopped, by, anew) = (true, 0, false);
                }
                Said::Again { after } if *after == generation => {
                    generation += 1;
                    (stopped, recalled, by, anew) = (true, false, 1 << word.by, false);
                }
                Said::Go => by |= 1 << word.by,
                Said::Again { .. } => {}
                Said::Retry { failed, .. } => anew |= failed.iter().any(|it| it.0 == room),
                Said::Settle {
                    room: of, arrived, ..
                } => anew |= *of == room && !arrived,
            }
            if by.count_ones() >= needed {
                (stopped, recalled) = (false, false);
            }
        }
        !stopped || anew
    }
}

impl State {
    /// How often a person said of this delivery that it arrived, or that it is to be sent again.
    pub(super) fn settled(&self, row: &Row, as_arrived: bool) -> u8 {
        let settled = self.log.iter().filter(|word| match word.said {
            Said::Settle {
                generation,
                room,
                arrived,
                ..
            } => (generation, room, arrived) == (row.generation, row.room, as_arrived),
            _ => false,
        });
        settled.count() as u8
    }

    /// Whether it is due by the clock alone.
    pub(super) fn is_in_time(&self) -> bool {
        (DUE..LATE).contains(&self.tick)
    }
}

impl Row {
    fn delivery(&self) -> Delivery {
        let reason = String::new();
        Delivery {
            cue: key("opening/day-1"),
            recipient: recipient(self.room),
            generation: self.generation.into(),
            attempt: self.attempt.into(),
            state: match self.is {
                Is::Waiting => DeliveryState::Waiting,
                Is::Sending => DeliveryState::Sending,
                Is::Sent => DeliveryState::Sent,
                Is::Failed => DeliveryState::Failed { reason },
                Is::Unclear => DeliveryState::Unclear { reason },
            },
            since: Timestamp::UNIX_EPOCH,
            in_hand: true,
        }
    }
}

pub(super) fn by(operator: u8) -> By {
    if operator == 0 { ann() } else { bob() }
}

fn recipient(room: u8) -> CueRecipient {
    to_room(ROOMS[usize::from(room)])
}

fn time(tick: u8) -> Timestamp {
    // Twenty to ten in Brussels, ten minutes before the cue is due.
    const START: i64 = 1_822_808_400;
    Timestamp::constant(START, 0) + TICK * i32::from(tick)
}
