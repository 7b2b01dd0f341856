//! Who is to run a meeting is asked in private whether they are there: once for each start, with all meetings
//! that begin then, whatever happens to the process. Who has not said so three minutes before is told
//! of in the organisers' room, and those who stand by are asked.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::bot_stage::{BotStage, CrashPoint, Database, Place, Replica, reference, text};
use crate::by_hand::all;
use crate::files::Files;

/// In English, French and Dutch.
const ASKED: [&str; 3] = ["Are you there for", "Êtes-vous là pour", "Ben je er om"];
const BUTTONS: [&str; 3] = ["I’m here", "Je suis là", "Ik ben er"];
const ORGANISERS: &str = "Organisation";
/// Co-host of all six breakouts.
const DESMOND: &str = "desmond.achebe@example.com";
/// Co-hosts of that of team 1.
const AMELIE: &str = "amelie.dubois@example.com";
const LARS: &str = "lars.jorgensen@example.com";
/// They stand by.
const JORIS: &str = "joris.maes@example.com";
const CLAIRE: &str = "claire.fontaine@example.com";

/// Breakouts of six teams at ten o'clock, with a co-host of all of them.
fn breakouts() -> Files {
    let overlap = "webex:\n  cohosts-overlap: [desmond.achebe@example.com]\n";
    reference().edited("webex:\n", overlap).edited(
        "    cohosts: [coach of this team]\n  closing:",
        "    cohosts: [coach of this team, desmond.achebe@example.com]\n    check-in: 15 min\n    \
         standby: [joris.maes@example.com, claire.fontaine@example.com]\n  closing:",
    )
}

/// Two meetings at once every quarter of an hour, with the same two co-hosts.
fn all_day() -> Files {
    let mut meetings = String::from("meetings:\n");
    for (number, at) in quarters().enumerate() {
        for which in ["cheese", "wine"] {
            let _ = write!(
                meetings,
                "  {which}-{number}:\n    title: {which} {number}\n    time: \"{}-{}\"\n    \
                 rooms: [all rooms]\n    cohosts: [organiser]\n    check-in: 5 min\n",
                at.strftime("%H:%M"),
                at.wrapping_add(SignedDuration::from_mins(10))
                    .strftime("%H:%M"),
            );
        }
    }
    let files = Files::of_example("workshop");
    let (before, after) = files.yaml.split_once("meetings:\n").expect("meetings");
    let (_, _) = after.split_once("cues:\n").expect("cues");
    Files {
        yaml: format!("{before}{meetings}").replace(": {}", ": { parallel: 2 }"),
        people: files.people,
    }
}

fn quarters() -> impl Iterator<Item = jiff::civil::Time> {
    let first = jiff::civil::time(8, 0, 0, 0);
    (0..48).map(move |number| first.wrapping_add(SignedDuration::from_mins(15 * number)))
}

impl BotStage {
    /// What people were asked in private, by address: the message and its words.
    fn check_ins(&self) -> BTreeMap<String, Vec<Value>> {
        let simulator = &self.stage.simulator;
        let members = all(simulator, "memberships");
        let mut asked: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for said in self.said() {
            let words = text(&said["markdown"]);
            let asks = ASKED.iter().any(|asked| words.contains(asked));
            if said["roomType"] != "direct" || !asks {
                continue;
            }
            let person = members.iter().find(|it| {
                it["roomId"] == said["roomId"] && it["personEmail"] != said["personEmail"]
            });
            let person = text(&person.expect("a person")["personEmail"]);
            asked.entry(person).or_default().push(said);
        }
        asked
    }

    fn alarms(&self, words: &str) -> Vec<String> {
        let mut alarms = self.texts_in(&self.room(ORGANISERS));
        alarms.retain(|alarm| alarm.contains(words));
        alarms
    }

    async fn is_here(&self, person: &str) {
        let asked = self.check_ins();
        let card = asked[person].last().expect("a card");
        let words = text(&card["markdown"]);
        let spoken = ASKED.iter().position(|asked| words.contains(asked));
        let button = BUTTONS[spoken.expect("a language")];
        self.presses(person, &text(&card["id"]), button).await;
        self.passes(5).await;
    }
}

/// A quarter of an hour before the breakouts, a few seconds before the co-hosts are asked.
async fn before_the_breakouts() -> (BotStage, Replica) {
    let bot = BotStage::with(Database::File, &breakouts(), |_| {}).await;
    let bot = bot.expect("a folder");
    bot.is("2027-10-06T09:44:50+02:00");
    let replica = bot.serves().await;
    (bot, replica)
}

/// All co-hosts say so, but one of team 1.
async fn all_but_lars_are_here(bot: &BotStage) {
    bot.passes(60).await;
    let asked = bot.check_ins().into_keys();
    for person in asked.filter(|person| person != LARS) {
        bot.is_here(&person).await;
    }
}

#[tokio::test]
async fn of_all_meetings_that_begin_at_one_time() {
    let (bot, replica) = before_the_breakouts().await;
    assert!(bot.check_ins().is_empty(), "it is too early");
    bot.passes(60).await;
    let asked = bot.check_ins();
    assert_eq!(
        asked.len(),
        13,
        "12 coaches and Desmond: {:?}",
        asked.keys()
    );
    assert!(asked.values().all(|asked| asked.len() == 1));
    let of_desmond = text(&asked[DESMOND][0]["markdown"]);
    let of_amelie = text(&asked[AMELIE][0]["markdown"]);
    for team in 1..=6 {
        let title = format!("Team {team} - Day 1 - Breakout");
        assert!(of_desmond.contains(&title), "{of_desmond}");
        assert_eq!(of_amelie.contains(&title), team == 1, "{of_amelie}");
    }
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn and_who_is_missing_is_told_and_those_who_stand_by_are_asked() {
    let (bot, replica) = before_the_breakouts().await;
    all_but_lars_are_here(&bot).await;
    bot.is("2027-10-06T09:56:50+02:00");
    assert!(bot.alarms("checked in").is_empty(), "it is too early");
    assert!(!bot.check_ins().contains_key(JORIS));
    bot.passes(30).await;
    let told = bot.alarms("checked in");
    assert_eq!(told.len(), 1, "only one meeting lacks somebody: {told:?}");
    for words in [
        "Team 1 - Day 1 - Breakout",
        "Lars Jørgensen has not",
        "Joris Maes",
    ] {
        assert!(told[0].contains(words), "{words}: {told:?}");
    }
    assert!(!told[0].contains("Amélie"), "she is there: {told:?}");
    let standby = bot.check_ins();
    let of_joris = text(&standby[JORIS][0]["markdown"]);
    assert!(
        of_joris.contains("Team 1") && !of_joris.contains("Team 2"),
        "{of_joris}"
    );
    assert!(
        !standby.contains_key(CLAIRE),
        "one is asked after the other"
    );
    // A new process neither asks nor tells again; Joris is there, so Claire is not needed.
    bot.is_here(JORIS).await;
    replica.killed().await;
    let successor = bot.serves().await;
    bot.passes(300).await;
    let asked = bot.check_ins();
    assert!(asked.values().all(|asked| asked.len() == 1), "{asked:?}");
    assert!(!asked.contains_key(CLAIRE));
    assert_eq!(bot.alarms("checked in").len(), 1);
    successor.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn and_the_next_who_stands_by_is_asked_two_minutes_later() {
    let (bot, replica) = before_the_breakouts().await;
    all_but_lars_are_here(&bot).await;
    bot.is("2027-10-06T09:57:20+02:00");
    bot.passes(10).await;
    assert!(!bot.check_ins().contains_key(CLAIRE));
    bot.is("2027-10-06T09:59:10+02:00");
    bot.passes(10).await;
    assert_eq!(bot.check_ins()[CLAIRE].len(), 1);
    replica.stops().await;
    bot.ends().await;
}

/// Dies at every kind of place in turn, once at each start.
#[tokio::test]
async fn wherever_the_process_dies() {
    let files = all_day();
    let bot = BotStage::with(Database::File, &files, |config| {
        config.latency = Some(SignedDuration::from_millis(30));
    });
    let bot = bot.await.expect("a folder").without_cues();
    let mut starts = quarters().map(|at| {
        let day = bot.event.days[0].date.to_datetime(at);
        day.in_tz(&bot.event.timezone).expect("a time").timestamp()
    });
    // Undisturbed, to know how many places there are.
    let first = starts.next().expect("a start");
    let replica = before(&bot, first).await;
    replica.deaths.wait_at(Place::Nowhere);
    bot.passes(40).await;
    let (accesses, calls) = replica.deaths.passed();
    replica.stops().await;
    let points = |call| CrashPoint::ALL.map(|point| Place::Call(call, point));
    let mut places: Vec<Place> = (0..calls).flat_map(points).collect();
    places.extend((0..accesses).map(Place::Ledger));
    let step = (places.len() / 45).max(1);
    let mut died = 0;
    for (place, start) in places.into_iter().step_by(step).zip(starts) {
        let asked_before = bot.check_ins();
        let replica = before(&bot, start).await;
        replica.deaths.wait_at(place);
        let dies = bot.passes_until_death(&replica, SignedDuration::from_secs(40));
        died += usize::from(dies.await);
        replica.killed().await;
        let successor = bot.serves().await;
        bot.passes(60).await;
        successor.stops().await;
        for (person, asked) in bot.check_ins() {
            let new = asked.len() - asked_before.get(&person).map_or(0, Vec::len);
            assert_eq!(new, 1, "{person} at {start}, died at {place:?}");
            let words = text(&asked.last().expect("a message")["markdown"]);
            assert!(
                words.contains("cheese") && words.contains("wine"),
                "{words}"
            );
        }
    }
    assert!(died >= 20, "only {died} died");
    bot.ends().await;
}

/// A process begins a few seconds before people are asked for this start.
async fn before(bot: &BotStage, start: Timestamp) -> Replica {
    let asked = start - SignedDuration::from_mins(5);
    bot.is_at(asked - SignedDuration::from_secs(20));
    let replica = bot.serves().await;
    bot.passes(10).await;
    replica
}
