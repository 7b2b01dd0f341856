//! A process dies at every call and at every access to its ledger, while it sends one cue.

use jiff::SignedDuration;
use showcaller_event::model::CueKey;
use showcaller_show::Entry;

use super::{TEAMS, key};
use crate::bot_stage::{BotStage, CrashPoint, Database, Place, Replica, reference};
use crate::crash_anywhere::every;
use crate::stage::switched;

/// Who goes on after a death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Successor {
    /// A new process on the same machine.
    Restart,
    /// A replica elsewhere, which was there all the while.
    Standby,
}

/// Within this time an undisturbed process has sent a cue.
const SENT: SignedDuration = SignedDuration::from_millis(3_500);

const WORDS: &str = "Good night";

#[derive(Debug, Default)]
struct Figures {
    deaths: usize,
    /// Rooms that got it more than once.
    duplicates: usize,
    /// Rooms that got nothing, and of which nobody is asked either.
    losses: usize,
    /// Deliveries that stayed in doubt.
    unclear: usize,
    /// Of these: settled as arrived, and sent again.
    settled: [usize; 2],
}

struct Sweep {
    bot: BotStage,
    cue: CueKey,
    successor: Successor,
    standby: Option<Replica>,
    /// Whether Webex tells the bot of its own messages.
    echo: bool,
    rounds: u32,
    figures: Figures,
}

impl Sweep {
    async fn on(database: Database, successor: Successor, echo: bool) -> Option<Self> {
        let files = reference();
        let bot = BotStage::with(database, &files, |config| {
            config.latency = Some(SignedDuration::from_millis(30));
            if echo {
                config.switches = switched(["own-echo-in-groups=yes"]);
            }
        });
        Some(Self {
            bot: bot.await?,
            cue: key("good-night", "day-1"),
            successor,
            standby: None,
            echo,
            rounds: 0,
            figures: Figures::default(),
        })
    }

    /// Tries every `k`-th place.
    async fn survives(mut self, k: usize) {
        let places = self.places().await;
        assert!(places.len() > 40, "there are only {} places", places.len());
        let tried = places.iter().skip(k / 2).step_by(k);
        let count = tried.clone().count();
        for place in tried {
            self.dies_at(*place).await;
        }
        if let Some(standby) = self.standby.take() {
            standby.stops().await;
        }
        let figures = &self.figures;
        assert!(figures.deaths * 2 > count, "{figures:?} at {count} places");
        assert_eq!((figures.duplicates, figures.losses), (0, 0), "{figures:?}");
        if self.echo && self.successor == Successor::Standby {
            assert_eq!(figures.unclear, 0, "{figures:?}");
        } else {
            assert!(figures.unclear > 0, "nothing was ever in doubt");
        }
        self.bot.ends().await;
    }

    /// Every place at which a process may die that sends the cue.
    async fn places(&mut self) -> Vec<Place> {
        let replica = self.begins().await;
        replica.deaths.wait_at(Place::Nowhere);
        self.presses().await;
        self.bot.passes_until_death(&replica, SENT).await;
        let (accesses, calls) = replica.deaths.passed();
        assert_eq!(self.bot.heard(WORDS), (TEAMS, TEAMS), "undisturbed");
        replica.stops().await;
        let at_call = |call| CrashPoint::ALL.map(|point| Place::Call(call, point));
        let calls = (0..calls).flat_map(at_call);
        (0..accesses).map(Place::Ledger).chain(calls).collect()
    }

    /// A process begins and leads, while the other one, if there is one, stands by.
    async fn begins(&mut self) -> Replica {
        if let Some(former) = self.standby.take() {
            former.stops().await;
        }
        let replica = match self.successor {
            Successor::Restart => self.bot.serves().await,
            Successor::Standby => self.bot.serves_elsewhere("leader").await,
        };
        let settles = SignedDuration::from_millis(6_100);
        self.bot.passes_in_full(settles).await;
        if self.successor == Successor::Standby {
            self.standby = Some(self.bot.serves_elsewhere("standby").await);
            self.bot.passes_in_full(settles).await;
        }
        replica
    }

    /// Sends it to everybody, for the first time or anew.
    async fn presses(&mut self) {
        let cue = self.cue.clone();
        match self.rounds {
            0 => self.bot.goes(&cue).await,
            round => {
                let after = round - 1;
                self.bot.enters(Entry::Again { cue, after }).await;
            }
        }
        self.rounds += 1;
    }

    /// Dies there, and has the cue sent by the successor.
    async fn dies_at(&mut self, place: Place) {
        let replica = self.begins().await;
        let before = self.bot.heard_by_team(WORDS);
        replica.deaths.wait_at(place);
        self.presses().await;
        let bot = &self.bot;
        let died = bot.passes_until_death(&replica, SENT).await;
        let at = replica.deaths.died_at().unwrap_or_default();
        match died {
            true => replica.killed().await,
            false => replica.stops().await,
        }
        let restarted = match self.successor {
            Successor::Restart => Some(bot.serves().await),
            Successor::Standby => None,
        };
        // Until the lease of the dead one has run out, and what is in doubt was looked up.
        let wait = match self.successor {
            Successor::Restart => 20,
            Successor::Standby => 120,
        };
        bot.passes(wait).await;
        let new = |before: &[usize]| -> Vec<usize> {
            let now = bot.heard_by_team(WORDS);
            now.iter()
                .zip(before)
                .map(|(now, then)| now - then)
                .collect()
        };
        let heard = new(&before);
        let standing = bot.standing(&self.cue).await;
        let story = format!("{place:?}, died {at}: {heard:?}, {standing:?}");
        self.figures.deaths += usize::from(died);
        self.figures.unclear += standing.unclear.len();
        // In a quiet room it is seen whether anything was sent: only what arrived can stay in doubt.
        let arrived = |title: &str| {
            let team: usize = title.trim_start_matches("Team ").parse().expect("a team");
            heard[team - 1] > 0
        };
        let settled = bot.settles(&self.cue, &standing, arrived).await;
        assert_eq!(settled[1], 0, "what was not sent is in doubt: {story}");
        for (all, new) in self.figures.settled.iter_mut().zip(settled) {
            *all += new;
        }
        bot.passes(10).await;
        let heard = new(&before);
        let standing = bot.standing(&self.cue).await;
        let twice = heard.iter().filter(|times| **times > 1).count();
        let never = heard.iter().filter(|times| **times == 0).count();
        self.figures.duplicates += twice;
        self.figures.losses += never;
        assert_eq!((twice, never), (0, 0), "{story}; in the end {heard:?}");
        let all_sent = [("sent".to_owned(), TEAMS)].into();
        assert_eq!(standing.counts, all_sent, "{story}; in the end");
        if let Some(restarted) = restarted {
            restarted.stops().await;
        }
    }
}

#[tokio::test]
async fn and_it_is_started_again_on_a_file() {
    let sweep = Sweep::on(Database::File, Successor::Restart, false).await;
    sweep.expect("a folder").survives(every(5)).await;
}

#[tokio::test]
async fn and_it_is_started_again_on_a_server() {
    if let Some(sweep) = Sweep::on(Database::Server, Successor::Restart, false).await {
        sweep.survives(every(17)).await;
    }
}

#[tokio::test]
async fn and_a_standby_takes_over_on_a_file() {
    let sweep = Sweep::on(Database::File, Successor::Standby, false).await;
    sweep.expect("a folder").survives(every(9)).await;
}

#[tokio::test]
async fn and_a_standby_takes_over_on_a_server() {
    if let Some(sweep) = Sweep::on(Database::Server, Successor::Standby, false).await {
        sweep.survives(every(23)).await;
    }
}

/// Then nothing stays in doubt.
#[tokio::test]
async fn and_webex_tells_a_standby_what_was_sent() {
    let sweep = Sweep::on(Database::File, Successor::Standby, true).await;
    sweep.expect("a folder").survives(every(9)).await;
}
