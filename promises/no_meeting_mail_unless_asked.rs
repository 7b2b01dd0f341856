//! Promise 4: no meeting mail unless asked, and the plan counts the mails.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;
use showcaller_engine::Report;
use showcaller_event::Event;
use showcaller_plan::MailCount;
use showcaller_simulator::Account;

use crate::by_hand::all;
use crate::files::{Files, fair};
use crate::stage::{Stage, every_flag};

/// Mails about meetings, and mails that invite somebody to Webex itself.
fn mails(stage: &Stage) -> (usize, usize) {
    let mails = all(&stage.simulator, "mails");
    let account = |mail: &&Value| mail["occasion"] == "account";
    let invitations = mails.iter().filter(account).count();
    (mails.len() - invitations, invitations)
}

/// Applies with every flag; what the plan said, and what was sent because of it.
async fn sent_by(stage: &Stage, event: &Event) -> (MailCount, (usize, usize), Report) {
    let before = mails(stage);
    let outlook = stage.look(event, &every_flag()).await;
    let said = outlook.plan.budget.mails;
    let report = stage.apply_outlook(event, outlook).await;
    assert!(report.is_complete(), "{report:#?}");
    let after = mails(stage);
    (said, (after.0 - before.0, after.1 - before.1), report)
}

#[tokio::test]
async fn the_reference_event_writes_to_nobody_about_meetings() {
    let files = Files::of_example("innovation-challenge");
    let event = files.event();
    let stage = Stage::before(&event).await;
    let (said, (meetings, invitations), _) = sent_by(&stage, &event).await;
    assert_eq!((said.meetings, meetings), (0, 0));
    assert!(invitations <= said.invitations_at_most);
    assert!(said.invitations_at_most <= event.people.len());

    let (said, sent, _) = sent_by(&stage, &event).await;
    assert_eq!((said, sent), (MailCount::default(), (0, 0)));

    // Moved, renamed, shortened, co-hosts changed, one meeting cancelled: still nobody is written to.
    let changed = files
        .edited("\"13:15-14:00\"", "\"13:20-14:10\"")
        .edited("title: Jury briefing,", "title: Briefing of the jury,")
        .edited("  jury-deliberation: {", "  deliberation: {")
        .people_edited(",team-1,coach,fr,", ",,jury,fr,")
        .event();
    let (said, sent, _) = sent_by(&stage, &changed).await;
    assert_eq!((said, sent), (MailCount::default(), (0, 0)));
}

#[tokio::test]
async fn strangers_to_webex_are_counted_before_webex_writes_to_them() {
    let event = fair().event();
    let stage = Stage::before(&event).await;
    let (said, (meetings, invitations), _) = sent_by(&stage, &event).await;
    assert_eq!((said.meetings, meetings), (0, 0));
    assert_eq!(invitations, 2, "rob and ben are new to Webex");
    assert!(invitations <= said.invitations_at_most);
}

/// The fair, with mails for some of its entries.
fn with_mails(mut files: Files, chosen: [bool; 3]) -> Files {
    let entries = ["  market:\n", "  fitting:\n", "  jury-table:\n"];
    for (entry, _) in entries.iter().zip(chosen).filter(|(_, chosen)| *chosen) {
        files = files.edited(entry, &format!("{entry}    mail: invitees\n"));
    }
    files
}

async fn the_plan_counts(chosen: [bool; 3], audience: bool) {
    let wide = |files: Files| {
        if audience {
            files.edited(
                "defaults:\n  meetings: {}\n",
                "defaults:\n  meetings: { invite: audience }\n",
            )
        } else {
            files
        }
    };
    let base = fair().edited("\nrooms:\n", "\ndefaults:\n  meetings: {}\n\nrooms:\n");
    let files = wide(with_mails(base, chosen));
    let stage = Stage::with(&files.event(), |config| {
        let second = Account::host("second@example.com", "Second");
        config.accounts.push(second);
    })
    .await;
    let (said, (meetings, invitations), _) = sent_by(&stage, &files.event()).await;
    assert_eq!(meetings, said.meetings, "on creation the count is exact");
    assert!(invitations <= said.invitations_at_most);
    assert_eq!(meetings == 0, chosen == [false; 3]);

    let changed = files
        .clone()
        .edited("\"11:00-12:00\"", "\"11:10-12:10\"")
        .edited("- Market\"", "- Market day\"")
        .edited("title: Jury table\n", "title: Table of the jury\n")
        .people_edited(",blue,coach", ",,jury")
        .people_edited("otto@example.com,Otto Sand,,organiser\n", "");
    for event in [changed.event(), files.event()] {
        let (said, (meetings, invitations), _) = sent_by(&stage, &event).await;
        assert!(
            meetings <= said.meetings,
            "{meetings} mails were sent, {} were announced",
            said.meetings
        );
        assert!(invitations <= said.invitations_at_most);
        if chosen == [false; 3] {
            assert_eq!(said.meetings, 0);
        }
    }

    // Another host: cancelled, and scheduled anew.
    let elsewhere = files
        .clone()
        .edited(
            "    events@example.com: { parallel: 4 }",
            "    events@example.com: { parallel: 4 }\n    second@example.com: { parallel: 4 }",
        )
        .edited(
            "  jury-table:\n",
            "  jury-table:\n    host: second@example.com\n",
        );
    let (said, (meetings, _), _) = sent_by(&stage, &elsewhere.event()).await;
    assert!(
        meetings <= said.meetings,
        "{meetings} mails were sent, {} were announced",
        said.meetings
    );
}

#[test]
fn the_plan_counts_the_mails_whoever_is_to_get_them() {
    let cases = match std::env::var_os("SHOWCALLER_LONG") {
        Some(_) => 200,
        None => 8,
    };
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let choices = (any::<[bool; 3]>(), any::<bool>());
    let outcome = runner.run(&choices, |(chosen, audience)| {
        runtime.block_on(the_plan_counts(chosen, audience));
        Ok(())
    });
    outcome.expect("every choice of mails is counted");
}
