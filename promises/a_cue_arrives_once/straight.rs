//! Where nothing goes wrong.

use showcaller_engine::cues::{NewEntry, log};
use showcaller_event::model::{CueId, CueKey, DayId};
use showcaller_show::{By, Entry, Via};

use crate::bot_stage::BotStage;

pub(super) fn key(cue: &str, day: &str) -> CueKey {
    CueKey {
        cue: CueId::new(cue),
        day: Some(DayId::new(day)),
    }
}

pub(super) fn operator(name: &str) -> By {
    By {
        name: name.to_owned(),
        account: None,
        via: Via::Terminal,
    }
}

impl BotStage {
    /// In how many rooms of teams a text with these words is, and how often altogether.
    fn heard(&self, words: &str) -> (usize, usize) {
        let rooms = (1..=6).map(|team| {
            let texts = self.texts_in(&self.room(&format!("Team {team}")));
            texts.iter().filter(|text| text.contains(words)).count()
        });
        let counts: Vec<usize> = rooms.collect();
        let rooms = counts.iter().filter(|count| **count > 0).count();
        (rooms, counts.iter().sum())
    }
}

#[tokio::test]
async fn by_the_clock_within_a_second_or_two() {
    let bot = BotStage::new().await;
    bot.is("2027-10-07T11:59:50+02:00");
    let replica = bot.serves().await;
    bot.passes(9).await;
    assert_eq!(bot.heard("eat something"), (0, 0));
    bot.passes(5).await;
    assert_eq!(bot.heard("eat something"), (6, 6));
    bot.passes(3_600).await;
    assert_eq!(bot.heard("eat something"), (6, 6));
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn by_call_when_an_operator_says_go_and_not_before() {
    let bot = BotStage::new().await;
    bot.is("2027-10-06T17:00:00+02:00");
    let replica = bot.serves().await;
    bot.passes(3_600).await;
    assert_eq!(bot.heard("Good night"), (0, 0));
    let go = NewEntry {
        key: "go/1".to_owned(),
        by: operator("ann"),
        entry: Entry::Go {
            cue: key("good-night", "day-1"),
        },
    };
    log(&bot.stage.ledger, &[go], None, bot.stage.now())
        .await
        .expect("a ledger");
    bot.passes(5).await;
    assert_eq!(bot.heard("Good night"), (6, 6));
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn what_needs_an_operator_is_told_once_in_their_room() {
    let bot = BotStage::new().await;
    bot.is("2027-10-06T16:00:00+02:00");
    let replica = bot.serves().await;
    bot.passes(7_200).await;
    let told = || bot.texts_in(&bot.room("Organisation"));
    insta::assert_snapshot!(told().join("\n---\n"), @r"
    **2 cues need you.**

    - **opening/day-1** was due at 08:45 and has not gone to 12 rooms. `go opening/day-1` sends it now, `skip opening/day-1` leaves it out.
    - **keep-going/day-1** was due at 14:30 and has not gone to 6 rooms. `go keep-going/day-1` sends it now, `skip keep-going/day-1` leaves it out.
    ---
    **good-night/day-1** is on standby, for 6 rooms. `go good-night/day-1` sends it.
    ");
    replica.stops().await;
    let next = bot.serves().await;
    bot.passes(7_200).await;
    assert_eq!(told().len(), 2, "{:?}", told());
    next.stops().await;
    bot.ends().await;
}
