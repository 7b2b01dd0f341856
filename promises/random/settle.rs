//! Puts an event right that was thrown or changed, so that `check` finds nothing wrong with it.

use std::collections::BTreeSet;

use super::sketch::{Each, Meeting, Room, Sketch, Target, Where, Who};

impl Sketch {
    /// Makes the parts fit each other.
    pub(super) fn settle(&mut self) {
        self.settle_people();
        self.settle_groups();
        self.settle_selectors();
        for place in 0..self.meetings.len() {
            self.settle_meeting(place);
        }
        self.settle_rooms();
        self.settle_meeting_rooms();
        self.settle_links();
        self.settle_cues();
    }

    fn settle_people(&mut self) {
        let teams: BTreeSet<String> = self.teams.iter().map(|team| team.id.clone()).collect();
        for person in &mut self.people {
            person.teams.retain(|team| teams.contains(team));
            // Nobody co-hosts for two teams at once.
            if !person.roles.is_empty() {
                person.teams = person.teams.iter().take(1).cloned().collect();
            }
        }
    }

    fn settle_groups(&mut self) {
        let mut left: BTreeSet<String> = self.teams.iter().map(|team| team.id.clone()).collect();
        for group in &mut self.groups {
            group.teams.retain(|team| left.remove(team));
        }
        self.groups.retain(|group| !group.teams.is_empty());
    }

    fn settle_selectors(&mut self) {
        let teams: BTreeSet<String> = self.teams.iter().map(|team| team.id.clone()).collect();
        let people: BTreeSet<String> = self.people.iter().map(|p| p.email.clone()).collect();
        let fits = |who: &Who, each: Each| match who {
            Who::Everyone | Who::Role(_) => true,
            Who::RoleOfThis(_) | Who::PeopleOfThis => each != Each::Nothing,
            Who::RoleOfTeam(_, team) => teams.contains(team),
            Who::One(email) => people.contains(email),
        };
        let keep = |list: &mut Vec<Who>, each: Each| {
            list.retain(|who| fits(who, each));
            list.sort();
            list.dedup();
        };
        for list in self.members.iter_mut().chain([&mut self.team_moderators]) {
            keep(list, Each::Nothing);
        }
        let (no_teams, no_groups) = (self.teams.is_empty(), self.groups.is_empty());
        let possible = |each: &mut Each| {
            let none = match each {
                Each::Nothing => false,
                Each::Team => no_teams,
                Each::Group => no_groups,
            };
            if none {
                *each = Each::Nothing;
            }
            none
        };
        for room in &mut self.rooms {
            if possible(&mut room.each) {
                room.previously.clear();
            }
            keep(&mut room.members, room.each);
            keep(&mut room.moderators, room.each);
        }
        for meeting in &mut self.meetings {
            possible(&mut meeting.each);
            for who in &mut meeting.cohosts {
                settle_cohost(who, meeting.each);
            }
            keep(&mut meeting.cohosts, meeting.each);
        }
    }

    /// Days, exceptions, who lets people in.
    fn settle_meeting(&mut self, place: usize) {
        let known: Vec<String> = self.days.iter().map(|day| day.id.clone()).collect();
        let owners = self.owners(self.meetings[place].each);
        let hosts = &self.hosts;
        let meeting = &mut self.meetings[place];
        meeting.days.retain(|day| known.contains(day));
        if !meeting.per_day {
            meeting.days.truncate(1);
        }
        if meeting.days.is_empty() && !meeting.per_day {
            meeting.days.push(known[0].clone());
        }
        let days = if meeting.days.is_empty() {
            &known
        } else {
            &meeting.days
        };
        let each = meeting.each;
        let mut seen = BTreeSet::new();
        meeting.exceptions.retain_mut(|exception| {
            if each == Each::Nothing || exception.owner.is_none() {
                exception.owner = None;
            }
            let owner_fits = exception.owner.as_ref().is_none_or(|o| owners.contains(o));
            let day_fits = exception.day.as_ref().is_none_or(|day| days.contains(day));
            let some = exception.owner.is_some() || exception.day.is_some();
            let key = (exception.owner.clone(), exception.day.clone());
            owner_fits && day_fits && some && seen.insert(key)
        });
        if meeting
            .host
            .as_ref()
            .is_some_and(|host| !hosts.contains(host))
        {
            meeting.host = None;
        }
        let (cohosts, each) = (meeting.cohosts.clone(), meeting.each);
        let hosts: BTreeSet<&str> = self.hosts.iter().map(String::as_str).collect();
        let everywhere = owners.iter().all(|owner| {
            let cohosts = self.who(&cohosts, each, owner);
            cohosts.difference(&hosts).next().is_some()
        });
        if !everywhere {
            self.meetings[place].uninvited = 0;
        }
    }

    fn settle_rooms(&mut self) {
        let mut plain = BTreeSet::new();
        for room in &mut self.rooms {
            room.plain &= room.each != Each::Nothing && plain.insert(room.each);
            room.public &= room.each == Each::Nothing;
            if room.public && room.description.is_none() {
                room.description = Some("For everybody who likes to come.".to_owned());
            }
            let mut names = BTreeSet::new();
            room.tabs.retain(|tab| names.insert(tab.name.clone()));
            if room.each == Each::Nothing {
                for tab in &mut room.tabs {
                    if matches!(tab.target, Target::Board) {
                        tab.target = Target::Page(7);
                    }
                }
            }
        }
        for place in 0..self.rooms.len() {
            let room = &self.rooms[place];
            let owners = self.owners(room.each);
            let moderated = owners
                .iter()
                .all(|owner| !self.who(&room.moderators, room.each, owner).is_empty());
            self.rooms[place].announcement &= moderated;
        }
    }

    /// A meeting is told to rooms that exist and into which no outsider walks.
    fn settle_meeting_rooms(&mut self) {
        let private: Vec<String> = self
            .rooms
            .iter()
            .filter(|room| !room.public)
            .map(|room| room.id.clone())
            .collect();
        let any_public = private.len() < self.rooms.len();
        let with = |each: Each| self.rooms.iter().any(|room| room.each == each);
        let (team_rooms, group_rooms) = (with(Each::Team), with(Each::Group));
        for meeting in &mut self.meetings {
            let each = meeting.each;
            let all = || private.iter().cloned().map(Where::Named).collect();
            let told = meeting.rooms.drain(..).flat_map(|told| match told {
                Where::All if any_public || private.is_empty() => all(),
                Where::TeamRooms if !team_rooms => all(),
                Where::OfThis => match each {
                    Each::Team if team_rooms => vec![told],
                    Each::Group if group_rooms => vec![told],
                    _ => all(),
                },
                Where::Named(ref id) if !private.contains(id) => all(),
                told => vec![told],
            });
            let told: BTreeSet<Where> = told.collect();
            meeting.rooms = told.into_iter().collect();
        }
        for place in 0..self.rooms.len() {
            let room = &self.rooms[place];
            let told = self.meetings.iter().any(|meeting| tells(meeting, room));
            let room = &mut self.rooms[place];
            if told && room.moderators.is_empty() {
                room.locked = true;
            }
        }
    }

    /// A tab leads to a meeting of which its room has exactly one.
    fn settle_links(&mut self) {
        for place in 0..self.rooms.len() {
            let room = &self.rooms[place];
            let single = |meeting: &&Meeting| {
                let days = match (meeting.per_day, meeting.days.len()) {
                    (true, 0) => self.days.len(),
                    (_, some) => some,
                };
                let tells = match meeting.each {
                    Each::Nothing => tells(meeting, room),
                    each => meeting.rooms == [Where::OfThis] && room.each == each,
                };
                days == 1 && tells && meeting.exceptions.is_empty()
            };
            let meetings: Vec<String> = self
                .meetings
                .iter()
                .filter(single)
                .map(|meeting| meeting.id.clone())
                .collect();
            for tab in &mut self.rooms[place].tabs {
                if let Target::Meeting(id) = &mut tab.target
                    && !meetings.contains(id)
                {
                    match meetings.first() {
                        Some(first) => id.clone_from(first),
                        None => tab.target = Target::Page(9),
                    }
                }
            }
        }
    }
}

/// Whoever co-hosts for each team or group belongs to it.
fn settle_cohost(who: &mut Who, each: Each) {
    *who = match (&*who, each) {
        (Who::RoleOfThis(role) | Who::RoleOfTeam(role, _), Each::Nothing) => Who::Role(role),
        (Who::RoleOfThis(_), _) | (_, Each::Nothing) => return,
        (Who::Role(role) | Who::RoleOfTeam(role, _), _) => Who::RoleOfThis(role),
        _ => Who::RoleOfThis("coach"),
    };
}

/// Whether a meeting is told to rooms of an entry.
fn tells(meeting: &Meeting, room: &Room) -> bool {
    meeting.rooms.iter().any(|told| match told {
        Where::All => true,
        Where::TeamRooms => room.each == Each::Team,
        // The rooms of a group are those of its teams, too.
        Where::OfThis => room.each != Each::Nothing,
        Where::Named(id) => *id == room.id,
    })
}
