//! A saved plan is applied as it is, or refused: what somebody does in between never goes unseen.

use showcaller_event::model::Address;
use showcaller_plan::{LookWish, Wishes, differences};

use crate::drift_is_said_and_kept_where_asked::{DEEDS, applied, settle};
use crate::files::fair;
use crate::random::check;
use crate::stage::Stage;

fn looking() -> Wishes {
    Wishes {
        look: LookWish::Full,
        ..Wishes::default()
    }
}

#[tokio::test]
async fn an_untouched_world_has_the_very_same_plan_a_week_later() {
    let event = fair().event();
    let stage = Stage::before(&event).await;
    let saved = stage.look(&event, &looking()).await.plan;
    let week = jiff::SignedDuration::from_hours(7 * 24);
    stage.clock.advance_to(stage.now() + week);
    let now = stage.look(&event, &looking()).await.plan;
    assert_ne!(saved.at, now.at);
    assert_eq!(differences(&saved, &now), []);
}

#[test]
fn whatever_somebody_does_in_between_is_named() {
    check(6, (0usize..8, 0usize..12), async |(deed, place)| {
        // Something is to be done anyway; the deed comes on top, or to what is to be changed.
        let before = fair();
        let stage = applied(&before.event()).await;
        let after = before
            .edited("title: Market square", "title: Big market square")
            .event();
        let saved = stage.look(&after, &looking()).await.plan;
        let moved = DEEDS[deed].is_done(&stage, place).await;
        settle(&stage);
        let now = stage.look(&after, &looking()).await.plan;
        let found = differences(&saved, &now);
        let named = |address: &str| {
            let mut found = found.iter();
            found.any(|difference| difference.address == Address::new(address))
        };
        for (address, _) in &moved {
            // Several people are put on a list by one call.
            let list = address
                .strip_prefix("invitee/")
                .and_then(|rest| rest.rsplit_once('/'));
            let bulk = list.map(|(meeting, _)| format!("invitees/{meeting}"));
            if !named(address) && !bulk.as_deref().is_some_and(named) {
                return Err(format!("{address} moved, but only {found:#?} is said"));
            }
        }
        Ok(())
    });
}
