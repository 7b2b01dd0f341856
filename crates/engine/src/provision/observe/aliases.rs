//! Finds people whom Webex shows under another address than the file.
//!
//! An account may have several addresses. Webex adds a person by any of them, and lists show the primary
//! one. Everything after the look compares addresses, so the file's takes the place of Webex's here.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use futures::stream;
use showcaller_event::Event;
use showcaller_event::model::Email;
use showcaller_plan::Known;
use showcaller_plan::observed::{Look, Observed};
use showcaller_webex::Person;

use crate::Engine;

/// The address that the file has for a person, by the one that Webex shows.
type Ours = BTreeMap<Email, Email>;

impl Engine {
    pub(super) async fn aliases(&self, event: &Event, known: &Known, observed: &mut Observed) {
        let named = named(event);
        let mut ours = recorded(&named, known, observed);
        let asked = to_ask(event, &named, &ours, observed);
        for person in self.people_with(asked).await {
            let emails = || {
                person
                    .emails
                    .iter()
                    .map(|email| email.trim().to_lowercase())
            };
            let Some(shown) = emails().next().map(Email::new) else {
                continue;
            };
            if let Some(own) = emails().map(Email::new).find(|email| named.contains(email)) {
                ours.entry(shown).or_insert(own);
            }
        }
        ours.retain(|shown, own| shown != own);
        let aliases = ours.iter().map(|(shown, own)| (own.clone(), shown.clone()));
        observed.aliases.extend(aliases);
        // Of two lines of the roster for one account, that with Webex's address stands for it.
        ours.retain(|shown, _| !named.contains(shown));
        for email in emails_mut(observed) {
            if let Some(own) = ours.get(email) {
                email.clone_from(own);
            }
        }
    }

    /// The accounts of those of these addresses that the bot's organisation has: others cannot be
    /// looked up (messaging §2).
    async fn people_with(&self, emails: BTreeSet<Email>) -> Vec<Person> {
        let bot = &self.connections.bot;
        stream::iter(emails)
            .map(async |email| bot.person_by_email(email.as_str()).await)
            .buffer_unordered(self.in_flight)
            .filter_map(async |person| person.ok().flatten())
            .collect()
            .await
    }
}

/// Every address that the file expects to see on a list.
fn named(event: &Event) -> BTreeSet<Email> {
    let people = event.people.iter().map(|person| &person.email);
    let hosts = event.webex.hosts.iter().map(|host| &host.email);
    let all = people
        .chain(hosts)
        .chain(members(event))
        .chain(invited(event));
    all.cloned().collect()
}

fn members(event: &Event) -> impl Iterator<Item = &Email> {
    let team = event.webex.members.iter().map(|member| &member.email);
    let rooms = event.rooms.iter().flat_map(|room| &room.members);
    team.chain(rooms.map(|member| &member.email))
}

fn invited(event: &Event) -> impl Iterator<Item = &Email> {
    let invitees = event.meetings.iter().flat_map(|meeting| &meeting.invitees);
    invitees.map(|invitee| &invitee.email)
}

/// Memberships and invitations that the ledger has under an address of the file.
fn recorded(named: &BTreeSet<Email>, known: &Known, observed: &Observed) -> Ours {
    let places = known.resources.iter().filter_map(|(address, resource)| {
        let kinds = ["membership", "team-membership", "invitee"];
        let (_, email) = address.as_str().rsplit_once('/')?;
        let of_person = kinds.contains(&address.kind());
        of_person.then_some((resource.remote_id.as_str(), Email::new(email)))
    });
    let places: BTreeMap<&str, Email> = places.filter(|(_, own)| named.contains(own)).collect();
    let members = seen_members(observed).map(|(id, _, email)| (id, email));
    let seen = members.chain(seen_invitees(observed));
    seen.filter_map(|(id, shown)| Some((shown.clone(), places.get(id)?.clone())))
        .filter(|(shown, own)| shown != own)
        .collect()
}

/// The addresses to look up: those that Webex shows and the file does not name, where addresses of the
/// file are missing; or the missing ones, if they are fewer.
fn to_ask(
    event: &Event,
    named: &BTreeSet<Email>,
    ours: &Ours,
    observed: &Observed,
) -> BTreeSet<Email> {
    let resolved: BTreeSet<&Email> = ours.values().collect();
    let others = |seen: &BTreeSet<&Email>, wanted: &mut dyn Iterator<Item = &Email>| {
        let unnamed = seen.iter().filter(|email| !named.contains(**email));
        let unnamed: BTreeSet<Email> = unnamed
            .filter(|email| !ours.contains_key(**email) && !email.as_str().is_empty())
            .map(|email| (*email).clone())
            .collect();
        let missing = wanted.filter(|email| !seen.contains(email) && !resolved.contains(email));
        let missing: BTreeSet<Email> = missing.cloned().collect();
        match unnamed.len() <= missing.len() {
            true => unnamed,
            false => missing,
        }
    };
    let bot = observed.bot.id.as_str();
    let people = seen_members(observed).filter(|(_, person, _)| *person != bot);
    let people: BTreeSet<&Email> = people.map(|(_, _, email)| email).collect();
    let guests: BTreeSet<&Email> = seen_invitees(observed).map(|(_, email)| email).collect();
    let mut asked = others(&people, &mut members(event));
    asked.extend(others(&guests, &mut invited(event)));
    asked
}

/// Every membership in the team and in rooms: its id, the person's id, the person's address.
fn seen_members(observed: &Observed) -> impl Iterator<Item = (&str, &str, &Email)> {
    let rooms = observed.members.values().filter_map(Look::seen);
    let lists = rooms.chain(observed.team_members.seen());
    lists
        .flatten()
        .map(|seen| (seen.id.as_str(), seen.person.as_str(), &seen.email))
}

fn seen_invitees(observed: &Observed) -> impl Iterator<Item = (&str, &Email)> {
    let lists = observed.invitees.values().filter_map(Look::seen).flatten();
    lists.map(|seen| (seen.id.as_str(), &seen.email))
}

fn emails_mut(observed: &mut Observed) -> impl Iterator<Item = &mut Email> {
    let rooms = observed.members.values_mut();
    let team = std::iter::once(&mut observed.team_members);
    let members = rooms.chain(team).filter_map(|look| match look {
        Look::Seen(list) => Some(list),
        Look::NotLooked | Look::Refused(_) => None,
    });
    let invitees = observed
        .invitees
        .values_mut()
        .filter_map(|look| match look {
            Look::Seen(list) => Some(list),
            Look::NotLooked | Look::Refused(_) => None,
        });
    let members = members.flatten().map(|seen| &mut seen.email);
    members.chain(invitees.flatten().map(|seen| &mut seen.email))
}
