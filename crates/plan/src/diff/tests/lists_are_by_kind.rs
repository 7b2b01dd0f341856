//! What people read stands in the order of the file.

use super::*;
use crate::read::{TextStyle, text};

const OTHERS: &str = r#"
event: fair
title: Fair
timezone: UTC
people: people.csv
webex: { team: Fair, hosts: { events@example.com: { parallel: 4 } } }
days:
  monday: { title: Monday, date: 2027-04-05 }
  friday: { title: Friday, date: 2027-04-09 }
teams:
  team-1: { title: Team 1 }
  team-2: { title: Team 2 }
  team-10: { title: Team 10 }
rooms:
  monday-room: { title: Monday, members: [everyone] }
  friday-room: { title: Friday, members: [everyone] }
  team: { one-per: team, title: "{{ team.title }}", members: [everyone] }
meetings:
  talk: { one-per: [team, day], title: "{{ team.title }}", time: "09:00-10:00", rooms: [room of this team] }
"#;

#[test]
fn steps_are_in_the_order_of_the_file() {
    let mut set = fair();
    set.event = event(OTHERS, PEOPLE);
    let steps = steps(&set.plan(&Wishes::default()));
    let of = |kind: &str| -> Vec<&str> {
        let names = steps.iter().filter_map(|step| step.strip_prefix(kind));
        names.filter(|name| !name.contains('@')).collect()
    };
    let rooms = ["monday-room", "friday-room", "team-1", "team-2", "team-10"];
    assert_eq!(of("room/"), rooms);
}

#[test]
fn a_tag_is_no_change_that_people_read_of() {
    let mut set = fair();
    set.event = event(
        &FILE
            .replace("  market: {", "  bazaar: { previously: market,")
            .replace("market.link", "bazaar.link"),
        PEOPLE,
    );
    let plan = set.plan(&Wishes::default());
    let told = text(&plan, &TextStyle::default()).to_string();
    assert!(
        !told.contains("sc:") && told.contains("people see no difference"),
        "{told}"
    );
}
