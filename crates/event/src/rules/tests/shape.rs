//! People, days, the Webex side, rooms and tabs.

use jiff::civil::date;
use rstest::rstest;

use super::sample::{email, event, host, person, room};
use super::{clean, error, judge, note};
use crate::diagnostic::Severity;
use crate::model::*;

#[test]
fn people_in_no_room_are_noted_together() {
    let mut lonely = event();
    lonely.people.push(person("zoe", "jury", None));
    assert!(note(&lonely, "people/in-no-room").contains("zoe is in no room"));
    lonely
        .people
        .extend(["zp", "zq", "zr"].map(|name| person(name, "jury", None)));
    assert!(note(&lonely, "people/in-no-room").contains("zoe, zp, zq and 1 more are"));
    lonely.rooms.push(room(
        "jury",
        &[("zoe", false), ("zp", false), ("zq", false), ("zr", false)],
    ));
    clean(&lonely);
}

#[test]
fn a_team_without_people_is_noted() {
    let mut empty = event();
    empty.teams.push(Team {
        id: TeamId::new("team-2"),
        title: "Team 2".into(),
        links: Default::default(),
    });
    assert!(note(&empty, "team/empty").contains("team-2"));
    empty.people[0].teams.push(TeamId::new("team-2"));
    clean(&empty);
}

#[test]
fn a_team_in_two_groups_is_noted() {
    let mut grouped = event();
    let group = |id: &str| Group {
        id: GroupId::new(id),
        title: id.to_owned(),
        teams: vec![TeamId::new("team-1")],
        links: Default::default(),
    };
    grouped.groups.push(group("pair-a"));
    clean(&grouped);
    grouped.groups.push(group("pair-b"));
    assert!(note(&grouped, "group/overlap").contains("`pair-a` and `pair-b`"));
}

#[test]
fn two_days_on_one_date_are_refused() {
    let mut days = event();
    days.days.push(Day {
        id: DayId::new("day-2"),
        title: "Day 2".into(),
        date: date(2027, 10, 7),
        ends: None,
        show_mode: false,
    });
    clean(&days);
    days.days[1].date = days.days[0].date;
    assert!(error(&days, "day/same-date").contains("2027-10-06"));
}

#[test]
fn days_written_out_of_order_are_noted() {
    let mut days = event();
    days.days.push(Day {
        id: DayId::new("day-2"),
        title: "Day 2".into(),
        date: date(2027, 10, 7),
        ends: None,
        show_mode: false,
    });
    let judge = |first: usize, second: usize| {
        let mut places = super::places();
        places.days.insert(DayId::new("day-1"), first..first);
        places.days.insert(DayId::new("day-2"), second..second);
        super::judge_at(&days, &places, None)
    };
    assert!(judge(10, 20).is_empty());
    let found = judge(20, 10);
    assert_eq!(
        (found[0].code, found[0].severity),
        ("day/order", Severity::Note)
    );
}

#[test]
fn the_webex_team_has_a_name_of_bearable_length() {
    let mut named = event();
    named.webex.team = "x".repeat(128);
    clean(&named);
    named.webex.team.push('x');
    note(&named, "webex/team-name");
    named.webex.team = " ".to_owned();
    error(&named, "webex/team-name");
}

#[test]
fn a_host_who_is_a_cohost_too_is_noted() {
    let mut hosted = event();
    hosted.webex.hosts = vec![host("coach", 1)];
    note(&hosted, "meeting/host-is-cohost");
    hosted.webex.hosts.push(host("events", 1));
    clean(&hosted);
    hosted.meetings[0].host = Some(email("coach"));
    note(&hosted, "meeting/host-is-cohost");
    hosted.meetings[0].host = Some(email("events"));
    clean(&hosted);
}

#[rstest]
#[case::empty("", true)]
#[case::blank("  ", true)]
#[case::two_lines("a\nb", true)]
#[case::just_short_enough(&"é".repeat(128), false)]
#[case::too_long(&"é".repeat(129), true)]
fn titles_are_one_line_of_up_to_128_characters(#[case] title: &str, #[case] bad: bool) {
    let mut titled = event();
    titled.rooms[0].title = title.to_owned();
    if bad {
        drop(error(&titled, "room/title"))
    } else {
        clean(&titled)
    }
    let mut titled = event();
    titled.meetings[0].title = title.to_owned();
    if bad {
        drop(error(&titled, "meeting/title"))
    } else {
        clean(&titled)
    }
}

#[test]
fn two_rooms_with_one_title_are_refused() {
    let mut rooms = event();
    rooms.rooms.push(room("jury", &[("ann", false)]));
    clean(&rooms);
    rooms.rooms[1].title = rooms.rooms[0].title.clone();
    assert!(error(&rooms, "room/same-title").contains("`team-1` and `jury`"));
}

#[test]
fn a_room_called_like_the_teams_own_is_refused() {
    let mut rooms = event();
    rooms.rooms[0].title = rooms.webex.team.clone();
    assert!(error(&rooms, "room/general").contains("with every team"));
    rooms.rooms[0].title = "General".to_owned();
    assert!(error(&rooms, "room/general").contains("\"General\""));
    rooms.rooms[0].title = "General questions".to_owned();
    clean(&rooms);
}

#[test]
fn a_room_without_people_is_noted() {
    let mut rooms = event();
    rooms.rooms.push(room("test", &[]));
    assert!(note(&rooms, "room/empty").contains("`test`"));
}

#[test]
fn a_room_holds_five_thousand_people() {
    let mut full = event();
    let names: Vec<_> = (0..5_001).map(|n| format!("p{n:04}")).collect();
    let fill = |full: &mut Event, count: usize| {
        let members: Vec<_> = names[..count]
            .iter()
            .map(|name| (name.as_str(), false))
            .collect();
        full.rooms.truncate(1);
        full.rooms.push(room("all", &members));
    };
    fill(&mut full, 4_500);
    clean(&full);
    fill(&mut full, 4_501);
    note(&full, "room/too-many");
    fill(&mut full, 5_000);
    note(&full, "room/too-many");
    fill(&mut full, 5_001);
    error(&full, "room/too-many");
}

#[test]
fn an_unlocked_room_with_links_admits_nobody_of_the_webex_team_from_outside() {
    let mut open = event();
    open.rooms[0].settings.locked = false;
    clean(&open);
    open.webex.members.push(TeamMember {
        email: email("jury"),
        moderator: false,
    });
    assert!(error(&open, "room/open").contains("jury@example.com could walk in"));
    open.rooms[0].settings.locked = true;
    clean(&open);
    open.rooms[0].settings.locked = false;
    open.meetings[0].rooms.clear();
    clean(&open);
}

#[test]
fn a_public_room_carries_no_links_and_says_what_it_is_for() {
    let mut public = event();
    public.rooms.push(room("lobby", &[("ann", false)]));
    public.rooms[1].settings.public = true;
    error(&public, "room/description");
    public.rooms[1].settings.description = Some("Say hello".to_owned());
    clean(&public);
    public.meetings[0].rooms.push(RoomKey::new("lobby"));
    error(&public, "room/public");
}

#[test]
fn somebody_may_write_in_an_announcement_room() {
    let mut mute = event();
    mute.rooms[0].settings.announcement_only = true;
    clean(&mute);
    mute.rooms[0].members[2].moderator = false;
    error(&mute, "room/announcement");
}

#[test]
fn tabs_have_names_that_differ() {
    let tab = |name: &str| Tab {
        name: name.to_owned(),
        url: Text::plain("https://boards.example/1"),
    };
    let mut tabbed = event();
    tabbed.rooms[0].tabs = vec![tab("Board"), tab("Folder")];
    clean(&tabbed);
    tabbed.rooms[0].tabs.push(tab(" board"));
    error(&tabbed, "tab/name");
    tabbed.rooms[0].tabs = vec![tab(" ")];
    error(&tabbed, "tab/name");
}

#[rstest]
#[case("https://boards.example/team-1", None, true)]
#[case("https://boards.example", None, true)]
#[case("http://boards.example/team-1", None, false)]
#[case("boards.example/team-1", None, false)]
#[case("https://", None, false)]
#[case("https://boards.example/team 1", None, false)]
#[case("", None, false)]
#[case("", Some(MeetingFact::Link), true)]
#[case("", Some(MeetingFact::Join), false)]
#[case("", Some(MeetingFact::Password), false)]
#[case("https://boards.example/?room=", Some(MeetingFact::Link), true)]
#[case("see ", Some(MeetingFact::Link), false)]
fn tabs_lead_to_web_addresses(
    #[case] words: &str,
    #[case] fact: Option<MeetingFact>,
    #[case] good: bool,
) {
    let words = (!words.is_empty()).then(|| Part::Words(words.to_owned()));
    let hole = fact.map(|fact| Part::Meeting {
        meeting: MeetingKey::new("breakout/team-1"),
        fact,
    });
    let mut tabbed = event();
    let url = Text::new(words.into_iter().chain(hole).collect());
    tabbed.rooms[0].tabs = vec![Tab {
        name: "Board".to_owned(),
        url,
    }];
    if good {
        clean(&tabbed)
    } else {
        drop(error(&tabbed, "tab/url"))
    }
}

#[test]
fn what_a_pattern_does_many_times_is_said_once() {
    let mut rooms = event();
    rooms
        .rooms
        .extend(["a", "b", "c"].map(|key| room(key, &[])));
    let found = judge(&rooms);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message,
        "nobody is in room `a` (and 2 more like it)"
    );
}
