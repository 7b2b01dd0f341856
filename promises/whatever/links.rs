//! What becomes of pages and people when a meeting's link changes while Webex does what it likes.

use showcaller_engine::{Assignment, Ended, NoProgress, Progress, Stop, Undone};
use showcaller_event::Event;
use showcaller_plan::{Action, Step};

use super::careful;
use super::found::{JUNE, apply, breaks, broken, is_as_asked, passes, unclear, with_jury_at};
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
    // The team is no longer shown; or only the meetings are not, or only who is in the rooms.
    for fault in [
        "503 on GET /teams after 1 calls",
        "503 on GET /meetings after 1 calls",
        "503 on GET /memberships after 5 calls",
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
    assert_eq!(
        unclear(&report),
        ["replaced-meeting/jury-table"],
        "{report:#?}"
    );
    stage.simulator.set_faults(Vec::new());
    let report = apply(&stage, &at("second")).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &at("second"));
}

/// The jury's meeting, made anew at another host by a run that nobody heard of.
async fn with_jury_moved_unheard() -> Stage {
    let before = with_jury_at("events").event();
    let stage = broken(&before, &[], &[]).await;
    for _ in 0..2 {
        apply(&stage, &before).await;
        passes(&stage, 61);
    }
    breaks(&stage, &["time-out-after-effect on POST /meetings"]);
    let report = stage
        .apply(&with_jury_at("second").event(), &every_flag())
        .await;
    assert_eq!(unclear(&report), ["meeting/jury-table"]);
    stage.simulator.set_faults(Vec::new());
    stage
}

/// The old host's meetings cannot be read: whether the old one is gone is not known, and it is not
/// forgotten.
#[tokio::test]
async fn the_old_one_of_a_meeting_that_was_made_anew_unheard_is_not_forgotten_while_it_is_out_of_sight()
 {
    let stage = with_jury_moved_unheard().await;
    let after = with_jury_at("second").event();
    breaks(&stage, &["token-dies events@example.com after 1 calls"]);
    let report = apply(&stage, &after).await;
    assert!(report.done.is_empty(), "{report:#?}");
    stage.simulator.set_faults(Vec::new());
    let report = apply(&stage, &after).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
}

/// The new host's meetings cannot be read, and the file has another title for it by now: that is put
/// right at the old host, and whether there is a new one is still to be found out.
#[tokio::test]
async fn a_meeting_that_was_made_anew_unheard_is_not_made_again_because_its_title_changes() {
    let stage = with_jury_moved_unheard().await;
    let after = with_jury_at("second")
        .edited("title: Jury table", "title: The jury's table")
        .event();
    breaks(&stage, &["token-dies second@example.com after 1 calls"]);
    let report = stage.apply(&after, &every_flag()).await;
    assert!(report.failed.is_empty(), "{report:#?}");
    stage.simulator.set_faults(Vec::new());
    for _ in 0..2 {
        stage.apply(&after, &every_flag()).await;
    }
    is_as_asked(&stage, &after);
}

/// Who is on the new list is not known by what was on the old one.
#[tokio::test]
async fn who_came_along_to_a_meeting_that_was_made_anew_unheard_is_taken_off_again() {
    let stage = with_jury_moved_unheard().await;
    let report = apply(&stage, &with_jury_at("second").event()).await;
    assert!(report.is_complete(), "{report:#?}");
    let after = with_jury_at("second").people_edited(JUNE, "").event();
    let report = apply(&stage, &after).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
}

fn assignment(event: &Event) -> Assignment<'_> {
    Assignment {
        event,
        sources: Vec::new(),
        digest: "the same".to_owned(),
    }
}

/// Asks to stop when the last meeting begins to move.
#[derive(Debug)]
struct Stopping(Stop);

impl Progress for Stopping {
    fn begins(&self, _: &[Step]) {}
    fn starts(&self, step: &Step) {
        if matches!(step.action, Action::ChangeMeeting { .. })
            && step.address.as_str() == "meeting/fitting/blue"
        {
            self.0.ask();
        }
    }
    fn ended(&self, _: &Step, _: Ended) {}
    fn waits(&self, _: jiff::Timestamp, _: &str) {}
}
