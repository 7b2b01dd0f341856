//! The simulated world beside the event: what differs, in words.
//!
//! Written from the fact sheets and the event alone: it shares nothing with the plan that it is to
//! judge.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use showcaller_event::Event;
use showcaller_event::model::{
    JoinBeforeHost, Meeting, MeetingFact, MeetingPassword, Part, Room, Uninvited,
};
use showcaller_rehearsal::BOT;

/// The rooms that a person of the event sees in the team, and whatever else there is.
pub(crate) struct World(Value);

impl World {
    pub(crate) fn new(world: Value) -> Self {
        Self(world)
    }

    /// The world without the rooms and meetings of these ids.
    pub(crate) fn without(mut world: Value, ids: &BTreeSet<String>) -> Self {
        for kind in ["rooms", "meetings"] {
            if let Some(things) = world[kind].as_array_mut() {
                things.retain(|thing| !ids.contains(&text(&thing["id"])));
            }
        }
        Self(world)
    }

    fn all(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.0[kind].as_array().into_iter().flatten()
    }

    /// The team's rooms that are not archived; its first room is the General room, which Webex made
    /// with the team (messaging §3).
    pub(crate) fn rooms(&self) -> Vec<&Value> {
        let rooms = self.all("rooms").filter(|room| room["teamId"].is_string());
        rooms
            .skip(1)
            .filter(|room| room["isReadOnly"] != true)
            .collect()
    }

    pub(crate) fn meetings(&self) -> Vec<&Value> {
        self.all("meetings").collect()
    }

    fn people_of(&self, kind: &str, parent: &str, id: &Value) -> BTreeMap<String, bool> {
        let places = self.all(kind).filter(|place| place[parent] == *id);
        places
            .map(|place| (text(&place["personEmail"]), place["isModerator"] == true))
            .collect()
    }

    fn tabs_of(&self, room: &Value) -> Vec<(String, String)> {
        let tabs = self.all("roomTabs").filter(|tab| tab["roomId"] == *room);
        let mut tabs: Vec<_> = tabs
            .map(|tab| (text(&tab["displayName"]), text(&tab["contentUrl"])))
            .collect();
        tabs.sort();
        tabs
    }

    fn invitees_of(&self, meeting: &Value) -> BTreeMap<String, bool> {
        let list = self.all("meetingInvitees");
        let list = list.filter(|invitee| invitee["meetingId"] == *meeting);
        list.map(|invitee| (text(&invitee["email"]), invitee["coHost"] == true))
            .collect()
    }

    /// Everything in which the world is not as the event says.
    pub(crate) fn differences(&self, event: &Event) -> Vec<String> {
        let mut found = Found::default();
        self.team(event, &mut found);
        let rooms = self.rooms();
        for room in &event.rooms {
            let called = rooms.iter().filter(|seen| seen["title"] == room.title);
            match called.copied().collect::<Vec<_>>().as_slice() {
                [one] => self.room(event, room, one, &mut found),
                several => found.say(format!("{} rooms «{}»", several.len(), room.title)),
            }
        }
        for room in &rooms {
            let title = text(&room["title"]);
            let wanted = event.rooms.iter().any(|room| room.title == title);
            if !wanted {
                found.say(format!("a room «{title}» too many"));
            }
        }
        let mut wanted: Vec<String> = Vec::new();
        for meeting in &event.meetings {
            let look = look(&meeting.title, &meeting.start.timestamp().to_string());
            let like = self.meetings();
            let like = like.iter().filter(|seen| look_of(seen) == look);
            let like: Vec<&Value> = like.copied().collect();
            let twins = event
                .meetings
                .iter()
                .filter(|other| other.title == meeting.title && other.start == meeting.start);
            match (twins.count(), like.as_slice()) {
                (1, [one]) => self.meeting(event, meeting, one, &mut found),
                (expected, several) if expected == several.len() => {}
                (expected, several) => {
                    found.say(format!("{} meetings {look}, not {expected}", several.len()));
                }
            }
            wanted.push(look);
        }
        for meeting in self.meetings() {
            let title = text(&meeting["title"]);
            if !wanted.contains(&look_of(meeting)) {
                found.say(format!("a meeting «{title}» too many"));
            }
        }
        found.0
    }

    fn team(&self, event: &Event, found: &mut Found) {
        let teams: Vec<&Value> = self.all("teams").collect();
        let [team] = teams.as_slice() else {
            return found.say(format!("{} teams", teams.len()));
        };
        found.same("the team", "name", &team["name"], &json!(event.webex.team));
        let members = self.people_of("teamMemberships", "teamId", &team["id"]);
        let wanted = event.webex.members.iter();
        let wanted = wanted.map(|member| (member.email.to_string(), member.moderator));
        let wanted: BTreeMap<_, _> = wanted.chain([(BOT.to_owned(), true)]).collect();
        found.same("the team", "people", &json!(members), &json!(wanted));
    }

    fn room(&self, event: &Event, room: &Room, seen: &Value, found: &mut Found) {
        let what = format!("room/{}", room.key);
        let settings = &room.settings;
        for (name, wanted) in [
            ("isLocked", settings.locked),
            ("isAnnouncementOnly", settings.announcement_only),
            ("isPublic", settings.public),
        ] {
            found.same(&what, name, &seen[name], &json!(wanted));
        }
        let description = json!(settings.description);
        found.same(&what, "description", &seen["description"], &description);
        let members = self.people_of("memberships", "roomId", &seen["id"]);
        let wanted = room.members.iter();
        let wanted = wanted.map(|member| (member.email.to_string(), member.moderator));
        // A room is locked exactly as long as somebody moderates it: the bot does (messaging §5).
        let wanted = wanted.chain([(BOT.to_owned(), settings.locked)]);
        let wanted: BTreeMap<_, _> = wanted.collect();
        found.same(&what, "people", &json!(members), &json!(wanted));
        let mut wanted: Vec<(String, String)> = room
            .tabs
            .iter()
            .map(|tab| {
                let url = tab.url.parts().iter().map(|part| match part {
                    Part::Words(words) => words.clone(),
                    Part::Meeting {
                        meeting,
                        fact: MeetingFact::Link,
                    } => self.link(event.meeting(meeting).expect("a meeting of the event")),
                    other => panic!("a tab leads to no {other:?}"),
                });
                (tab.name.clone(), url.collect())
            })
            .collect();
        wanted.sort();
        found.same(
            &what,
            "tabs",
            &json!(self.tabs_of(&seen["id"])),
            &json!(wanted),
        );
    }

    fn link(&self, meeting: &Meeting) -> String {
        let look = look(&meeting.title, &meeting.start.timestamp().to_string());
        let found = self.meetings();
        let found = found.into_iter().find(|seen| look_of(seen) == look);
        found.map_or_else(String::new, |seen| text(&seen["webLink"]))
    }

    fn meeting(&self, event: &Event, meeting: &Meeting, seen: &Value, found: &mut Found) {
        let what = format!("meeting/{}", meeting.key);
        let instant = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
        let end: Option<jiff::Timestamp> = instant(&seen["end"]);
        found.same(&what, "end", &json!(end), &json!(meeting.end.timestamp()));
        let options = &meeting.options;
        let (early, minutes) = match options.join_before_host {
            JoinBeforeHost::No => (false, None),
            JoinBeforeHost::Minutes(minutes) => (true, Some(minutes)),
        };
        let security = match options.uninvited {
            Uninvited::Join => "allowJoin",
            Uninvited::Lobby => "allowJoinWithLobby",
            Uninvited::Refused => "blockFromJoin",
        };
        for (name, wanted) in [
            ("enabledAutoRecordMeeting", json!(options.auto_record)),
            ("allowAnyUserToBeCoHost", json!(options.any_user_cohost)),
            ("enabledJoinBeforeHost", json!(early)),
            ("unlockedMeetingJoinSecurity", json!(security)),
            ("agenda", json!(meeting.agenda)),
        ] {
            found.same(&what, name, &seen[name], &wanted);
        }
        if let Some(minutes) = minutes {
            let name = "joinBeforeHostMinutes";
            found.same(&what, name, &seen[name], &json!(minutes));
        }
        let mute = &seen["audioConnectionOptions"]["muteAttendeeUponEntry"];
        found.same(
            &what,
            "mute",
            &json!(mute == true),
            &json!(options.mute_on_entry),
        );
        if let MeetingPassword::Given(password) = &meeting.password {
            found.same(
                &what,
                "password",
                &seen["password"],
                &json!(password.expose()),
            );
        }
        let host = text(&seen["hostEmail"]);
        let hosts = &event.webex.hosts;
        let right = match &meeting.host {
            Some(named) => named.as_str() == host,
            None => hosts.iter().any(|other| other.email.as_str() == host),
        };
        if !right {
            found.say(format!("{what}: its host is {host}"));
        }
        let wanted = meeting.invitees.iter();
        let wanted = wanted.filter(|invitee| invitee.email.as_str() != host);
        let wanted: BTreeMap<_, _> = wanted
            .map(|invitee| (invitee.email.to_string(), invitee.cohost))
            .collect();
        let invited = self.invitees_of(&seen["id"]);
        found.same(&what, "invited", &json!(invited), &json!(wanted));
    }
}

/// How a meeting is told from others: by title and start.
fn look(title: &str, start: &str) -> String {
    format!("«{title}» at {start}")
}

fn look_of(meeting: &Value) -> String {
    let start = text(&meeting["start"]);
    let start: Option<jiff::Timestamp> = start.parse().ok();
    look(
        &text(&meeting["title"]),
        &start.map(|start| start.to_string()).unwrap_or_default(),
    )
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn say(&mut self, difference: String) {
        self.0.push(difference);
    }

    /// A member that Webex leaves out is null.
    fn same(&mut self, what: &str, name: &str, seen: &Value, wanted: &Value) {
        if seen != wanted {
            self.say(format!("{what}: {name} is {seen}, not {wanted}"));
        }
    }
}
