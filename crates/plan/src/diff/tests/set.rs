//! A Webex that is as its event asks, and a ledger that knows it: what tests begin with.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use showcaller_event::model::{Address, Email, Part};
use showcaller_event::{Event, Input, check};

use crate::Wishes;
use crate::diff::{desired, make};
use crate::drift::Kept;
use crate::fields::{Field, Fields, Settled, Value};
use crate::known::{Known, KnownResource};
use crate::names::tag_of;
use crate::observed::{
    Look, MeetingFacts, Observed, SeenAccount, SeenHost, SeenInvitee, SeenMeeting, SeenMember,
    SeenRoom, SeenTab, SeenTeam,
};
use crate::plan::Plan;
use crate::quota::Quotas;
use crate::step::Owner;

pub(super) const BOT: &str = "showcaller@webex.bot";

/// Everything that a plan is made from.
pub(super) struct Set {
    pub(super) event: Event,
    pub(super) known: Known,
    pub(super) observed: Observed,
}

/// The event of these two files.
pub(super) fn event(yaml: &str, people: &str) -> Event {
    let checked = check(&Input {
        name: "event.yaml",
        bytes: yaml.as_bytes(),
        load: &|_| Ok(people.as_bytes().to_vec()),
        now: None,
    });
    let told = &checked.diagnostics;
    checked.event.unwrap_or_else(|| panic!("{told:#?}"))
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub(super) fn removing() -> Wishes {
    Wishes {
        remove: true,
        ..Wishes::default()
    }
}

impl Set {
    /// The same event the month before its days, as an apply leaves it.
    pub(super) fn of(event: Event) -> Self {
        let account = |id: &str, email: &Email, is_bot| SeenAccount {
            id: id.to_owned(),
            email: email.clone(),
            name: id.to_owned(),
            is_bot,
            org: "org".to_owned(),
        };
        let hosts = event.webex.hosts.iter().map(|host| {
            let seen = SeenHost {
                account: account("host", &host.email, false),
                sites: Ok(vec!["example.webex.com".to_owned()]),
            };
            (host.email.clone(), seen)
        });
        let observed = Observed {
            at: at("2027-03-01T08:00:00Z"),
            bot: account("bot", &Email::new(BOT), true),
            hosts: hosts.collect(),
            teams: Vec::new(),
            team_members: Look::NotLooked,
            rooms: Vec::new(),
            general_told: true,
            aliases: BTreeMap::new(),
            members: BTreeMap::new(),
            tabs: BTreeMap::new(),
            meetings: event
                .webex
                .hosts
                .iter()
                .map(|host| (host.email.clone(), Look::Seen(Vec::new())))
                .collect(),
            invitees: BTreeMap::new(),
        };
        let mut set = Self {
            event,
            known: Known::default(),
            observed,
        };
        set.team();
        set.rooms();
        set.meetings();
        set
    }

    pub(super) fn plan(&self, wishes: &Wishes) -> Plan {
        make(&self.event, &self.known, &self.observed, wishes)
    }

    /// Takes something down as made by us and answered as asked.
    pub(super) fn record(&mut self, address: &Address, id: &str, fields: &Fields) {
        let resource = KnownResource {
            remote_id: id.to_owned(),
            owner: match address.kind() {
                "meeting" | "replaced-meeting" | "invitee" => {
                    Owner::Host(self.event.webex.hosts[0].email.clone())
                }
                _ => Owner::Bot,
            },
            made: true,
            protected: false,
            settled: Settled {
                asked: fields.clone(),
                answered: fields.clone(),
            },
            kept: Kept::default(),
        };
        self.known.resources.insert(address.clone(), resource);
    }

    pub(super) fn room(&mut self, key: &str) -> &mut SeenRoom {
        let id = format!("room:{key}");
        let mut rooms = self.observed.rooms.iter_mut();
        rooms.find(|room| room.id == id).expect("a room")
    }

    pub(super) fn members(&mut self, key: &str) -> &mut Vec<SeenMember> {
        let look = self.observed.members.get_mut(&format!("room:{key}"));
        seen(look.expect("a room"))
    }

    pub(super) fn team_members(&mut self) -> &mut Vec<SeenMember> {
        seen(&mut self.observed.team_members)
    }

    pub(super) fn meetings_of(&mut self, host: &str) -> &mut Vec<SeenMeeting> {
        let look = self.observed.meetings.get_mut(&Email::new(host));
        seen(look.expect("a host"))
    }

    fn team(&mut self) {
        let name = self.event.webex.team.clone();
        self.observed.teams.push(SeenTeam {
            id: "team".to_owned(),
            name: Some(name.clone()),
            creator: Some("bot".to_owned()),
        });
        let fields = Fields::from([(Field::Name, Value::Text(name))]);
        self.record(&Address::team(), "team", &fields);
        let mut members = vec![member("team:bot", &Email::new(BOT), true)];
        for wanted in self.event.webex.members.clone() {
            let id = format!("team:{}", wanted.email);
            let fields = Fields::from([(Field::Moderator, Value::Flag(wanted.moderator))]);
            self.record(&Address::team_membership(&wanted.email), &id, &fields);
            members.push(member(&id, &wanted.email, wanted.moderator));
        }
        self.observed.team_members = Look::Seen(members);
    }

    fn rooms(&mut self) {
        for room in self.event.rooms.clone() {
            let id = format!("room:{}", room.key);
            let mut fields = desired::room(&room, None);
            let announcements = Value::Flag(room.settings.announcement_only);
            fields.insert(Field::AnnouncementOnly, announcements);
            fields.insert(Field::Public, Value::Flag(room.settings.public));
            self.record(&Address::room(&room.key), &id, &fields);
            self.observed.rooms.push(SeenRoom {
                id: id.clone(),
                title: Some(room.title.clone()),
                fields,
                read_only: false,
                creator: Some("bot".to_owned()),
            });
            let bot = format!("{id}:bot");
            let mut members = vec![member(&bot, &Email::new(BOT), room.settings.locked)];
            for wanted in &room.members {
                let member_id = format!("{id}:{}", wanted.email);
                let address = Address::membership(&room.key, &wanted.email);
                let fields = Fields::from([(Field::Moderator, Value::Flag(wanted.moderator))]);
                self.record(&address, &member_id, &fields);
                members.push(member(&member_id, &wanted.email, wanted.moderator));
            }
            self.observed
                .members
                .insert(id.clone(), Look::Seen(members));
            let mut tabs = Vec::new();
            for tab in &room.tabs {
                let url = tab.url.parts().iter().map(|part| match part {
                    Part::Words(words) => words.clone(),
                    Part::Meeting { meeting, .. } => link(meeting.as_str()),
                    other @ Part::Scheduled { .. } => panic!("a tab waits for no {other:?}"),
                });
                let url: String = url.collect();
                let tab_id = format!("{id}:{}", tab.name);
                let fields = Fields::from([(Field::Url, Value::Text(url.clone()))]);
                self.record(&Address::tab(&room.key, &tab.name), &tab_id, &fields);
                tabs.push(SeenTab {
                    id: tab_id,
                    name: tab.name.clone(),
                    url,
                    creator: Some("bot".to_owned()),
                });
            }
            self.observed.tabs.insert(id, Look::Seen(tabs));
        }
    }

    fn meetings(&mut self) {
        let quotas = Quotas::new(&self.event, &Known::default(), self.observed.at);
        let nothing = (&BTreeMap::new(), &BTreeSet::new());
        let hosts = crate::hosts::assign(&self.event, nothing.0, nothing.1, &quotas).hosts;
        for meeting in self.event.meetings.clone() {
            let host = hosts[&meeting.key].clone();
            let id = format!("meeting:{}", meeting.key);
            let fields = desired::meeting(&self.event.key, &meeting, None);
            let address = Address::meeting(&meeting.key);
            self.record(&address, &id, &fields);
            self.known.pins.insert(address, host.clone());
            let mut list = Vec::new();
            for wanted in meeting.invitees.iter().filter(|i| i.email != host) {
                let invitee_id = format!("{id}:{}", wanted.email);
                let fields = Fields::from([(Field::Cohost, Value::Flag(wanted.cohost))]);
                let address = Address::invitee(&meeting.key, &wanted.email);
                self.record(&address, &invitee_id, &fields);
                list.push(SeenInvitee {
                    id: invitee_id,
                    email: wanted.email.clone(),
                    cohost: wanted.cohost,
                });
            }
            self.observed.invitees.insert(id.clone(), Look::Seen(list));
            let seen = SeenMeeting {
                id,
                fields,
                tags: vec![tag_of(&self.event.key, &meeting.key)],
                in_progress: false,
                facts: MeetingFacts {
                    link: Some(link(meeting.key.as_str()).into()),
                    ..MeetingFacts::default()
                },
            };
            self.meetings_of(host.as_str()).push(seen);
        }
    }
}

fn link(meeting: &str) -> String {
    format!("https://example.webex.com/{meeting}")
}

fn member(id: &str, email: &Email, moderator: bool) -> SeenMember {
    SeenMember {
        id: id.to_owned(),
        person: if email.as_str() == BOT {
            "bot".to_owned()
        } else {
            format!("person:{email}")
        },
        email: email.clone(),
        moderator,
    }
}

fn seen<T>(look: &mut Look<T>) -> &mut T {
    match look {
        Look::Seen(value) => value,
        Look::NotLooked | Look::Refused(_) => panic!("it was looked at"),
    }
}
