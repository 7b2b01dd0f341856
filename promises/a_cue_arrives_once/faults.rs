//! Whatever Webex answers, or does not.

use http::Method;
use serde_json::Value;
use showcaller_rehearsal::BOT;
use showcaller_show::CueState;

use super::{BotStage, TEAMS, key};
use crate::bot_stage::{Database, reference, text};
use crate::stage::switched;

const WORDS: &str = "Good night";

/// What goes wrong with messages; whether it can be known in a quiet room whether one was sent.
const FAULTS: [(&str, bool); 9] = [
    ("429 on POST /messages 50% seed 3 retry-after 2", true),
    ("429 on POST /messages for 9 calls retry-after 5", true),
    ("503 on POST /messages 50% seed 5", true),
    ("503-after-effect on POST /messages 40% seed 7", false),
    ("502-after-effect on POST /messages for 3 calls", false),
    ("reset on POST /messages 40% seed 9", true),
    ("reset-after-effect on POST /messages 40% seed 11", false),
    ("stall-after-effect on POST /messages call 2", false),
    ("time-out-after-effect on POST /messages call 3", false),
];

async fn survives(fault: &str, is_known: bool, echo: bool) -> usize {
    let files = reference();
    let bot = BotStage::with(Database::File, &files, |config| {
        config.faults = vec![fault.parse().expect("a fault")];
        if echo {
            config.switches = switched(["own-echo-in-groups=yes"]);
        }
    });
    let bot = bot.await.expect("a folder");
    let replica = bot.serves().await;
    bot.passes(6).await;
    let cue = key("good-night", "day-1");
    bot.goes(&cue).await;
    bot.passes(300).await;
    let heard = bot.heard_by_team(WORDS);
    let standing = bot.standing(&cue).await;
    let story = format!("{fault}, echo {echo}: {heard:?}, {standing:?}");
    assert!(heard.iter().all(|times| *times <= 1), "{story}");
    if echo || is_known {
        assert_eq!(standing.unclear, [], "{story}");
    }
    let unclear = standing.unclear.len();
    let arrived = |title: &str| {
        bot.texts_in(&bot.room(title))
            .iter()
            .any(|it| it.contains(WORDS))
    };
    let [_, anew] = bot.settles(&cue, &standing, arrived).await;
    assert_eq!(anew, 0, "what was not sent is in doubt: {story}");
    bot.passes(30).await;
    assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS), "{story}");
    let standing = bot.standing(&cue).await;
    assert_eq!(standing.state, CueState::Sent, "{story}; {standing:?}");
    replica.stops().await;
    bot.ends().await;
    unclear
}

#[tokio::test]
async fn and_no_echo_ever_comes() {
    let mut unclear = 0;
    for (fault, is_known) in FAULTS {
        unclear += survives(fault, is_known, false).await;
    }
    assert!(unclear > 0, "nothing was ever in doubt");
}

#[tokio::test]
async fn and_echoes_come() {
    for (fault, is_known) in FAULTS {
        survives(fault, is_known, true).await;
    }
}

/// In a room where others write at the same moment it cannot be known: a person is asked, and either
/// answer is followed.
#[tokio::test]
async fn what_cannot_be_known_is_sent_again_only_if_a_person_says_so() {
    for arrived in [true, false] {
        let files = reference();
        let bot = BotStage::with(Database::File, &files, |config| {
            let fault = "reset-after-effect on POST /messages for 6 calls";
            config.faults = vec![fault.parse().expect("a fault")];
        });
        let bot = bot.await.expect("a folder");
        let replica = bot.serves().await;
        bot.passes(6).await;
        let cue = key("good-night", "day-1");
        bot.goes(&cue).await;
        bot.passes(1_800).await;
        let standing = bot.standing(&cue).await;
        // One of these faults may hit a message to the operators.
        let unclear = standing.unclear.len();
        assert!(unclear >= TEAMS - 1, "{standing:?}");
        // A go does not send what may have arrived.
        bot.goes(&cue).await;
        bot.passes(60).await;
        assert_eq!(bot.heard(WORDS), (TEAMS, TEAMS));
        let settled = bot.settles(&cue, &standing, |_| arrived).await;
        // Said twice, as by two operators.
        bot.settles(&cue, &standing, |_| arrived).await;
        bot.passes(60).await;
        assert_eq!(settled[usize::from(!arrived)], unclear);
        let times = TEAMS + if arrived { 0 } else { unclear };
        assert_eq!(bot.heard(WORDS), (TEAMS, times), "arrived: {arrived}");
        assert_eq!(bot.standing(&cue).await.state, CueState::Sent);
        replica.stops().await;
        bot.ends().await;
    }
}

/// What Webex refuses is not marked as done, and is not tried again unasked.
#[tokio::test]
async fn what_is_refused_counts_as_failed() {
    let bot = BotStage::new().await;
    let me = bot.person(BOT);
    let path = format!(
        "/v1/memberships?roomId={}&personEmail={BOT}",
        bot.room("Team 1")
    );
    let own = me.does(Method::GET, &path, Value::Null).await;
    let path = format!("/v1/memberships/{}", text(&own["items"][0]["id"]));
    me.does(Method::DELETE, &path, Value::Null).await;
    let replica = bot.serves().await;
    bot.passes(6).await;
    let cue = key("good-night", "day-1");
    bot.goes(&cue).await;
    bot.passes(1_800).await;
    let standing = bot.standing(&cue).await;
    assert_eq!(standing.state, CueState::Failed, "{standing:?}");
    assert_eq!(bot.heard(WORDS), (TEAMS - 1, TEAMS - 1));
    replica.stops().await;
    bot.ends().await;
}
