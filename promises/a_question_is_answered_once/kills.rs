//! Questions in every room, and processes that are killed at seeded instants meanwhile.

use jiff::SignedDuration;
use showcaller_ledger::{InboxState, MessageKind};

use super::Questions;
use crate::bot_stage::{BotStage, Database, Replica, reference};
use crate::crash_anywhere::chance::{Chance, seed};

/// Who is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Killed {
    /// The only process there is; another is started a while later.
    TheOnlyOne,
    /// The one of two replicas that Webex reaches; another joins a while later.
    OneOfTwo,
}

struct Load {
    bot: BotStage,
    killed: Killed,
    chance: Chance,
    replica: Option<Replica>,
    standby: Option<Replica>,
    kills: usize,
    /// Messages that were under way when their process was killed.
    in_doubt: usize,
}

impl Load {
    async fn on(database: Database, killed: Killed) -> Option<Self> {
        let files = reference();
        let bot = BotStage::with(database, &files, |config| {
            config.latency = Some(SignedDuration::from_millis(400));
        });
        let bot = bot.await?.without_cues();
        let standby = match killed {
            Killed::TheOnlyOne => None,
            Killed::OneOfTwo => Some(bot.serves_elsewhere("standby").await),
        };
        Some(Self {
            bot,
            killed,
            chance: Chance::of(seed()),
            replica: None,
            standby,
            kills: 0,
            in_doubt: 0,
        })
    }

    async fn begins(&mut self) {
        self.replica = Some(match self.killed {
            Killed::TheOnlyOne => self.bot.serves().await,
            Killed::OneOfTwo => {
                let name = format!("replica {}", self.kills);
                self.bot.serves_elsewhere(&name).await
            }
        });
    }

    async fn kills(&mut self) {
        let Some(replica) = self.replica.take() else {
            return;
        };
        self.in_doubt += replica.deaths.sending();
        self.kills += 1;
        replica.killed().await;
    }

    async fn waits(&mut self, millis: usize) {
        let millis = self.chance.below(millis);
        let time = SignedDuration::from_millis(i64::try_from(millis).unwrap_or(0));
        self.bot.passes_in_full(time).await;
    }

    /// So many questions, and for every tenth of them a kill.
    async fn survives(mut self, questions: usize) {
        self.begins().await;
        self.bot.passes(5).await;
        let mut asked = Questions::default();
        for number in 0..questions {
            self.waits(1_500).await;
            let words = ["help", "now", "next", "where", "who", "agenda"];
            let words = words[self.chance.below(words.len())];
            asked.one(&self.bot, number, words).await;
            if number % 10 == 9 {
                // Most often in the middle of an answer.
                self.waits(1_200).await;
                self.kills().await;
                self.waits(20_000).await;
                self.begins().await;
            }
        }
        self.bot.passes(120).await;
        let answers = asked.answers(&self.bot);
        let mut twice = 0;
        for (question, times) in asked.all.iter().zip(&answers) {
            assert!(
                (1..=2).contains(&times.len()),
                "{}: {times:?}",
                question.words
            );
            twice += times.len() - 1;
        }
        assert!(self.kills >= questions / 10);
        assert!(self.in_doubt > 0, "no kill met a message under way");
        assert!(
            twice <= self.in_doubt,
            "{twice} of {} in doubt",
            self.in_doubt
        );
        let ledger = &self.bot.stage.ledger;
        let inbox = ledger.inbox_counts().await.expect("a ledger");
        assert_eq!(inbox.of(InboxState::Skipped), 0);
        assert_eq!(inbox.of(InboxState::Waiting), 0);
        let outbox = ledger
            .operation_counts(MessageKind::Answer.into(), None)
            .await;
        let outbox = outbox.expect("a ledger");
        let unclear = usize::try_from(outbox.unclear).expect("few");
        assert!(
            unclear <= self.kills,
            "{outbox:?} after {} kills",
            self.kills
        );
        assert_eq!((outbox.waiting, outbox.sending, outbox.failed), (0, 0, 0));
        for replica in [self.replica, self.standby].into_iter().flatten() {
            replica.stops().await;
        }
        self.bot.ends().await;
    }
}

/// So many questions, unless there is time for more.
fn questions(some: usize) -> usize {
    match std::env::var_os("SHOWCALLER_LONG") {
        Some(_) => 20 * some,
        None => some,
    }
}

#[tokio::test]
async fn whenever_the_only_process_is_killed() {
    let load = Load::on(Database::File, Killed::TheOnlyOne).await;
    load.expect("a folder").survives(questions(80)).await;
}

#[tokio::test]
async fn whenever_one_of_two_replicas_is_killed() {
    if let Some(load) = Load::on(Database::Server, Killed::OneOfTwo).await {
        load.survives(questions(20)).await;
    }
}
