//! Promise 6, for those who wait: `apply --wait` goes on when the quota does, and does nothing that
//! nobody saw.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use showcaller_engine::{
    Assignment, Campaign, CampaignEnd, Ended, Engine, NoProgress, Progress, Stop,
};
use showcaller_event::Event;
use showcaller_event::model::{Email, RoomMember};
use showcaller_plan::read::{TextStyle, text};
use showcaller_plan::{Plan, Step, Wishes};

use crate::by_hand::all;
use crate::quotas_are_kept::{DAILY, apply, breakouts, creations, held_by_quota, made};
use crate::stage::Stage;

/// What is waited for, as somebody reads it.
#[derive(Debug, Default)]
struct Waits(Mutex<Vec<String>>);

impl Progress for Waits {
    fn begins(&self, _: &[Step]) {}
    fn ended(&self, _: &Step, _: Ended) {}
    fn waits(&self, until: Timestamp, why: &str) {
        let mut waits = self.0.lock().expect("nobody panics with it");
        waits.push(format!("{until}: {why}"));
    }
}

/// `apply --wait`, and what it waited for.
async fn patiently(stage: &Stage, event: &Event) -> (Campaign, Vec<String>) {
    let outlook = stage.look(event, &Wishes::default()).await;
    let waits = Waits::default();
    let wishes = Wishes::default();
    let campaign = stage
        .engine(event)
        .apply_patiently(
            &assignment(event, "the same"),
            &wishes,
            outlook,
            &waits,
            &Stop::default(),
        )
        .await
        .expect("a run");
    let waited = waits.0.into_inner().expect("nobody panics with it");
    (campaign, waited)
}

/// The last part of a plan as somebody reads it: what waits, and what it costs.
fn end_of(plan: &Plan) -> String {
    let page = text(plan, &TextStyle::default()).to_string();
    let begin = page.find("Waiting").expect("something waits");
    page[begin..].trim_end().to_owned()
}

#[tokio::test]
async fn whoever_waits_has_250_meetings_of_one_host_on_the_third_day() {
    let event = breakouts("one@example.com: { parallel: 50 }", 50);
    let stage = Stage::before(&event).await;
    let plan = stage.look(&event, &Wishes::default()).await.plan;
    insta::assert_snapshot!(end_of(&plan), @r"
    Waiting
      150 of 253 changes wait until Tue 21 Sep 09:01 (in 24 h), because the host has
        used up the day's meetings: apply again then, or let apply --wait do it
          150 meetings; the first: schedule «Team 0» for one@example.com

    Cost
      calls     106: 5 by the bot and 101 by one@example.com
      time      about 20 s
      meetings  100 of today's 100 for one@example.com, 0 used before; 150 held, the
                first until Tue 21 Sep 09:01 (in 24 h), the last until
                Wed 22 Sep 09:01 (in 2 d)
      mails     no meeting mails; at most 1 invitation that Webex itself writes to
                addresses it does not know yet
    ");
    let begun = stage.now();
    let (campaign, waited) = patiently(&stage, &event).await;
    assert!(matches!(campaign.end, CampaignEnd::Finished));
    insta::assert_snapshot!(waited.join("\n"), @r"
    2027-09-21T09:00:01Z: one@example.com has used up the day's meetings, and 150 more are wanted (24 h from now)
    2027-09-22T09:00:02Z: one@example.com has used up the day's meetings, and 50 more are wanted (24 h from now)
    ");
    let (_, report, _) = campaign.total();
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(made(&stage), 250);
    let took = stage.now().duration_since(begun);
    assert!(took < SignedDuration::from_hours(49), "{took:#}");
    let calls = creations(&stage);
    assert!(calls.iter().all(|(_, status)| *status == 200));
    assert_eq!(calls.len(), 250);
    assert!(stage.full_plan(&event).await.is_empty());
}

#[tokio::test]
async fn three_hosts_make_250_meetings_in_one_go() {
    let hosts = "one@example.com: { parallel: 17 }, two@example.com: { parallel: 17 }, \
                 three@example.com: { parallel: 17 }";
    let event = breakouts(hosts, 50);
    let stage = Stage::before(&event).await;
    let begun = stage.now();
    let (campaign, waited) = patiently(&stage, &event).await;
    assert_eq!((campaign.rounds.len(), waited), (1, Vec::new()));
    assert!(campaign.rounds[0].1.is_complete());
    assert_eq!(made(&stage), 250);
    assert!(stage.now().duration_since(begun) < SignedDuration::from_hours(1));
    assert!(creations(&stage).iter().all(|(_, status)| *status == 200));
}

#[tokio::test]
async fn what_webex_says_of_a_quota_is_remembered_and_stops_only_meetings() {
    let hosts = "one@example.com: { parallel: 9 }";
    let event = breakouts(hosts, 8);
    // Webex allows this account fewer than the documents say.
    let stage = Stage::with(&event, |config| config.meeting_quota = Some(30)).await;
    let (_, report) = apply(&stage, &event).await;
    let told = report
        .failed
        .iter()
        .filter(|failed| failed.again_at.is_some());
    // No more than were under way when the first of them was refused.
    let told = told.count();
    assert!((1..=Engine::IN_FLIGHT).contains(&told), "{report:#?}");
    assert_eq!(made(&stage), 30);
    let refused = || creations(&stage).iter().filter(|(_, s)| *s == 429).count();
    let before = refused();
    let rooms = all(&stage.simulator, "rooms");
    assert!(
        rooms.iter().any(|room| room["title"] == "News"),
        "rooms go on"
    );

    // The same hour: no call is wasted, and whoever asks hears until when.
    let (plan, report) = apply(&stage, &event).await;
    assert!(report.is_complete() && plan.is_empty(), "{plan:#?}");
    insta::assert_snapshot!(end_of(&plan), @r"
    Waiting
      10 changes wait until Tue 21 Sep 09:00 (in 24 h), because the host has used up
        the day's meetings: apply again then, or let apply --wait do it
          10 meetings; the first: schedule «Team 6» for one@example.com

    Cost
      meetings  0 of today's 100 for one@example.com, 40 used before; Webex makes no
                more for it until Tue 21 Sep 09:00 (in 24 h); 10 held until
                Tue 21 Sep 09:00 (in 24 h)
    ");
    assert_eq!(refused(), before);

    // A second host takes over at once, where it has room.
    let helped = breakouts(
        "one@example.com: { parallel: 9 }, two@example.com: { parallel: 1 }",
        8,
    );
    let plan = stage.look(&helped, &Wishes::default()).await.plan;
    let spread: Vec<(usize, usize)> = plan
        .budget
        .quotas
        .iter()
        .map(|quota| (quota.wanted, quota.spread))
        .collect();
    assert_eq!((spread[0], spread[1].0 == spread[1].1), ((0, 0), true));
    assert!(spread[1].0 > 0, "{spread:?}");

    let (campaign, _) = patiently(&stage, &event).await;
    let (_, report, _) = campaign.total();
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!((made(&stage), refused()), (40, before));
}

#[tokio::test]
async fn where_webex_refuses_one_host_another_goes_on_at_once() {
    // Webex allows the first account fewer than the file says; the second has some left.
    let hosts = "one@example.com: { parallel: 20, meetings-a-day: 800 }, \
                 two@example.com: { parallel: 20, meetings-a-day: 60 }";
    let event = breakouts(hosts, 20);
    let stage = Stage::with(&event, |config| config.meeting_quota = Some(60)).await;
    let begun = stage.now();
    let (campaign, waited) = patiently(&stage, &event).await;
    assert_eq!((campaign.rounds.len(), waited), (2, Vec::new()));
    let (_, report, _) = campaign.total();
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(made(&stage), 100);
    assert!(stage.now().duration_since(begun) < SignedDuration::from_hours(1));
}

/// `apply --wait` of an event that does not fit one day, while somebody else applies it with one
/// more person, from a file with that digest.
async fn meddled(wishes: &Wishes, digest: &'static str) -> (Stage, CampaignEnd) {
    let event = breakouts("one@example.com: { parallel: 30 }", 30);
    let stage = Stage::before(&event).await;
    let outlook = stage.look(&event, wishes).await;
    assert_eq!(held_by_quota(&outlook.plan), 50);
    let mut more = event.clone();
    more.rooms[0].members.push(RoomMember {
        email: Email::new("bob@example.com"),
        moderator: false,
    });
    let meddling = Meddling {
        stage: &stage,
        more,
        digest,
    };
    let engine = stage.engine(&event);
    let campaign = engine
        .apply_patiently(
            &assignment(&event, "the same"),
            wishes,
            outlook,
            &meddling,
            &Stop::default(),
        )
        .await
        .expect("a run");
    assert_eq!(made(&stage), DAILY, "nothing more was done");
    drop(meddling);
    (stage, campaign.end)
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_never_applies_a_removal_that_nobody_saw() {
    let removing = Wishes {
        remove: true,
        ..Wishes::default()
    };
    let (_stage, end) = meddled(&removing, "the same").await;
    let CampaignEnd::Changed(outlook) = end else {
        panic!("{end:#?}");
    };
    assert!(outlook.plan.steps.iter().any(|step| step.action.removes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_undoes_nothing_of_a_newer_file() {
    let (_stage, end) = meddled(&Wishes::default(), "newer").await;
    assert!(matches!(end, CampaignEnd::Overtaken), "{end:#?}");
}

fn assignment<'a>(event: &'a Event, digest: &str) -> Assignment<'a> {
    Assignment {
        event,
        sources: Vec::new(),
        digest: digest.to_owned(),
    }
}

/// Applies something else while somebody waits.
struct Meddling<'a> {
    stage: &'a Stage,
    more: Event,
    digest: &'static str,
}

impl std::fmt::Debug for Meddling<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meddling")
    }
}

impl Progress for Meddling<'_> {
    fn begins(&self, _: &[Step]) {}
    fn ended(&self, _: &Step, _: Ended) {}
    fn waits(&self, _: Timestamp, _: &str) {
        let work = async {
            let outlook = self.stage.look(&self.more, &Wishes::default()).await;
            let assignment = assignment(&self.more, self.digest);
            let engine = self.stage.engine(&self.more);
            let stop = Stop::default();
            let applied = engine.apply(&assignment, outlook, &NoProgress, &stop);
            applied.await.expect("a run");
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work));
    }
}
