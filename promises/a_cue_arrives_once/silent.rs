//! A leader that is only silent: its machine sleeps, or another process takes its lease.

use jiff::SignedDuration;

use super::{BotStage, TEAMS, key};
use crate::bot_stage::{Database, reference};

const WORDS: &str = "Good night";

/// It wakes up in the middle of sending, while a standby has taken over. Its permit refuses.
#[tokio::test]
async fn it_sends_nothing_once_another_has_taken_over() {
    for (slept_after, slept) in [(100, 100), (900, 100), (1_700, 300), (2_500, 61)] {
        let files = reference();
        let bot = BotStage::with(Database::File, &files, |config| {
            config.latency = Some(SignedDuration::from_millis(400));
            let fault = "429 on POST /messages for 3 calls retry-after 2";
            config.faults = vec![fault.parse().expect("a fault")];
        });
        let bot = bot.await.expect("a folder");
        let leader = bot.serves_elsewhere("laptop").await;
        bot.passes(8).await;
        let standby = bot.serves_elsewhere("standby").await;
        bot.passes(8).await;
        let cue = key("good-night", "day-1");
        bot.goes(&cue).await;
        bot.passes_in_full(SignedDuration::from_millis(slept_after))
            .await;
        leader.clock.suspend();
        bot.passes(slept).await;
        leader.clock.resume();
        bot.passes(200).await;
        let heard = bot.heard_by_team(WORDS);
        let standing = bot.standing(&cue).await;
        let story = format!("{slept_after} ms, {slept} s: {heard:?}, {standing:?}");
        assert!(heard.iter().all(|times| *times <= 1), "{story}");
        let arrived = |title: &str| {
            bot.texts_in(&bot.room(title))
                .iter()
                .any(|it| it.contains(WORDS))
        };
        let [_, anew] = bot.settles(&cue, &standing, arrived).await;
        assert_eq!(anew, 0, "{story}");
        bot.passes(20).await;
        assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS), "{story}");
        let all_sent = [("sent".to_owned(), TEAMS)].into();
        assert_eq!(bot.standing(&cue).await.counts, all_sent, "{story}");
        leader.killed().await;
        standby.stops().await;
        bot.ends().await;
    }
}

/// The lease is taken away while the process lives and its messages are under way: it writes how they
/// ended, and the next leader sends the rest.
#[tokio::test]
async fn it_loses_its_lease_in_the_middle_of_sending() {
    for lost_after in [200, 1_000, 1_800, 3_000] {
        let files = reference();
        let bot = BotStage::with(Database::File, &files, |config| {
            config.latency = Some(SignedDuration::from_millis(700));
            let fault = "429 on POST /messages for 3 calls retry-after 2";
            config.faults = vec![fault.parse().expect("a fault")];
        });
        let bot = bot.await.expect("a folder");
        let leader = bot.serves_elsewhere("one").await;
        bot.passes(8).await;
        let cue = key("good-night", "day-1");
        bot.goes(&cue).await;
        bot.passes_in_full(SignedDuration::from_millis(lost_after))
            .await;
        let ledger = &bot.stage.ledger;
        let holder = ledger.holder(showcaller_engine::cues::LEASE).await;
        let holder = holder.expect("a ledger").expect("it is held");
        let other = showcaller_ledger::Instance::new("another", None);
        let ttl = SignedDuration::from_secs(20);
        let name = showcaller_engine::cues::LEASE;
        let taken = ledger.take_over(name, &holder, &other, bot.stage.now(), ttl);
        taken.await.expect("taken over");
        bot.passes(240).await;
        let standing = bot.standing(&cue).await;
        assert_eq!(
            bot.heard(WORDS),
            (TEAMS, TEAMS),
            "{lost_after}: {standing:?}"
        );
        let all_sent = [("sent".to_owned(), TEAMS)].into();
        assert_eq!(standing.counts, all_sent, "{lost_after}");
        leader.stops().await;
        bot.ends().await;
    }
}
