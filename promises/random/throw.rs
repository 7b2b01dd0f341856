//! How an event is thrown.

use super::dice::Dice;
use super::sketch::{
    Day, Defaults, Different, Each, Exception, Group, Meeting, Person, Room, Sketch, Tab, Target,
    Team, Time, Where, Who,
};

const ZONES: [&str; 5] = [
    "Europe/Brussels",
    "UTC",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
];

/// Texts that somebody types; none has braces, which would be a template.
const WORDS: [&str; 16] = [
    "Plain",
    "Grüße aus Köln",
    "a \"quoted\" word",
    "it's: here",
    "# not a comment",
    "- a dash",
    "😀 smiles 🚀",
    "漢字かな",
    "back\\slash",
    "50 % & more",
    "<b>bold</b>",
    "*stars* _lines_",
    "@all [link](x)",
    "e\u{301}te\u{301}",
    "שלום",
    "Straße…“”",
];

pub(super) const ROLES: [&str; 4] = ["coach", "jury", "organiser", "mc"];

/// How many parts a day has.
pub(super) const SLOTS: usize = 10;

impl Sketch {
    /// A settled event.
    pub(super) fn thrown(
        whole: &[u16],
        teams: &[Vec<u16>],
        people: &[Vec<u16>],
        rooms: &[Vec<u16>],
        meetings: &[Vec<u16>],
    ) -> Self {
        let mut dice = Dice::new(whole);
        let mut sketch = Self {
            title: word(&mut dice).to_owned(),
            timezone: dice.one(&ZONES),
            first: jiff::civil::date(2027, 10, 4),
            hour: 8,
            team_name: None,
            members: dice.chance(25).then(|| vec![Who::Everyone]),
            team_moderators: Vec::new(),
            defaults: Defaults {
                any_user_cohost: dice.chance(30),
                mute_on_entry: dice.chance(30),
            },
            hosts: Vec::new(),
            people: Vec::new(),
            days: Vec::new(),
            teams: Vec::new(),
            groups: Vec::new(),
            rooms: Vec::new(),
            meetings: Vec::new(),
            cues: Vec::new(),
            serial: 0,
        };
        if dice.chance(60) {
            sketch.team_name = Some(format!("LIVE: {}", word(&mut dice)));
        }
        if dice.chance(40) {
            sketch.team_moderators.push(Who::Role(dice.one(&ROLES)));
        }
        for _ in 0..=dice.of(3) {
            let number = sketch.next();
            sketch.hosts.push(format!("host{number}@example.com"));
        }
        let mut offset = dice.of(3);
        for _ in 0..=dice.of(4) {
            sketch.add_day(&mut dice, offset);
            offset += 1 + dice.of(3);
        }
        for throw in teams {
            sketch.add_team(&mut Dice::new(throw));
        }
        sketch.group_teams(&mut dice);
        for throw in people {
            sketch.add_person(&mut Dice::new(throw));
        }
        for throw in rooms {
            sketch.add_room(&mut Dice::new(throw));
        }
        for throw in meetings {
            sketch.add_meeting(&mut Dice::new(throw));
        }
        // From the other end, so that a cue does not go with what its meeting was thrown from.
        for throw in meetings {
            let reversed: Vec<u16> = throw.iter().rev().copied().collect();
            sketch.add_cue(&mut Dice::new(&reversed));
        }
        sketch.settle();
        sketch
    }

    pub(super) fn add_day(&mut self, dice: &mut Dice<'_>, offset: usize) {
        let number = self.next();
        self.days.push(Day {
            id: format!("d{number}"),
            title: format!("{} {number}", word(dice)),
            offset,
            previously: Vec::new(),
        });
    }

    pub(super) fn add_team(&mut self, dice: &mut Dice<'_>) {
        let number = self.next();
        self.teams.push(Team {
            id: format!("t{number}"),
            title: format!("{} {number}", word(dice)),
            board: dice.of(100),
            previously: Vec::new(),
        });
    }

    /// Groups of two or three neighbours, perhaps not of all teams.
    fn group_teams(&mut self, dice: &mut Dice<'_>) {
        if self.teams.len() < 2 || !dice.chance(60) {
            return;
        }
        let teams: Vec<String> = self.teams.iter().map(|team| team.id.clone()).collect();
        for some in teams.chunks(2 + dice.of(2)) {
            if dice.chance(85) {
                let number = self.next();
                self.groups.push(Group {
                    id: format!("g{number}"),
                    title: format!("{} {number}", word(dice)),
                    teams: some.to_vec(),
                    board: dice.of(100),
                    previously: Vec::new(),
                });
            }
        }
    }

    pub(super) fn add_person(&mut self, dice: &mut Dice<'_>) {
        let number = self.next();
        let host = dice.chance(4).then(|| self.hosts[0].clone());
        let mut person = Person {
            email: host.unwrap_or_else(|| format!("p{number}@example.com")),
            name: format!("{} {number}", word(dice)),
            roles: Default::default(),
            teams: Default::default(),
        };
        if dice.chance(45) {
            person.roles.insert(dice.one(&ROLES));
            if dice.chance(15) {
                person.roles.insert(dice.one(&ROLES));
            }
        }
        if dice.chance(80) {
            let team = dice.pick(&self.teams).map(|team| team.id.clone());
            person.teams.extend(team);
        }
        if dice.chance(10) {
            let team = dice.pick(&self.teams).map(|team| team.id.clone());
            person.teams.extend(team);
        }
        if self.people.iter().all(|other| other.email != person.email) {
            self.people.push(person);
        }
    }

    pub(super) fn add_room(&mut self, dice: &mut Dice<'_>) {
        let number = self.next();
        let each = dice.one(&[Each::Nothing, Each::Team, Each::Nothing, Each::Group]);
        let public = each == Each::Nothing && dice.chance(15);
        let room = Room {
            id: format!("r{number}"),
            each,
            plain: dice.chance(50),
            suffix: format!("s{number}"),
            title: format!("{} {number}", word(dice)),
            members: self.some_people(dice, each),
            moderators: if dice.chance(50) {
                self.some_people(dice, each)
            } else {
                Vec::new()
            },
            locked: dice.chance(20),
            announcement: dice.chance(25),
            public,
            description: dice.chance(30).then(|| format!("About: {}", word(dice))),
            tabs: (0..dice.of(4)).map(|number| tab(dice, number)).collect(),
            protected: dice.chance(8),
            previously: Vec::new(),
        };
        self.rooms.push(room);
    }

    pub(super) fn add_meeting(&mut self, dice: &mut Dice<'_>) {
        let taken: Vec<usize> = self.meetings.iter().map(|meeting| meeting.slot).collect();
        let free: Vec<usize> = (0..SLOTS).filter(|slot| !taken.contains(slot)).collect();
        let Some(slot) = dice.pick(&free).copied() else {
            return;
        };
        let number = self.next();
        let each = dice.one(&[Each::Nothing, Each::Team, Each::Group, Each::Team]);
        let day = dice.pick(&self.days).map(|day| day.id.clone());
        let mut rooms = vec![dice.one(&[0, 1, 2, 2])];
        if dice.chance(30) {
            rooms.push(3);
        }
        let rooms = rooms.into_iter().map(|kind| self.some_rooms(dice, kind));
        let rooms: Vec<Where> = rooms.collect();
        let meeting = Meeting {
            id: format!("m{number}"),
            each,
            per_day: dice.chance(40),
            days: day.into_iter().collect(),
            title: format!("{} {number}", word(dice)),
            agenda: dice
                .chance(30)
                .then(|| format!("First {}\nthen {number}", word(dice))),
            slot,
            time: time(dice),
            exceptions: Vec::new(),
            rooms,
            cohosts: vec![Who::RoleOfThis(dice.one(&ROLES))],
            audience: dice.chance(20),
            password: dice.chance(25).then_some(number),
            host: None,
            auto_record: dice.chance(20),
            any_user_cohost: dice.chance(30).then_some(true),
            join: dice.of(5),
            uninvited: dice.of(3),
            mute: dice.chance(30).then_some(true),
            mail: dice.chance(15),
            protected: dice.chance(6),
            previously: Vec::new(),
        };
        self.meetings.push(meeting);
        if dice.chance(30) {
            let place = self.meetings.len() - 1;
            self.add_exception(dice, place);
        }
    }

    /// Some selectors of people for an entry.
    pub(super) fn some_people(&self, dice: &mut Dice<'_>, each: Each) -> Vec<Who> {
        (0..=dice.of(2))
            .map(|_| self.one_selector(dice, each))
            .collect()
    }

    fn one_selector(&self, dice: &mut Dice<'_>, each: Each) -> Who {
        let role = dice.one(&ROLES);
        let one = dice
            .pick(&self.people)
            .map(|one| Who::One(one.email.clone()));
        let team = dice.pick(&self.teams).map(|team| team.id.clone());
        let of_team = team.map(|team| Who::RoleOfTeam(role, team));
        match (dice.of(6), each) {
            (0, Each::Nothing) => Who::Everyone,
            (0 | 1, Each::Team | Each::Group) => Who::PeopleOfThis,
            (2, Each::Team | Each::Group) => Who::RoleOfThis(role),
            (3, _) => one.unwrap_or(Who::Role(role)),
            (4, _) => of_team.unwrap_or(Who::Role(role)),
            _ => Who::Role(role),
        }
    }

    pub(super) fn some_rooms(&self, dice: &mut Dice<'_>, kind: usize) -> Where {
        match kind {
            0 => Where::All,
            1 => Where::TeamRooms,
            2 => Where::OfThis,
            _ => dice
                .pick(&self.rooms)
                .map_or(Where::All, |room| Where::Named(room.id.clone())),
        }
    }

    pub(super) fn add_exception(&mut self, dice: &mut Dice<'_>, place: usize) {
        let owners = self.owners(self.meetings[place].each);
        let exception = Exception {
            owner: dice.pick(&owners).filter(|_| dice.chance(60)).cloned(),
            day: dice.pick(&self.days).map(|day| day.id.clone()),
            what: match dice.of(4) {
                0 => Different::Title(format!("{} otherwise", word(dice))),
                1 => Different::Time(time(dice)),
                2 => Different::AutoRecord,
                _ => Different::Skip,
            },
        };
        self.meetings[place].exceptions.push(exception);
    }
}

pub(super) fn word(dice: &mut Dice<'_>) -> &'static str {
    dice.one(&WORDS)
}

pub(super) fn time(dice: &mut Dice<'_>) -> Time {
    Time {
        late: dice.of(3),
        length: 1 + dice.of(3),
    }
}

pub(super) fn tab(dice: &mut Dice<'_>, number: usize) -> Tab {
    const NAMES: [&str; 4] = ["Board", "Größe: alles", "Join \"now\"", "Plan 1/2"];
    Tab {
        name: NAMES[number % NAMES.len()].to_owned(),
        target: match dice.of(3) {
            0 => Target::Page(dice.of(100)),
            1 => Target::Board,
            _ => Target::Meeting(String::new()),
        },
    }
}
