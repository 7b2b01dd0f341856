//! Co-hosts are asked whether they are there: each once for each start, and with one button; who does not
//! say so is told to the operators, and those who stand by are asked instead. So is told who waits in vain,
//! and a meeting that runs into the next.

use showcaller_event::model::Email;
use showcaller_ledger::Attendance;
use showcaller_simulator::Config;

use crate::bot_stage::{BotStage, Database, text};
use crate::by_hand::meeting_id;
use crate::files::{Files, fair};
use crate::processes;

const MARKET: &str = "Tuesday - Market";
const CREW: &str = "Crew";

/// The fair, whose market is checked in, with a talk in the same room right after it.
fn files() -> Files {
    let market = "    rooms: [notices]\n    cohosts: [organiser]\n";
    let checked_in = format!("{market}    check-in: 10 min\n    standby: [june@example.com]\n");
    let mut files = fair().edited(market, &checked_in);
    files.yaml += r#"
  talk:
    day: tuesday
    title: Talk
    time: "10:10-11:00"
    rooms: [notices]
    cohosts: [jury]
bot:
  organisers: { people: [organiser], room: crew }
"#;
    files
}

async fn stage(database: Database) -> Option<BotStage> {
    BotStage::with(database, &files(), |_: &mut Config| {}).await
}

impl BotStage {
    /// What a person was asked in private: the Markdown of each message.
    fn asked_of(&self, email: &str) -> Vec<serde_json::Value> {
        let to_them = |message: &serde_json::Value| {
            message["attachments"].is_array() && message["toPersonEmail"] == email
        };
        self.said().into_iter().filter(to_them).collect()
    }

    async fn attended(&self) -> Vec<Attendance> {
        let since = jiff::Timestamp::MIN;
        self.stage.ledger.attendance(since).await.expect("a ledger")
    }
}

#[tokio::test]
async fn look() {
    let bot = stage(Database::File).await.expect("a folder");
    let replica = bot.serves().await;
    let watcher = bot.watches(&processes::alive(), &[]).await;
    bot.passes_until("2027-04-06T07:51:00Z").await;
    for it in bot.said() {
        eprintln!("SAID {it:#}");
    }
    let _ = (Email::new("x"), MARKET, CREW, meeting_id, text);
    let _ = bot.asked_of("olga@example.com");
    let _ = bot.attended().await;
    watcher.live.stop().await;
    replica.stops().await;
    bot.ends().await;
}
