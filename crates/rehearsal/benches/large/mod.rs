//! Events of any size, made up for the benches, and a Webex without limits to make them on.

#![allow(dead_code, reason = "each bench uses its part")]

use std::fmt::Write as _;

use showcaller_engine::{Assignment, Engine, NoProgress, Outlook, Report, Stop, ThisProcess};
use showcaller_event::{Event, Input, check};
use showcaller_plan::{LookWish, Wishes};
use showcaller_simulator::Config;

/// Meetings that one host may make in a day (meetings §12): with so many hosts that none reaches
/// it, the quota is out of the way.
const MEETINGS_PER_HOST: usize = 80;

/// What Webex lists at most on one page of people and meetings (messaging §1.5, meetings §4).
const PAGE: usize = 100;
/// And on one page of rooms (messaging §1.5).
const PAGE_OF_ROOMS: usize = 1_000;
/// Pinned tabs and invitation lists that a plan reads in passing.
const SHARE: usize = 3;

/// An event of so many people in so many teams, with five meetings for each team.
pub(crate) fn event(people: usize, teams: usize) -> Event {
    let hosts = (teams * 5).div_ceil(MEETINGS_PER_HOST);
    let (yaml, roster) = files(people, teams, hosts);
    checked(&yaml, &roster)
}

/// An event of so many rooms with one member and one tab each, and no meetings.
pub(crate) fn rooms(rooms: usize) -> Event {
    let (yaml, roster) = files(rooms, rooms, 1);
    let (before, _) = yaml.split_once("meetings:").expect("there are meetings");
    checked(before, &roster)
}

/// The files of an event of so many rooms with these cues, and so many people in them.
pub(crate) fn show(rooms: usize, people: usize, cues: &str) -> [String; 2] {
    let (yaml, roster) = files(people, rooms, 1);
    let (before, _) = yaml.split_once("meetings:").expect("there are meetings");
    [format!("{before}cues:\n{cues}"), roster]
}

/// The files of an event of two days.
pub(crate) fn texts(people: usize, teams: usize) -> [String; 2] {
    let (yaml, roster) = files(people, teams, (teams * 2).div_ceil(MEETINGS_PER_HOST));
    let is_later = |line: &&str| {
        ["  day-3:", "  day-4:", "  day-5:"]
            .iter()
            .any(|day| line.starts_with(day))
    };
    let yaml: Vec<&str> = yaml.lines().filter(|line| !is_later(line)).collect();
    [yaml.join("\n"), roster]
}

/// The example of that name.
pub(crate) fn example(name: &str) -> Event {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let read = |file: &str| {
        std::fs::read_to_string(format!("{folder}/{name}/{file}")).expect("the example is there")
    };
    checked(&read("event.yaml"), &read("people.csv"))
}

/// The event of these files.
pub(crate) fn checked(yaml: &str, roster: &str) -> Event {
    let load = |_: &str| Ok(roster.as_bytes().to_vec());
    let checked = check(&Input {
        name: "event.yaml",
        bytes: yaml.as_bytes(),
        load: &load,
        now: None,
    });
    let first = checked.diagnostics.first().map(ToString::to_string);
    checked
        .event
        .unwrap_or_else(|| panic!("a mistake: {first:?}"))
}

fn files(people: usize, teams: usize, hosts: usize) -> (String, String) {
    let mut yaml = "event: large\ntitle: Large\ntimezone: Europe/Brussels\npeople: people.csv\n\
                    webex:\n  hosts:\n"
        .to_owned();
    for host in 1..=hosts {
        _ = writeln!(yaml, "    host{host}@example.com: {{ parallel: 1000 }}");
    }
    yaml += "days:\n";
    for day in 1..=5 {
        let date = day + 3;
        _ = writeln!(
            yaml,
            "  day-{day}: {{ title: Day {day}, date: 2027-10-{date:02} }}"
        );
    }
    yaml += "teams:\n";
    for team in 1..=teams {
        _ = writeln!(
            yaml,
            "  team-{team}: {{ title: Team {team}, links: {{ board: \"https://boards.example.com/{team}\" }} }}"
        );
    }
    yaml += PATTERNS;
    let mut roster = "email,name,team,role\n".to_owned();
    for person in 0..people {
        let role = if person < teams {
            "coach"
        } else {
            "participant"
        };
        let team = person % teams + 1;
        _ = writeln!(
            roster,
            "person{person}@example.com,Person Number {person},team-{team},{role}"
        );
    }
    (yaml, roster)
}

const PATTERNS: &str = r#"rooms:
  team-room:
    one-per: team
    title: "{{ team.title }}"
    members: [people of this team]
    moderators: [coach of this team]
    tabs: { Board: "{{ team.links.board }}" }
meetings:
  breakout:
    one-per: [team, day]
    title: "{{ team.title }} - {{ day.title }} - Breakout"
    time: "10:00-16:30"
    rooms: [room of this team]
    cohosts: [coach of this team]
"#;

/// A Webex without limits, on which everybody of the event has an account that needs one.
pub(crate) fn unlimited(event: &Event) -> Config {
    Config {
        rate: None,
        meeting_quota: None,
        accounts: showcaller_rehearsal::accounts(event),
        ..Config::default()
    }
}

/// The process that applies.
pub(crate) fn process() -> ThisProcess {
    ThisProcess::started(format!("bench@here pid {}", std::process::id()))
}

/// Applies an outlook; everything must succeed.
pub(crate) async fn apply(engine: &Engine, event: &Event, outlook: Outlook) -> Report {
    let assignment = Assignment {
        event,
        sources: Vec::new(),
        digest: "bench".to_owned(),
    };
    let stop = Stop::default();
    let report = engine.apply(&assignment, outlook, &NoProgress, &stop).await;
    let report = report.expect("a run");
    assert!(
        report.is_complete(),
        "{:?} {:?} {:?}",
        report.failed.first(),
        report.undone.first(),
        report.trouble
    );
    report
}

/// Wishes that look at everything.
pub(crate) fn everything() -> Wishes {
    Wishes {
        look: LookWish::Full,
        ..Wishes::default()
    }
}

/// The most memory that this process ever held, in megabytes, where the system tells.
pub(crate) fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1024)
}

/// The fewest calls of a look with nothing to do, as plans look and with everything: who each token is
/// and, for hosts, their sites; the teams, the team's people, its rooms and each host's meetings in pages;
/// the people of each room in pages; and of the tabs and invitation lists that the event has a share, or
/// all.
pub(crate) fn lists(event: &Event) -> (usize, usize) {
    // The simulated Webex puts an empty page into each list of several (messaging §1.5).
    let paged = |things: usize, page: usize| match things.div_ceil(page) {
        0 | 1 => 1,
        several => several + 1,
    };
    let pages = |things: usize| paged(things, PAGE);
    let hosts = &event.webex.hosts;
    let meetings: usize = hosts
        .iter()
        .map(|_| pages(event.meetings.len().div_ceil(hosts.len())))
        .sum();
    // The bot is in the team and in every room, and the team has a General room besides.
    let people: usize = event
        .rooms
        .iter()
        .map(|room| pages(room.members.len() + 1))
        .sum();
    let lists = 1
        + 2 * hosts.len()
        + 1
        + pages(event.webex.members.len() + 1)
        + paged(event.rooms.len() + 1, PAGE_OF_ROOMS)
        + meetings
        + people;
    let tabs = event
        .rooms
        .iter()
        .filter(|room| !room.tabs.is_empty())
        .count();
    let invited = event
        .meetings
        .iter()
        .filter(|meeting| !meeting.invitees.is_empty())
        .count();
    (
        lists + SHARE.min(tabs) + SHARE.min(invited),
        lists + tabs + invited,
    )
}
