//! Promise 6: quotas are kept, failed calls included, as far as the ledger knows.

use std::fmt::Write as _;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use showcaller_engine::{
    Assignment, Campaign, CampaignEnd, Ended, Engine, Progress, Report, Stop, Undone,
};
use showcaller_event::Event;
use showcaller_event::model::{Email, RoomMember};
use showcaller_plan::read::{TextStyle, text};
use showcaller_plan::{HeldReason, Plan, Step, Wishes};

use crate::by_hand::all;
use crate::files::Files;
use crate::random::check;
use crate::stage::Stage;

/// Meetings that Webex lets a host create in 24 hours (meetings §12).
const DAILY: usize = 100;
/// A password that the file's own rules let pass and the usual rules of a site do not: nothing in
/// it is special (meetings §2).
const REFUSED: &str = "Sunnyday2027";
const ACCEPTED: &str = "Sunny-day-2027";

/// A pattern of one meeting for each of so many days.
#[derive(Debug, Clone)]
struct Pattern {
    days: usize,
    password: &'static str,
}

impl Pattern {
    fn fine(days: usize) -> Self {
        Self {
            days,
            password: ACCEPTED,
        }
    }

    fn refused(days: usize) -> Self {
        Self {
            days,
            password: REFUSED,
        }
    }
}

/// An event of these patterns, each at an hour of its own.
fn event(patterns: &[Pattern]) -> Event {
    let mut yaml = String::from(
        "event: many\ntitle: Many\ntimezone: UTC\npeople: people.csv\n\
         webex: { hosts: { events@example.com: { parallel: 1 } } }\ndays:\n",
    );
    let days = patterns.iter().map(|pattern| pattern.days).max();
    for day in 0..days.unwrap_or(0).max(1) {
        let date = jiff::civil::date(2027, 10, 4)
            .saturating_add(jiff::Span::new().days(i64::try_from(day).unwrap_or(0)));
        let _ = writeln!(yaml, "  d{day}: {{ title: Day {day}, date: {date} }}");
    }
    yaml += "rooms: { cafe: { title: Cafe, members: [everyone], locked: true } }\nmeetings:\n";
    for (place, pattern) in patterns.iter().enumerate() {
        let days: Vec<String> = (0..pattern.days).map(|day| format!("d{day}")).collect();
        let (days, password) = (days.join(", "), pattern.password);
        let _ = writeln!(
            yaml,
            "  p{place}: {{ one-per: day, days: [{days}], title: Pattern {place}, \
             time: \"{:02}:00-{:02}:30\", rooms: [cafe], password: \"{password}\" }}",
            place + 1,
            place + 1,
        );
    }
    let people = "email,name\nann@example.com,Ann\n".to_owned();
    Files { yaml, people }.event()
}

/// Calls that create a meeting: when, and how they were answered.
fn creations(stage: &Stage) -> Vec<(Timestamp, u64)> {
    let creating =
        |call: &serde_json::Value| call["method"] == "POST" && call["path"] == "/meetings";
    let calls = all(&stage.simulator, "calls");
    let calls = calls.iter().filter(|call| creating(call));
    calls
        .map(|call| {
            let at = call["at"].as_str().and_then(|at| at.parse().ok());
            (at.expect("a time"), call["status"].as_u64().unwrap_or(0))
        })
        .collect()
}

fn made(stage: &Stage) -> usize {
    all(&stage.simulator, "meetings").len()
}

fn held_by_quota(plan: &Plan) -> usize {
    let held = plan.held.iter();
    held.filter(|held| held.reason == HeldReason::Quota).count()
}

async fn apply(stage: &Stage, event: &Event) -> (Plan, Report) {
    let outlook = stage.look(event, &Wishes::default()).await;
    let plan = outlook.plan.clone();
    let report = stage.apply_outlook(event, outlook).await;
    (plan, report)
}

fn a_day_later(stage: &Stage) {
    let later = stage.now() + SignedDuration::from_hours(24) + SignedDuration::from_secs(1);
    stage.clock.advance_to(later);
}

#[tokio::test]
async fn a_hundred_meetings_today_and_the_rest_tomorrow() {
    let event = event(&[Pattern::fine(65), Pattern::fine(65)]);
    let stage = Stage::before(&event).await;
    let (plan, report) = apply(&stage, &event).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!((held_by_quota(&plan), made(&stage)), (30, DAILY));
    let quota = &plan.budget.quotas[0];
    assert_eq!((quota.used, quota.wanted, quota.limit), (0, DAILY, DAILY));

    let (plan, _) = apply(&stage, &event).await;
    assert_eq!((held_by_quota(&plan), made(&stage)), (30, DAILY));
    assert_eq!(plan.budget.quotas[0].used, DAILY);

    a_day_later(&stage);
    let (plan, report) = apply(&stage, &event).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!((held_by_quota(&plan), made(&stage)), (0, 130));
    let statuses: Vec<u64> = creations(&stage)
        .iter()
        .map(|(_, status)| *status)
        .collect();
    assert_eq!(statuses, [200; 130]);
}

#[tokio::test]
async fn two_hosts_may_make_twice_as_many() {
    let hosts = "one@example.com: { parallel: 13 }, two@example.com: { parallel: 13 }";
    let event = breakouts(hosts, 26);
    let stage = Stage::before(&event).await;
    let (plan, report) = apply(&stage, &event).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!((held_by_quota(&plan), made(&stage)), (0, 130));
    for quota in &plan.budget.quotas {
        assert_eq!(quota.wanted, 65, "{}", quota.host);
    }
}

/// An event of so many meetings a day for five days, on these hosts.
fn breakouts(hosts: &str, teams: usize) -> Event {
    let mut yaml = format!(
        "event: many\ntitle: Many\ntimezone: UTC\npeople: people.csv\nwebex:\n  hosts: {{ {hosts} }}\n\
         days:\n"
    );
    for day in 4..9 {
        let _ = writeln!(
            yaml,
            "  d{day}: {{ title: Day {day}, date: 2027-10-0{day} }}"
        );
    }
    yaml += "teams:\n";
    for team in 0..teams {
        let _ = writeln!(yaml, "  t{team}: {{ title: Team {team} }}");
    }
    yaml += "rooms: { news: { title: News, members: [everyone], locked: true } }\nmeetings:\n  \
             breakout: { one-per: [team, day], title: \"{{ team.title }}\", time: \"10:00-11:00\", \
             rooms: [news] }\n";
    let people = "email,name\nann@example.com,Ann\n".to_owned();
    Files { yaml, people }.event()
}

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
    let assignment = Assignment {
        event,
        sources: Vec::new(),
        digest: "the same".to_owned(),
        holder: "promises@test pid 1".to_owned(),
    };
    let wishes = Wishes::default();
    let campaign = stage
        .engine(event)
        .apply_patiently(&assignment, &wishes, outlook, &waits, &Stop::default())
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
      150 changes wait, because the host has used up the day's meetings: apply again
        from Tue 21 Sep 09:01 (in 24 h), or let apply --wait do it
          150 meetings; the first: schedule it for one@example.com

    Cost
      calls     103: 3 by the bot and 100 by one@example.com
      time      about 10 s
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
async fn a_host_with_its_own_limit_is_given_as_many_as_it_may_create() {
    let hosts = "admin@example.com: { parallel: 50, meetings-a-day: 240 }, \
                 two@example.com: { parallel: 50 }";
    let event = breakouts(hosts, 50);
    let stage = Stage::with(&event, |config| config.meeting_quota = Some(240)).await;
    let (plan, report) = apply(&stage, &event).await;
    assert!(report.is_complete(), "{report:#?}");
    let wanted: Vec<(usize, usize)> = plan
        .budget
        .quotas
        .iter()
        .map(|quota| (quota.wanted, quota.limit))
        .collect();
    assert_eq!(wanted, [(195, 240), (55, 100)]);
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
      10 changes wait, because the host has used up the day's meetings: apply again
        from Tue 21 Sep 09:00 (in 24 h), or let apply --wait do it
          10 meetings; the first: schedule it for one@example.com

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

#[tokio::test(flavor = "multi_thread")]
async fn waiting_never_applies_a_removal_that_nobody_saw() {
    let event = breakouts("one@example.com: { parallel: 30 }", 30);
    let stage = Stage::before(&event).await;
    let removing = Wishes {
        remove: true,
        ..Wishes::default()
    };
    let outlook = stage.look(&event, &removing).await;
    assert_eq!(held_by_quota(&outlook.plan), 50);
    // While it waits, somebody else applies the event with one more person, and that person is
    // surplus by the file of the one who waits.
    let mut more = event.clone();
    more.rooms[0].members.push(RoomMember {
        email: Email::new("bob@example.com"),
        moderator: false,
    });
    let meddling = Meddling {
        stage: &stage,
        more,
    };
    let assignment = Assignment {
        event: &event,
        sources: Vec::new(),
        digest: "the same".to_owned(),
        holder: "promises@test pid 1".to_owned(),
    };
    let engine = stage.engine(&event);
    let stop = Stop::default();
    let campaign = engine
        .apply_patiently(&assignment, &removing, outlook, &meddling, &stop)
        .await
        .expect("a run");
    let CampaignEnd::Changed(outlook) = campaign.end else {
        panic!("{:#?}", campaign.end);
    };
    assert!(outlook.plan.steps.iter().any(|step| step.action.removes()));
    assert_eq!(made(&stage), DAILY, "nothing of it was done");
}

/// Applies something else while somebody waits.
struct Meddling<'a> {
    stage: &'a Stage,
    more: Event,
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
            self.stage.apply_outlook(&self.more, outlook).await;
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work));
    }
}

#[tokio::test]
async fn a_refused_pattern_costs_one_creation_and_its_siblings_wait() {
    let patterns = [Pattern::fine(4), Pattern::refused(7), Pattern::refused(2)];
    let with_mistakes = event(&patterns);
    let stage = Stage::before(&with_mistakes).await;
    let (_, report) = apply(&stage, &with_mistakes).await;
    assert!(!report.is_complete());
    assert_eq!(report.failed.len(), 2, "{:#?}", report.failed);
    for failure in &report.failed {
        assert!(
            failure.sentence.contains("password"),
            "{}",
            failure.sentence
        );
        assert!(!failure.sentence.contains(REFUSED));
    }
    let waiting = report.undone.iter().filter(|(address, why)| {
        let Undone::HeldBack(first) = why else {
            return false;
        };
        let same = first.as_str().rsplit_once('/').map(|(pattern, _)| pattern);
        address
            .as_str()
            .rsplit_once('/')
            .map(|(pattern, _)| pattern)
            == same
    });
    assert_eq!((waiting.count(), report.undone.len()), (7, 7));
    let statuses: Vec<u64> = creations(&stage)
        .iter()
        .map(|(_, status)| *status)
        .collect();
    let count = |wanted: u64| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(200), count(400), statuses.len()), (4, 2, 6));

    let put_right = event(&[Pattern::fine(4), Pattern::fine(7), Pattern::fine(2)]);
    let (plan, report) = apply(&stage, &put_right).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!((plan.steps.len(), made(&stage)), (9, 13));
    assert_eq!(plan.budget.quotas[0].used, 6, "refused calls count, too");
}

/// What somebody does in a week with an event of too many meetings.
async fn week(patterns: &[Pattern], pauses: &[u16]) -> Result<(), String> {
    let stage = Stage::before(&event(patterns)).await;
    let put_right: Vec<Pattern> = patterns.iter().map(|p| Pattern::fine(p.days)).collect();
    let halfway = pauses.len() / 2;
    for (place, minutes) in pauses.iter().enumerate() {
        let patterns = if place < halfway {
            patterns
        } else {
            &put_right
        };
        apply(&stage, &event(patterns)).await;
        let pause = SignedDuration::from_mins(i64::from(*minutes));
        stage.clock.advance_to(stage.now() + pause);
    }
    let calls = creations(&stage);
    assert!(!calls.is_empty(), "the simulator remembers its calls");
    if let Some((at, _)) = calls.iter().find(|(_, status)| *status == 429) {
        return Err(format!("too many at {at}"));
    }
    let window = SignedDuration::from_hours(24);
    for (at, _) in &calls {
        let until = *at + window;
        let since = calls
            .iter()
            .filter(|(other, _)| other >= at && *other < until);
        let since = since.count();
        if since > DAILY {
            return Err(format!("{since} creations in the day from {at}"));
        }
    }
    a_day_later(&stage);
    apply(&stage, &event(&put_right)).await;
    a_day_later(&stage);
    let (_, report) = apply(&stage, &event(&put_right)).await;
    let wanted: usize = patterns.iter().map(|pattern| pattern.days).sum();
    if !report.is_complete() || made(&stage) != wanted {
        return Err(format!("{} of {wanted} in the end", made(&stage)));
    }
    Ok(())
}

#[test]
fn no_day_has_more_than_a_hundred_creations() {
    let pattern = (1usize..60, any::<bool>()).prop_map(|(days, fine)| match fine {
        true => Pattern::fine(days),
        false => Pattern::refused(days),
    });
    let patterns = proptest::collection::vec(pattern, 1..5);
    let pauses = proptest::collection::vec(0u16..1200, 2..5);
    check(
        6,
        (patterns, pauses),
        async |(patterns, pauses): (Vec<_>, Vec<_>)| week(&patterns, &pauses).await,
    );
}
