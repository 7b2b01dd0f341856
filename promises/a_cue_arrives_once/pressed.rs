//! Whatever operators press meanwhile.

use jiff::SignedDuration;
use showcaller_engine::cues::{NewEntry, Show, ShowWatch, log};
use showcaller_show::{CueState, Entry, ReceiptState, Said};

use super::{BotStage, TEAMS, key};
use crate::bot_stage::{Database, Place, reference};

const WORDS: &str = "Good night";

/// A stage where each call takes its time, so that a cue is under way for some seconds.
async fn slow(fault: Option<&str>) -> BotStage {
    let files = reference();
    let bot = BotStage::with(Database::File, &files, |config| {
        config.latency = Some(SignedDuration::from_millis(900));
        let fault = fault.map(|fault| fault.parse().expect("a fault"));
        config.faults = fault.into_iter().collect();
    });
    bot.await.expect("a folder")
}

fn good_night() -> showcaller_event::model::CueKey {
    key("good-night", "day-1")
}

/// Through ledgers of their own, and again while it is sent and once it was.
#[tokio::test]
async fn two_operators_press_go_at_the_same_moment() {
    let bot = slow(None).await;
    let replica = bot.serves().await;
    bot.passes(6).await;
    let [one, two] = [bot.ledger().await, bot.ledger().await];
    let go = || Entry::Go { cue: good_night() };
    for _ in 0..3 {
        tokio::join!(
            bot.enters_by(&one, "ann", go()),
            bot.enters_by(&two, "ben", go()),
        );
        bot.passes(2).await;
    }
    bot.passes(30).await;
    bot.goes(&good_night()).await;
    bot.passes(30).await;
    assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS));
    for ledger in [one, two] {
        ledger.close().await;
    }
    replica.stops().await;
    bot.ends().await;
}

/// A hold stops what has not begun; a go sends the rest, and to nobody twice.
#[tokio::test]
async fn hold_and_go_while_it_is_sent() {
    let bot = slow(Some("429 on POST /messages for 5 calls retry-after 5")).await;
    let replica = bot.serves().await;
    bot.passes(6).await;
    let cue = good_night();
    bot.goes(&cue).await;
    let (rooms, texts) = loop {
        bot.passes_in_full(SignedDuration::from_millis(100)).await;
        let heard = bot.heard(WORDS);
        if heard.0 > 0 {
            break heard;
        }
    };
    assert!(rooms < TEAMS, "{rooms} of all at once");
    assert_eq!(rooms, texts);
    bot.enters(Entry::Hold { cue: cue.clone() }).await;
    bot.passes(120).await;
    let (held, _) = bot.heard(WORDS);
    let standing = bot.standing(&cue).await;
    assert!(held < TEAMS, "{standing:?}");
    assert_eq!(standing.state, CueState::Held);
    bot.goes(&cue).await;
    bot.passes(30).await;
    assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS));
    replica.stops().await;
    bot.ends().await;
}

/// By whatever clock its writer went: once it is received, all go by the same time.
#[tokio::test]
async fn an_entry_has_one_time_for_all_who_read_it() {
    let bot = BotStage::new().await;
    let watch = ShowWatch::new(bot.ledger().await);
    let ahead = bot.stage.now() + SignedDuration::from_mins(5);
    let go = NewEntry {
        key: "ahead".to_owned(),
        by: super::operator("ann"),
        entry: Entry::Go { cue: good_night() },
    };
    let logged = log(&bot.stage.ledger, &[go], None, ahead).await;
    logged.expect("a ledger");
    let times = async || {
        let at = |show: &Show| {
            let go = show.log.iter().find(|it| it.key == "ahead");
            go.expect("it is in the log").at
        };
        let watched = watch.look(bot.stage.now(), |show, _| at(show)).await;
        [watched.expect("a ledger"), at(&bot.show().await)]
    };
    assert_eq!(times().await, [ahead; 2]);
    let began = bot.stage.now();
    let replica = bot.serves().await;
    bot.passes(6).await;
    let received = times().await;
    assert!(
        (began..=bot.stage.now()).contains(&received[0]),
        "{received:?}"
    );
    assert_eq!(received[0], received[1]);
    replica.stops().await;
    let next = bot.serves().await;
    bot.passes(20).await;
    assert_eq!(times().await, received);
    assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS));
    next.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn go_is_said_before_a_restart_and_after_it() {
    let bot = slow(None).await;
    let replica = bot.serves().await;
    bot.passes(6).await;
    replica.killed().await;
    let cue = good_night();
    bot.goes(&cue).await;
    bot.passes(30).await;
    let replica = bot.serves().await;
    bot.passes(20).await;
    assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS));
    replica.stops().await;
    let replica = bot.serves().await;
    bot.goes(&cue).await;
    bot.passes(700).await;
    assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS));
    replica.stops().await;
    bot.ends().await;
}

/// What is under way is deleted once it is known, and after a recall it is sent anew.
#[tokio::test]
async fn recall_while_it_is_sent_and_again() {
    for after in [0, 300, 1_200, 2_500, 9_000] {
        let bot = slow(None).await;
        let replica = bot.serves().await;
        bot.passes(6).await;
        let cue = good_night();
        bot.goes(&cue).await;
        let after = SignedDuration::from_millis(after);
        bot.passes_in_full(after).await;
        bot.enters(Entry::Recall { cue: cue.clone() }).await;
        bot.passes(60).await;
        assert_eq!(bot.heard(WORDS), (0, 0), "recalled after {after:#}");
        assert_eq!(bot.standing(&cue).await.state, CueState::Held);
        bot.goes(&cue).await;
        bot.passes(30).await;
        assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS), "after {after:#}");
        replica.stops().await;
        bot.ends().await;
    }
}

/// Somebody deleted one of them before, and the process dies at every third place.
#[tokio::test]
async fn recall_across_crashes() {
    let bot = BotStage::new().await;
    let cue = good_night();
    for round in 0..8 {
        let replica = bot.serves().await;
        bot.passes(6).await;
        bot.goes(&cue).await;
        bot.passes(10).await;
        assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS));
        let deleted = bot
            .answers_in(&bot.room("Team 2"))
            .pop()
            .expect("it is there");
        let path = format!("/v1/messages/{}", crate::bot_stage::text(&deleted["id"]));
        let me = bot.person(showcaller_rehearsal::BOT);
        me.does(http::Method::DELETE, &path, serde_json::Value::Null)
            .await;
        let points = crate::bot_stage::CrashPoint::ALL;
        replica.deaths.wait_at(match round % 4 {
            3 => Place::Ledger(6 + 4 * round),
            point => Place::Call(round / 4 * 2 + 1, points[point]),
        });
        bot.enters(Entry::Recall { cue: cue.clone() }).await;
        let died = bot
            .passes_until_death(&replica, SignedDuration::from_secs(5))
            .await;
        match died {
            true => replica.killed().await,
            false => replica.stops().await,
        }
        let replica = bot.serves().await;
        bot.passes(30).await;
        assert_eq!(bot.heard(WORDS), (0, 0), "round {round}, died: {died}");
        replica.stops().await;
    }
    bot.ends().await;
}

async fn corrects(bot: &BotStage, words: &str) -> Entry {
    let cue = good_night();
    let messages = bot.show().await.board(bot.stage.now(), true, |board| {
        let cue = board.cue(&cue).expect("a cue");
        let said = cue.recipients.iter().map(|it| Said {
            recipient: it.to.recipient.clone(),
            markdown: words.into(),
        });
        said.collect()
    });
    let generation = bot.standing(&cue).await.generation;
    Entry::Correct {
        cue,
        generation,
        messages,
    }
}

/// By an edit, as often as Webex takes one, and then by a message that follows.
#[tokio::test]
async fn other_words_are_written_once_across_crashes() {
    let bot = BotStage::new().await;
    let mut replica = bot.serves().await;
    bot.passes(6).await;
    bot.goes(&good_night()).await;
    bot.passes(10).await;
    let points = crate::bot_stage::CrashPoint::ALL;
    for round in 0..14_usize {
        let words = format!("Sleep well {round}.");
        let correct = corrects(&bot, &words).await;
        // A correction is two calls: the message's room is looked up first.
        replica
            .deaths
            .wait_at(Place::Call(round, points[round % 3]));
        bot.enters(correct).await;
        let died = bot
            .passes_until_death(&replica, SignedDuration::from_secs(6))
            .await;
        match died {
            true => replica.killed().await,
            false => replica.stops().await,
        }
        replica = bot.serves().await;
        bot.passes(150).await;
        let heard = bot.heard_by_team(&words);
        assert!(heard.iter().all(|times| *times <= 1), "{round}: {heard:?}");
        let missing = heard.iter().filter(|times| **times == 0).count();
        // An edit that was refused is followed by a message, and that one may be in doubt.
        assert!(
            missing <= usize::from(round >= 10 && died) * TEAMS,
            "{round}: {heard:?}"
        );
    }
    let texts = bot.texts_in(&bot.room("Team 3"));
    assert!(texts.len() > 1, "Webex lets a message be edited ten times");
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn a_message_that_no_cue_has_is_sent_once_across_crashes() {
    let bot = BotStage::new().await;
    let room = bot.event.rooms.iter().find(|it| it.title == "Team 1");
    let recipient = showcaller_event::model::CueRecipient::Room(room.expect("a room").key.clone());
    for round in 0..9_usize {
        let replica = bot.serves().await;
        bot.passes(6).await;
        let words = format!("The coffee is here {round}.");
        let say = Entry::Say {
            id: uuid::Uuid::new_v4().to_string(),
            messages: vec![Said {
                recipient: recipient.clone(),
                markdown: words.as_str().into(),
            }],
            about: Vec::new(),
        };
        let points = crate::bot_stage::CrashPoint::ALL;
        replica.deaths.wait_at(match round {
            0..3 => Place::Call(0, points[round]),
            _ => Place::Ledger(round * 4),
        });
        let new = |key: &str| NewEntry {
            key: format!("say/{round}/{key}"),
            by: super::operator("ann"),
            entry: say.clone(),
        };
        // Written twice: by one preview, whose answer was lost.
        for key in ["one", "two"] {
            let entries = [new(key)];
            let logged = log(&bot.stage.ledger, &entries, None, bot.stage.now());
            logged.await.expect("a ledger");
        }
        let died = bot
            .passes_until_death(&replica, SignedDuration::from_secs(4))
            .await;
        match died {
            true => replica.killed().await,
            false => replica.stops().await,
        }
        let replica = bot.serves().await;
        bot.passes(30).await;
        assert_eq!(bot.heard(&words), (1, 1), "round {round}, died: {died}");
        replica.stops().await;
    }
    bot.ends().await;
}

/// Those whose message could be edited, and those whose new words followed it, as Webex lets a message be
/// edited ten times.
#[tokio::test]
async fn what_is_recalled_while_other_words_are_written_does_not_return_in_them() {
    const OTHER: &str = "Sleep well";
    let cases = [
        (0, &[0, 1_200, 2_500, 4_000, 30_000][..]),
        (10, &[2_500, 30_000]),
    ];
    for (edits, times) in cases {
        for after in times.iter().copied() {
            let bot = slow(None).await;
            let replica = bot.serves().await;
            bot.passes(6).await;
            let cue = good_night();
            bot.goes(&cue).await;
            bot.passes(30).await;
            assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS));
            for edit in 0..edits {
                let correct = corrects(&bot, &format!("Good night {edit}")).await;
                bot.enters(correct).await;
                bot.passes(15).await;
            }
            let correct = corrects(&bot, OTHER).await;
            bot.enters(correct).await;
            let after = SignedDuration::from_millis(after);
            bot.passes_in_full(after).await;
            bot.enters(Entry::Recall { cue: cue.clone() }).await;
            bot.passes(60).await;
            let heard = [bot.heard(WORDS), bot.heard(OTHER)];
            assert_eq!(
                heard,
                [(0, 0); 2],
                "{edits} edits, recalled after {after:#}"
            );
            let show = bot.show().await;
            let [deleted, corrected] = show.board(bot.stage.now(), true, |board| {
                let status = board.cue(&cue).expect("a cue");
                let number = show.log.iter().rev().find_map(|it| {
                    let corrects = matches!(it.entry, Entry::Correct { .. });
                    corrects.then_some(it.number)
                });
                let corrected = show.corrections(board, number.expect("a correction"));
                [show.deletions(board, status), corrected]
            });
            for receipt in deleted.iter().chain(&corrected) {
                assert_ne!(
                    receipt.state,
                    ReceiptState::Pending,
                    "{edits} edits, {after:#}"
                );
            }
            let followed = corrected.iter();
            let followed = followed.filter(|it| it.state == ReceiptState::Followed);
            let followed = followed.count();
            assert_eq!(deleted.len(), TEAMS + followed);
            assert!(followed == 0 || edits == 10);
            let all = SignedDuration::from_secs(30);
            assert!(after < all || followed == edits * TEAMS / 10);
            replica.stops().await;
            bot.ends().await;
        }
    }
}

#[tokio::test]
async fn what_no_process_says_within_ten_minutes_is_said_no_more() {
    let bot = BotStage::new().await;
    let room = bot.event.rooms.iter().find(|it| it.title == "Team 1");
    let recipient = showcaller_event::model::CueRecipient::Room(room.expect("a room").key.clone());
    let id = uuid::Uuid::new_v4();
    bot.enters(Entry::Say {
        id: id.to_string(),
        messages: vec![Said {
            recipient,
            markdown: "The coffee is here.".into(),
        }],
        about: Vec::new(),
    })
    .await;
    let state = |show: &showcaller_engine::cues::Show| {
        let receipts = show.said(id, bot.stage.now());
        receipts[0].state.clone()
    };
    bot.passes(590).await;
    assert_eq!(state(&bot.show().await), ReceiptState::Pending);
    bot.passes(20).await;
    let failed = ReceiptState::Failed {
        reason: "no process sent it within 10 minutes".to_owned(),
    };
    assert_eq!(state(&bot.show().await), failed);
    let replica = bot.serves().await;
    bot.passes(30).await;
    assert_eq!(bot.heard("coffee"), (0, 0));
    assert_eq!(state(&bot.show().await), failed);
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn what_was_sent_to_a_person_who_was_removed_since_is_recalled_too() {
    let bot = BotStage::new().await;
    let replica = bot.serves().await;
    bot.passes(6).await;
    let cue = key("start-breakout", "day-1");
    bot.goes(&cue).await;
    bot.passes(20).await;
    let heard = || {
        let said = bot.said();
        let said = said
            .iter()
            .map(|it| crate::bot_stage::text(&it["markdown"]));
        said.filter(|it| it.contains("You start")).count()
    };
    let coaches = heard();
    assert!(coaches > 1);
    let mut files = reference();
    let people = files.people.lines();
    let people = people.filter(|line| !line.starts_with("lars.jorgensen@"));
    files.people = people.flat_map(|line| [line, "\n"]).collect();
    bot.applies(&files).await;
    bot.passes(6).await;
    bot.enters(Entry::Recall { cue: cue.clone() }).await;
    bot.passes(20).await;
    assert_eq!(heard(), 0);
    let show = bot.show().await;
    let deleted = show.board(bot.stage.now(), true, |board| {
        show.deletions(board, board.cue(&cue).expect("a cue"))
    });
    assert_eq!(deleted.len(), coaches);
    assert!(deleted.iter().all(|it| it.state == ReceiptState::Done));
    let of_lars = |it: &&showcaller_show::Receipt| it.recipient.to_string().contains("lars");
    assert_eq!(deleted.iter().filter(of_lars).count(), 1);
    replica.stops().await;
    bot.ends().await;
}
