//! Meetings tell when they begin and end: the show log has it once, from a webhook or, where that is lost,
//! from a look; and an end counts once nobody has come back for two minutes.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use showcaller_clock::{Clock as _, SharedClock};
use showcaller_engine::hooks::{HookSettings, Hooks};
use showcaller_engine::{Engine, Live, LiveInbox, Stop, ThisProcess};
use showcaller_ledger::{Attendance, Error as LedgerError, Incoming, MeetingInstance};
use showcaller_rehearsal::connect;
use showcaller_server::{Inbox, Ingress, public};
use showcaller_simulator::Registration;
use tokio::sync::mpsc;

use crate::bot_stage::{BotStage, Database};
use crate::by_hand::{all, meeting_id, the};
use crate::files::{Files, fair};
use crate::processes;

const PUBLIC: &str = "https://live.example";
const MARKET: &str = "Tuesday - Market";

/// The fair with two hosts, and cues that wait for meetings to begin and to end.
fn files() -> Files {
    let hosts = "    events@example.com: { parallel: 1 }\n    stage@example.com: { parallel: 1 }";
    let mut files = fair().edited("    events@example.com: { parallel: 4 }", hosts);
    files.yaml += r#"
cues:
  welcome:
    after-start: fitting
    day: tuesday
    counts: actual
    to: [team-room]
    say: "Welcome."
  thanks:
    after: market
    day: tuesday
    counts: actual
    to: [notices]
    say: "Thank you."
"#;
    files
}

/// A process that watches meetings, and its webhooks.
pub(crate) struct Watcher {
    pub(crate) live: Live,
    _hooks: tokio::task::JoinHandle<()>,
    _registration: Registration,
}

/// Takes in what Webex tells of meetings, and nothing else.
struct OnlyMeetings(LiveInbox);

#[async_trait::async_trait]
impl Inbox for OnlyMeetings {
    async fn take_in(&self, _: Incoming) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn take_in_meeting(&self, instance: MeetingInstance) -> Result<bool, LedgerError> {
        self.0.take_in(&instance).await
    }

    async fn take_in_attendance(&self, attendance: Attendance) -> Result<bool, LedgerError> {
        self.0.take_in_attendance(attendance).await
    }
}

async fn stage(database: Database) -> Option<BotStage> {
    BotStage::with(database, &files(), |_| {}).await
}

impl BotStage {
    /// A process begins to watch, with the tokens of all hosts but these.
    pub(crate) async fn watches(&self, process: &ThisProcess, without: &[&str]) -> Watcher {
        let clock: SharedClock = Arc::new(self.stage.clock.clone());
        let transport = &self.stage.transport;
        let connections = connect(&self.event, &self.stage.simulator, transport, &clock);
        let mut connections = connections.expect("the simulator's tokens");
        connections
            .hosts
            .retain(|host, _| !without.contains(&host.as_str()));
        let ledger = self.ledger().await;
        let engine = Engine::new(connections, ledger, clock.clone(), process.clone());
        let live = Live::begin(&engine)
            .await
            .expect("an event that was applied");
        let router = public(Ingress {
            identity: self.identity.clone(),
            secret: self.secret.clone(),
            inbox: Arc::new(OnlyMeetings(live.inbox())),
            clock: clock.clone(),
            counters: Arc::default(),
        });
        let registration = self.stage.simulator.deliver_to(PUBLIC, router);
        let settings = HookSettings {
            identity: self.identity.clone(),
            secret: self.secret.clone(),
            host: "laptop".to_owned(),
            public_url: PUBLIC.parse().expect("an address"),
            take_over: false,
        };
        let hooks = Hooks::new(&engine, settings, mpsc::unbounded_channel().0);
        let hooks = clock.task(Box::pin(async move {
            let _ = hooks.run(&Stop::default()).await;
        }));
        let watcher = Watcher {
            live,
            _hooks: tokio::spawn(hooks),
            _registration: registration,
        };
        self.passes(10).await;
        watcher
    }

    /// The entries of the show log: `started fitting/red 10:03:00`.
    async fn told(&self) -> Vec<String> {
        let mut told = self.told_by_webex().await;
        told.retain(|line| !line.starts_with("waiting"));
        told
    }

    /// The same with those that say that people wait.
    async fn told_by_webex(&self) -> Vec<String> {
        let log = self.stage.ledger.show_log(0).await.expect("a ledger");
        let line = |row: &showcaller_ledger::ShowEntry| {
            let body: Value = row.body.decode(1).expect("the first version");
            let text = |member: &str| body["entry"][member].as_str().unwrap_or("-").to_owned();
            let at: Timestamp = text("at").parse().expect("a time");
            assert_eq!(body["by"]["name"], "Webex");
            format!(
                "{} {} {}",
                text("what"),
                text("meeting"),
                at.strftime("%H:%M:%S")
            )
        };
        log.iter().map(line).collect()
    }

    /// Lets time pass until then.
    pub(crate) async fn passes_until(&self, time: &str) {
        let time: Timestamp = time.parse().expect("a time");
        self.stage
            .clock
            .sleep(time.duration_since(self.stage.now()))
            .await;
    }

    pub(crate) fn joins(&self, meeting: &str, email: &str) {
        let simulator = &self.stage.simulator;
        let joined = simulator.joins(&meeting_id(simulator, meeting), email);
        joined.expect("a meeting");
    }

    pub(crate) fn leaves(&self, meeting: &str, email: &str) {
        let simulator = &self.stage.simulator;
        let left = simulator.leaves(&meeting_id(simulator, meeting), email);
        left.expect("a person in it");
    }

    pub(crate) fn host_of(&self, meeting: &str) -> String {
        let meeting = the(&self.stage.simulator, "meetings", "title", meeting);
        meeting["hostEmail"].as_str().expect("a host").to_owned()
    }

    /// From now on no delivery of meetings arrives.
    pub(crate) fn loses_deliveries(&self) {
        let fault = "delivery-lost on /meetings/*".parse().expect("a fault");
        self.stage.simulator.set_faults(vec![fault]);
    }
}

#[tokio::test]
async fn by_webhooks_at_once_and_an_end_two_minutes_later() {
    for database in [Database::File, Database::Server] {
        let Some(bot) = stage(database).await else {
            continue;
        };
        let watcher = bot.watches(&processes::alive(), &[]).await;
        let host = bot.host_of(MARKET);
        bot.passes_until("2027-04-06T08:03:00Z").await;
        bot.joins(MARKET, &host);
        bot.passes(10).await;
        let started = "started market/tuesday 08:03:00";
        assert_eq!(bot.told().await, [started]);
        bot.joins(MARKET, "ria@example.com");
        bot.passes_until("2027-04-06T09:10:00Z").await;
        bot.leaves(MARKET, &host);
        bot.passes(600).await;
        assert_eq!(bot.told().await, [started]);
        bot.leaves(MARKET, "ria@example.com");
        bot.passes(119).await;
        assert_eq!(bot.told().await, [started]);
        bot.passes(10).await;
        let ended = "ended market/tuesday 09:20:00";
        assert_eq!(bot.told().await, [started, ended]);
        bot.passes(3_600).await;
        assert_eq!(bot.told().await, [started, ended]);
        watcher.live.stop().await;
        bot.ends().await;
    }
}

#[tokio::test]
async fn who_comes_back_within_two_minutes_is_no_end_and_who_comes_later_begins_anew() {
    let bot = stage(Database::File).await.expect("a folder");
    let watcher = bot.watches(&processes::alive(), &[]).await;
    let host = bot.host_of(MARKET);
    bot.passes_until("2027-04-06T08:00:00Z").await;
    bot.joins(MARKET, &host);
    bot.passes(1_800).await;
    bot.leaves(MARKET, &host);
    bot.passes(90).await;
    bot.joins(MARKET, &host);
    bot.passes(1_710).await;
    let started = "started market/tuesday 08:00:00";
    assert_eq!(bot.told().await, [started]);
    bot.leaves(MARKET, &host);
    bot.passes(130).await;
    let ended = "ended market/tuesday 09:00:00";
    assert_eq!(bot.told().await, [started, ended]);
    bot.passes(170).await;
    bot.joins(MARKET, &host);
    bot.passes(60).await;
    bot.leaves(MARKET, &host);
    bot.passes(130).await;
    let anew = [
        "started market/tuesday 09:05:00",
        "ended market/tuesday 09:06:00",
    ];
    assert_eq!(bot.told().await, [&[started, ended], &anew[..]].concat());
    watcher.live.stop().await;
    bot.ends().await;
}

#[tokio::test]
async fn where_deliveries_are_lost_by_a_look_each_minute() {
    let bot = stage(Database::File).await.expect("a folder");
    let watcher = bot.watches(&processes::alive(), &[]).await;
    bot.loses_deliveries();
    let host = bot.host_of(MARKET);
    bot.passes_until("2027-04-06T08:03:30Z").await;
    let lobby = meeting_id(&bot.stage.simulator, MARKET);
    let waits = bot
        .stage
        .simulator
        .waits_in_lobby(&lobby, "ria@example.com");
    waits.expect("a lobby");
    bot.passes(90).await;
    let waiting = ["waiting market/tuesday 08:04:00"];
    assert_eq!(
        bot.told_by_webex().await,
        waiting,
        "people wait for the host"
    );
    bot.joins(MARKET, &host);
    bot.passes(70).await;
    let told = bot.told().await;
    let [started] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(
        started.starts_with("started market/tuesday 08:0"),
        "{started}"
    );
    bot.passes_until("2027-04-06T09:10:00Z").await;
    for person in [&*host, "ria@example.com"] {
        bot.leaves(MARKET, person);
    }
    bot.passes(100).await;
    assert_eq!(bot.told().await, std::slice::from_ref(started));
    bot.passes(90).await;
    let told = bot.told().await;
    let [_, ended] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(ended.starts_with("ended market/tuesday 09:1"), "{ended}");
    // Nothing more is to be found out, so nothing more is read.
    let reads = || {
        let calls = all(&bot.stage.simulator, "calls");
        let path = format!("/meetings/{lobby}");
        calls
            .iter()
            .filter(|call| call["path"] == path.as_str())
            .count()
    };
    let before = reads();
    assert!(
        (80..=86).contains(&before),
        "{before} reads from 07:50 to 09:13"
    );
    bot.passes(1_800).await;
    assert_eq!(reads(), before);
    watcher.live.stop().await;
    bot.ends().await;
}

#[tokio::test]
async fn of_two_hosts_each_tells_of_its_own_and_one_without_a_token_tells_nothing() {
    let bot = stage(Database::File).await.expect("a folder");
    let (red, blue) = ("Red - Fitting", "Blue - Fitting");
    let (with, without) = (bot.host_of(red), bot.host_of(blue));
    assert_ne!(with, without);
    let partly = bot.watches(&processes::dead(), &[&without]).await;
    bot.passes_until("2027-04-06T10:01:00Z").await;
    bot.joins(red, &with);
    bot.joins(blue, &without);
    bot.passes(300).await;
    let told_red = "started fitting/red 10:01:00";
    assert_eq!(bot.told().await, [told_red]);
    // With its token it tells what it can: that the meeting runs.
    drop(partly);
    let _watcher = bot.watches(&processes::alive(), &[]).await;
    bot.passes(120).await;
    let told = bot.told().await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].starts_with("started fitting/blue 10:0"), "{told:?}");
    bot.leaves(blue, &without);
    bot.passes(200).await;
    let told = bot.told().await;
    assert!(told[2].starts_with("ended fitting/blue 10:"), "{told:?}");
    bot.ends().await;
}

#[tokio::test]
async fn an_end_that_a_process_did_not_live_to_write_down_is_written_down_by_the_next() {
    let bot = stage(Database::File).await.expect("a folder");
    let first = bot.watches(&processes::dead(), &[]).await;
    let host = bot.host_of(MARKET);
    bot.passes_until("2027-04-06T08:00:00Z").await;
    bot.joins(MARKET, &host);
    bot.passes(1_800).await;
    bot.leaves(MARKET, &host);
    bot.passes(30).await;
    drop(first);
    bot.passes(600).await;
    assert_eq!(bot.told().await, ["started market/tuesday 08:00:00"]);
    let _next = bot.watches(&processes::alive(), &[]).await;
    let told = [
        "started market/tuesday 08:00:00",
        "ended market/tuesday 08:30:00",
    ];
    assert_eq!(bot.told().await, told);
    bot.ends().await;
}

#[tokio::test]
async fn what_a_host_hosts_besides_is_not_kept() {
    let bot = stage(Database::File).await.expect("a folder");
    let _watcher = bot.watches(&processes::alive(), &[]).await;
    let host = bot.host_of(MARKET);
    let body = json!({"title": "A review", "start": "2027-04-06T08:00:00Z",
        "end": "2027-04-06T09:00:00Z", "timezone": "UTC", "sendEmail": false});
    let made = bot.person(&host);
    made.does(http::Method::POST, "/v1/meetings", body).await;
    bot.joins("A review", &host);
    bot.passes(60).await;
    assert_eq!(bot.told().await, [""; 0]);
    let kept = bot.stage.ledger.instances(Timestamp::MIN).await;
    assert_eq!(kept.expect("a ledger"), []);
    bot.ends().await;
}
