//! A rehearsal finds what is wrong: an event without a defect is ready, and a defect of file, world or day is
//! named in one line.

use serde_json::Value;
use showcaller_event::model::Email;
use showcaller_ledger::Source;
use showcaller_rehearsal::{Files as Rehearsed, Outcome, Settings, judge, rehearse};
use showcaller_simulator::Fault;

use crate::files::Files;

/// One day, two teams, four meetings and three cues.
fn open_day() -> Files {
    Files {
        yaml: include_str!("a_rehearsal_finds_what_is_wrong/event.yaml").to_owned(),
        people: include_str!("a_rehearsal_finds_what_is_wrong/people.csv").to_owned(),
    }
}

fn settings() -> Settings {
    Settings {
        questions: 12,
        ..Settings::default()
    }
}

/// Rehearses an event; what was left behind in the world is changed before it is judged.
fn rehearsed(files: &Files, settings: &Settings, change: impl FnOnce(&mut Value)) -> Outcome {
    let source = |path: &str, content: &str| Source {
        path: path.to_owned(),
        content: content.as_bytes().to_vec(),
    };
    let files = Rehearsed {
        event: files.event(),
        sources: vec![
            source("event.yaml", &files.yaml),
            source("people.csv", &files.people),
        ],
        digest: "open day".to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let played = runtime.block_on(rehearse(&files, settings, &mut |_, _| {}));
    let mut played = played.expect("it can be played");
    change(&mut played.world);
    let (event, record) = (&files.event, &played.record);
    judge(event, record, &played.world, &played.faults, settings.seed)
}

fn fault(script: &str) -> Fault {
    script.parse().expect("a script")
}

#[test]
fn an_event_without_a_defect_is_ready() {
    for seed in 1..=3 {
        let outcome = rehearsed(&open_day(), &Settings { seed, ..settings() }, |_| {});
        if seed == 1 { println!("{}", serde_json::to_string_pretty(&outcome).unwrap()); }
        println!("SEED {seed} {:#?} {:?} {:?}", outcome.reasons, outcome.record.slips, outcome.questions.seconds);
    }
}

#[test]
fn explore() {
    let file = |name: &str, files: Files| {
        let outcome = rehearsed(&files, &settings(), |_| {});
        println!("FILE {name}: {:#?} {:?} {:?}", outcome.reasons, outcome.record.slips, outcome.guided);
    };
    let run = |name: &str, change: &dyn Fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        let outcome = rehearsed(&open_day(), &settings, |_| {});
        println!("RUN {name}: {:#?} {:?} {:?} {:?}", outcome.reasons, outcome.record.slips, outcome.guided, outcome.questions);
    };
    run("rough", &|it| { it.faults = Fault::rough(); it.crashes = 5; it.replicas = 2; });
    run("cohost without account", &|it| it.without_account = vec![Email::new("coach.red@example.com")]);
    run("organiser without account", &|it| it.without_account = vec![Email::new("olga@example.com")]);
    let day = |script: &'static str| run(script, &|it: &mut Settings| it.faults = vec![fault(script)]);
    day("delivery-lost from 2027-04-06T07:30:00Z until 2027-04-06T08:30:00Z");
    day("delivery-lost on /messages/created");
    day("delivery-delayed over 5m");
    day("token-dies showcaller@webex.bot from 2027-04-06T09:00:00Z");
    day("token-dies events@example.com from 2027-04-06T08:30:00Z");
    day("503 on POST /messages from 2027-04-06T08:30:00Z until 2027-04-06T09:15:00Z");
    day("503 from 2027-04-06T08:30:00Z until 2027-04-06T09:15:00Z");
    day("429 on POST /messages retry-after 600");
    day("stall-after-effect on POST /messages");
    day("clock-skew -10m");
    day("rate 5/min burst 2 from 5m");
    let setup = |script: &'static str| run(script, &|it: &mut Settings| it.setup_faults = vec![fault(script)]);
    setup("429 on POST /meetings retry-after 86400");
    setup("429 on POST /meetings after 2 calls retry-after 86400");
    setup("token-dies events@example.com after 3 calls");
    setup("malformed on POST /rooms");
    setup("503 on POST /memberships");
    let edit = |name: &str, from: &str, to: &str| file(name, open_day().edited(from, to));
    file("person in no room", Files { people: open_day().people + "ute@example.com,Ute Free,,participant\n", ..open_day() });
    edit("cue after its meeting", "lead: 10 min", "lead: -60 min");
    edit("cue at the wrong time", "    before: closing\n    lead: 5 min", "    day: tuesday\n    at: \"12:30\"");
    edit("link of another room", "{{ fitting.join }}", "{{ blue_fitting.join }}");
    edit("meeting in no room", "rooms: [room of this team]", "rooms: []");
    edit("crowded host", "{ parallel: 2 }", "{ parallel: 1 }");
}
