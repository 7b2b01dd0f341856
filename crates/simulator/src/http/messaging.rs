//! The routes of people, teams, rooms, messages and webhooks.

use http::Method;

use super::methods::wrong_method;
use super::page::{FIFTY, HUNDRED, Place, page, whole};
use super::reply::Reply;
use crate::refusal::{Refusal, Served};
use crate::world::{
    World, actions, memberships, messages, people, rooms, tabs, team_memberships, teams, webhooks,
};

/// Answers a call to one of them.
pub(super) fn route(world: &mut World, place: &Place<'_>) -> Served<Reply> {
    match place.call.segments().as_slice() {
        ["people", rest @ ..] => person(world, place, rest),
        ["teams", rest @ ..] => team(world, place, rest),
        ["team", "memberships", rest @ ..] => team_membership(world, place, rest),
        ["rooms", rest @ ..] => room(world, place, rest),
        ["memberships", rest @ ..] => membership(world, place, rest),
        ["room", "tabs", rest @ ..] => tab(world, place, rest),
        ["messages", rest @ ..] => message(world, place, rest),
        ["webhooks", rest @ ..] => webhook(world, place, rest),
        ["attachment", "actions", rest @ ..] => action(world, place, rest),
        ["authorize" | "access_token" | "device", ..] => Err(Refusal::not_simulated("OAuth")),
        [
            "organizations" | "events" | "roles" | "licenses" | "recordings" | "meetingSummaries"
            | "meetingTranscripts" | "meetingReports",
            ..,
        ] => Err(Refusal::not_simulated("that resource")),
        ["contents", ..] => Err(Refusal::not_simulated("contents of files")),
        _ => Err(Refusal::not_found()),
    }
}

pub(super) fn shown(value: Served) -> Served<Reply> {
    value.map(Reply::json)
}

pub(super) fn gone(done: Served<()>) -> Served<Reply> {
    done.map(|()| Reply::no_content())
}

fn person(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let (asking, query) = (place.asking, &place.call.query);
    match (&place.call.method, rest) {
        (&Method::GET, ["me"]) => Ok(Reply::json(people::me(world, asking))),
        (&Method::GET, [id]) => shown(people::get(world, id)),
        (&Method::GET, []) => {
            let wanted = people::Wanted {
                email: query.get("email"),
                display_name: query.get("displayName"),
                ids: query.get("id"),
            };
            let (found, missing) = people::list(world, asking, &wanted)?;
            let mut reply = page(place, &found, HUNDRED, |_, person| people::present(person))?;
            if !missing.is_empty() {
                reply.add("notFoundIds", missing.into());
            }
            Ok(reply)
        }
        (&Method::POST, []) | (&Method::PUT | &Method::DELETE, [_]) => {
            Err(Refusal::forbidden("Only administrators can change people."))
        }
        _ => Err(wrong_method(place)),
    }
}

fn team(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let asking = place.asking;
    match (&place.call.method, rest) {
        (&Method::POST, []) => shown(teams::create(world, asking, &place.call.fields()?)),
        (&Method::GET, []) => page(place, &teams::list(world, asking), HUNDRED, |_, team| {
            teams::present(team)
        }),
        (&Method::GET, [id]) => shown(teams::get(world, asking, id)),
        (&Method::PUT, [id]) => shown(teams::update(world, asking, id, &place.call.fields()?)),
        (&Method::DELETE, [id]) => gone(teams::delete(world, asking, id)),
        _ => Err(wrong_method(place)),
    }
}

fn team_membership(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let asking = place.asking;
    match (&place.call.method, rest) {
        (&Method::POST, []) => shown(team_memberships::create(
            world,
            asking,
            &place.call.fields()?,
        )),
        (&Method::GET, []) => {
            let (team, members) =
                team_memberships::list(world, asking, place.call.query.get("teamId"))?;
            page(place, &members, HUNDRED, |_, member| {
                team_memberships::present(world, team, member)
            })
        }
        (&Method::GET, [id]) => shown(team_memberships::get(world, asking, id)),
        (&Method::PUT, [id]) => shown(team_memberships::update(
            world,
            asking,
            id,
            &place.call.fields()?,
        )),
        (&Method::DELETE, [id]) => gone(team_memberships::delete(world, asking, id)),
        _ => Err(wrong_method(place)),
    }
}

fn room(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let (asking, query) = (place.asking, &place.call.query);
    match (&place.call.method, rest) {
        (&Method::POST, []) => shown(rooms::create(world, asking, &place.call.fields()?)),
        (&Method::GET, []) => {
            let wanted = rooms::Wanted {
                team: query.get("teamId"),
                kind: query.get("type"),
                public: query.flag("orgPublicSpaces")?.unwrap_or(false),
                from: query.time("from")?,
                to: query.time("to")?,
                order: query.get("sortBy"),
            };
            let found = rooms::list(world, asking, &wanted)?;
            let every = usize::try_from(asking.switches.unreadable_titles).unwrap_or(0);
            page(place, &found, HUNDRED, |index, room| {
                let mut shown = rooms::present(world, asking, room);
                if every > 0 && (index + 1) % every == 0 {
                    rooms::make_unreadable(&mut shown);
                }
                shown
            })
        }
        (&Method::GET, [id]) => shown(rooms::get(world, asking, id)),
        (&Method::PUT, [id]) => shown(rooms::update(world, asking, id, &place.call.fields()?)),
        (&Method::DELETE, [id]) => gone(rooms::delete(world, asking, id)),
        (_, [_, "meetingInfo"]) => Err(Refusal::not_simulated(
            "meetingInfo, whose end of life was in 2025",
        )),
        _ => Err(wrong_method(place)),
    }
}

fn membership(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let (asking, query) = (place.asking, &place.call.query);
    match (&place.call.method, rest) {
        (&Method::POST, []) => shown(memberships::create(world, asking, &place.call.fields()?)),
        (&Method::GET, []) => {
            let (person, email) = (query.get("personId"), query.get("personEmail"));
            let found = match query.get("roomId") {
                Some(room) => memberships::list_room(world, asking, room, person, email)?,
                None if person.or(email).is_some() => {
                    return Err(Refusal::bad("'personId' and 'personEmail' need 'roomId'."));
                }
                None => memberships::list_own(world, asking),
            };
            page(place, &found, HUNDRED, |_, (room, member)| {
                memberships::present(world, room, member)
            })
        }
        (&Method::GET, [id]) => shown(memberships::get(world, asking, id)),
        (&Method::PUT, [id]) => shown(memberships::update(
            world,
            asking,
            id,
            &place.call.fields()?,
        )),
        (&Method::DELETE, [id]) => gone(memberships::delete(world, asking, id)),
        _ => Err(wrong_method(place)),
    }
}

fn tab(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let asking = place.asking;
    match (&place.call.method, rest) {
        (&Method::POST, []) => shown(tabs::create(world, asking, &place.call.fields()?)),
        // The documents know no pages of tabs.
        (&Method::GET, []) => {
            let (room, found) = tabs::list(world, asking, place.call.query.get("roomId"))?;
            Ok(whole(place, &found, |tab| tabs::present(room, tab)))
        }
        (&Method::GET, [id]) => shown(tabs::get(world, asking, id)),
        (&Method::PUT, [id]) => shown(tabs::update(world, asking, id, &place.call.fields()?)),
        (&Method::DELETE, [id]) => gone(tabs::delete(world, asking, id)),
        _ => Err(wrong_method(place)),
    }
}

fn message(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let (asking, query) = (place.asking, &place.call.query);
    match (&place.call.method, rest) {
        (&Method::POST, []) => shown(messages::create(world, asking, &place.call.fields()?)),
        (&Method::GET, []) => {
            let wanted = messages::Wanted {
                room: query.get("roomId"),
                parent: query.get("parentId"),
                mentioned: query.get("mentionedPeople"),
                before: query.time("before")?,
                before_message: query.get("beforeMessage"),
            };
            let found = messages::list(world, asking, &wanted)?;
            page(place, &found, FIFTY, |_, message| {
                messages::present(world, asking, message)
            })
        }
        (&Method::GET, ["direct"]) => {
            let (person, email) = (query.get("personId"), query.get("personEmail"));
            let found = messages::list_direct(world, asking, person, email, query.get("parentId"))?;
            Ok(whole(place, &found, |message| {
                messages::present(world, asking, message)
            }))
        }
        (&Method::GET, [id]) => shown(messages::get(world, asking, id)),
        (&Method::PUT, [id]) => shown(messages::update(world, asking, id, &place.call.fields()?)),
        (&Method::DELETE, [id]) => gone(messages::delete(world, asking, id)),
        _ => Err(wrong_method(place)),
    }
}

fn action(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let asking = place.asking;
    match (&place.call.method, rest) {
        (&Method::POST, []) => {
            let made = actions::create(world, asking, &place.call.fields()?)?;
            let mut reply = Reply::json(made);
            reply.status = asking.switches.card_action_code;
            Ok(reply)
        }
        (&Method::GET, [id]) => shown(actions::get(world, asking, id)),
        _ => Err(wrong_method(place)),
    }
}

fn webhook(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let (asking, query) = (place.asking, &place.call.query);
    match (&place.call.method, rest) {
        (&Method::POST, []) => shown(webhooks::create(world, asking, &place.call.fields()?)),
        (&Method::GET, []) => {
            if query.get("ownedBy").is_some_and(|owner| owner == "org") {
                return Err(Refusal::forbidden(
                    "Webhooks of an organisation are for administrators.",
                ));
            }
            let found = webhooks::list(world, asking);
            page(place, &found, HUNDRED, |_, webhook| {
                webhooks::present(world, webhook)
            })
        }
        (&Method::GET, [id]) => shown(webhooks::get(world, asking, id)),
        (&Method::PUT, [id]) => shown(webhooks::update(world, asking, id, &place.call.fields()?)),
        (&Method::DELETE, [id]) => gone(webhooks::delete(world, asking, id)),
        _ => Err(wrong_method(place)),
    }
}
