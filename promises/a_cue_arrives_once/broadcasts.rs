//! The origin's nine broadcasts as a team's room hears them, by clock where the file says so.

use jiff::{SignedDuration, Timestamp};
use showcaller_engine::cues::{NewEntry, log};
use showcaller_show::Entry;

use super::{key, operator};
use crate::bot_stage::BotStage;
use crate::transcripts::drawn;

/// When each goes, by which day's cue, and who calls it where it goes by call.
const BROADCASTS: [(&str, &str, &str, &[&str]); 9] = [
    ("2027-10-06T08:45:00+02:00", "opening", "day-1", &[]),
    ("2027-10-06T14:30:00+02:00", "keep-going", "day-1", &[]),
    ("2027-10-06T17:34:00+02:00", "good-night", "day-1", &["ann"]),
    ("2027-10-07T12:00:00+02:00", "lunch", "day-2", &[]),
    (
        "2027-10-07T15:00:00+02:00",
        "record-the-pitch",
        "day-2",
        &[],
    ),
    ("2027-10-07T16:35:00+02:00", "well-done", "day-2", &[]),
    (
        "2027-10-08T13:24:00+02:00",
        "general-session",
        "day-3",
        &["ann"],
    ),
    ("2027-10-08T15:27:00+02:00", "check-out", "day-3", &["ann"]),
    (
        "2027-10-08T16:20:00+02:00",
        "celebration",
        "day-3",
        &["ann", "ben"],
    ),
];

#[tokio::test]
async fn the_nine_broadcasts_of_the_event_by_clock_and_by_call() {
    let bot = BotStage::new().await;
    let lead = SignedDuration::from_secs(5);
    let first: Timestamp = BROADCASTS[0].0.parse().expect("a time");
    bot.is(&(first - lead).to_string());
    let replica = bot.serves().await;
    for (at, cue, day, callers) in BROADCASTS {
        let at: Timestamp = at.parse().expect("a time");
        if at > first {
            bot.is(&(at - lead).to_string());
        }
        bot.passes(5).await;
        for caller in callers {
            let go = NewEntry {
                key: format!("go/{cue}/{caller}"),
                by: operator(caller),
                entry: Entry::Go { cue: key(cue, day) },
            };
            let logged = log(&bot.stage.ledger, &[go], None, bot.stage.now()).await;
            logged.expect("a ledger");
        }
        bot.passes(10).await;
    }
    insta::assert_snapshot!(
        "nine_broadcasts_in_a_team_s_room",
        drawn(&bot, &bot.room("Team 1"))
    );
    replica.stops().await;
    bot.ends().await;
}
