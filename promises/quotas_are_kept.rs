//! Promise 6: quotas are kept, failed calls included, as far as the ledger knows.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use showcaller_engine::{Report, Undone};
use showcaller_event::Event;
use showcaller_plan::{HeldReason, Plan, Wishes};

use crate::by_hand::all;
use crate::files::Files;
use crate::random::check;
use crate::stage::Stage;

/// Meetings that Webex lets a host create in 24 hours (meetings §12).
pub(crate) const DAILY: usize = 100;
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
pub(crate) fn creations(stage: &Stage) -> Vec<(Timestamp, u64)> {
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

pub(crate) fn made(stage: &Stage) -> usize {
    all(&stage.simulator, "meetings").len()
}

pub(crate) fn held_by_quota(plan: &Plan) -> usize {
    let held = plan.held.iter();
    held.filter(|held| held.reason == HeldReason::Quota).count()
}

pub(crate) async fn apply(stage: &Stage, event: &Event) -> (Plan, Report) {
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
pub(crate) fn breakouts(hosts: &str, teams: usize) -> Event {
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
