//! A cue arrives once in each room: whenever a process dies, whoever else presses go, and whatever Webex
//! answers. What nobody can know is shown as unclear, and a person settles it.

mod broadcasts;
mod crashes;
mod faults;
mod first;
mod pressed;
mod restored;
mod silent;
mod straight;

use std::collections::BTreeMap;

use showcaller_engine::cues::{NewEntry, Show, log};
use showcaller_event::model::{CueId, CueKey, CueRecipient, DayId};
use showcaller_ledger::Ledger;
use showcaller_show::{By, CueState, DeliveryState, Entry, RecipientState, Via};
use uuid::Uuid;

use crate::bot_stage::{BotStage, text};

/// The rooms that `good-night` goes to.
const TEAMS: usize = 6;

fn key(cue: &str, day: &str) -> CueKey {
    CueKey {
        cue: CueId::new(cue),
        day: Some(DayId::new(day)),
    }
}

fn operator(name: &str) -> By {
    By {
        name: name.to_owned(),
        account: None,
        via: Via::Terminal,
    }
}

/// Where a cue stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    state: CueState,
    generation: u32,
    /// The deliveries in doubt: to whom, and which attempt.
    unclear: Vec<(CueRecipient, u32)>,
    /// How many recipients are in which state.
    counts: BTreeMap<String, usize>,
}

impl BotStage {
    /// How often a text with these words is in each room of a team.
    fn heard_by_team(&self, words: &str) -> Vec<usize> {
        let said = self.said();
        let rooms = (1..=TEAMS).map(|team| self.room(&format!("Team {team}")));
        rooms
            .map(|room| {
                let here = said.iter().filter(|it| it["roomId"] == room.as_str());
                here.filter(|it| text(&it["markdown"]).contains(words))
                    .count()
            })
            .collect()
    }

    /// In how many rooms of teams a text with these words is, and how often altogether.
    fn heard(&self, words: &str) -> (usize, usize) {
        let counts = self.heard_by_team(words);
        let rooms = counts.iter().filter(|count| **count > 0).count();
        (rooms, counts.iter().sum())
    }

    /// An operator's entry, written by a process other than those that serve.
    async fn enters(&self, entry: Entry) {
        self.enters_by(&self.stage.ledger, "ann", entry).await;
    }

    async fn enters_by(&self, ledger: &Ledger, name: &str, entry: Entry) {
        let new = NewEntry {
            key: Uuid::new_v4().to_string(),
            by: operator(name),
            entry,
        };
        let logged = log(ledger, &[new], None, self.stage.now()).await;
        logged.expect("a ledger");
    }

    async fn goes(&self, cue: &CueKey) {
        self.enters(Entry::Go { cue: cue.clone() }).await;
    }

    async fn show(&self) -> Show {
        let show = self.stage.engine(&self.event).show().await;
        show.expect("a ledger")
    }

    /// Where a cue stands, as `cue list` shows it.
    async fn standing(&self, cue: &CueKey) -> Standing {
        let show = self.show().await;
        show.board(self.stage.now(), true, |board| {
            let cue = board.cue(cue).expect("a cue of the event");
            let mut standing = Standing {
                state: cue.state,
                generation: cue.generation,
                unclear: Vec::new(),
                counts: BTreeMap::new(),
            };
            for it in &cue.recipients {
                let delivery = it
                    .delivery
                    .filter(|it| matches!(it.state, DeliveryState::Unclear { .. }));
                let unclear = delivery.map(|it| (it.recipient.clone(), it.attempt));
                standing.unclear.extend(unclear);
                let state = match &it.state {
                    RecipientState::Delivered(DeliveryState::Failed { .. }) => "failed".to_owned(),
                    RecipientState::Delivered(DeliveryState::Unclear { .. }) => {
                        "unclear".to_owned()
                    }
                    RecipientState::Delivered(state) => format!("{state:?}").to_lowercase(),
                    state => format!("{state:?}").to_lowercase(),
                };
                *standing.counts.entry(state).or_default() += 1;
            }
            standing
        })
    }

    /// A person says of each delivery in doubt what became of it, having looked into the room. Returns
    /// how many arrived, and how many are to be sent again.
    async fn settles(
        &self,
        cue: &CueKey,
        standing: &Standing,
        arrived: impl Fn(&str) -> bool,
    ) -> [usize; 2] {
        let mut settled = [0, 0];
        for (recipient, attempt) in &standing.unclear {
            let CueRecipient::Room(room) = recipient else {
                continue;
            };
            let room = self.event.rooms.iter().find(|it| it.key == *room);
            let arrived = arrived(&room.expect("a room of the event").title);
            settled[usize::from(!arrived)] += 1;
            self.enters(Entry::Settle {
                cue: cue.clone(),
                generation: standing.generation,
                recipient: recipient.clone(),
                attempt: *attempt,
                arrived,
            })
            .await;
        }
        settled
    }
}
