//! What becomes of things that lists show late, or leave out.

use super::found::{JUNE, apply, breaks, broken, is_as_asked, passes};
use crate::files::fair;
use crate::stage::{Stage, every_flag};

/// The lists leave out what they showed before, as those of a copy that lags behind do. What the
/// file still names is not made a second time, and what it dropped is not forgotten.
#[tokio::test]
async fn what_a_list_leaves_out_is_asked_for_by_its_id() {
    let before = fair().event();
    let stage = broken(&before, &["create-visibility-delay=5"], &[]).await;
    for _ in 0..2 {
        apply(&stage, &before).await;
        passes(&stage, 61);
    }
    // A server whose clock is behind holds back what it would only make later.
    breaks(&stage, &["clock-skew -300s"]);
    let after = fair()
        .people_edited(JUNE, "")
        .people_edited("ria@example.com,Ria Long,red,participant\n", "")
        .edited("      Board: \"{{ team.links.board }}\"\n", "")
        .event();
    apply(&stage, &after).await;
    stage.simulator.set_faults(Vec::new());
    let report = apply(&stage, &after).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
}

/// The lists of meetings lag: that the list does not show somebody does not mean that they can be
/// forgotten.
#[tokio::test]
async fn who_is_on_a_list_that_does_not_show_them_yet_is_taken_off_it_all_the_same() {
    let before = fair().event();
    let stage = broken(&before, &["create-visibility-delay=55"], &[]).await;
    let report = apply(&stage, &before).await;
    assert!(report.is_complete(), "{report:#?}");
    let after = fair().people_edited(JUNE, "").event();
    let report = apply(&stage, &after).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
}

/// The same where the meeting has another name by now.
#[tokio::test]
async fn who_is_not_shown_yet_on_a_list_that_got_another_name_is_taken_off_it_all_the_same() {
    let before = fair().event();
    let stage = broken(&before, &["create-visibility-delay=55"], &[]).await;
    let report = apply(&stage, &before).await;
    assert!(report.is_complete(), "{report:#?}");
    let after = fair()
        .edited(
            "  jury-table:\n",
            "  verdict:\n    previously: jury-table\n",
        )
        .people_edited(JUNE, "")
        .event();
    let report = apply(&stage, &after).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
}

/// A meeting got another name and its list was read; a later file drops somebody.
#[tokio::test]
async fn who_was_put_on_a_list_before_it_got_another_name_is_ours_to_take_off() {
    let stage = broken(&fair().event(), &[], &[]).await;
    apply(&stage, &fair().event()).await;
    passes(&stage, 61);
    let renamed = fair().edited(
        "  jury-table:\n",
        "  verdict:\n    previously: jury-table\n",
    );
    stage.apply(&renamed.event(), &every_flag()).await;
    passes(&stage, 61);
    let after = renamed.people_edited(JUNE, "").event();
    let report = stage.apply(&after, &every_flag()).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
}

/// A room that was made a moment ago is in no list and cannot be read: it is not gone, and not
/// forgotten where the file no longer names it.
#[tokio::test]
async fn what_was_made_a_moment_ago_is_not_forgotten_because_nothing_shows_it() {
    let before = fair().event();
    let stage = broken(&before, &[], &["invisible on POST for 55s by-id"]).await;
    let report = apply(&stage, &before).await;
    assert!(report.is_complete(), "{report:#?}");
    let crew = "  crew: { title: Crew, members: [coach, jury], moderators: [organiser] }\n";
    let after = fair()
        .edited(crew, "")
        .edited("rooms: [crew]", "rooms: [notices]");
    let after = after.event();
    apply(&stage, &after).await;
    is_as_asked(&stage, &after);
}

/// A list that lacks something, and a service that fails when it is asked for by its id: whether
/// it is gone is not known, and nothing may be made in its place, whatever the flags.
#[tokio::test]
async fn what_cannot_be_asked_for_is_not_gone() {
    let event = fair().event();
    let stage = broken(&event, &[], &["invisible on POST for 1h"]).await;
    let report = apply(&stage, &event).await;
    assert!(report.failed.is_empty(), "{report:#?}");
    passes(&stage, 120);
    let rooms = |stage: &Stage| stage.simulator.world()["rooms"].as_array().map(Vec::len);
    let meetings = |stage: &Stage| stage.simulator.world()["meetings"].as_array().map(Vec::len);
    let had = (rooms(&stage), meetings(&stage));
    let wire = crate::wire::Wire::judged_by(&stage.transport, |sent, _| {
        let by_id = ["/v1/rooms/", "/v1/meetings/", "/v1/teams/"];
        match by_id.iter().any(|part| sent.path.starts_with(part)) && !sent.writes() {
            true => crate::wire::Fate::Lost,
            false => crate::wire::Fate::Passes,
        }
    });
    let mut stage = stage;
    let clean = std::mem::replace(&mut stage.transport, wire);
    let looked = stage
        .engine(&event)
        .look(&event, &every_flag())
        .await
        .map(|outlook| outlook.plan);
    let told = match looked {
        Ok(plan) => format!("{:?}", plan.cannot),
        Err(error) => error.to_string(),
    };
    assert!(told.contains("cannot be read"), "{told}");
    stage.transport = clean;
    stage.simulator.set_faults(Vec::new());
    let report = stage.apply(&event, &every_flag()).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!((rooms(&stage), meetings(&stage)), had);
    is_as_asked(&stage, &event);
}
