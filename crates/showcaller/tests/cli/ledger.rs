//! The ledger backed up, restored and looked into.

use serde_json::Value;

use crate::stage::Stage;

fn applied() -> Stage {
    let stage = Stage::with("workshop");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage
}

#[test]
fn a_ledger_is_looked_after_while_the_event_file_is_full_of_mistakes() {
    let stage = Stage::with("workshop");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage.write("event.yaml", "event: [");
    stage.run("ledger show event.yaml --simulate").exits(0);
    stage
        .run("ledger backup event.yaml kept.ledger --simulate")
        .exits(0);
    stage
        .run("ledger restore event.yaml kept.ledger --simulate")
        .exits(0);
}

#[test]
fn a_restore_of_something_else_leaves_everything_as_it_was() {
    let stage = applied();
    let files = || {
        std::fs::read_dir(stage.path(".showcaller"))
            .unwrap()
            .count()
    };
    let before = files();
    stage
        .run("ledger restore event.yaml people.csv --simulate")
        .exits(2)
        .fits()
        .says("name a file that `showcaller ledger backup` has written");
    assert_eq!(files(), before);
}

#[test]
fn a_restored_ledger_needs_no_change_and_the_one_before_is_kept() {
    let stage = applied();
    stage
        .run("ledger backup event.yaml saved --simulate")
        .exits(0)
        .fits();
    stage.change("event.yaml", "title: The kitchen", "title: Our kitchen");
    stage.run("apply event.yaml --simulate --yes").exits(0);

    let ran = stage
        .run("ledger restore event.yaml saved --simulate")
        .exits(0)
        .fits();
    insta::assert_snapshot!(ran.stdout, @r"
    Restored from saved: the ledger knows 20 things.
    As it was before, it is in .showcaller/event.simulated.ledger.before-restore-1
    What was done a moment ago (1 thing) is looked for before it is done again. The
    next plan shows what Webex has and the backup does not know.
    ");
    assert!(
        stage
            .path(".showcaller/event.simulated.ledger.before-restore-1")
            .exists()
    );
    // The world has the new title already, so there is nothing to do.
    let ran = stage.run("apply event.yaml --simulate --yes").exits(0);
    assert!(ran.stdout.contains("Nothing to do"), "{ran}");
    stage
        .run("ledger restore event.yaml saved --simulate")
        .exits(0);
    assert!(
        stage
            .path(".showcaller/event.simulated.ledger.before-restore-2")
            .exists()
    );
}

#[test]
fn a_backup_replaces_nothing_unless_told_to() {
    let stage = applied();
    stage.write("diary", "dear diary");
    for replace in ["", " --replace"] {
        let line = format!("ledger backup event.yaml diary --simulate{replace}");
        let ran = stage.run(&line).exits(2);
        ran.says("diary exists and is no ledger");
        assert_eq!(stage.read("diary"), "dear diary");
    }
    stage
        .run("ledger backup event.yaml saved --simulate")
        .exits(0);
    let ran = stage
        .run("ledger backup event.yaml saved --simulate")
        .exits(2)
        .fits();
    insta::assert_snapshot!(ran.stderr, @r"
    error: saved exists already
     hint: give another name, or --replace it
    ");
    stage
        .run("ledger backup event.yaml saved --simulate --replace")
        .exits(0);
    stage
        .run("ledger restore event.yaml saved --simulate")
        .exits(0);
}

#[test]
fn a_backup_replaces_no_database_of_something_else() {
    let stage = applied();
    let other = Stage::with("innovation-challenge");
    other.run("apply event.yaml --simulate --yes").exits(0);
    other
        .run("ledger backup event.yaml saved --simulate")
        .exits(0);
    std::fs::copy(other.path("saved"), stage.path("other")).expect("a copy");
    // The id of the application that a database is of.
    let mut foreign = std::fs::read(other.path("saved")).expect("a backup");
    foreign[68..72].copy_from_slice(b"mine");
    std::fs::write(stage.path("foreign"), foreign).expect("a file");
    for (name, what) in [
        (
            "other",
            "is a ledger of another event, innovation-challenge,",
        ),
        ("foreign", "exists and is no ledger,"),
    ] {
        let before = std::fs::read(stage.path(name)).expect("a file");
        let line = format!("ledger backup event.yaml {name} --simulate --replace");
        let ran = stage.run(&line).exits(2).fits();
        let stderr = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(stderr.contains(&format!("{name} {what}")), "{ran}");
        assert!(stderr.contains("not written over"), "{ran}");
        assert_eq!(std::fs::read(stage.path(name)).expect("a file"), before);
    }
}

#[test]
fn what_is_no_backup_of_this_event_is_refused() {
    let stage = applied();
    let other = Stage::with("innovation-challenge");
    other.run("apply event.yaml --simulate --yes").exits(0);
    other
        .run("ledger backup event.yaml saved --simulate")
        .exits(0);
    std::fs::copy(other.path("saved"), stage.path("other")).expect("a copy");
    let ran = stage
        .run("ledger restore event.yaml other --simulate")
        .exits(4)
        .fits();
    insta::assert_snapshot!(ran.stderr, @r"
    error: the backup is of another event: the ledger was begun with
           cheese-workshop, the backup with innovation-challenge
     hint: look whether it is the right file; --force restores it all the same
    ");
    for odd in ["people.csv", "missing"] {
        let line = format!("ledger restore event.yaml {odd} --simulate");
        let ran = stage.run(&line);
        assert!(ran.stderr.contains(odd), "{ran}");
    }
    let ran = stage.run("plan event.yaml --simulate").exits(0);
    assert!(ran.stdout.contains("Nothing to do"), "{ran}");
}

#[test]
fn the_ledger_says_what_it_knows_and_no_secret() {
    let stage = applied();
    let ran = stage
        .run("ledger show event.yaml --simulate")
        .exits(0)
        .fits();
    let json = stage
        .run("ledger show event.yaml --simulate --format json")
        .exits(0)
        .stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let digest = json["revisions"][0]["digest"].as_str().expect("a digest");
    let shown = ran.stdout.replace(&digest[..12], "DIGEST");
    insta::assert_snapshot!(shown, @r"
    sqlite:.showcaller/event.simulated.ledger (format 9)
    It belongs to the event cheese-workshop on http://simulator.invalid/v1/.

    Things on Webex
      invitee          2
      meeting          1
      membership       12
      room             2
      team             1
      team-membership  2
      passwords        1 (kept, not shown)

    Last runs
      1  6 Mar 08:00:00  18 done

    Last revisions of the event
      1  6 Mar 08:00:00  DIGEST

    Meetings tried in the last day, refused ones included
      studio@example.com  1  the first frees 7 Mar 08:00:01
    ");
    assert_eq!(json["things"]["meeting"], 1);
    assert_eq!(json["quota"][0]["tried_in_the_last_day"], 1);

    let sheet = stage
        .run("runsheet event.yaml --simulate --format csv")
        .exits(0)
        .stdout;
    let secrets: Vec<String> = secrets_of(&sheet);
    assert!(secrets.len() >= 2, "a password and a host key: {sheet}");
    let address = "ledger show event.yaml --simulate --address meeting/tasting";
    for line in ["ledger show event.yaml --simulate", address] {
        for format in ["text", "json"] {
            let ran = stage.run(&format!("{line} --format {format}")).exits(0);
            for secret in &secrets {
                assert!(!ran.stdout.contains(secret), "{secret} in {ran}");
            }
        }
    }
}

/// The passwords and host keys of a run sheet.
fn secrets_of(sheet: &str) -> Vec<String> {
    let mut lines = sheet.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let secret = |name: &&str| name.contains("password") || name.contains("host key");
    let places: Vec<usize> = (0..head.len()).filter(|n| secret(&head[*n])).collect();
    lines
        .flat_map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let places = places.iter().filter_map(|place| {
                // The cells before them may hold commas in quotes, so count from the end.
                cells.len().checked_sub(head.len() - place)
            });
            places
                .map(|place| cells[place].to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|cell| cell.len() >= 5)
        .collect()
}

#[test]
fn without_a_ledger_there_is_nothing_to_look_after() {
    let stage = Stage::with("workshop");
    for line in ["ledger show event.yaml", "ledger backup event.yaml saved"] {
        let ran = stage.run(line).exits(2).fits();
        assert!(ran.stderr.contains("there is no ledger"), "{ran}");
    }
    assert!(
        !stage.path(".showcaller").exists(),
        "looking leaves no trace"
    );
    let ran = stage
        .run("ledger restore event.yaml missing")
        .exits(2)
        .fits();
    assert!(ran.stderr.contains("missing cannot be read"), "{ran}");
    assert!(!stage.path(".showcaller").exists(), "nor does a mistake");
}

#[test]
fn what_a_dead_run_left_is_shown_with_what_comes_of_it() {
    let stage = applied();
    let path = stage.path(".showcaller/event.simulated.ledger");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(leave_something(&path));
    let ran = stage
        .run("ledger show event.yaml --simulate")
        .exits(0)
        .fits();
    let from = ran.stdout.find("Calls whose").expect("a section");
    let to = ran.stdout.find("Last revisions").expect("a section");
    insta::assert_snapshot!(&ran.stdout[from..to], @r"
    Calls whose outcome is not known
      change-room room/kitchen
          sending for 10 min, by run 2. The next plan looks whether it was done;
          apply does it where it was not.
      create-room room/cellar
          unclear for 10 min, by run 2: the answer was lost. The next plan looks
          whether it is there; apply takes it over, or makes it.

    Last runs
      2  6 Mar 07:50:00  1 unclear, 1 sending
      1  6 Mar 08:00:00  18 done
    ");
    let from = ran.stdout.find("Who is at work").expect("a section");
    insta::assert_snapshot!(&ran.stdout[from..], @r"
    Who is at work
      apply: bob@elsewhere pid 12
          since 6 Mar 07:50:00, ran out 6 Mar 07:55:00

    Meetings tried in the last day, refused ones included
      studio@example.com  1  the first frees 7 Mar 08:00:01

    Who shares whose limit
      bot  1 process  300 calls a minute
    ");
    let line = "ledger show event.yaml --simulate --address room/kitchen";
    let ran = stage.run(line).exits(0).fits();
    let from = ran.stdout.find("made by").expect("a line");
    insta::assert_snapshot!(&ran.stdout[from..], @r"
    made by Showcaller, with the token of bot; last written down 6 Mar 08:00:00

    Calls
      6 Mar 08:00:00 create-room done, run 1
      6 Mar 07:50:00 change-room sending, run 2
    ");
}

/// Open calls of two kinds, a lease of a process that may still live, an owner's limit.
async fn leave_something(path: &std::path::Path) {
    use showcaller_ledger::{Heartbeat, Instance, Ledger, LedgerUrl, Need, NewOperation};

    let ledger = Ledger::open(&LedgerUrl::file(path))
        .await
        .expect("a ledger");
    let now = "2027-03-06T07:50:00Z".parse().expect("a time");
    let intent = |address: &str, verb: &str| NewOperation {
        run: "2".into(),
        address: address.into(),
        verb: verb.into(),
        body: serde_json::json!({ "text": "planted" }).into(),
        owner: "bot".into(),
        creation_host: None,
        at: now,
    };
    let change = intent("room/kitchen", "change-room");
    ledger.begin(&change).await.expect("an intent");
    let create = intent("room/cellar", "create-room");
    let id = ledger.begin(&create).await.expect("an intent");
    ledger
        .unclear(id, "the answer was lost", now)
        .await
        .expect("a change");
    let hour = jiff::SignedDuration::from_mins(5);
    ledger
        .acquire(
            "apply",
            &Instance::new("bob@elsewhere pid 12", None),
            now,
            hour,
        )
        .await
        .expect("a lease");
    let heartbeat = Heartbeat {
        instance: Instance::new("one", None),
        owners: vec![("bot".to_owned(), Need::Idle)],
        at: now,
        leases: Vec::new(),
        leases_until: "2027-03-06T08:04:00Z".parse().expect("a time"),
        until: "2027-03-06T08:04:00Z".parse().expect("a time"),
    };
    ledger.check_in(&heartbeat).await.expect("a share");
    ledger.note_limit("bot", 299.9, now).await.expect("a limit");
    ledger.close().await;
}

#[test]
fn nothing_is_restored_while_somebody_applies() {
    use showcaller_ledger::{Instance, Ledger, LedgerUrl};

    let stage = applied();
    let saved = "ledger backup event.yaml saved --simulate";
    stage.run(saved).exits(0);
    let url = LedgerUrl::file(stage.path(".showcaller/event.simulated.ledger"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let ledger = Ledger::open(&url).await.expect("a ledger");
        let now = "2027-03-06T08:00:00Z".parse().expect("a time");
        let minutes = jiff::SignedDuration::from_mins(5);
        let bob = Instance::new("bob@elsewhere pid 12", None);
        ledger
            .acquire("apply", &bob, now, minutes)
            .await
            .expect("a lease");
        ledger.close().await;
    });
    stage
        .run("ledger restore event.yaml saved --simulate")
        .exits(4)
        .fits()
        .says("bob@elsewhere pid 12");
    let before = ".showcaller/event.simulated.ledger.before-restore-1";
    assert!(!stage.path(before).exists(), "nothing was done");
    // Backing up and looking on is no acting.
    stage
        .run("ledger backup event.yaml again --simulate")
        .exits(0);
    stage.run("ledger show event.yaml --simulate").exits(0);
}
