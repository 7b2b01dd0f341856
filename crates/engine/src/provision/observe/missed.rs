//! Asks for what the ledger has and a list does not show.
//!
//! A list may lag behind the thing itself, and a look that believed it would forget what is there,
//! or make it a second time. So each thing that is missed is asked for by its id, one call each.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use futures::stream;
use showcaller_event::model::Address;
use showcaller_plan::observed::{Look, Observed, SeenInvitee, SeenMember, SeenTab};
use showcaller_plan::{Known, KnownResource, parent_of};
use showcaller_webex::{Error as WebexError, Webex};

use super::super::convert;
use super::there;
use crate::{Engine, Error};

/// Lists by the id of the room or meeting that they belong to.
type Lists<T> = BTreeMap<String, Look<Vec<T>>>;

/// Something recorded: the id of the list that it should be on, and its own.
type Missed<'k> = (String, &'k str);

impl Engine {
    /// Every recorded room, also those that the file no longer names.
    pub(super) async fn missed_rooms(
        &self,
        known: &Known,
        observed: &mut Observed,
    ) -> Result<(), Error> {
        let listed: BTreeSet<&str> = observed.rooms.iter().map(|room| room.id.as_str()).collect();
        let missed: Vec<&str> = recorded(known, "room")
            .map(|(_, resource)| resource.remote_id.as_str())
            .filter(|id| !listed.contains(id))
            .collect();
        let bot = &self.connections.bot;
        let rooms: Vec<_> = stream::iter(missed)
            .map(async |id| there(bot.get_room(&id.into()).await))
            .buffer_unordered(self.in_flight)
            .collect()
            .await;
        for room in rooms {
            let room = room.map_err(|error| Error::look("a room of the team", error))?;
            observed.rooms.extend(room.map(convert::room));
        }
        Ok(())
    }

    pub(super) async fn missed_team_members(
        &self,
        known: &Known,
        mut members: Vec<SeenMember>,
    ) -> Result<Vec<SeenMember>, Error> {
        let listed: BTreeSet<&str> = members.iter().map(|member| member.id.as_str()).collect();
        let missed: Vec<&str> = recorded(known, "team-membership")
            .map(|(_, resource)| resource.remote_id.as_str())
            .filter(|id| !listed.contains(id))
            .collect();
        let bot = &self.connections.bot;
        let found: Vec<_> = stream::iter(missed)
            .map(async |id| there(bot.get_team_membership(&id.into()).await))
            .buffer_unordered(self.in_flight)
            .collect()
            .await;
        for member in found {
            let member = member.map_err(|error| Error::look("a team member", error))?;
            members.extend(member.map(convert::team_member));
        }
        Ok(members)
    }

    /// A list of others without the bot is that of a locked room in whose team alone it is: it sees no
    /// more than the moderators (messaging §5), and nobody by id.
    pub(super) async fn missed_members(
        &self,
        known: &Known,
        bot: &str,
        lists: &mut Lists<SeenMember>,
    ) {
        let within =
            |list: &Vec<SeenMember>| list.is_empty() || list.iter().any(|seen| seen.person == bot);
        let mut missed = missed(known, "membership", lists, |member| &member.id);
        missed.retain(|(room, _)| lists[room].seen().is_some_and(within));
        let bot = &self.connections.bot;
        let ask = async |_: &str, id: &str| bot.get_membership(&id.into()).await;
        self.ask(missed, ask, convert::member, lists).await;
    }

    pub(super) async fn missed_tabs(&self, known: &Known, lists: &mut Lists<SeenTab>) {
        let missed = missed(known, "tab", lists, |tab| &tab.id);
        let bot = &self.connections.bot;
        let ask = async |_: &str, id: &str| bot.get_room_tab(&id.into()).await;
        self.ask(missed, ask, convert::tab, lists).await;
    }

    /// `owners` are those who may read the meetings' lists.
    pub(super) async fn missed_invitees(
        &self,
        known: &Known,
        owners: &BTreeMap<String, &Webex>,
        lists: &mut Lists<SeenInvitee>,
    ) {
        let missed = missed(known, "invitee", lists, |invitee| &invitee.id);
        let ask =
            async |meeting: &str, id: &str| owners[meeting].get_invitee(&id.into(), None).await;
        self.ask(missed, ask, convert::invitee, lists).await;
    }

    /// Puts what is there on its list. A list of which nobody could tell whether it is whole counts
    /// as one that could not be read.
    async fn ask<T, S>(
        &self,
        missed: Vec<Missed<'_>>,
        ask: impl AsyncFn(&str, &str) -> Result<T, WebexError>,
        seen: impl Fn(T) -> S,
        lists: &mut Lists<S>,
    ) {
        let answers: Vec<_> = stream::iter(missed)
            .map(async |(list, id)| {
                let answer = there(ask(&list, id).await);
                (list, answer)
            })
            .buffer_unordered(self.in_flight)
            .collect()
            .await;
        for (list, answer) in answers {
            let Some(look) = lists.get_mut(&list) else {
                continue;
            };
            match (answer, &mut *look) {
                (Ok(thing), Look::Seen(things)) => things.extend(thing.map(&seen)),
                (Err(error), _) => *look = Look::Refused(error.refused_because()),
                (Ok(_), Look::NotLooked | Look::Refused(_)) => {}
            }
        }
    }
}

/// What is known by its id, and not known to be absent.
fn recorded<'k>(
    known: &'k Known,
    kind: &'static str,
) -> impl Iterator<Item = (&'k Address, &'k KnownResource)> {
    let all = known.resources.iter();
    all.filter(move |(address, resource)| {
        address.kind() == kind && !resource.is_unread() && !resource.kept.absent
    })
}

/// What the ledger has of this kind, and these lists should show but do not.
fn missed<'k, T>(
    known: &'k Known,
    kind: &'static str,
    lists: &Lists<T>,
    id: impl Fn(&T) -> &String,
) -> Vec<Missed<'k>> {
    let seen = lists.values().filter_map(Look::seen).flatten();
    let shown: BTreeSet<&str> = seen.map(|thing| id(thing).as_str()).collect();
    let missed = recorded(known, kind).filter_map(|(address, resource)| {
        let parent = &known.resources.get(&parent_of(address)?)?.remote_id;
        lists.get(parent)?.seen()?;
        Some((parent.clone(), resource.remote_id.as_str()))
    });
    missed.filter(|(_, id)| !shown.contains(id)).collect()
}
