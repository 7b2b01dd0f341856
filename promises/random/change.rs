//! What becomes of an event between two runs.

use super::dice::Dice;
use super::sketch::{Each, Sketch, Target, Who};
use super::throw::{ROLES, SLOTS, tab, time, word};

impl Sketch {
    /// One plausible change; what it was, in words. The caller settles the event afterwards.
    pub(super) fn change(&mut self, dice: &mut Dice<'_>) -> &'static str {
        match dice.of(6) {
            0 => self.change_people(dice),
            1 => self.change_frame(dice),
            2 | 3 => self.change_a_room(dice),
            _ => self.change_a_meeting(dice),
        }
    }

    fn change_people(&mut self, dice: &mut Dice<'_>) -> &'static str {
        let number = self.next();
        let team = dice.pick(&self.teams).map(|team| team.id.clone());
        let place = dice.of(self.people.len());
        match dice.of(7) {
            0 => {
                self.add_person(dice);
                "somebody joins"
            }
            1 if self.people.len() > 1 => {
                self.people.remove(place);
                "somebody leaves"
            }
            2 => {
                self.people[place].teams = team.into_iter().collect();
                "somebody changes team"
            }
            3 => {
                self.people[place].email = format!("corrected{number}@example.com");
                "an address is corrected"
            }
            4 => {
                self.people[place].roles = [dice.one(&ROLES)].into();
                "somebody gets another role"
            }
            5 => {
                self.people[place].roles.clear();
                "somebody has no role any more"
            }
            _ => {
                self.people[place].name = format!("{} {number}", word(dice));
                "somebody is called otherwise"
            }
        }
    }

    /// Teams, groups, days, hosts, the Webex team.
    fn change_frame(&mut self, dice: &mut Dice<'_>) -> &'static str {
        let number = self.next();
        match dice.of(13) {
            0 => {
                self.add_team(dice);
                "a team more"
            }
            1 if !self.teams.is_empty() => {
                let place = dice.of(self.teams.len());
                self.teams.remove(place);
                "a team less"
            }
            2 if !self.teams.is_empty() => {
                let place = dice.of(self.teams.len());
                self.teams[place].title = format!("{} {number}", word(dice));
                self.teams[place].board = dice.of(100);
                "a team's title and board change"
            }
            3 if !self.teams.is_empty() => {
                let place = dice.of(self.teams.len());
                self.rename_team(place, number, true);
                "a team is renamed"
            }
            4 if !self.teams.is_empty() => {
                let place = dice.of(self.teams.len());
                self.rename_team(place, number, false);
                "a team has another name, and the file does not say which it had"
            }
            5 if !self.groups.is_empty() => {
                let place = dice.of(self.groups.len());
                let team = dice.pick(&self.teams).map(|team| team.id.clone());
                self.groups.rotate_left(place);
                self.groups[0].teams.extend(team);
                "a team moves to another group"
            }
            6 if !self.groups.is_empty() => {
                let place = dice.of(self.groups.len());
                self.groups.remove(place);
                "a group less"
            }
            7 => {
                let last = self.days.iter().map(|day| day.offset).max().unwrap_or(0);
                let offset = last + 1 + dice.of(3);
                self.add_day(dice, offset);
                "a day more"
            }
            8 if self.days.len() > 1 => {
                let place = dice.of(self.days.len());
                self.days.remove(place);
                "a day less"
            }
            9 => {
                let by = 1 + dice.of(3);
                for day in &mut self.days {
                    day.offset += by;
                }
                "the event is put off"
            }
            10 => {
                let place = dice.of(self.days.len());
                self.rename_day(place, number);
                "a day is renamed"
            }
            11 => {
                let old = self.team_name.replace(format!("{} {number}", word(dice)));
                if dice.chance(50) {
                    // Webex's own General room is still called so when the plan is made.
                    self.add_room(dice);
                    let room = self.rooms.last_mut().expect("added just now");
                    room.title = old.unwrap_or_else(|| self.title.clone());
                    return "the Webex team is called otherwise, and a new room as it was";
                }
                "the Webex team is called otherwise"
            }
            _ => {
                let another = format!("host{number}@example.com");
                self.hosts.push(another);
                self.members = match dice.of(3) {
                    0 => None,
                    1 => Some(vec![Who::Everyone]),
                    _ => Some(vec![Who::Role(dice.one(&ROLES))]),
                };
                self.team_moderators = vec![Who::Role(dice.one(&ROLES))];
                self.defaults.any_user_cohost = dice.chance(50);
                "a host more, others in the Webex team, other defaults"
            }
        }
    }

    fn rename_team(&mut self, place: usize, number: usize, said: bool) {
        let old = std::mem::replace(&mut self.teams[place].id, format!("t{number}"));
        let new = self.teams[place].id.clone();
        for person in self.people.iter_mut().filter(|p| p.teams.contains(&old)) {
            person.teams.remove(&old);
            person.teams.insert(new.clone());
        }
        for team in self.groups.iter_mut().flat_map(|group| &mut group.teams) {
            if *team == old {
                team.clone_from(&new);
            }
        }
        for meeting in &mut self.meetings {
            for exception in &mut meeting.exceptions {
                if exception.owner.as_ref() == Some(&old) {
                    exception.owner = Some(new.clone());
                }
            }
        }
        if said {
            self.teams[place].previously.insert(0, old);
        } else {
            self.teams[place].previously.clear();
        }
    }

    fn rename_day(&mut self, place: usize, number: usize) {
        let old = std::mem::replace(&mut self.days[place].id, format!("d{number}"));
        let new = self.days[place].id.clone();
        for meeting in &mut self.meetings {
            let exceptions = meeting.exceptions.iter_mut();
            let named = exceptions.filter_map(|exception| exception.day.as_mut());
            for day in meeting.days.iter_mut().chain(named) {
                if *day == old {
                    day.clone_from(&new);
                }
            }
        }
        self.days[place].previously.insert(0, old);
    }

    fn change_a_room(&mut self, dice: &mut Dice<'_>) -> &'static str {
        let number = self.next();
        if self.rooms.is_empty() || dice.chance(12) {
            self.add_room(dice);
            return "a room more";
        }
        let place = dice.of(self.rooms.len());
        let other = dice.of(self.rooms.len());
        let each = self.rooms[place].each;
        let alike = place != other && each == self.rooms[other].each;
        let people = self.some_people(dice, each);
        let room = &mut self.rooms[place];
        match dice.of(16) {
            0 => {
                self.rooms.remove(place);
                "a room less"
            }
            1 => {
                self.rename_room(place, number, true);
                "a room is renamed"
            }
            2 => {
                self.rename_room(place, number, false);
                "a room has another name, and the file does not say which it had"
            }
            3 => {
                room.title = format!("{} {number}", word(dice));
                "a room's title changes"
            }
            4 if alike => {
                let title = self.rooms[other].title.clone();
                self.rooms[other].title = std::mem::replace(&mut self.rooms[place].title, title);
                "two rooms swap titles"
            }
            5 => {
                room.locked = !room.locked;
                "a room is locked or unlocked"
            }
            6 => {
                room.announcement = !room.announcement;
                "a room's announcement mode changes"
            }
            7 => {
                room.public = !room.public;
                "a room becomes public or private"
            }
            8 => {
                room.description = dice.chance(60).then(|| format!("Now: {}", word(dice)));
                "a room's description changes"
            }
            9 => {
                room.moderators = people;
                "a room gets other moderators"
            }
            10 => {
                room.moderators.clear();
                room.announcement = false;
                "a room loses its moderators"
            }
            11 => {
                room.members = people;
                "a room gets other people"
            }
            12 => {
                let number = dice.of(4);
                room.tabs.push(tab(dice, number));
                "a tab more"
            }
            13 if !room.tabs.is_empty() => {
                let tab = dice.of(room.tabs.len());
                match dice.of(3) {
                    0 => drop(room.tabs.remove(tab)),
                    1 => room.tabs[tab].target = Target::Page(dice.of(100)),
                    _ => room.tabs[tab].name = format!("Tab {number}"),
                }
                "a tab changes or goes"
            }
            14 => {
                room.protected = !room.protected;
                "a room's protection changes"
            }
            _ => {
                room.each = dice.one(&[Each::Nothing, Each::Team, Each::Group]);
                room.previously.clear();
                "a room is made for others"
            }
        }
    }

    fn rename_room(&mut self, place: usize, number: usize, said: bool) {
        let room = &mut self.rooms[place];
        let old = std::mem::replace(&mut room.id, format!("r{number}"));
        let new = room.id.clone();
        let earlier = match (room.each, room.plain) {
            (Each::Nothing, _) => old.clone(),
            (_, true) => "none".to_owned(),
            (_, false) => room.suffix.clone(),
        };
        room.plain = false;
        room.suffix = format!("s{number}");
        if said {
            room.previously.insert(0, earlier);
        } else {
            room.previously.clear();
        }
        for told in self.meetings.iter_mut().flat_map(|m| &mut m.rooms) {
            if *told == super::sketch::Where::Named(old.clone()) {
                *told = super::sketch::Where::Named(new.clone());
            }
        }
    }

    fn change_a_meeting(&mut self, dice: &mut Dice<'_>) -> &'static str {
        let number = self.next();
        if self.meetings.is_empty() || dice.chance(12) {
            self.add_meeting(dice);
            return "a meeting more";
        }
        let place = dice.of(self.meetings.len());
        let taken: Vec<usize> = self.meetings.iter().map(|meeting| meeting.slot).collect();
        let kind = dice.of(4);
        let rooms = self.some_rooms(dice, kind);
        let host = dice.pick(&self.hosts).cloned();
        let people = self.some_people(dice, self.meetings[place].each);
        let meeting = &mut self.meetings[place];
        match dice.of(19) {
            0 => {
                self.meetings.remove(place);
                "a meeting less"
            }
            1 => {
                let old = std::mem::replace(&mut meeting.id, format!("m{number}"));
                meeting.previously.insert(0, old.clone());
                let new = meeting.id.clone();
                self.follow(&old, &new);
                "a meeting is renamed"
            }
            2 => {
                meeting.id = format!("m{number}");
                meeting.previously.clear();
                "a meeting has another name, and the file does not say which it had"
            }
            3 => {
                meeting.title = format!("{} {number}", word(dice));
                "a meeting's title changes"
            }
            4 => {
                meeting.time = time(dice);
                "a meeting moves a little"
            }
            5 => {
                let free = (0..SLOTS).rev().find(|slot| !taken.contains(slot));
                meeting.slot = free.unwrap_or(meeting.slot);
                "a meeting moves to another part of the day"
            }
            6 => {
                meeting.agenda = dice.chance(60).then(|| format!("Now {}", word(dice)));
                "a meeting's agenda changes"
            }
            7 => {
                meeting.cohosts = people;
                "a meeting gets other co-hosts"
            }
            8 => {
                meeting.audience = !meeting.audience;
                "a meeting invites its audience, or no longer"
            }
            9 => {
                meeting.password = match meeting.password {
                    Some(_) if dice.chance(40) => None,
                    _ => Some(number),
                };
                "a meeting's password changes"
            }
            10 => {
                self.add_exception(dice, place);
                "an exception more"
            }
            11 => {
                meeting.exceptions.pop();
                "an exception less"
            }
            12 => {
                meeting.host = host;
                "a meeting's host changes"
            }
            13 => {
                meeting.host = None;
                "a meeting may have any host"
            }
            14 => {
                meeting.rooms = vec![rooms];
                "a meeting is told to other rooms"
            }
            15 => {
                meeting.mail = !meeting.mail;
                meeting.protected = !meeting.protected;
                "a meeting's mails and protection change"
            }
            16 => {
                meeting.per_day = !meeting.per_day;
                "a meeting is held each day, or no longer"
            }
            17 => {
                meeting.each = dice.one(&[Each::Nothing, Each::Team, Each::Group]);
                "a meeting is made for others"
            }
            _ => {
                meeting.auto_record = dice.chance(50);
                meeting.any_user_cohost = dice.chance(50).then(|| dice.chance(50));
                meeting.join = dice.of(5);
                meeting.uninvited = dice.of(3);
                meeting.mute = dice.chance(50).then(|| dice.chance(50));
                "a meeting's options change"
            }
        }
    }

    /// Tabs that lead to a meeting follow its name.
    fn follow(&mut self, old: &str, new: &str) {
        for tab in self.rooms.iter_mut().flat_map(|room| &mut room.tabs) {
            if let Target::Meeting(id) = &mut tab.target
                && id == old
            {
                *id = new.to_owned();
            }
        }
    }
}
