//! The whole world as JSON, for whoever wants to look behind the curtain.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::meetings::{self, Reading, Which, participants};
use super::{
    Asking, World, actions, invitees, mails, memberships, messages, people, rooms, tabs,
    team_memberships, teams, webhooks,
};

/// Everything there is, as its creator or host would see it; archived rooms are marked.
pub(crate) fn snapshot(world: &World, asking: &Asking<'_>) -> Value {
    let mut all_rooms: Vec<_> = world.rooms.values().collect();
    all_rooms.sort_by_key(|room| room.seq);
    let rooms: Vec<Value> = all_rooms
        .iter()
        .map(|room| rooms::present(world, asking, room))
        .collect();
    let memberships = all_rooms.iter().flat_map(|room| {
        let mut members: Vec<_> = room.members.values().collect();
        members.sort_by_key(|member| member.seq);
        members
            .into_iter()
            .map(|member| memberships::present(world, room, member))
    });
    let mut all_teams: Vec<_> = world.teams.values().collect();
    all_teams.sort_by_key(|team| team.seq);
    let team_memberships = all_teams.iter().flat_map(|team| {
        let mut members: Vec<_> = team.members.values().collect();
        members.sort_by_key(|member| member.seq);
        members
            .into_iter()
            .map(|member| team_memberships::present(world, team, member))
    });
    let mut all_tabs: Vec<_> = world
        .tabs
        .values()
        .filter(|tab| world.rooms.contains_key(&tab.room))
        .collect();
    all_tabs.sort_by_key(|tab| tab.seq);
    let mut all_messages: Vec<_> = world.messages.values().collect();
    all_messages.sort_by_key(|message| message.seq);
    let mut all_actions: Vec<_> = world.actions.values().collect();
    all_actions.sort_by_key(|action| action.seq);
    let mut all_webhooks: Vec<_> = world.webhooks.values().collect();
    all_webhooks.sort_by_key(|webhook| webhook.seq);
    let mut people_in_order: Vec<Value> = world.people.values().map(people::present).collect();
    people_in_order
        .sort_by(|one, other| one["emails"][0].as_str().cmp(&other["emails"][0].as_str()));
    json!({
        "people": people_in_order,
        "teams": all_teams.iter().map(|team| teams::present(team)).collect::<Vec<_>>(),
        "teamMemberships": team_memberships.collect::<Vec<_>>(),
        "rooms": rooms,
        "memberships": memberships.collect::<Vec<_>>(),
        "roomTabs": all_tabs.iter().map(|tab| tabs::present(&world.rooms[&tab.room], tab)).collect::<Vec<_>>(),
        "messages": all_messages.iter().map(|message| messages::present(world, asking, message)).collect::<Vec<_>>(),
        "attachmentActions": all_actions.iter().map(|action| actions::present(world, action)).collect::<Vec<_>>(),
        "webhooks": all_webhooks.iter().map(|webhook| webhooks::present(world, webhook)).collect::<Vec<_>>(),
        "meetings": meetings_of(world, asking),
        "meetingInvitees": invitees_of(world),
        "meetingParticipants": world.meetings.values().flat_map(|meeting| participants::all(world, meeting)).collect::<Vec<_>>(),
        "mails": world.mails.iter().map(mails::present).collect::<Vec<_>>(),
    })
}

/// Each series as its host sees it. Tags are those of any client: behind the curtain there are no
/// private ones.
fn meetings_of(world: &World, asking: &Asking<'_>) -> Vec<Value> {
    let reading = Reading {
        zone: TimeZone::UTC,
        listed: true,
        current: false,
    };
    let shown = world.meetings.values().map(|meeting| {
        let as_host = Asking {
            person: meeting.host,
            client: meeting.some_client(),
            ..*asking
        };
        let shown = meetings::present(world, &as_host, meeting, Which::Series, &reading);
        (meeting.first_planned(), shown)
    });
    let mut shown: Vec<_> = shown.collect();
    shown.sort_by(|(one, a), (other, b)| {
        one.cmp(other)
            .then_with(|| a["id"].as_str().cmp(&b["id"].as_str()))
    });
    shown.into_iter().map(|(_, shown)| shown).collect()
}

fn invitees_of(world: &World) -> Vec<Value> {
    let all = world.meetings.values().flat_map(|meeting| {
        let invited = meeting.invited(Which::Series).iter();
        invited.map(|invitee| invitees::present(&meeting.id, invitee))
    });
    all.collect()
}
