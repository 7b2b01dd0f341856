//! The show is called from the organisers' room: a command is answered with what it does, a yes of the same
//! person does it once, and nobody else learns that there are commands.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use showcaller_event::model::MeetingKey;
use showcaller_show::{By, Entry, Via};

use crate::bot_stage::{BotStage, Database, Place, reference, text};
use crate::stage::switched;
use crate::transcripts::drawn;

const ROOM: &str = "Organisation";
/// Organisers.
const CLAIRE: &str = "claire.fontaine@example.com";
const DESMOND: &str = "desmond.achebe@example.com";
const JORIS: &str = "joris.maes@example.com";
/// A participant of team 1.
const NOOR: &str = "noor.haddad@example.com";

/// In what `good-night` says.
const NIGHT: &str = "Good night";

impl BotStage {
    /// What an operator says in the organisers' room, and what the bot says to it.
    async fn tells(&self, email: &str, words: &str) -> String {
        let before = self.texts_in(&self.room(ROOM)).len();
        self.asks(email, ROOM, words).await;
        self.passes(3).await;
        let said = self.texts_in(&self.room(ROOM));
        said.into_iter()
            .skip(before)
            .collect::<Vec<_>>()
            .join("\n---\n")
    }

    /// In how many rooms of teams a text with these words is, and how often altogether.
    fn read_by_teams(&self, words: &str) -> (usize, usize) {
        let mut rooms: BTreeMap<String, usize> = BTreeMap::new();
        let team_rooms: Vec<String> = (1..=6)
            .map(|team| self.room(&format!("Team {team}")))
            .collect();
        for said in self.said() {
            let room = text(&said["roomId"]);
            if team_rooms.contains(&room) && text(&said["markdown"]).contains(words) {
                *rooms.entry(room).or_default() += 1;
            }
        }
        (rooms.len(), rooms.values().sum())
    }

    /// What operators wrote into the show log from the chat.
    async fn chat_log(&self) -> Vec<(By, Entry)> {
        let show = self
            .stage
            .engine(&self.event)
            .show()
            .await
            .expect("a ledger");
        let log = show.log.into_iter();
        let log = log.filter(|it| it.by.via == Via::Chat);
        log.map(|it| (it.by, it.entry)).collect()
    }

    /// The bot's last card in the organisers' room.
    fn last_card(&self) -> String {
        let mut said = self.answers_in(&self.room(ROOM));
        said.retain(|said| said["attachments"].is_array());
        text(&said.last().expect("a card")["id"])
    }
}

/// In the morning of the first day, hours before `good-night`, which goes by call to the six teams.
async fn morning() -> BotStage {
    BotStage::new().await
}

#[tokio::test]
async fn a_go_and_a_yes_send_it_once_whoever_reads_them_and_however_often() {
    let files = reference();
    let duplicated = "delivery-duplicated on /messages/created over 3s";
    let bot = BotStage::with(Database::File, &files, |config| {
        config.faults = vec![duplicated.parse().expect("a fault")];
        config.switches = switched(["own-echo-in-groups=yes"]);
    });
    let bot = bot.await.expect("a folder");
    let one = bot.serves_elsewhere("one").await;
    let two = bot.serves_elsewhere("two").await;
    let preview = bot.tells(CLAIRE, "Go good-night!").await;
    assert!(
        preview.contains("Send good-night/day-1 to 6 team rooms now?"),
        "{preview}"
    );
    bot.passes(30).await;
    assert_eq!(bot.read_by_teams(NIGHT), (0, 0), "not before the yes");
    let done = bot.tells(CLAIRE, "yes").await;
    assert!(done.contains("goes to 6 team rooms now"), "{done}");
    bot.passes(10).await;
    assert_eq!(bot.read_by_teams(NIGHT), (6, 6));
    for delivery in bot.deliveries() {
        assert!(bot.delivers(delivery).await.is_success());
    }
    bot.passes(60).await;
    assert_eq!(bot.read_by_teams(NIGHT), (6, 6));
    let log = bot.chat_log().await;
    let [(by, Entry::Go { cue })] = log.as_slice() else {
        panic!("{log:#?}");
    };
    assert_eq!(cue.to_string(), "good-night/day-1");
    assert_eq!(by.name, "Claire Fontaine");
    assert!(by.account.is_some(), "{by:?}");
    let more = bot.tells(CLAIRE, "yes").await;
    assert!(more.contains("Nothing of yours waits"), "{more}");
    one.stops().await;
    two.stops().await;
    bot.ends().await;
}

/// The process that reads the yes dies at each access to its ledger in turn; another one goes on.
#[tokio::test]
async fn whenever_the_process_dies_that_reads_the_yes() {
    let mut died = 0;
    for access in 0..12 {
        let bot = morning().await;
        let first = bot.serves().await;
        bot.tells(CLAIRE, "go good-night").await;
        first.deaths.wait_at(Place::Ledger(access));
        bot.asks(CLAIRE, ROOM, "yes").await;
        let soon = SignedDuration::from_secs(3);
        died += usize::from(bot.passes_until_death(&first, soon).await);
        first.killed().await;
        let second = bot.serves().await;
        bot.passes(110).await;
        assert_eq!(bot.read_by_teams(NIGHT), (6, 6), "access {access}");
        assert_eq!(bot.chat_log().await.len(), 1, "access {access}");
        second.stops().await;
        bot.ends().await;
    }
    assert!(died > 6, "{died}");
}

#[tokio::test]
async fn a_preview_outlives_the_process_that_gave_it() {
    let bot = morning().await;
    let first = bot.serves().await;
    bot.tells(CLAIRE, "go good-night").await;
    first.killed().await;
    let second = bot.serves().await;
    let done = bot.tells(CLAIRE, "yes").await;
    assert!(done.contains("goes to 6 team rooms now"), "{done}");
    bot.passes(60).await;
    assert_eq!(bot.read_by_teams(NIGHT), (6, 6));
    second.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn a_yes_that_was_said_while_the_bot_was_away_is_asked_about_again() {
    let bot = morning().await;
    let first = bot.serves().await;
    bot.tells(CLAIRE, "go good-night").await;
    first.stops().await;
    bot.asks(CLAIRE, ROOM, "yes").await;
    bot.passes(180).await;
    let second = bot.serves().await;
    bot.passes(60).await;
    assert_eq!(bot.read_by_teams(NIGHT), (0, 0));
    let asked = bot.texts_in(&bot.room(ROOM)).pop().expect("an answer");
    assert!(asked.contains("only now"), "{asked}");
    assert!(asked.contains("Send good-night/day-1"), "{asked}");
    bot.tells(CLAIRE, "yes").await;
    bot.passes(10).await;
    assert_eq!(bot.read_by_teams(NIGHT), (6, 6));
    second.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn only_the_yes_of_who_asked_counts_and_only_for_ten_minutes() {
    let bot = morning().await;
    let replica = bot.serves().await;
    bot.tells(CLAIRE, "go good-night").await;
    let other = bot.tells(JORIS, "yes").await;
    assert!(other.contains("Nothing of yours waits"), "{other}");
    let dropped = bot.tells(CLAIRE, "no").await;
    assert!(
        dropped.contains("`go good-night/day-1` is dropped"),
        "{dropped}"
    );
    let nothing = bot.tells(CLAIRE, "yes").await;
    assert!(nothing.contains("Nothing of yours waits"), "{nothing}");
    bot.tells(CLAIRE, "go good-night").await;
    // Anything else leaves it.
    bot.tells(CLAIRE, "agenda").await;
    bot.passes(600).await;
    let late = bot.tells(CLAIRE, "yes").await;
    assert!(late.contains("too long ago"), "{late}");
    bot.passes(60).await;
    assert_eq!(bot.read_by_teams(NIGHT), (0, 0));
    assert!(bot.chat_log().await.is_empty());
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn elsewhere_and_to_others_these_are_ordinary_words() {
    let bot = morning().await;
    let replica = bot.serves().await;
    let mut answers = Vec::new();
    for words in [
        "go good-night",
        "cues",
        "slip 15m",
        "yes",
        "florp the snark",
    ] {
        let room = bot.asks(NOOR, "Team 1", words).await.room;
        bot.passes(20).await;
        answers.push(bot.texts_in(&room).pop().expect("an answer"));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "as to any words: {answers:#?}");
    let room = bot.asks(CLAIRE, "Test room", "go good-night").await.room;
    bot.passes(20).await;
    let answer = bot.texts_in(&room).pop().expect("an answer");
    assert!(!answer.contains("good-night"), "{answer}");
    let private = bot.asks_in_private(CLAIRE, "go good-night").await.room;
    bot.passes(20).await;
    let answer = bot.texts_in(&private).pop().expect("an answer");
    assert!(answer.contains("called in Organisation"), "{answer}");
    let private = bot.asks_in_private(NOOR, "go good-night").await.room;
    bot.passes(20).await;
    let answer = bot.texts_in(&private).pop().expect("an answer");
    assert!(!answer.contains("Organisation"), "{answer}");
    bot.asks(CLAIRE, "Test room", "yes").await;
    bot.passes(60).await;
    assert!(bot.chat_log().await.is_empty());
    assert_eq!(bot.read_by_teams(NIGHT), (0, 0));
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn a_press_is_as_good_as_a_word_once_and_by_who_asked() {
    let bot = morning().await;
    let replica = bot.serves().await;
    bot.tells(CLAIRE, "go good-night").await;
    let card = bot.last_card();
    bot.presses(JORIS, &card, "Yes").await;
    bot.passes(10).await;
    let other = bot.texts_in(&bot.room(ROOM)).pop().expect("an answer");
    assert!(other.contains("Another person asked"), "{other}");
    assert_eq!(bot.read_by_teams(NIGHT), (0, 0));
    for _ in 0..2 {
        bot.presses(CLAIRE, &card, "Yes").await;
        bot.passes(10).await;
    }
    let again = bot.texts_in(&bot.room(ROOM)).pop().expect("an answer");
    assert!(again.contains("answered before"), "{again}");
    bot.passes(60).await;
    assert_eq!(bot.read_by_teams(NIGHT), (6, 6));
    assert_eq!(bot.chat_log().await.len(), 1);
    bot.tells(CLAIRE, "again good-night").await;
    bot.tells(CLAIRE, "no").await;
    bot.tells(JORIS, "skip lunch").await;
    let card = bot.last_card();
    bot.presses(JORIS, &card, "No").await;
    bot.passes(10).await;
    let dropped = bot.texts_in(&bot.room(ROOM)).pop().expect("an answer");
    assert!(dropped.contains("is dropped"), "{dropped}");
    assert_eq!(bot.chat_log().await.len(), 1);
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn two_people_are_two_accounts() {
    let bot = morning().await;
    bot.is("2027-10-08T15:00:00+02:00");
    let replica = bot.serves().await;
    bot.passes(30).await;
    bot.tells(CLAIRE, "go celebration").await;
    let first = bot.tells(CLAIRE, "yes").await;
    assert!(first.contains("when a second person says go"), "{first}");
    let same = bot.tells(CLAIRE, "go celebration").await;
    assert!(same.contains("a second person must"), "{same}");
    bot.passes(30).await;
    assert_eq!(bot.read_by_teams("celebrate"), (0, 0));
    let second = bot.tells(DESMOND, "go celebration").await;
    assert!(
        second.contains("Claire Fontaine said go before you"),
        "{second}"
    );
    bot.tells(DESMOND, "yes").await;
    bot.passes(10).await;
    assert_eq!(bot.read_by_teams("celebrate"), (6, 6));
    let accounts: BTreeSet<_> = bot
        .chat_log()
        .await
        .into_iter()
        .map(|(by, _)| by.account)
        .collect();
    assert_eq!(accounts.len(), 2, "{accounts:?}");
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn a_slip_moves_the_day_once_and_undo_puts_it_back() {
    let bot = morning().await;
    bot.is("2027-10-07T08:00:00+02:00");
    let replica = bot.serves().await;
    bot.passes(30).await;
    let opening = async || {
        let show = bot.stage.engine(&bot.event).show().await.expect("a ledger");
        let key = MeetingKey::new("opening/day-2");
        let meeting = show
            .in_force
            .event
            .meeting(&key)
            .expect("a meeting")
            .clone();
        meeting.start.strftime("%H:%M").to_string()
    };
    assert_eq!(opening().await, "09:00");
    let preview = bot.tells(CLAIRE, "slip 15m").await;
    assert!(preview.contains("15 minutes later"), "{preview}");
    // Another operator means the same quarter of an hour.
    bot.tells(JORIS, "slip 15m").await;
    let done = bot.tells(CLAIRE, "yes").await;
    assert!(done.contains("The slip is in force"), "{done}");
    assert_eq!(opening().await, "09:15");
    let changed = bot.tells(JORIS, "yes").await;
    assert!(
        changed.contains("Claire Fontaine moved day-2 15 minutes later"),
        "{changed}"
    );
    assert!(changed.contains("09:15 → 09:30"), "asked anew: {changed}");
    bot.tells(JORIS, "no").await;
    assert_eq!(opening().await, "09:15");
    bot.tells(JORIS, "undo").await;
    let undone = bot.tells(JORIS, "yes").await;
    assert!(undone.contains("counts no more"), "{undone}");
    assert_eq!(opening().await, "09:00");
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn what_is_said_goes_out_once_and_to_everybody_only_with_their_number() {
    let bot = morning().await;
    let replica = bot.serves().await;
    bot.tells(CLAIRE, "say team rooms: The coffee is in {{ team.title }}.")
        .await;
    bot.tells(CLAIRE, "yes").await;
    bot.passes(10).await;
    assert_eq!(bot.read_by_teams("The coffee is in Team"), (6, 6));
    let nobody = bot.tells(CLAIRE, "say teem rooms: hello").await;
    assert!(nobody.contains("team rooms"), "{nobody}");
    let preview = bot.tells(CLAIRE, "say all rooms: Everybody out!").await;
    let people = bot.event.people.len();
    assert!(preview.contains(&format!("`yes {people}`")), "{preview}");
    let asked = bot.tells(CLAIRE, "yes").await;
    assert!(asked.contains(&format!("`yes {people}`")), "{asked}");
    bot.tells(CLAIRE, "yes 3").await;
    bot.passes(10).await;
    assert_eq!(bot.read_by_teams("Everybody out"), (0, 0));
    bot.tells(CLAIRE, &format!("yes {people}")).await;
    bot.passes(60).await;
    assert_eq!(bot.read_by_teams("Everybody out"), (6, 6));
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn a_recall_takes_it_back_and_others_who_agreed_to_something_else_are_asked_again() {
    let bot = morning().await;
    let replica = bot.serves().await;
    bot.tells(JORIS, "go good-night").await;
    bot.tells(CLAIRE, "go good-night").await;
    bot.tells(CLAIRE, "yes").await;
    bot.passes(10).await;
    assert_eq!(bot.read_by_teams(NIGHT), (6, 6));
    bot.tells(CLAIRE, "recall good-night").await;
    bot.tells(CLAIRE, "yes").await;
    bot.passes(30).await;
    assert_eq!(bot.read_by_teams(NIGHT), (0, 0), "deleted everywhere");
    let changed = bot.tells(JORIS, "yes").await;
    assert!(
        changed.contains("Claire Fontaine said go, and Claire Fontaine recalled it"),
        "{changed}"
    );
    bot.passes(30).await;
    assert_eq!(bot.read_by_teams(NIGHT), (0, 0));
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn as_operators_read_it() {
    let bot = morning().await;
    bot.is("2027-10-07T08:20:00+02:00");
    let replica = bot.serves().await;
    bot.passes(30).await;
    for (who, words) in [
        (CLAIRE, "cues"),
        (CLAIRE, "goo opening"),
        (CLAIRE, "go opening"),
        (CLAIRE, "yes"),
        (JORIS, "go opening"),
        (JORIS, "go closing"),
        (JORIS, "skip lunch"),
        (JORIS, "yes"),
        (CLAIRE, "slip 20m"),
        (CLAIRE, "yes"),
        (
            DESMOND,
            "say team rooms, jury: We begin **20 minutes** later, at {{ opening.start }}.",
        ),
        (DESMOND, "yes"),
        (DESMOND, "settle opening arrived"),
        (CLAIRE, "retry opening"),
        (CLAIRE, "recall opening"),
        (CLAIRE, "no"),
        (DESMOND, "go celebration"),
        (DESMOND, "no"),
        (CLAIRE, "hold day-3"),
        (CLAIRE, "slip day-9 5m"),
        (CLAIRE, "undo"),
        (CLAIRE, "cues"),
    ] {
        bot.asks(who, ROOM, words).await;
        bot.passes(40).await;
    }
    insta::assert_snapshot!(drawn(&bot, &bot.room(ROOM)));
    replica.stops().await;
    bot.ends().await;
}
