//! The reference event has what the README says.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Zoned;
use showcaller_event::Event;
use showcaller_event::model::{MeetingKey, Role};

use crate::support::{check_folder, good, shown};

fn count_by<'a, T: 'a, K: Ord>(list: &'a [T], key: impl Fn(&'a T) -> K) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for item in list {
        *counts.entry(key(item)).or_default() += 1;
    }
    counts
}

fn event() -> Event {
    good(&check_folder("examples/innovation-challenge")).clone()
}

#[test]
fn it_checks_without_errors_and_without_notes() {
    let checked = check_folder("examples/innovation-challenge");
    assert_eq!(shown(&checked.diagnostics), "");
}

#[test]
fn it_has_twelve_rooms_and_forty_four_meetings() {
    let event = event();
    let rooms: Vec<_> = event.rooms.iter().map(|room| room.key.as_str()).collect();
    insta::assert_snapshot!(rooms.join(" "), @"team-1 team-2 team-3 team-4 team-5 team-6 logistic-issues organisation jury coaches mc test-room");
    let patterns = count_by(&event.meetings, |meeting| meeting.pattern.as_str());
    insta::assert_snapshot!(format!("{patterns:?}"), @r#"{"breakout": 24, "check-out": 3, "closing": 4, "coaches-briefing": 3, "coaches-review": 3, "jury-briefing": 1, "jury-deliberation": 1, "learn-to-pitch": 1, "opening": 4}"#);
    assert_eq!(event.meetings.len(), 44);
    let entries: BTreeSet<_> = event.cues.iter().map(|cue| &cue.key.cue).collect();
    assert_eq!((entries.len(), event.cues.len()), (10, 18));
}

#[test]
fn its_organisers_are_among_themselves_and_its_board_has_three_languages() {
    let event = event();
    let organisers = &event.bot.organisers;
    let room = event.room(organisers.room.as_ref().unwrap()).unwrap();
    let members: Vec<_> = room.members.iter().map(|member| &member.email).collect();
    assert_eq!(members, organisers.people.iter().collect::<Vec<_>>());
    assert_eq!(members.len(), 4);
    assert_eq!(event.bot.welcome.len(), 12);
    let board = &event.answers[0];
    assert_eq!(board.rooms.len(), 6);
    assert!(board.rooms.iter().all(|(_, say)| say.texts().count() == 3));
}

#[test]
fn twelve_coaches_and_nobody_else_co_host() {
    let event = event();
    let cohosts: BTreeSet<_> = event
        .meetings
        .iter()
        .flat_map(|meeting| &meeting.invitees)
        .map(|invitee| {
            assert!(
                invitee.cohost,
                "{} is invited and no co-host",
                invitee.email
            );
            &invitee.email
        })
        .collect();
    assert_eq!(cohosts.len(), 12);
    for email in cohosts {
        let person = event.person(email).unwrap();
        assert_eq!(person.roles, [Role::new("coach")], "{email}");
    }
}

#[test]
fn its_people_are_counted_by_role_and_team() {
    let event = event();
    let roles = count_by(&event.people, |person| person.roles[0].as_str());
    insta::assert_snapshot!(format!("{roles:?}"), @r#"{"coach": 12, "jury": 5, "mc": 1, "organiser": 3, "participant": 48}"#);
    for team in &event.teams {
        let of_team = event
            .people
            .iter()
            .filter(|person| person.teams.contains(&team.id));
        let of_team: Vec<_> = of_team.cloned().collect();
        let roles = count_by(&of_team, |person| person.roles[0].as_str());
        assert_eq!(
            roles,
            BTreeMap::from([("coach", 2), ("participant", 8)]),
            "{}",
            team.id
        );
    }
}

#[test]
fn participants_are_guests_and_everybody_else_is_in_the_webex_team() {
    let event = event();
    let members: BTreeSet<_> = event
        .webex
        .members
        .iter()
        .map(|member| &member.email)
        .collect();
    for person in &event.people {
        let guest = person.roles == [Role::new("participant")];
        assert_eq!(members.contains(&person.email), !guest, "{}", person.email);
    }
}

#[test]
fn the_last_day_runs_in_the_order_that_was_planned() {
    let event = event();
    let key = |key: &str| event.meeting(&MeetingKey::new(key)).unwrap();
    let pitches_begin = "2027-10-08T13:30[Europe/Brussels]"
        .parse::<Zoned>()
        .unwrap();
    for team in &event.teams {
        assert!(key(&format!("breakout/{}/day-3", team.id)).end < pitches_begin);
    }
    let deliberation = key("jury-deliberation");
    for group in &event.groups {
        let check_out = key(&format!("check-out/{}", group.id));
        assert!(check_out.start >= deliberation.start && check_out.end <= deliberation.end);
        assert!(check_out.end <= key("closing/day-3").start);
        assert_eq!(check_out.rooms.len(), 2);
    }
}
