//! Conferences, made up in the sizes of real ones.

use std::fmt::Write as _;

/// How a conference is laid out.
pub(crate) struct Layout {
    pub(crate) name: &'static str,
    pub(crate) timezone: &'static str,
    /// Of each day; there is a day for each.
    pub(crate) dates: &'static [&'static str],
    pub(crate) talks: usize,
    pub(crate) speakers: usize,
    /// Talks at once, each in a room of its own.
    pub(crate) tracks: usize,
    /// So many talks end on the day after they begin.
    pub(crate) across_midnight: usize,
    /// So many talks are shown in a second meeting at the same time.
    pub(crate) overflow: usize,
    pub(crate) attendees: usize,
}

const FIVE_DAYS: [&str; 5] = [
    "2027-06-07",
    "2027-06-08",
    "2027-06-09",
    "2027-06-10",
    "2027-06-11",
];

pub(crate) const CONFERENCES: [Layout; 5] = [
    Layout {
        name: "one-weekend",
        timezone: "Europe/Lisbon",
        dates: FIVE_DAYS.split_at(2).0,
        talks: 48,
        speakers: 52,
        tracks: 2,
        across_midnight: 0,
        overflow: 0,
        attendees: 220,
    },
    Layout {
        name: "seven-at-once",
        timezone: "America/New_York",
        dates: FIVE_DAYS.split_at(2).0,
        talks: 75,
        speakers: 81,
        tracks: 7,
        across_midnight: 0,
        overflow: 2,
        attendees: 300,
    },
    Layout {
        name: "around-the-clock",
        timezone: "Asia/Kolkata",
        dates: FIVE_DAYS.split_at(4).0,
        talks: 79,
        speakers: 90,
        tracks: 3,
        across_midnight: 11,
        overflow: 0,
        attendees: 250,
    },
    Layout {
        name: "with-overflow",
        timezone: "Europe/Berlin",
        dates: FIVE_DAYS.split_at(3).0,
        talks: 127,
        speakers: 140,
        tracks: 5,
        across_midnight: 0,
        overflow: 9,
        attendees: 400,
    },
    Layout {
        name: "a-whole-week",
        timezone: "America/Los_Angeles",
        dates: &FIVE_DAYS,
        talks: 138,
        speakers: 198,
        tracks: 7,
        across_midnight: 0,
        overflow: 5,
        attendees: 400,
    },
];

/// Minutes that talks and the breaks after them take, in turns.
const LENGTHS: [u32; 5] = [30, 45, 25, 40, 60];
const BREAKS: [u32; 4] = [10, 5, 15, 30];
const MORNING: u32 = 9 * 60;
const DAY: u32 = 24 * 60;
const LENGTH_AT_MIDNIGHT: u32 = 45;

const FIRST: [&str; 12] = [
    "Ada", "Bram", "Chiara", "Dmitri", "Elif", "Farah", "Goran", "Hanna", "Ines", "Jonas", "Kofi",
    "Leila",
];
const LAST: [&str; 17] = [
    "Abara", "Brandt", "Castro", "Demir", "Eriksen", "Fontaine", "Garcia", "Haddad", "Ito",
    "Jansen", "Kowalski", "Lindgren", "Moreau", "Novak", "Okoye", "Petrov", "Quispe",
];
const TOPICS: [&str; 8] = [
    "Maps for small towns",
    "What a parser forgets",
    "Tests that read like prose",
    "Ten years of one database",
    "Queues, and what waits in them",
    "A keyboard for every script",
    "Fonts without files",
    "Clocks that disagree",
];
const HELPDESK: usize = 3;

/// A talk as it stands in the schedule.
struct Talk {
    day: usize,
    track: usize,
    /// Minutes from the midnight before.
    begins: u32,
    ends: u32,
}

impl Layout {
    pub(crate) fn people(&self) -> usize {
        1 + HELPDESK + self.speakers + self.attendees
    }

    /// The talks by day, time and track.
    fn talks(&self) -> Vec<Talk> {
        let days = self.dates.len();
        let mut talks = Vec::new();
        let mut turn = 0;
        // The nights, one after the other, each with its tracks.
        let nights = (0..days).flat_map(|day| (0..self.tracks).map(move |track| (day, track)));
        for (day, track) in nights.take(self.across_midnight) {
            let begins = DAY - 30 + 5 * track as u32;
            let ends = begins + LENGTH_AT_MIDNIGHT;
            talks.push(Talk {
                day,
                track,
                begins,
                ends,
            });
        }
        let by_day = self.talks - self.across_midnight;
        for day in 0..days {
            let of_day = by_day / days + usize::from(day < by_day % days);
            for track in 0..self.tracks {
                let mut time = MORNING;
                let of_track = of_day / self.tracks + usize::from(track < of_day % self.tracks);
                for _ in 0..of_track {
                    let ends = time + LENGTHS[turn % LENGTHS.len()];
                    talks.push(Talk {
                        day,
                        track,
                        begins: time,
                        ends,
                    });
                    time = ends + BREAKS[turn % BREAKS.len()];
                    turn += 1;
                }
            }
        }
        talks.sort_by_key(|talk| (talk.day, talk.begins, talk.track));
        talks
    }

    /// The event file and the roster.
    pub(crate) fn files(&self) -> [String; 2] {
        let talks = self.talks();
        assert_eq!(talks.len(), self.talks);
        [self.event(&talks), self.roster(&talks)]
    }

    fn event(&self, talks: &[Talk]) -> String {
        let mut yaml = format!(
            "event: {}\ntitle: A conference of {} talks\ntimezone: {}\npeople: people.csv\n\
             webex:\n  hosts:\n    host1@example.com: {{ parallel: 8 }}\n    \
             host2@example.com: {{ parallel: 8 }}\n  cohosts-overlap: [helpdesk]\ndays:\n",
            self.name, self.talks, self.timezone
        );
        for (day, date) in self.dates.iter().enumerate() {
            let day = day + 1;
            _ = writeln!(yaml, "  day-{day}: {{ title: Day {day}, date: {date} }}");
        }
        yaml += "rooms:\n  hall: { title: Hall, members: [everyone], moderators: [organiser] }\n";
        for track in 1..=self.tracks {
            _ = writeln!(
                yaml,
                "  track-{track}: {{ title: Track {track}, members: [track-{track}, helpdesk], \
                 moderators: [organiser] }}"
            );
        }
        yaml += "meetings:\n";
        let every = self.talks / self.overflow.max(1);
        for (index, talk) in talks.iter().enumerate() {
            self.meeting(&mut yaml, index, talk, "", "");
            if self.overflow > 0 && index % every == 0 && index / every < self.overflow {
                self.meeting(&mut yaml, index, talk, "-overflow", " (overflow)");
            }
        }
        yaml
    }

    fn meeting(&self, yaml: &mut String, index: usize, talk: &Talk, suffix: &str, mark: &str) {
        let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
        let next_day = if talk.ends >= DAY { " +1" } else { "" };
        let cohosts = match suffix {
            "" => self.speakers_of(index).map(address).collect(),
            _ => Vec::new(),
        };
        let cohosts = cohosts.into_iter().chain(["helpdesk".to_owned()]);
        _ = writeln!(
            yaml,
            "  t{:03}{suffix}:\n    day: day-{}\n    title: \"{} {}{mark}\"\n    \
             time: \"{}-{}{next_day}\"\n    rooms: [hall, track-{}]\n    cohosts: [{}]",
            index + 1,
            talk.day + 1,
            TOPICS[index % TOPICS.len()],
            index / TOPICS.len() + 1,
            clock(talk.begins),
            clock(talk.ends),
            talk.track + 1,
            cohosts.collect::<Vec<_>>().join(", "),
        );
    }

    /// Every talk has a speaker, and every speaker a talk.
    fn speakers_of(&self, talk: usize) -> impl Iterator<Item = usize> {
        (talk..self.speakers).step_by(self.talks)
    }

    fn roster(&self, talks: &[Talk]) -> String {
        let mut roster = "email,name,role\norla@example.com,Orla Byrne,organiser\n".to_owned();
        for number in 1..=HELPDESK {
            _ = writeln!(roster, "help{number}@example.com,Help {number},helpdesk");
        }
        for speaker in 0..self.speakers {
            let track = talks[speaker % self.talks].track + 1;
            let (address, name) = (address(speaker), name(speaker));
            _ = writeln!(roster, "{address},{name},speaker/track-{track}");
        }
        for attendee in self.speakers..self.speakers + self.attendees {
            _ = writeln!(roster, "{},{},", address(attendee), name(attendee));
        }
        roster
    }
}

fn address(person: usize) -> String {
    format!("person{person}@example.com")
}

fn name(person: usize) -> String {
    let (first, last) = (FIRST[person % FIRST.len()], LAST[person % LAST.len()]);
    format!("{first} {last} {person}")
}
