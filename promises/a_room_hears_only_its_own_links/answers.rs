//! Whatever anybody asks the bot, wherever: what opens a meeting is told only where it belongs.

use std::collections::BTreeSet;

use serde_json::Value;
use showcaller_event::model::{Email, Meeting};

use crate::bot_stage::{BotStage, Database, reference, text};
use crate::by_hand::all;
use crate::random::{check, events};

const NOOR: &str = "noor.haddad@example.com";
const CLAIRE: &str = "claire.fontaine@example.com";

/// Every intent, and meetings by their names.
fn questions(bot: &BotStage) -> Vec<String> {
    let intents = [
        "agenda all",
        "now",
        "next",
        "where",
        "who",
        "details",
        "remind me",
        "help",
        "sos",
        "hello",
        "board",
        "agenda tomorrow",
        "host key",
        "password",
        "link",
    ];
    let mut questions: Vec<String> = intents.map(str::to_owned).into();
    let titles: BTreeSet<&str> = bot
        .event
        .meetings
        .iter()
        .map(|it| it.title.as_str())
        .collect();
    for (number, title) in titles.into_iter().enumerate() {
        // Of many meetings, some.
        if number % 6 == 0 {
            questions.push(format!("when is {title}?"));
            questions.push(format!("details of {title}"));
            questions.push(format!("link and password of {title}"));
        }
    }
    questions
}

/// What opens each meeting of the world, by title and start.
fn secrets(bot: &BotStage) -> Vec<(String, String, Vec<String>)> {
    let meetings = all(&bot.stage.simulator, "meetings").into_iter();
    meetings
        .map(|meeting| {
            let opens = ["webLink", "meetingNumber", "password", "sipAddress"];
            let opens = opens.map(|member| text(&meeting[member]));
            let opens = opens.into_iter().filter(|secret| !secret.is_empty());
            let start: jiff::Timestamp = text(&meeting["start"]).parse().expect("a time");
            (text(&meeting["title"]), start.to_string(), opens.collect())
        })
        .collect()
}

/// The meetings whose secrets stand in what was said, and are none of `own`; or a host key.
fn leaks(bot: &BotStage, said: &[Value], own: impl Fn(&Meeting) -> bool) -> Vec<String> {
    let said: String = said.iter().map(Value::to_string).collect();
    let own: BTreeSet<(&str, String)> = bot
        .event
        .meetings
        .iter()
        .filter(|meeting| own(meeting))
        .map(|meeting| {
            (
                meeting.title.as_str(),
                meeting.start.timestamp().to_string(),
            )
        })
        .collect();
    // The same password may be given to several.
    let shared: BTreeSet<String> = secrets(bot)
        .into_iter()
        .filter(|(title, start, _)| own.contains(&(title.as_str(), start.clone())))
        .flat_map(|(_, _, opens)| opens)
        .collect();
    let mut leaks = Vec::new();
    for (title, start, opens) in secrets(bot) {
        let told = opens.iter().filter(|secret| !shared.contains(*secret));
        leaks.extend(
            told.filter(|secret| said.contains(*secret))
                .map(|secret| format!("{title} {start}: {secret}")),
        );
    }
    for meeting in all(&bot.stage.simulator, "meetings") {
        let key = text(&meeting["hostKey"]);
        if !key.is_empty() && said.contains(&format!("`{key}`")) {
            leaks.push(format!("a host key: {key}"));
        }
    }
    leaks
}

fn is_of(bot: &BotStage, person: &str, meeting: &Meeting) -> bool {
    let email = Email::new(person);
    let in_room = bot.event.rooms.iter().any(|room| {
        meeting.rooms.contains(&room.key) && room.members.iter().any(|it| it.email == email)
    });
    in_room
        || meeting.invitees.iter().any(|guest| guest.email == email)
        || meeting.host.as_ref() == Some(&email)
}

/// Asks everything in so many rooms and of so many people; returns how often something was told that
/// opens a meeting.
async fn trouble(bot: &BotStage, rooms: usize, people: usize) -> Result<usize, String> {
    let mut told = 0;
    let organisers = bot.event.bot.organisers.clone();
    let members = bot
        .event
        .rooms
        .iter()
        .filter(|room| !room.members.is_empty() && !room.settings.announcement_only);
    let of_organisers =
        |room: &&showcaller_event::model::Room| organisers.room.as_ref() != Some(&room.key);
    let chosen: Vec<_> = members.filter(of_organisers).take(rooms).collect();
    let mut asked = Vec::new();
    for words in questions(bot) {
        for (number, room) in chosen.iter().enumerate() {
            let asker = room.members[number % room.members.len()].email.as_str();
            asked.push((room, bot.asks(asker, &room.title, &words).await.room));
        }
        bot.passes(8).await;
    }
    for (room, id) in asked.iter().skip(asked.len().saturating_sub(chosen.len())) {
        let said = bot.answers_in(id);
        told += said
            .iter()
            .filter(|it| it.to_string().contains("j.php"))
            .count();
        let leaks = leaks(bot, &said, |meeting| meeting.rooms.contains(&room.key));
        if !leaks.is_empty() {
            return Err(format!("in {}: {leaks:#?}", room.title));
        }
    }
    let plain = bot.event.people.iter().map(|person| person.email.as_str());
    let plain = plain.filter(|email| !organisers.people.contains(&Email::new(*email)));
    let plain: Vec<&str> = plain.collect();
    let step = (plain.len() / people.max(1)).max(1);
    for person in plain.into_iter().step_by(step).take(people) {
        let mut room = String::new();
        for words in questions(bot) {
            room = bot.asks_in_private(person, &words).await.room;
            bot.passes(3).await;
        }
        bot.passes(30).await;
        let said = bot.answers_in(&room);
        told += said
            .iter()
            .filter(|it| it.to_string().contains("j.php"))
            .count();
        let leaks = leaks(bot, &said, |meeting| is_of(bot, person, meeting));
        if !leaks.is_empty() {
            return Err(format!("to {person}: {leaks:#?}"));
        }
    }
    Ok(told)
}

#[tokio::test]
async fn whatever_is_asked_in_the_reference_event() {
    let bot = BotStage::new().await;
    let replica = bot.serves().await;
    let told = trouble(&bot, 5, 3).await.expect("each its own");
    assert!(told > 100, "{told}");
    replica.stops().await;
    bot.ends().await;
}

#[test]
fn whatever_is_asked_in_random_events() {
    let mut told = 0;
    check(6, events(), async |sketch| {
        let bot = BotStage::with(Database::File, &sketch.files(0), |_| {}).await;
        let bot = bot.expect("a folder");
        let replica = bot.serves().await;
        told += trouble(&bot, 3, 2).await?;
        replica.stops().await;
        bot.ends().await;
        Ok(())
    });
    assert!(told > 10, "{told}");
}

/// Strangers, and those who left.
#[tokio::test]
async fn those_who_are_not_of_the_event_hear_of_no_meeting() {
    let bot = BotStage::new().await;
    let replica = bot.serves().await;
    let said = async |email: &str| {
        let mut room = String::new();
        for words in [
            "agenda all",
            "now",
            "details opening",
            "who",
            "remind me",
            "board",
        ] {
            room = bot.asks_in_private(email, words).await.room;
            bot.passes(3).await;
        }
        bot.passes(20).await;
        bot.answers_in(&room)
    };
    let before = said(NOOR).await.len();
    let line = "noor.haddad@example.com,Noor Haddad,team-1,participant,,\n";
    bot.applies(&reference().people_edited(line, "")).await;
    bot.passes(10).await;
    let left = said(NOOR).await.split_off(before);
    let stranger = said("stranger@example.net").await;
    for said in [left, stranger] {
        assert!(!said.is_empty(), "a polite answer");
        assert_eq!(leaks(&bot, &said, |_| false), Vec::<String>::new());
        let names: Vec<&str> = bot.event.people.iter().map(|it| it.name.as_str()).collect();
        let all: String = said.iter().map(Value::to_string).collect();
        assert!(
            names
                .iter()
                .all(|name| *name == "Noor Haddad" || !all.contains(name)),
            "{all}"
        );
    }
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn host_keys_are_for_organisers_among_themselves() {
    let bot = BotStage::new().await;
    let replica = bot.serves().await;
    let keyed = |said: &[Value]| {
        let leaks = leaks(&bot, said, |_| true);
        leaks
            .iter()
            .filter(|it| it.starts_with("a host key"))
            .count()
            > 0
    };
    let words = "details of the opening today";
    let private = bot.asks_in_private(CLAIRE, words).await.room;
    let theirs = bot.asks(CLAIRE, "Organisation", words).await.room;
    let elsewhere = bot.asks(CLAIRE, "Jury", words).await.room;
    bot.passes(10).await;
    assert!(keyed(&bot.answers_in(&private)));
    assert!(keyed(&bot.answers_in(&theirs)));
    assert!(!keyed(&bot.answers_in(&elsewhere)));

    // Somebody else joins their room.
    let member = serde_json::json!({ "roomId": theirs, "personEmail": NOOR });
    let claire = bot.person(CLAIRE);
    claire
        .does(http::Method::POST, "/v1/memberships", member)
        .await;
    let before = bot.answers_in(&theirs).len();
    bot.asks(CLAIRE, "Organisation", words).await;
    bot.passes(10).await;
    let since = bot.answers_in(&theirs).split_off(before);
    assert!(!since.is_empty() && !keyed(&since), "{since:#?}");
    replica.stops().await;
    bot.ends().await;
}
