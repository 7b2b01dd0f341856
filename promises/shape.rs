//! A simulated world as its people see it: without ids, links and times of creation.

use std::collections::BTreeMap;

use serde_json::Value;
use showcaller_simulator::Simulator;

/// Everything that somebody could tell apart, one line each, sorted. What is there twice is there
/// in two equal lines.
pub(crate) fn of(simulator: &Simulator) -> Vec<String> {
    let world = simulator.world();
    let list = |kind: &str| world[kind].as_array().cloned().unwrap_or_default();
    let titled = |kind: &str| -> BTreeMap<String, String> {
        let named = list(kind).into_iter();
        named
            .map(|thing| (thing["id"].to_string(), thing["title"].to_string()))
            .collect()
    };
    let (rooms, meetings) = (titled("rooms"), titled("meetings"));
    let of = |titles: &BTreeMap<String, String>, id: &Value| {
        titles.get(&id.to_string()).cloned().unwrap_or_default()
    };
    let mut shape: Vec<String> = Vec::new();
    for team in list("teams") {
        shape.push(format!("team {}", team["name"]));
    }
    for member in list("teamMemberships") {
        shape.push(format!(
            "team member {} {}",
            member["personEmail"], member["isModerator"]
        ));
    }
    for room in list("rooms") {
        shape.push(format!(
            "room {} locked {} announcement {} public {} archived {}",
            room["title"],
            room["isLocked"],
            room["isAnnouncementOnly"],
            room["isPublic"],
            room["isReadOnly"]
        ));
    }
    for member in list("memberships") {
        shape.push(format!(
            "member of {}: {} {}",
            of(&rooms, &member["roomId"]),
            member["personEmail"],
            member["isModerator"]
        ));
    }
    for tab in list("roomTabs") {
        shape.push(format!(
            "tab in {}: {}",
            of(&rooms, &tab["roomId"]),
            tab["displayName"]
        ));
    }
    for meeting in list("meetings") {
        shape.push(format!(
            "meeting {} {} {} {}",
            meeting["title"], meeting["start"], meeting["end"], meeting["hostEmail"]
        ));
    }
    for invitee in list("meetingInvitees") {
        shape.push(format!(
            "invited to {}: {} {}",
            of(&meetings, &invitee["meetingId"]),
            invitee["email"],
            invitee["coHost"]
        ));
    }
    shape.sort();
    shape
}

/// What is in `seen` too often, and what is in it too seldom, beside what is `right`.
pub(crate) fn apart(right: &[String], seen: &[String]) -> (Vec<String>, Vec<String>) {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for line in seen {
        *counts.entry(line).or_default() += 1;
    }
    for line in right {
        *counts.entry(line).or_default() -= 1;
    }
    let those = |sign: i64| {
        let lines = counts.iter().filter(|(_, count)| **count * sign > 0);
        lines.map(|(line, _)| (*line).to_owned()).collect()
    };
    (those(1), those(-1))
}
