//! The Webex team and who is in it.

use std::collections::BTreeMap;

use showcaller_event::model::{Address, Email};

use super::drift::{self, Missing, There};
use super::duplicates::only_unused;
use super::people::moderates;
use super::{Draft, Scene};
use crate::fields::{Field, Fields, Value};
use crate::identify::Match;
use crate::observed::{Look, SeenMember};
use crate::plan::{AccountLine, Adoption, CannotReason, HeldReason};
use crate::step::{Action, Owner};

/// Who is behind each token, and what stands against it.
pub(super) fn accounts(scene: &Scene<'_>) -> Vec<AccountLine> {
    let bot = &scene.observed.bot;
    let mut line = AccountLine {
        owner: Owner::Bot,
        email: Some(bot.email.clone()),
        facts: vec![if bot.is_bot { "a bot" } else { "a person" }.to_owned()],
        problems: Vec::new(),
    };
    match (scene.team.thing(), bot_in_team(scene)) {
        (None, _) => line.facts.push("will make the team".to_owned()),
        (Some(_), Some(true)) => line.facts.push("moderates the team".to_owned()),
        (Some(_), Some(false)) => line.problems.push(format!(
            "The bot is in the team but does not moderate it, so that it cannot add people. \
             In the Webex app, open the team's members and make {} a moderator.",
            bot.email
        )),
        (Some(_), None) => line.facts.push("in the team".to_owned()),
    }
    let hosts = scene
        .event
        .webex
        .hosts
        .iter()
        .map(|host| host_line(scene, &host.email));
    std::iter::once(line).chain(hosts).collect()
}

fn host_line(scene: &Scene<'_>, email: &Email) -> AccountLine {
    let mut line = AccountLine {
        owner: Owner::Host(email.clone()),
        email: None,
        facts: Vec::new(),
        problems: Vec::new(),
    };
    let refused = match scene.observed.meetings.get(email) {
        Some(Look::Refused(why)) => Some(why),
        _ => None,
    };
    let Some(host) = scene.observed.hosts.get(email) else {
        line.problems.push(match refused {
            Some(why) => format!("Its meetings cannot be read or made: {why}."),
            None => format!(
                "There is no token for {email}: its meetings were not looked at and cannot be made."
            ),
        });
        return line;
    };
    line.email = Some(host.account.email.clone());
    if host.account.is_bot {
        line.problems
            .push("This is a bot's token, and bots have no meetings.".to_owned());
    } else {
        line.facts.push("a person".to_owned());
    }
    if let Some(why) = refused {
        line.problems
            .push(format!("Its meetings cannot be read or made: {why}."));
        return line;
    }
    match &host.sites {
        Ok(sites) if sites.is_empty() => line.problems.push(
            "This account has no Webex site, so that it cannot schedule meetings.".to_owned(),
        ),
        Ok(sites) => line
            .facts
            .push(format!("schedules on {}", sites.join(", "))),
        Err(why) => line
            .problems
            .push(format!("Its Webex sites cannot be read: {why}")),
    }
    line
}

/// Whether the bot moderates the team; `None` if nobody looked.
pub(super) fn bot_in_team(scene: &Scene<'_>) -> Option<bool> {
    let members = scene.observed.team_members.seen()?;
    let bot = members
        .iter()
        .find(|member| member.person == scene.observed.bot.id);
    Some(bot.is_some_and(|bot| bot.moderator))
}

pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    let address = Address::team();
    let name = &scene.event.webex.team;
    let wanted = Fields::from([(Field::Name, Value::Text(name.clone()))]);
    match &scene.team {
        Match::None if scene.observed.teams.iter().any(|team| team.name.is_none()) => draft.cannot(
            &address,
            CannotReason::Unreadable,
            format!(
                "The bot is in a team whose name Webex could not decrypt, and «{name}» may be it. \
                 Try again in a few minutes."
            ),
        ),
        Match::None => match may_be_one_of(scene) {
            Some((before, count)) => {
                let sentence = format!(
                    "The team was to be made as «{before}», and the answer to that was lost. Now \
                     the bot is in {count} teams of that name, and one may be it. {}",
                    only_unused(&address, "rename")
                );
                draft.cannot(&address, CannotReason::Ambiguous, sentence);
            }
            None if scene.may_create(&address, "make the team", draft) => {
                create(draft, &address, name);
            }
            None => {}
        },
        Match::Gone if scene.wishes.recreate.allows(&address) => {
            draft.vanished.insert(address.clone());
            create(draft, &address, name);
        }
        Match::Gone => {
            draft.hold(&address, "make the team anew", HeldReason::Recreation);
            drift::gone(&address, "the team", draft);
            draft.note(
                Some(&address),
                format!(
                    "The bot no longer sees the team «{name}»: it was deleted, or the bot was \
                     taken out of it. Put {} back into the team; --recreate team makes a new one.",
                    scene.observed.bot.email
                ),
            );
        }
        Match::Several(count) => draft.cannot(
            &address,
            CannotReason::Ambiguous,
            format!(
                "The bot is in {count} teams called «{name}». {}",
                only_unused(&address, "rename")
            ),
        ),
        Match::Found(team) => draft.adopt(Adoption {
            made: scene.known.intended.contains_key(&address) && scene.observed.may_have_made(team),
            address,
            remote_id: team.id.clone(),
            protected: scene.event.webex.protected,
            renamed_from: None,
            asked: wanted.clone(),
            answered: wanted,
            owner: Owner::Bot,
        }),
        Match::Known(team, _) => {
            let seen = team
                .name
                .clone()
                .map(|name| (Field::Name, Value::Text(name)));
            let there = There {
                address: &address,
                what: "the team",
                entry: scene.known.resources.get(&address),
                bends: false,
            };
            // A name that Webex cannot decrypt is none that differs.
            let changes =
                seen.map(|seen| there.changes(scene, &wanted, &Fields::from([seen]), draft));
            if changes.is_some_and(|changes| !changes.is_empty()) {
                draft.step(
                    &Owner::Bot,
                    address,
                    Vec::new(),
                    Action::ChangeTeam {
                        id: team.id.clone(),
                        name: name.clone(),
                    },
                );
            }
        }
    }
    members(scene, draft);
}

/// The name under which the team may have been made unheard, and how many teams bear it, if that is
/// more than one.
fn may_be_one_of<'a>(scene: &Scene<'a>) -> Option<(&'a str, usize)> {
    let address = Address::team();
    if scene.wishes.recreate.names(&address) {
        return None;
    }
    let asked = scene.known.intended.get(&address)?;
    let Some(Value::Text(name)) = asked.get(&Field::Name) else {
        return None;
    };
    let count = scene.observed.own_teams_called(name).count();
    (count > 1).then_some((name, count))
}

fn create(draft: &mut Draft, address: &Address, name: &str) {
    let action = Action::CreateTeam {
        name: name.to_owned(),
    };
    draft.step(&Owner::Bot, address.clone(), Vec::new(), action);
}

/// Whether anything in the team can be done: it exists, or will.
pub(super) fn reachable(scene: &Scene<'_>, draft: &Draft) -> bool {
    scene.team.thing().is_some() || draft.has_step(&Address::team())
}

fn members(scene: &Scene<'_>, draft: &mut Draft) {
    if !reachable(scene, draft) {
        return;
    }
    let nobody = Vec::new();
    let seen = scene.observed.team_members.seen().unwrap_or(&nobody);
    let by_id: BTreeMap<&str, &SeenMember> = seen.iter().map(|m| (m.id.as_str(), m)).collect();
    let by_email: BTreeMap<&Email, &SeenMember> = seen.iter().map(|m| (&m.email, m)).collect();
    let may_change = scene.team.thing().is_none() || bot_in_team(scene) == Some(true);
    let mut refused = 0;
    let bot = &scene.observed.bot.email;
    let wanted = scene.event.webex.members.iter();
    for member in wanted.filter(|member| member.email != *bot) {
        let address = Address::team_membership(&member.email);
        let resource = scene.known.resources.get(&address);
        let found = resource
            .and_then(|resource| by_id.get(resource.remote_id.as_str()))
            .or_else(|| by_email.get(&member.email));
        let what = format!("{} in the team", member.email);
        let action = match found {
            None => {
                if drift::missing(scene, &address, resource, &what, draft) == Missing::StaysAway {
                    continue;
                }
                Action::AddTeamMember {
                    email: member.email.clone(),
                    moderator: member.moderator,
                }
            }
            Some(seen) => {
                drift::is_back(&address, resource, draft);
                if resource.is_none_or(|resource| resource.remote_id != seen.id) {
                    draft.adopt(adoption(scene, &address, seen));
                }
                let there = There {
                    address: &address,
                    what: &what,
                    entry: resource,
                    bends: false,
                };
                if !moderates(scene, &there, member.moderator, seen.moderator, draft) {
                    continue;
                }
                Action::SetTeamModerator {
                    id: seen.id.clone(),
                    moderator: member.moderator,
                }
            }
        };
        if may_change {
            draft.step(&Owner::Bot, address, vec![Address::team()], action);
        } else {
            refused += 1;
        }
    }
    if refused > 0 {
        draft.cannot(
            &Address::team(),
            CannotReason::NotModerator,
            format!(
                "{} cannot be added or promoted in the team, because the bot does not moderate it. \
                 Make {} a moderator of the team in the Webex app.",
                people(refused),
                scene.observed.bot.email
            ),
        );
    }
}

/// `1 person`, `2 people`.
pub(super) fn people(number: usize) -> String {
    if number == 1 {
        "1 person".to_owned()
    } else {
        format!("{number} people")
    }
}

/// A membership that the ledger does not know: somebody else's, unless we were about to make it,
/// or made it under an earlier name of its room.
pub(super) fn adoption(scene: &Scene<'_>, address: &Address, seen: &SeenMember) -> Adoption {
    let fields = Fields::from([(Field::Moderator, Value::Flag(seen.moderator))]);
    Adoption {
        address: address.clone(),
        remote_id: seen.id.clone(),
        made: scene.known.intended.contains_key(address) || scene.made.contains(seen.id.as_str()),
        protected: false,
        renamed_from: None,
        asked: fields.clone(),
        answered: fields,
        owner: Owner::Bot,
    }
}
