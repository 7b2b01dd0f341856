//! Where nothing goes wrong.

use showcaller_event::model::CueRecipient;
use showcaller_show::{Attempted, CueState, Entry};

use super::key;
use crate::bot_stage::{BotStage, Database, text};

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
    bot.is("2027-10-07T17:00:00+02:00");
    let replica = bot.serves().await;
    bot.passes(3_600).await;
    assert_eq!(bot.heard("Good night"), (0, 0));
    bot.goes(&key("good-night", "day-1")).await;
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
    **5 cues need you.**

    - **opening/warm-up** was due on Fri 1 Oct at 08:45 and has not gone to 12 rooms. `go opening/warm-up` sends it now, `skip opening/warm-up` leaves it out.
    - **opening/day-1** was due at 08:45 and has not gone to 12 rooms. `go opening/day-1` sends it now, `skip opening/day-1` leaves it out.
    - **start-breakout/warm-up** was due on Fri 1 Oct at 09:50 and has not gone to 12 people. `go start-breakout/warm-up` sends it now, `skip start-breakout/warm-up` leaves it out.
    - **start-breakout/day-1** was due at 09:50 and has not gone to 12 people. `go start-breakout/day-1` sends it now, `skip start-breakout/day-1` leaves it out.
    - **keep-going/day-1** was due at 14:30 and was left out for 6 rooms, as the file asks. `go keep-going/day-1` sends it all the same.
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

#[tokio::test]
async fn what_would_say_something_else_now_is_told_and_not_sent_again() {
    let bot = BotStage::new().await;
    bot.is("2027-10-07T11:59:50+02:00");
    let replica = bot.serves().await;
    bot.passes(60).await;
    let mut files = crate::bot_stage::reference();
    files.yaml = files
        .yaml
        .replace("**eat something**", "**eat something good**");
    bot.applies(&files).await;
    bot.passes(120).await;
    assert_eq!(bot.heard("eat something"), (6, 6));
    let told = bot.texts_in(&bot.room("Organisation"));
    let told: Vec<_> = told.iter().filter(|it| it.contains("lunch")).collect();
    insta::assert_debug_snapshot!(told, @r#"
    [
        "**lunch/day-2** would say something else now than when it was sent to 6 recipients. `again lunch/day-2` sends it once more.",
    ]
    "#);
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn who_has_no_account_yet_is_left_out_until_it_is_asked_for() {
    let files = crate::bot_stage::reference();
    let event = files.event();
    let cue = key("start-breakout", "day-1");
    let coaches = &event.cue(&cue).expect("a cue").to;
    let CueRecipient::Person(pending) = &coaches[0].recipient else {
        panic!("it goes to people");
    };
    let bot = BotStage::with(Database::File, &files, |config| {
        config
            .accounts
            .retain(|account| account.email != pending.as_str());
        // Nor has an address of the organisation one by itself.
        config.domains.clear();
    });
    let bot = bot.await.expect("a folder");
    bot.is("2027-10-06T09:49:50+02:00");
    let replica = bot.serves().await;
    bot.passes(60).await;
    let told = || {
        let said = bot.said();
        let texts = said.iter().map(|it| text(&it["markdown"]));
        texts.filter(|it| it.starts_with("You start")).count()
    };
    assert_eq!(told(), coaches.len() - 1);
    let standing = bot.standing(&cue).await;
    assert_eq!(standing.state, CueState::Sent, "{standing:?}");
    assert_eq!(standing.counts["failed"], 1, "{standing:?}");
    bot.enters(Entry::Retry {
        cue: cue.clone(),
        generation: 0,
        failed: vec![Attempted {
            recipient: coaches[0].recipient.clone(),
            attempt: 0,
        }],
    })
    .await;
    bot.passes(60).await;
    assert_eq!(told(), coaches.len());
    replica.stops().await;
    bot.ends().await;
}

/// A broadcast to many rooms takes longer than the minute for which a cue that is skipped when it is late
/// waits: here Webex takes nothing for nine minutes.
#[tokio::test]
async fn what_began_on_time_goes_on_while_its_leader_does() {
    let files = crate::bot_stage::reference();
    let database = crate::bot_stage::Database::File;
    let bot = BotStage::with(database, &files, |config| {
        let fault = "429 on POST /messages for 200 calls retry-after 20";
        config.faults = vec![fault.parse().expect("a fault")];
    });
    let bot = bot.await.expect("a folder");
    bot.is("2027-10-06T14:29:50+02:00");
    let replica = bot.serves().await;
    bot.passes(30).await;
    bot.passes(540).await;
    let standing = bot.standing(&super::key("keep-going", "day-1")).await;
    assert_eq!(standing.counts, [("due".to_owned(), 6)].into());
    replica.stops().await;
    bot.ends().await;
}
