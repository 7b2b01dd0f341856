//! A process dies at every call and at every access to its ledger, while it answers one question.

use jiff::SignedDuration;

use super::{CLAIRE, NOOR, counted, told};
use crate::bot_stage::{Asked, BotStage, CrashPoint, Database, Place, Replica, reference};
use crate::stage::switched;

/// A question, and in how many parts it is answered in which rooms.
struct Question {
    asker: &'static str,
    /// The title of the room; in private without it.
    room: Option<&'static str>,
    words: &'static str,
    /// How many messages answer it.
    parts: usize,
    /// How many of them are sent without waiting for each other.
    at_once: usize,
}

const QUESTIONS: [Question; 3] = [
    Question {
        asker: NOOR,
        room: Some("Team 1"),
        words: "agenda all",
        parts: 3,
        at_once: 1,
    },
    Question {
        asker: NOOR,
        room: Some("Team 1"),
        words: "sos the link is broken",
        parts: 2,
        at_once: 2,
    },
    Question {
        asker: CLAIRE,
        room: None,
        words: "agenda all",
        parts: 4,
        at_once: 1,
    },
];

/// Who goes on after a death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Successor {
    /// A new process on the same machine.
    Restart,
    /// A replica elsewhere, which was there all the while.
    Replica,
}

/// So soon an undisturbed process has answered.
const ANSWERED: SignedDuration = SignedDuration::from_millis(1_500);

struct Sweep {
    bot: BotStage,
    successor: Successor,
    standby: Option<Replica>,
    /// Whether Webex tells the bot of its own messages.
    echo: bool,
    /// How many deaths were tried.
    tried: usize,
    /// How many answers were sent twice.
    twice: usize,
}

impl Sweep {
    async fn on(database: Database, successor: Successor, echo: bool) -> Option<Self> {
        let files = reference();
        let bot = BotStage::with(database, &files, |config| {
            // So that an answer is later than its question.
            config.latency = Some(SignedDuration::from_millis(30));
            if echo {
                config.switches = switched(["own-echo-in-groups=yes"]);
            }
        });
        Some(Self {
            bot: bot.await?.without_cues(),
            successor,
            standby: None,
            echo,
            tried: 0,
            twice: 0,
        })
    }

    /// Tries every `k`-th place.
    async fn survives(mut self, k: usize) {
        let mut number = 0;
        for question in &QUESTIONS {
            for place in self.places(question).await {
                number += 1;
                if number % k == 0 {
                    self.dies_at(place, question).await;
                }
            }
        }
        assert!(number > 50, "there are only {number} places");
        let (tried, places) = (self.tried, number / k);
        assert!(tried * 2 > places, "only {tried} of {places} were tried");
        assert!(self.echo || self.twice > 0, "nothing was ever in doubt");
        if let Some(standby) = self.standby.take() {
            standby.stops().await;
        }
        self.bot.ends().await;
    }

    /// Every place at which a process may die that answers this question.
    async fn places(&mut self, question: &Question) -> Vec<Place> {
        let replica = self.begins().await;
        replica.deaths.wait_at(Place::Nowhere);
        self.asks(question).await;
        self.bot.passes_until_death(&replica, ANSWERED).await;
        let (accesses, calls) = replica.deaths.passed();
        replica.stops().await;
        let at_call = |call| CrashPoint::ALL.map(|point| Place::Call(call, point));
        let calls = (0..calls).flat_map(at_call);
        (0..accesses).map(Place::Ledger).chain(calls).collect()
    }

    /// A process begins, and is between two of whatever it does at regular times.
    async fn begins(&mut self) -> Replica {
        if self.successor == Successor::Replica && self.standby.is_none() {
            self.standby = Some(self.bot.serves_elsewhere("standby").await);
        }
        let replica = match self.successor {
            Successor::Restart => self.bot.serves().await,
            Successor::Replica => self.bot.serves_elsewhere("one").await,
        };
        self.bot
            .passes_in_full(SignedDuration::from_millis(6_100))
            .await;
        replica
    }

    async fn asks(&self, question: &Question) -> Asked {
        let Question { asker, words, .. } = question;
        match question.room {
            Some(room) => self.bot.asks(asker, room, words).await,
            None => self.bot.asks_in_private(asker, words).await,
        }
    }

    /// Dies there, and has the question answered by the successor.
    async fn dies_at(&mut self, place: Place, question: &Question) {
        let replica = self.begins().await;
        let bot = &self.bot;
        let before = bot.said().len();
        replica.deaths.wait_at(place);
        let asked = self.asks(question).await;
        let died = bot.passes_until_death(&replica, ANSWERED).await;
        let at = replica.deaths.died_at().unwrap_or_default();
        // Heartbeats and the like come when they come: a process may get by with fewer accesses.
        match died {
            true => replica.killed().await,
            false => replica.stops().await,
        }
        let successor = match self.successor {
            Successor::Restart => Some(bot.serves().await),
            Successor::Replica => None,
        };
        // Until a dead process counts as such, what it had in hand is let go, and what is in doubt settled.
        bot.passes(match self.successor {
            Successor::Restart => 30,
            Successor::Replica => 50,
        })
        .await;
        let said = bot.said().split_off(before);
        let counts = counted(&said);
        let story = format!(
            "{place:?}, {:?}, died {at}:{}",
            question.words,
            told(&counts)
        );
        assert_eq!(counts.len(), question.parts, "{story}");
        assert!(counts.values().all(|times| *times <= 2), "{story}");
        let twice = counts.values().filter(|times| **times == 2).count();
        // In a room of many a bot does not see its own messages.
        let blind = question.room.is_some() && !self.echo;
        let in_doubt = match at.contains(" POST ") && !at.starts_with("before") {
            _ if !blind => 0,
            true => question.at_once,
            // Others may be under way.
            false => question.at_once - 1,
        };
        assert!(twice <= in_doubt, "{story}");
        let rooms = said
            .iter()
            .filter(|said| said["roomId"] == asked.room.as_str());
        assert!(
            rooms.count() > 0,
            "{story}: it is answered where it was asked"
        );
        self.tried += usize::from(died);
        self.twice += twice;
        if let Some(successor) = successor {
            successor.stops().await;
        }
    }
}

fn every(k: usize) -> usize {
    crate::crash_anywhere::every(k)
}

#[tokio::test]
async fn and_it_is_started_again_on_a_file() {
    let sweep = Sweep::on(Database::File, Successor::Restart, false).await;
    sweep.expect("a folder").survives(every(4)).await;
}

#[tokio::test]
async fn and_it_is_started_again_on_a_server() {
    if let Some(sweep) = Sweep::on(Database::Server, Successor::Restart, false).await {
        sweep.survives(every(10)).await;
    }
}

#[tokio::test]
async fn and_another_replica_takes_over_on_a_file() {
    let sweep = Sweep::on(Database::File, Successor::Replica, false).await;
    sweep.expect("a folder").survives(every(7)).await;
}

#[tokio::test]
async fn and_another_replica_takes_over_on_a_server() {
    if let Some(sweep) = Sweep::on(Database::Server, Successor::Replica, false).await {
        sweep.survives(every(13)).await;
    }
}

/// Then nothing stays in doubt.
#[tokio::test]
async fn and_webex_tells_another_replica_what_was_sent() {
    let sweep = Sweep::on(Database::File, Successor::Replica, true).await;
    sweep.expect("a folder").survives(every(7)).await;
}
