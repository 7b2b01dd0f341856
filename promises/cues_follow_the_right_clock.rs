//! Cues follow the right clock: the event's own time zone and Webex's time, whatever the clocks of the
//! machines say that send them or that operators sit at.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use showcaller_engine::cues::{LEASE, NewEntry, log};
use showcaller_event::model::{CueId, CueKey, DayId};
use showcaller_show::{By, CueState, Entry, Via};

use crate::bot_stage::{BotStage, Database, Replica, reference, text};
use crate::files::Files;

const LUNCH: &str = "eat something";
const PITCH: &str = "record your pitch";

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

impl BotStage {
    async fn with_files(files: &Files) -> Self {
        let bot = Self::with(Database::File, files, |_| {}).await;
        bot.expect("a folder")
    }

    /// When these words were written in the room of the first team.
    fn when(&self, words: &str) -> Vec<Timestamp> {
        let said = self.answers_in(&self.room("Team 1")).into_iter();
        let said = said.filter(|it: &Value| text(&it["markdown"]).contains(words));
        said.map(|it| time(&text(&it["created"]))).collect()
    }

    /// They were written once in each team's room, within three seconds of this time.
    fn is_at_this_time(&self, words: &str, expected: &str) {
        let when = self.when(words);
        let expected = time(expected);
        let on_time = |at: &Timestamp| {
            let late = at.duration_since(expected);
            !late.is_negative() && late <= SignedDuration::from_secs(3)
        };
        assert!(
            matches!(&when[..], [at] if on_time(at)),
            "{words} at {expected}: {when:?}"
        );
    }

    async fn leader(&self) -> Option<String> {
        let holder = self.stage.ledger.holder(LEASE).await;
        holder.expect("a ledger").map(|holder| holder.by)
    }
}

#[tokio::test]
async fn when_the_clocks_change_in_the_night_between_two_days() {
    let mut files = reference();
    for (from, to) in [
        ("2027-10-06", "2027-10-29"),
        ("2027-10-07", "2027-10-30"),
        ("2027-10-08", "2027-10-31"),
    ] {
        files.yaml = files.yaml.replace(from, to);
    }
    let files = files.edited(
        "    at: \"13:20\"\n    send: by-call ",
        "    at: \"13:20\"\n    #",
    );
    let bot = BotStage::with_files(&files).await;
    let replica = bot.serves().await;
    bot.is("2027-10-30T11:59:50+02:00");
    bot.passes(60).await;
    bot.is("2027-10-31T01:00:00+02:00");
    bot.passes(2 * 3_600).await;
    bot.is("2027-10-31T12:15:00+01:00");
    bot.passes(2 * 3_600).await;
    bot.is_at_this_time(LUNCH, "2027-10-30T12:00:00+02:00");
    bot.is_at_this_time("general session", "2027-10-31T13:20:00+01:00");
    replica.stops().await;
    bot.ends().await;
}

/// A cue of the second day that is due on the third, and one that is due in the last minute of a day.
#[tokio::test]
async fn over_midnight() {
    let files = reference()
        .edited("at: \"12:00\"", "at: \"23:59\"")
        .edited("    delay: 5 min\n", "    delay: 9 h\n");
    let bot = BotStage::with_files(&files).await;
    let breakouts = bot
        .event
        .cues
        .iter()
        .find(|cue| cue.key.cue.as_str() == "well-done");
    assert!(breakouts.is_some());
    let replica = bot.serves().await;
    bot.is("2027-10-07T23:50:00+02:00");
    bot.passes(4 * 3_600).await;
    bot.is_at_this_time(LUNCH, "2027-10-07T23:59:00+02:00");
    bot.is_at_this_time("Well done", WELL_DONE);
    replica.stops().await;
    bot.ends().await;
}

/// Nine hours after the breakouts have ended.
const WELL_DONE: &str = "2027-10-08T01:30:00+02:00";

/// Their clocks differ by hours. What they say counts from the moment at which it is read.
#[tokio::test]
async fn operators_in_three_zones_with_clocks_of_their_own() {
    let bot = BotStage::with_files(&reference()).await;
    bot.is("2027-10-08T12:59:50+02:00");
    let replica = bot.serves().await;
    bot.passes(10).await;
    for (name, cue, day, hours) in [
        ("ann", "good-night", "day-1", -9),
        ("ben", "check-out", "day-3", 0),
        ("chi", "general-session", "day-3", 7),
    ] {
        let entry = NewEntry {
            key: name.to_owned(),
            by: By {
                name: name.to_owned(),
                account: None,
                via: Via::Terminal,
            },
            entry: Entry::Go {
                cue: CueKey {
                    cue: CueId::new(cue),
                    day: Some(DayId::new(day)),
                },
            },
        };
        let at = bot.stage.now() + minutes(60 * hours);
        let logged = log(&bot.stage.ledger, &[entry], None, at).await;
        logged.expect("a ledger");
        bot.passes(10).await;
    }
    bot.is_at_this_time("Good night", "2027-10-08T13:00:00+02:00");
    bot.is_at_this_time("While the jury deliberates", "2027-10-08T13:00:10+02:00");
    bot.is_at_this_time("The pitches begin in ten", "2027-10-08T13:00:20+02:00");
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn when_the_clock_of_the_machine_steps() {
    for (at, step) in [
        ("2027-10-07T11:57:00+02:00", minutes(-5)),
        ("2027-10-07T11:57:00+02:00", minutes(60)),
        ("2027-10-07T11:59:59+02:00", minutes(-5)),
        ("2027-10-07T11:59:58+02:00", minutes(60)),
    ] {
        let bot = BotStage::with_files(&reference()).await;
        bot.is("2027-10-07T11:55:00+02:00");
        let replica = bot.serves().await;
        bot.passes(10).await;
        bot.is(at);
        replica.clock.step_wall(step);
        bot.passes(600).await;
        bot.is("2027-10-07T13:02:00+02:00");
        bot.passes(20).await;
        bot.is_at_this_time(LUNCH, "2027-10-07T12:00:00+02:00");
        replica.stops().await;
        bot.ends().await;
    }
}

/// It wakes up at 12:18: the cue of 12:00 is asked about, that of 12:10 goes, and that of 12:15, which is no
/// help later, is left out.
#[tokio::test]
async fn a_laptop_is_asleep_for_20_minutes_across_three_cues() {
    let files = reference().edited("at: \"15:00\"", "at: \"12:10\"").edited(
        "day: day-1\n    at: \"14:30\"",
        "day: day-2\n    at: \"12:15\"",
    );
    let bot = BotStage::with_files(&files).await;
    let replica = bot.serves().await;
    bot.is("2027-10-07T11:58:00+02:00");
    bot.passes(3).await;
    replica.clock.suspend();
    bot.is("2027-10-07T12:18:00+02:00");
    replica.clock.resume();
    bot.passes(600).await;
    assert_eq!(bot.when(LUNCH), []);
    bot.is_at_this_time(PITCH, "2027-10-07T12:18:00+02:00");
    assert_eq!(bot.when("Keep going"), []);
    let show = bot.stage.engine(&bot.event).show().await.expect("a ledger");
    show.board(bot.stage.now(), true, |board| {
        let lunch = board.find("lunch/day-2").expect("a cue");
        assert_eq!(lunch.state, CueState::Late);
        let keep_going = board.find("keep-going/day-2").expect("a cue");
        assert_eq!(keep_going.state, CueState::Skipped);
    });
    let told = bot.texts_in(&bot.room("Organisation")).join("\n");
    assert!(told.contains("lunch/day-2"), "{told}");
    replica.stops().await;
    bot.ends().await;
}

/// A process whose clock is wrong leads only as long as no other is there.
#[tokio::test]
async fn the_process_with_the_right_clock_leads() {
    for ahead in [minutes(60), minutes(-60), SignedDuration::from_secs(9)] {
        let bot = BotStage::with_files(&reference()).await;
        bot.is("2027-10-07T11:40:00+02:00");
        let wrong = bot.serves_off("wrong", ahead).await;
        bot.passes(60).await;
        assert_eq!(bot.leader().await.as_deref(), Some("wrong"), "alone");
        let right = bot.serves_elsewhere("right").await;
        bot.passes(20).await;
        for _ in 0..8 {
            assert_eq!(bot.leader().await.as_deref(), Some("right"), "{ahead:#}");
            bot.passes(15).await;
        }
        right.killed().await;
        bot.passes(120).await;
        assert_eq!(bot.leader().await.as_deref(), Some("wrong"), "{ahead:#}");
        let once_more = bot.serves_elsewhere("right again").await;
        bot.is("2027-10-07T11:55:00+02:00");
        bot.passes(600).await;
        assert_eq!(bot.leader().await.as_deref(), Some("right again"));
        bot.is_at_this_time(LUNCH, "2027-10-07T12:00:00+02:00");
        both_stop(wrong, once_more).await;
        bot.ends().await;
    }
}

/// The leader's clock is set wrong while it leads.
#[tokio::test]
async fn a_leader_whose_clock_becomes_wrong_is_relieved() {
    for step in [minutes(60), minutes(-5)] {
        let bot = BotStage::with_files(&reference()).await;
        bot.is("2027-10-07T11:50:00+02:00");
        let one = bot.serves_elsewhere("one").await;
        bot.passes(20).await;
        let two = bot.serves_elsewhere("two").await;
        bot.passes(20).await;
        assert_eq!(bot.leader().await.as_deref(), Some("one"));
        one.clock.step_wall(step);
        bot.passes(40).await;
        assert_eq!(bot.leader().await.as_deref(), Some("two"), "{step:#}");
        bot.passes(900).await;
        assert_eq!(bot.leader().await.as_deref(), Some("two"), "{step:#}");
        bot.is_at_this_time(LUNCH, "2027-10-07T12:00:00+02:00");
        both_stop(one, two).await;
        bot.ends().await;
    }
}

async fn both_stop(one: Replica, two: Replica) {
    one.stops().await;
    two.stops().await;
}
