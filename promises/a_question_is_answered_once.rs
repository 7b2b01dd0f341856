//! A question is answered once: in its room or in private, in its thread, however often it is delivered,
//! and whenever a process dies. Where nobody can know whether an answer was sent it is sent once more,
//! and never a third time.

mod away;
mod crashes;
mod kills;
mod straight;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::bot_stage::{BotStage, text};

/// A participant of team 1.
const NOOR: &str = "noor.haddad@example.com";
/// An organiser.
const CLAIRE: &str = "claire.fontaine@example.com";

/// How often each text was said in each room.
fn counted(said: &[Value]) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for said in said {
        let key = (text(&said["roomId"]), text(&said["markdown"]));
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// The same, short enough to be read.
fn told(counts: &BTreeMap<(String, String), usize>) -> String {
    let begin = |text: &str| text.chars().take(48).collect::<String>();
    let lines = counts.iter();
    let lines = lines.map(|((_, text), times)| format!("\n  {times} x {:?}", begin(text)));
    lines.collect()
}

/// A question in a thread of its own, so that its answers are known by that.
struct Question {
    words: &'static str,
    /// The id of the message with which the thread begins.
    thread: String,
    at: Timestamp,
}

/// Questions in all rooms.
#[derive(Default)]
struct Questions {
    all: Vec<Question>,
}

impl Questions {
    /// The `number`-th question, which a member asks in one room after the other.
    async fn one(&mut self, bot: &BotStage, number: usize, words: &'static str) {
        let room = &bot.event.rooms[number % bot.event.rooms.len()];
        // No person asks so often that they are slowed down.
        let member = &room.members[number / bot.event.rooms.len() % room.members.len()];
        let member = member.email.as_str();
        let root = bot.says(member, &room.title, "Something else.").await;
        bot.asks_beneath(member, &root, words).await;
        self.all.push(Question {
            words,
            thread: root.id,
            at: bot.stage.now(),
        });
    }

    /// How many seconds after each question its answers came.
    fn answers(&self, bot: &BotStage) -> Vec<Vec<i64>> {
        let mut answers: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
        for said in bot.said() {
            let at = text(&said["created"]).parse().expect("a time");
            answers.entry(text(&said["parentId"])).or_default().push(at);
        }
        let of = |question: &Question| {
            let times = answers.get(&question.thread).cloned().unwrap_or_default();
            let after = |at: Timestamp| at.duration_since(question.at).as_secs();
            times.into_iter().map(after).collect()
        };
        self.all.iter().map(of).collect()
    }
}
