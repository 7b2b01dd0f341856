//! The ledger is lost, and an older backup takes its place.

use std::path::Path;
use std::sync::Arc;

use showcaller_clock::SharedClock;
use showcaller_engine::{Restoration, restore};
use showcaller_ledger::Existing;
use showcaller_show::CueState;

use super::{BotStage, TEAMS, key};
use crate::processes;

async fn restores(bot: &mut BotStage, backup: &Path) {
    bot.loses_its_ledger().await;
    let restoration = Restoration {
        backup,
        before: None,
        process: &processes::alive(),
        whatever_it_is_bound_to: false,
    };
    let clock: SharedClock = Arc::new(bot.stage.clock.clone());
    let restored = restore(&bot.stage.ledger, &restoration, &clock).await;
    restored.expect("a restore");
}

/// What the backup does not know to be sent is asked about, by the clock and by a go that it knows of.
#[tokio::test]
async fn what_was_sent_since_the_backup_is_not_sent_again() {
    let mut bot = BotStage::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("backup");
    bot.is("2027-10-07T11:59:00+02:00");
    bot.goes(&key("good-night", "day-1")).await;
    let made = bot.stage.ledger.backup(&backup, Existing::Refuse).await;
    made.expect("a backup");
    let replica = bot.serves().await;
    bot.passes(90).await;
    let heard = |bot: &BotStage| [bot.heard("eat something"), bot.heard("Good night")];
    assert_eq!(heard(&bot), [(TEAMS, TEAMS); 2]);
    replica.stops().await;

    restores(&mut bot, &backup).await;
    let replica = bot.serves().await;
    bot.passes(60).await;
    assert_eq!(heard(&bot), [(TEAMS, TEAMS); 2]);
    let good_night = key("good-night", "day-1");
    assert_eq!(bot.standing(&good_night).await.state, CueState::Late);
    // An operator knows better, and says so.
    bot.goes(&good_night).await;
    bot.passes(10).await;
    let once_more = [(TEAMS, TEAMS), (TEAMS, 2 * TEAMS)];
    assert_eq!(heard(&bot), once_more);
    bot.passes(1_800).await;
    assert_eq!(heard(&bot), once_more);
    replica.stops().await;
    bot.ends().await;
}
