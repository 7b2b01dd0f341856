//! Different questions at a rate, from many people in all rooms, and when their answers arrived.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use showcaller_ledger::{Ledger, LedgerUrl, MessageKey, OperationState};
use showcaller_webex::MessageId;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

use crate::programs::Stage;
use crate::{Failure, http};

/// What is asked in each room, one after the other: by the time when it is the turn of the first one
/// again, it does not count as the same question any more.
const WORDS: [&str; 24] = [
    "agenda",
    "opening day 1",
    "now",
    "breakout day 2",
    "agenda day 3",
    "closing day 1",
    "next",
    "opening warm-up",
    "agenda day 1",
    "help",
    "closing day 3",
    "where do I have to be?",
    "opening day 2",
    "breakout day 1",
    "agenda all",
    "board",
    "closing day 2",
    "who is in my team?",
    "breakout day 3",
    "agenda warm-up",
    "opening day 3",
    "thanks",
    "closing warm-up",
    "agenda day 2",
];
/// How long the last answers are waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A person, and the rooms that they are in.
struct Person {
    token: String,
    rooms: Vec<String>,
}

/// A question that was asked.
struct Asked {
    /// The UUID of the message.
    id: Uuid,
    due: Timestamp,
    /// How long its call took.
    took: Duration,
}

/// What is measured, one of each question.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) rooms: usize,
    /// Answered with a message of their own.
    pub(crate) answered: usize,
    pub(crate) asked: usize,
    /// From the webhook's 2xx to the arrival of the answer's bytes at the simulator.
    pub(crate) from_accepted: Vec<Duration>,
    /// From when the question was due to be there: one call after it was due to be sent.
    pub(crate) from_due: Vec<Duration>,
    /// How long the load generator's own calls took.
    pub(crate) calls: Vec<Duration>,
}

/// Asks at this rate, and waits until all is answered.
pub(crate) async fn ask(
    stage: &Stage,
    per_second: u32,
    span: Duration,
    latency: Duration,
) -> Result<Outcome, Failure> {
    let people = people(stage).await?;
    let mut asked_in = BTreeMap::<&str, usize>::new();
    let mut calls = JoinSet::new();
    let (began, began_at) = (Instant::now(), Timestamp::now());
    for (number, person) in (0..per_second * span.as_secs() as u32).zip(people.iter().cycle()) {
        let so_far = |room: &String| asked_in.get(room.as_str()).copied().unwrap_or_default();
        let room = person.rooms.iter().min_by_key(|room| so_far(room));
        let room = room.ok_or("a person without a room")?;
        let turn = asked_in.entry(room).or_default();
        let words = WORDS[*turn % WORDS.len()];
        *turn += 1;
        let body = json!({
            "roomId": room,
            "markdown": format!("<@personEmail:showcaller@webex.bot> {words}"),
        });
        let after = Duration::from_secs(1) * number / per_second;
        sleep_until(began + after).await;
        let (webex, token) = (stage.webex.clone(), person.token.clone());
        let due = began_at + after;
        let sent = began + after;
        calls.spawn(async move {
            let authorization = format!("Bearer {token}");
            let (status, answer) = http::send(http::Request {
                address: &webex,
                what: "POST /v1/messages",
                headers: &[("Authorization", &authorization)],
                body: body.to_string().as_bytes(),
            })
            .await?;
            let took = sent.elapsed();
            let answer: Value = serde_json::from_str(&answer)?;
            let id = answer["id"].as_str().and_then(uuid);
            let id = id.ok_or_else(|| format!("a question got {status}: {answer}"))?;
            Ok::<_, Failure>(Asked { id, due, took })
        });
    }
    let asked = calls
        .join_all()
        .await
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    let mut outcome = measured(stage, &asked, latency).await?;
    outcome.rooms = asked_in.len();
    Ok(outcome)
}

/// The people of the roster, as the simulator has them.
async fn people(stage: &Stage) -> Result<Vec<Person>, Failure> {
    let world = stage.page("world").await?;
    // In the team's own room the bot does not answer: it is none of the event's.
    let teams: Vec<&Value> = entries(&world, "teams").map(|team| &team["name"]).collect();
    let of_event = entries(&world, "rooms").filter(|room| !teams.contains(&&room["title"]));
    let of_event: HashSet<_> = of_event.filter_map(|room| room["id"].as_str()).collect();
    let mut rooms = BTreeMap::<String, Vec<String>>::new();
    for member in entries(&world, "memberships") {
        let (Some(room), Some(email)) = (member["roomId"].as_str(), member["personEmail"].as_str())
        else {
            continue;
        };
        let of_roster = email.ends_with("@example.com") && !email.starts_with("events@");
        if of_roster && of_event.contains(room) {
            rooms
                .entry(email.to_owned())
                .or_default()
                .push(room.to_owned());
        }
    }
    let mut people = Vec::new();
    for (email, rooms) in rooms {
        let page = stage.page(&format!("token?email={email}")).await?;
        let token = page["token"].as_str().ok_or("no token")?.to_owned();
        people.push(Person { token, rooms });
    }
    Ok(people)
}

/// The times are the simulator's, whose clock is this machine's, to the millisecond. It looks at a call
/// once its latency is over, so what it did with one tells when that arrived.
async fn measured(stage: &Stage, asked: &[Asked], latency: Duration) -> Result<Outcome, Failure> {
    let answers = answers(stage, asked).await?;
    let world = stage.page("world").await?;
    let written: HashMap<Uuid, Timestamp> = entries(&world, "messages")
        .filter_map(|message| Some((uuid(message["id"].as_str()?)?, time(&message["created"])?)))
        .collect();
    let deliveries = stage.page("deliveries").await?;
    let accepted: HashMap<Uuid, Timestamp> = entries(&deliveries, "deliveries")
        .filter(|delivery| delivery["outcome"] == "delivered")
        .filter_map(|delivery| Some((uuid(delivery["id"].as_str()?)?, time(&delivery["ended"])?)))
        .collect();
    let mut outcome = Outcome {
        answered: answers.values().collect::<HashSet<_>>().len(),
        asked: asked.len(),
        ..Outcome::default()
    };
    let between = |from: Timestamp, to: Timestamp| {
        Duration::try_from(to.duration_since(from)).unwrap_or_default()
    };
    for question in asked {
        outcome.calls.push(question.took);
        let Some(answer) = answers
            .get(&question.id)
            .and_then(|answer| written.get(answer))
        else {
            continue;
        };
        let arrived = *answer - SignedDuration::try_from(latency)?;
        let accepted = accepted
            .get(&question.id)
            .ok_or("a question without a webhook")?;
        outcome.from_accepted.push(between(*accepted, arrived));
        outcome
            .from_due
            .push(between(question.due + latency, arrived));
    }
    Ok(outcome)
}

/// The first message of each answer, by its question; from the ledger, once all are sent.
async fn answers(stage: &Stage, asked: &[Asked]) -> Result<HashMap<Uuid, Uuid>, Failure> {
    let ledger = Ledger::open(&LedgerUrl::file(stage.ledger())).await?;
    let until = Instant::now() + PATIENCE;
    let mut answers = HashMap::new();
    while answers.len() < asked.len() && Instant::now() < until {
        sleep(Duration::from_millis(200)).await;
        for question in asked {
            let key = MessageKey::answer(question.id, 1);
            let Some(message) = ledger.message(&key).await? else {
                continue;
            };
            if message.state == OperationState::Done {
                let id = message
                    .outcome
                    .as_ref()
                    .and_then(|outcome| uuid(outcome["id"].as_str()?));
                answers.insert(question.id, id.ok_or("an answer without an id")?);
            }
        }
    }
    ledger.close().await;
    Ok(answers)
}

fn entries<'a>(page: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    page[name].as_array().into_iter().flatten()
}

fn uuid(id: &str) -> Option<Uuid> {
    MessageId::from(id).uuid()
}

fn time(text: &Value) -> Option<Timestamp> {
    text.as_str()?.parse().ok()
}
