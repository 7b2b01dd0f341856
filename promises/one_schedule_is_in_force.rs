//! One schedule is in force: the revision that was applied last, with what is kept on Webex. It is read
//! from the ledger alone, and read anew when it is outdated.

use std::sync::Arc;

use jiff::SignedDuration;
use showcaller_engine::cues::{NewEntry, log};
use showcaller_engine::{Assignment, InForce, NoProgress, Stamped, Stop};
use showcaller_event::model::{Email, MeetingKey, RoomKey};
use showcaller_event::{Event, Schedule};
use showcaller_ledger::Source;
use showcaller_plan::Wishes;
use showcaller_show::slip::Slip;
use showcaller_show::{By, Entry, Via};
use showcaller_webex::{PersonId, RoomId};

use crate::by_hand::{all, room_id, the};
use crate::files::{Files, fair};
use crate::stage::Stage;

/// Applies the files, and stores them as the revision.
pub(crate) async fn apply(stage: &Stage, files: &Files) {
    let event = files.event();
    let outlook = stage.look(&event, &Wishes::default()).await;
    let source = |path: &str, content: &str| Source {
        path: path.to_owned(),
        content: content.as_bytes().to_vec(),
    };
    let assignment = Assignment {
        event: &event,
        sources: vec![
            source("event.yaml", &files.yaml),
            source("people.csv", &files.people),
        ],
        digest: format!("{}{}", files.yaml, files.people),
    };
    let engine = stage.engine(&event);
    let report = engine
        .apply(&assignment, outlook, &NoProgress, &Stop::default())
        .await
        .expect("a run");
    assert!(report.is_complete(), "{report:#?}");
}

async fn in_force(stage: &Stage) -> InForce {
    let in_force = InForce::read(&stage.ledger).await.expect("a ledger");
    in_force.expect("something was applied")
}

#[tokio::test]
async fn it_is_what_was_applied_last() {
    let files = fair();
    let stage = Stage::before(&files.event()).await;
    let before = InForce::read(&stage.ledger).await.expect("a ledger");
    assert!(before.is_none(), "nothing was applied yet");

    apply(&stage, &files).await;
    let first = in_force(&stage).await;
    assert_eq!(first.event, files.event());
    assert_eq!(first.schedule, Schedule::planned(&files.event()));
    assert_eq!(first.kept, [] as [MeetingKey; 0]);
    for meeting in &first.event.meetings {
        let on_webex = the(&stage.simulator, "meetings", "title", &meeting.title);
        let facts = first.facts(&meeting.key).expect("it is on Webex");
        let link = facts.link.as_ref().map(|link| link.expose().to_owned());
        assert_eq!(link.as_deref(), on_webex["webLink"].as_str());
        assert!(
            meeting
                .host
                .as_ref()
                .is_none_or(|host| *host == first.meetings[&meeting.key].host)
        );
    }

    let moved = files.edited("\"11:00-12:00\"", "\"11:30-12:30\"");
    assert_eq!(
        in_force(&stage).await.event,
        first.event,
        "a file is not in force by being there"
    );
    apply(&stage, &moved).await;
    let second = in_force(&stage).await;
    assert_eq!(second.schedule, Schedule::planned(&moved.event()));
    let number = |in_force: &InForce| in_force.revision.as_ref().expect("a revision").id;
    assert!(number(&second) > number(&first));
}

#[tokio::test]
async fn a_meeting_that_is_not_on_webex_yet_is_in_it_without_a_link() {
    let files = fair();
    let stage = Stage::before(&files.event()).await;
    let planned = InForce::planned(files.event());
    let draft = InForce::draft(files.event(), &stage.ledger).await;
    for in_force in [planned, draft.expect("a ledger")] {
        assert_eq!(in_force.schedule, Schedule::planned(&files.event()));
        assert!(in_force.revision.is_none());
        for meeting in &in_force.event.meetings {
            assert!(in_force.schedule.get(&meeting.key).is_some());
            assert!(in_force.facts(&meeting.key).is_none());
        }
    }
}

/// Whether another schedule is in force than was, which is then the one that was.
async fn is_another(stage: &Stage, was: &mut Stamped) -> bool {
    let now = was.refreshed(&stage.ledger).await.expect("a ledger");
    let now = now.expect("something was applied");
    let another = !Arc::ptr_eq(&now.in_force, &was.in_force);
    *was = now;
    another
}

async fn write(stage: &Stage, key: &str, entry: Entry) {
    let by = By {
        name: "ann@laptop".to_owned(),
        account: None,
        via: Via::Terminal,
    };
    let key = key.to_owned();
    let entry = NewEntry { key, by, entry };
    let logged = log(&stage.ledger, &[entry], None, stage.now()).await;
    logged.expect("a ledger");
}

#[tokio::test]
async fn it_is_read_anew_with_whatever_changes_it_and_with_nothing_else() {
    let files = fair();
    let stage = Stage::before(&files.event()).await;
    apply(&stage, &files).await;
    let read = Stamped::read(&stage.ledger).await.expect("a ledger");
    let mut was = read.expect("something was applied");
    assert!(
        !is_another(&stage, &mut was).await,
        "nothing happened since"
    );
    let started = Entry::Started {
        meeting: was.in_force.event.meetings[0].key.clone(),
        at: stage.now(),
    };
    write(&stage, "started", started).await;
    assert!(!is_another(&stage, &mut was).await, "no slip was called");

    // A slip is called, a link appears, another thing is forgotten, a run ends.
    let slip = Entry::Slip {
        slip: Slip {
            day: was.in_force.event.days[0].id.clone(),
            minutes: 5,
            meetings: Vec::new(),
            cues: Vec::new(),
        },
    };
    write(&stage, "late", slip).await;
    assert!(is_another(&stage, &mut was).await);
    let meeting = format!("meeting/{}", was.in_force.event.meetings[0].key);
    let later = stage.ledger.resource(&meeting).await.expect("a ledger");
    let mut later = later.expect("it is there");
    later.at = stage.now() + SignedDuration::from_secs(1);
    stage.ledger.record(&later).await.expect("a ledger");
    assert!(is_another(&stage, &mut was).await);
    let gone = stage.ledger.forget(&meeting, "gone", stage.now()).await;
    assert!(gone.expect("a ledger"));
    assert!(is_another(&stage, &mut was).await);
    apply(&stage, &files).await;
    assert!(is_another(&stage, &mut was).await);
}

#[tokio::test]
async fn ids_of_webex_lead_to_rooms_and_people_of_the_event() {
    let files = fair();
    let event: Event = files.event();
    let stage = Stage::before(&event).await;
    apply(&stage, &files).await;
    let in_force = in_force(&stage).await;
    let directory = &in_force.directory;
    for room in &event.rooms {
        let id = RoomId::from(room_id(&stage.simulator, &room.title));
        assert_eq!(directory.room(&id), Some(&room.key));
        assert_eq!(directory.room_id(&room.key), Some(&id));
        let bare = RoomId::from(id.uuid().expect("a UUID").to_string());
        assert_eq!(directory.room(&bare), Some(&room.key), "another spelling");
    }
    assert_eq!(directory.room_id(&RoomKey::new("elsewhere")), None);

    let bot = showcaller_rehearsal::BOT;
    let mut known = 0;
    for membership in all(&stage.simulator, "memberships") {
        let email = membership["personEmail"].as_str().expect("an address");
        let id = PersonId::from(membership["personId"].as_str().expect("an id"));
        if email == bot {
            continue;
        }
        assert_eq!(directory.email(&id), Some(&Email::new(email)));
        // The id wins over an address.
        let other = Some("Somebody.Else@example.com");
        assert_eq!(in_force.person(&id, other), Some(Email::new(email)));
        known += 1;
    }
    assert!(known > 5, "there is somebody to find");

    // Somebody is on the roster under another address by now.
    let mut renamed = in_force.clone();
    let was = renamed.event.people[0].email.clone();
    let memberships = all(&stage.simulator, "memberships");
    let own = memberships
        .iter()
        .find(|it| it["personEmail"] == *was.as_str());
    let id = PersonId::from(own.expect("a member")["personId"].as_str().expect("an id"));
    let now = Email::new("bea.new@example.com");
    renamed.event.people[0].email = now.clone();
    assert_eq!(renamed.person(&id, Some(now.as_str())), Some(now));
    assert_eq!(renamed.person(&id, None), Some(was), "as the ledger has it");

    let nobody = PersonId::from("5e1f8a52-0000-4000-8000-000000000000");
    let on_roster = &event.people[0].email;
    let shouted = on_roster.as_str().to_uppercase();
    let by_address = in_force.person(&nobody, Some(&shouted));
    assert_eq!(by_address.as_ref(), Some(on_roster));
    assert_eq!(in_force.person(&nobody, Some("stranger@example.com")), None);
    assert_eq!(in_force.person(&nobody, None), None);
}
