//! Who is in a team, which is the same as who is in its General room (messaging §3).

use serde_json::{Value, json};
use uuid::Uuid;

use super::events::Moderation;
use super::fields::Fields;
use super::rooms::Member;
use super::teams::Team;
use super::{Asking, World, written};
use crate::ids::{self, Kind};
use crate::refusal::{Refusal, Served};

impl World {
    /// Puts somebody into a team and its General room.
    pub(crate) fn join_team(
        &mut self,
        asking: &Asking<'_>,
        team: Uuid,
        person: Uuid,
        moderator: bool,
    ) {
        let seq = self.next_in_line();
        let member = Member::new(person, moderator, asking.now, seq);
        if let Some(team) = self.teams.get_mut(&team) {
            if let Some(room) = self.rooms.get_mut(&team.general) {
                room.members.insert(person, member.clone());
            }
            team.members.insert(person, member);
        }
        if let Some(general) = self.teams.get(&team).map(|team| team.general) {
            self.membership_event(asking, "created", general, person);
        }
    }

    /// Takes somebody out of a team, and with it out of all its rooms (messaging §3).
    pub(crate) fn leave_team(&mut self, asking: &Asking<'_>, team: Uuid, person: Uuid) {
        if let Some(team) = self.teams.get_mut(&team) {
            team.members.remove(&person);
        }
        let rooms = self.rooms.values();
        let own = rooms.filter(|room| room.team == Some(team) && room.has(person));
        let own: Vec<Uuid> = own.map(|room| room.key).collect();
        for room in own {
            self.leave_room(asking, room, person);
        }
    }

    /// Makes a member of a team its moderator, or an ordinary member again.
    pub(crate) fn set_team_moderator(
        &mut self,
        asking: &Asking<'_>,
        team: Uuid,
        person: Uuid,
        moderator: bool,
    ) {
        let Some(team) = self.teams.get_mut(&team) else {
            return;
        };
        let before = self.rooms.get(&team.general).map(Moderation::of);
        let general = self.rooms.get_mut(&team.general);
        let twins = [
            team.members.get_mut(&person),
            general.and_then(|room| room.members.get_mut(&person)),
        ];
        for member in twins.into_iter().flatten() {
            member.moderator = moderator;
        }
        if let Some(before) = before {
            self.moderation_events(asking, &before);
        }
    }
}

/// `POST /team/memberships`.
pub(crate) fn create(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served {
    let team = body
        .filled("teamId")?
        .ok_or_else(|| Refusal::bad("teamId cannot be null"))?;
    let team = world.team_to_change(asking, team)?.key;
    let moderator = body.flag("isModerator")?.unwrap_or(false);
    add(world, asking, team, body, moderator)
}

/// Adds the person that a body names to a team that the caller may change; also the way in through
/// the General room.
pub(crate) fn add(
    world: &mut World,
    asking: &Asking<'_>,
    team: Uuid,
    body: &Fields,
    moderator: bool,
) -> Served {
    if world.is_bot(asking.person) {
        if !asking.switches.bot_adds_team_members {
            return Err(Refusal::forbidden("Bots cannot add people to a team."));
        }
        if moderator && !asking.switches.bot_moderates {
            return Err(Refusal::forbidden("Bots cannot change who moderates."));
        }
    }
    let person = world.person_to_add(asking, body.text("personId")?, body.text("personEmail")?)?;
    if !world.teams[&team].is_member(person) {
        world.join_team(asking, team, person, moderator);
    } else if asking.switches.duplicate_team_membership == 409 {
        return Err(Refusal::new(
            409,
            "User is already a participant in the team.",
        ));
    }
    let team = &world.teams[&team];
    Ok(present(world, team, &team.members[&person]))
}

/// `GET /team/memberships`.
pub(crate) fn list<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    team_id: Option<&str>,
) -> Served<(&'w Team, Vec<&'w Member>)> {
    let team_id =
        team_id.ok_or_else(|| Refusal::bad("Required String parameter 'teamId' is not present"))?;
    let team = world.team_of_caller(asking, team_id)?;
    let mut members: Vec<&Member> = team
        .members
        .values()
        .filter(|member| asking.shows(member.created))
        .collect();
    members.sort_by_key(|member| member.seq);
    Ok((team, members))
}

/// `GET /team/memberships/{id}`.
pub(crate) fn get(world: &World, asking: &Asking<'_>, id: &str) -> Served {
    let (team, person) = find(world, asking, id)?;
    let team = &world.teams[&team];
    Ok(present(world, team, &team.members[&person]))
}

/// `PUT /team/memberships/{id}`: the last moderator stays one.
pub(crate) fn update(world: &mut World, asking: &Asking<'_>, id: &str, body: &Fields) -> Served {
    let (team, person) = find(world, asking, id)?;
    world.team_to_change(asking, &team.to_string())?;
    let moderator = body
        .flag("isModerator")?
        .ok_or_else(|| Refusal::bad("isModerator cannot be null"))?;
    promote(world, asking, team, person, moderator)?;
    let team = &world.teams[&team];
    Ok(present(world, team, &team.members[&person]))
}

/// Changes who moderates a team; also the way in through the General room.
pub(crate) fn promote(
    world: &mut World,
    asking: &Asking<'_>,
    team: Uuid,
    person: Uuid,
    moderator: bool,
) -> Served<()> {
    if world.is_bot(asking.person) && !asking.switches.bot_moderates {
        return Err(Refusal::forbidden("Bots cannot change who moderates."));
    }
    if !moderator && world.teams[&team].is_last_moderator(person) {
        return Err(last_moderator(asking));
    }
    world.set_team_moderator(asking, team, person, moderator);
    Ok(())
}

/// `DELETE /team/memberships/{id}`: by a moderator, or one's own.
pub(crate) fn delete(world: &mut World, asking: &Asking<'_>, id: &str) -> Served<()> {
    let (team, person) = find(world, asking, id)?;
    remove(world, asking, team, person)
}

/// Takes somebody out of a team; also the way in through the General room.
pub(crate) fn remove(
    world: &mut World,
    asking: &Asking<'_>,
    team: Uuid,
    person: Uuid,
) -> Served<()> {
    if person != asking.person {
        world.team_to_change(asking, &team.to_string())?;
    }
    if world.teams[&team].is_last_moderator(person) {
        return Err(last_moderator(asking));
    }
    world.leave_team(asking, team, person);
    Ok(())
}

pub(crate) fn last_moderator(asking: &Asking<'_>) -> Refusal {
    Refusal::coded(
        asking.switches.last_moderator_code,
        "The last moderator cannot leave or be demoted; promote another user first.",
    )
}

fn find(world: &World, asking: &Asking<'_>, id: &str) -> Served<(Uuid, Uuid)> {
    let (person, team) = ids::read_membership(id)?;
    let known = world
        .teams
        .get(&team)
        .is_some_and(|team| team.is_member(asking.person) && team.is_member(person));
    known
        .then_some((team, person))
        .ok_or_else(Refusal::not_found)
}

pub(crate) fn present(world: &World, team: &Team, member: &Member) -> Value {
    let person = world.person(member.person);
    json!({
        "id": ids::spell_membership(Kind::TeamMembership, person.key, team.key),
        "teamId": ids::spell(Kind::Team, team.key),
        "personId": person.id(),
        "personEmail": person.email,
        "personDisplayName": person.name,
        "personOrgId": person.org_id(),
        "isModerator": member.moderator,
        "created": written(member.created),
    })
}
