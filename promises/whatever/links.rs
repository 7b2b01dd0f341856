//! What becomes of pages and people when a meeting's link changes while Webex does what it likes.

use showcaller_engine::{Assignment, Ended, NoProgress, Progress, Stop, Undone};
use showcaller_event::Event;
use showcaller_plan::{Action, Step};

use super::careful;
use super::found::{apply, breaks, broken, is_as_asked, passes, with_jury_at};
use crate::files::fair;
use crate::stage::{Stage, every_flag};

/// The fair, applied, on a Webex that gives a moved meeting another link; and the fair with the
/// fittings moved, whose links are pinned.
async fn about_to_move() -> (Stage, Event) {
    let event = fair().event();
    let stage = broken(&event, &["link-on-move=change"], &[]).await;
    apply(&stage, &event).await;
    passes(&stage, 61);
    let moved = fair().edited("\"11:00-12:00\"", "\"11:10-12:10\"").event();
    (stage, moved)
}

/// A meeting got another link, and then nobody could look whether a pinned page still leads to the
/// old one: something is left to do, and the report says so.
#[tokio::test]
async fn a_page_that_may_lead_to_an_old_link_is_not_called_done() {
    // The team is no longer shown; or only the meetings are not.
    for fault in [
        "503 on GET /teams after 1 calls",
        "503 on GET /meetings after 1 calls",
    ] {
        let (stage, moved) = about_to_move().await;
        breaks(&stage, &[fault]);
        let report = apply(&stage, &moved).await;
        assert!(!report.link_changes.is_empty(), "{fault}: {report:#?}");
        let unclear = report.unclear.iter().map(|f| f.address.kind());
        assert!(unclear.eq(["tab", "tab"]), "{fault}: {report:#?}");
        stage.simulator.set_faults(Vec::new());
        apply(&stage, &moved).await;
        is_as_asked(&stage, &moved);
    }
}

/// Somebody who asks to stop while a meeting moves is told of the pages that lead to its old link.
#[tokio::test]
async fn whoever_stops_before_the_pages_are_put_right_is_told_so() {
    let (mut stage, moved) = about_to_move().await;
    stage.in_flight = 1;
    let outlook = stage.look(&moved, &careful()).await;
    let stopping = Stopping(Stop::default());
    let engine = stage.engine(&moved);
    let assignment = assignment(&moved);
    let applied = engine.apply(&assignment, outlook, &stopping, &stopping.0);
    let report = applied.await.expect("a run");
    assert_eq!(report.link_changes.len(), 2, "{report:#?}");
    let stopped = report.undone.iter();
    let stopped = stopped.filter(|(_, why)| *why == Undone::Stopped);
    let stopped = stopped.filter(|(address, _)| address.kind() == "tab");
    assert_eq!(stopped.count(), 2, "{report:#?}");
    apply(&stage, &moved).await;
    is_as_asked(&stage, &moved);
}

/// Whoever waits has the pages put right once they can be read.
#[tokio::test]
async fn whoever_waits_has_the_pages_put_right_when_webex_shows_them_again() {
    let (stage, moved) = about_to_move().await;
    breaks(&stage, &["503 on GET /teams after 1 calls for 60s"]);
    let outlook = stage.look(&moved, &careful()).await;
    let engine = stage.engine(&moved);
    let campaign = engine
        .apply_patiently(
            &assignment(&moved),
            &careful(),
            outlook,
            &NoProgress,
            &Stop::default(),
        )
        .await
        .expect("a run");
    assert!(campaign.rounds.len() > 1, "{campaign:#?}");
    let (_, report, _) = campaign.total();
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &moved);
}

/// A meeting was made anew at another host, and the old one could not be taken away.
#[tokio::test]
async fn a_meeting_that_was_made_anew_beside_the_old_one_is_not_called_done() {
    let at = |host| with_jury_at(host).event();
    let stage = broken(&at("events"), &[], &[]).await;
    apply(&stage, &at("events")).await;
    breaks(&stage, &["503 on DELETE"]);
    let report = stage.apply(&at("second"), &every_flag()).await;
    let failed: Vec<&str> = report.failed.iter().map(|f| f.address.as_str()).collect();
    assert_eq!(failed, ["replaced-meeting/jury-table"], "{report:#?}");
    stage.simulator.set_faults(Vec::new());
    let report = apply(&stage, &at("second")).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &at("second"));
}

fn assignment(event: &Event) -> Assignment<'_> {
    Assignment {
        event,
        sources: Vec::new(),
        digest: "the same".to_owned(),
        holder: "promises@test pid 1".to_owned(),
    }
}

/// Asks to stop when the last meeting begins to move.
#[derive(Debug)]
struct Stopping(Stop);

impl Progress for Stopping {
    fn begins(&self, _: &[Step]) {}
    fn starts(&self, step: &Step) {
        if matches!(step.action, Action::ChangeMeeting { .. })
            && step.address.as_str() == "meeting/fitting/red"
        {
            self.0.ask();
        }
    }
    fn ended(&self, _: &Step, _: Ended) {}
    fn waits(&self, _: jiff::Timestamp, _: &str) {}
}
