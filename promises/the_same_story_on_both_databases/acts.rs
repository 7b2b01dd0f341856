//! Whatever is asked of a ledger, in whatever order: both databases answer the same.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;
use showcaller_ledger::{
    Binding, CalendarEntry, Claim, Effect, Error, Existing, Heartbeat, Instance, Ledger, LedgerUrl,
    MessageKey, MessageKind, MessageOutcome, Need, NewMessage, NewOperation, Operation,
    OperationKind, Record, Restoring, Revision, Source,
};
use uuid::Uuid;

use crate::postgres::Schema;
use crate::random::check;

/// One thing that is asked: which, about what, and with what.
type Act = (u8, u8, u8);

const ADDRESSES: [&str; 4] = ["room/a", "room/Ä", "meeting/b_1/day-1", "Tab/a/%"];

fn at(seconds: u8) -> Timestamp {
    let start: Timestamp = "2027-10-01T08:00:00Z".parse().expect("a time");
    start + SignedDuration::from_secs(i64::from(seconds))
}

fn record(address: &str, with: u8) -> Record {
    Record {
        address: address.to_owned(),
        remote_id: format!("id-{}", with % 3),
        kind: "room".into(),
        owner: "bot".into(),
        attributes: json!({ "with": with, "odd": "\u{0}'\\\"%_ü" }),
        created_by_us: with.is_multiple_of(2),
        at: at(with),
    }
}

fn intent(address: &str, with: u8) -> NewOperation {
    NewOperation {
        run: format!("run-{}", with % 2),
        address: address.to_owned(),
        verb: ["create-room", "change-room"][usize::from(with % 2)].into(),
        body: json!({ "with": with }).into(),
        owner: "bot".into(),
        creation_host: with.is_multiple_of(3).then(|| "host@example.com".into()),
        at: at(with),
    }
}

async fn all_intents(ledger: &Ledger) -> Result<Vec<Operation>, Error> {
    let mut intents = ledger.operations_of_run("run-0").await?;
    intents.extend(ledger.operations_of_run("run-1").await?);
    intents.sort_by_key(|intent| intent.id);
    Ok(intents)
}

/// Asks, and tells the answer in words.
async fn answer(ledger: &Ledger, (which, about, with): Act) -> Result<String, Error> {
    let address = ADDRESSES[usize::from(about) % ADDRESSES.len()];
    let other = ADDRESSES[usize::from(with) % ADDRESSES.len()];
    let now = at(with);
    Ok(match which {
        0..=3 => ledger.begin(&intent(address, with)).await?.to_string(),
        4 | 5 | 12 => return message(ledger, (which, about, with)).await,
        6..=11 => return change(ledger, (which, about, with)).await,
        13..=15 => format!("{:?}", ledger.record(&record(address, with)).await?),
        16 => ledger.forget(address, "why", now).await?.to_string(),
        17 => ledger.rename(address, other).await?.to_string(),
        18 => format!(
            "{:?}",
            ledger.keep_secret(address, &with.to_string()).await?
        ),
        19 => ledger.erase_secret(address).await?.to_string(),
        20 => ledger.pin(address, &with.to_string()).await?,
        21 => ledger.unpin(address).await?.to_string(),
        22 => format!("{:?}", ledger.set_meta(address, &with.to_string()).await?),
        23 => {
            let print = (with % 4).to_string();
            let entry = CalendarEntry {
                uid: format!("{about}@event"),
                addresses: vec![address.to_owned(), other.to_owned()],
                fingerprint: print,
                snapshot: json!(with),
                recipients: [address.to_owned()].into(),
                audience: [address, other].map(str::to_owned).into(),
            };
            let given = ledger.give_calendar(vec![entry], now).await?;
            format!("{given:?}")
        }
        24 => {
            let uid = format!("{about}@event");
            format!("{:?}", ledger.end_calendar(&uid, other, now).await?)
        }
        25 => ledger.add_revision(&revision(with)).await?.to_string(),
        26 => format!("{:?}", ledger.exhaust(address, now).await?),
        27 => {
            let holder = process(with);
            let ttl = SignedDuration::from_secs(i64::from(about));
            let lease = ledger.acquire("apply", &holder, now, ttl).await?;
            let token = lease.token().to_string();
            if with.is_multiple_of(2) {
                ledger.release(lease).await?;
            }
            token
        }
        28 => {
            let owners = [address.to_owned(), other.to_owned()];
            let heartbeat = Heartbeat {
                instance: process(with),
                owners: owners
                    .map(|owner| (owner, Need::ALL[usize::from(about % 4)]))
                    .into(),
                at: now,
                leases: Vec::new(),
                leases_until: now + SignedDuration::from_secs(30),
                until: now + SignedDuration::from_secs(30),
            };
            format!("{:?}", ledger.check_in(&heartbeat).await?)
        }
        29 => {
            let limit = f64::from(with) / 7.0;
            format!("{:?}", ledger.note_limit(address, limit, at(about)).await?)
        }
        30 => format!("{:?}", ledger.check_out(&process(with)).await?),
        _ => {
            let asked = Binding {
                base_url: "https://webexapis.com/v1".into(),
                bot_id: "bot".into(),
                org_id: "org".into(),
                event_key: (with % 2).to_string(),
            };
            format!("{:?}", ledger.bind(&asked).await?)
        }
    })
}

/// Takes some intent further, whether that is legal or not.
async fn change(ledger: &Ledger, (which, about, with): Act) -> Result<String, Error> {
    let now = at(with);
    let address = ADDRESSES[usize::from(about) % ADDRESSES.len()];
    let intents = all_intents(ledger).await?;
    let Some(id) = intents
        .iter()
        .rev()
        .map(|intent| intent.id)
        .nth(usize::from(about % 4))
    else {
        return Ok("nothing to change".to_owned());
    };
    let changed = match which {
        6..=8 => {
            let effects = [
                Effect::Record(record(address, with)),
                Effect::Forget {
                    address: ADDRESSES[usize::from(with) % ADDRESSES.len()].to_owned(),
                    why: "gone".to_owned(),
                },
            ];
            ledger
                .finish(id, &json!({ "with": with }), &effects, now)
                .await
        }
        9 => ledger.failed(id, "n\0", Some("tracked\0"), now).await,
        _ => ledger.unclear(id, "who knows", now).await,
    };
    changed.map(|()| id.to_string())
}

fn process(with: u8) -> Instance {
    let number = with % 3;
    Instance {
        id: Uuid::from_u128(number.into()),
        name: format!("process {number}"),
        origin: None,
    }
}

/// Claims a message, or takes one further, whether that is legal or not.
async fn message(ledger: &Ledger, (which, about, with): Act) -> Result<String, Error> {
    let (now, by) = (at(with), process(with));
    let key = MessageKey::answer(Uuid::from_u128(about.into()), 0);
    if which == 4 {
        let new = NewMessage {
            key,
            address: ADDRESSES[usize::from(with) % ADDRESSES.len()].to_owned(),
            body: json!({ "with": with }).into(),
            owner: "bot".into(),
            revision: with.is_multiple_of(2).then_some(1),
        };
        let claims = ledger.claim(&[new], &by, now).await?;
        // Its number is random.
        return Ok(claims.iter().all(|claim| *claim == Claim::Lost).to_string());
    }
    let Some(message) = ledger.message(&key).await? else {
        return Ok("no such message".to_owned());
    };
    let outcome = match with % 4 {
        0 => MessageOutcome::Done(json!({ "id": about })),
        1 => MessageOutcome::Failed {
            reason: "n\0".to_owned(),
            tracking_id: Some("tracked".to_owned()),
        },
        2 => MessageOutcome::Unclear {
            reason: "no answer".to_owned(),
        },
        _ => MessageOutcome::NotSent {
            reason: "no connection".to_owned(),
        },
    };
    if which == 12 {
        let settled = ledger.settle_message(message.attempt(), &outcome, &by, now);
        return Ok(settled.await?.to_string());
    }
    let Some(attempt) = ledger.start(message.id, &by, now).await? else {
        return Ok("not started".to_owned());
    };
    let finished = ledger.finish_message(attempt, &outcome, now).await?;
    Ok(finished.to_string())
}

fn revision(with: u8) -> Revision {
    Revision {
        at: at(with),
        source_digest: with.to_string(),
        sources: vec![
            Source {
                path: "event.yaml".into(),
                content: vec![with, 0, 255],
            },
            Source {
                path: "people.csv".into(),
                content: "email,näme".into(),
            },
        ],
    }
}

/// Everything that can be read from a ledger.
async fn everything(ledger: &Ledger) -> Result<Vec<String>, Error> {
    let mut all = Vec::new();
    for record in ledger.resources().await? {
        all.push(format!("{record:?} {}", record.attributes));
    }
    for intent in all_intents(ledger).await? {
        let body: serde_json::Value = intent.body.decode(1).expect("JSON");
        all.push(format!("{intent:?} {body} {:?}", intent.outcome));
    }
    for about in 0..16_u128 {
        let key = MessageKey::answer(Uuid::from_u128(about), 0);
        let message = ledger.message(&key).await?;
        // All but the number, which is random.
        let message = message.map(|it| (it.state, it.claimed_by, it.revision, it.reason));
        all.push(format!("{message:?}"));
    }
    for &kind in MessageKind::ALL {
        let counts = ledger.operation_counts(kind.into(), None).await?;
        all.push(format!("{counts:?} {:?}", ledger.claimants(kind).await?));
    }
    for address in ADDRESSES {
        for entry in ledger.calendar_of(address).await? {
            all.push(format!("{address} {entry:?} {}", entry.snapshot));
        }
    }
    let revision = ledger.latest_revision().await?;
    let sources = revision.iter().flat_map(|last| &last.revision.sources);
    all.extend(sources.map(|source| format!("{source:?} {:?}", source.content)));
    all.push(format!("{:?}", ledger.tombstones().await?));
    all.push(format!(
        "{:?}",
        ledger.open_operations(OperationKind::Provision).await?
    ));
    all.push(format!(
        "{:?}",
        ledger
            .operation_counts(OperationKind::Provision, None)
            .await?
    ));
    all.push(format!("{:?}", ledger.pins().await?));
    all.push(format!("{:?}", ledger.binding().await?));
    all.push(format!("{:?}", ledger.exhausted().await?));
    all.push(format!("{:?}", ledger.creations_since(at(0)).await?));
    all.push(format!("{:?}", ledger.holders().await?));
    all.push(format!("{:?}", ledger.shares(at(60)).await?));
    all.push(format!("{:?}", ledger.runs(9).await?));
    all.push(format!("{:?}", ledger.revisions(9).await?));
    all.push(format!("{:?}", ledger.secrets_kept().await?));
    all.push(format!("{:?}", ledger.format().await?));
    for address in ADDRESSES {
        all.push(format!("{:?}", ledger.meta(address).await?));
        all.push(format!(
            "{:?}",
            ledger
                .operations_about(OperationKind::Provision, address)
                .await?
        ));
    }
    Ok(all)
}

async fn told(ledger: &Ledger, acts: &[Act]) -> Result<Vec<String>, Error> {
    let mut told = Vec::new();
    for act in acts {
        told.push(match answer(ledger, *act).await {
            Ok(answer) => format!("{act:?}: {answer}"),
            Err(error) => format!("{act:?}: refused, {error}"),
        });
    }
    told.extend(everything(ledger).await?);
    Ok(told)
}

/// Where the two differ, or where a backup of one does not become the other.
async fn trouble(acts: &[Act]) -> Result<(), String> {
    let Some(schema) = Schema::new().await else {
        return Ok(());
    };
    let words = |error: Error| format!("{error:?}");
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = LedgerUrl::file(folder.path().join("event.ledger"));
    let here = Ledger::open(&file).await.map_err(words)?;
    let there = Ledger::open(&schema.url()).await.map_err(words)?;
    let (one, other) = (told(&here, acts).await, told(&there, acts).await);
    let (one, other) = (one.map_err(words)?, other.map_err(words)?);
    if let Some((one, other)) = one.iter().zip(&other).find(|(one, other)| one != other) {
        return Err(format!("SQLite: {one}\nPostgreSQL: {other}"));
    }
    let backup = folder.path().join("backup");
    there
        .backup(&backup, Existing::Refuse)
        .await
        .map_err(words)?;
    let before = everything(&here).await.map_err(words)?;
    let how = Restoring {
        at: at(0),
        creations_since: Timestamp::MIN,
        unsettled_since: Timestamp::MAX,
        whatever_it_is_bound_to: false,
        rises: None,
    };
    here.restore_from(&backup, how).await.map_err(words)?;
    let after = everything(&here).await.map_err(words)?;
    // All but who held which lease.
    let differs = before
        .iter()
        .zip(&after)
        .find(|(before, after)| before != after && !before.contains("Holder {"));
    if let Some((before, after)) = differs {
        return Err(format!("before: {before}\nrestored: {after}"));
    }
    here.close().await;
    there.close().await;
    schema.drop().await;
    Ok(())
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec((0..32_u8, 0..16_u8, 0..60_u8), 30..80)
}

#[test]
fn of_whatever_is_asked_of_a_ledger() {
    check(12, acts(), async |acts: Vec<Act>| trouble(&acts).await);
}
