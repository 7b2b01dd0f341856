//! What an answer has to hold, by the file and the simulated world.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Zoned};
use showcaller_event::Event;
use showcaller_event::model::{
    Answer, Cue, CueTo, Day, Email, Meeting, MeetingKey, Person, RoomKey, TeamId,
};

use super::rooms::Rooms;
use super::times::Times;
use super::world::{Message, World};
use crate::record::Asked;
use crate::script::{About, Place};

/// The same question asked within this time is answered once for both.
pub(super) const TOGETHER: SignedDuration = SignedDuration::from_secs(6);

/// Where many ask at once, the bot points to an answer above for who has waited at least so long.
const FLOOD: SignedDuration = SignedDuration::from_secs(20);
/// So far above it may be.
const ABOVE: SignedDuration = SignedDuration::from_mins(15);

/// An answer that takes longer is of no use any more.
pub(super) const SLOW: SignedDuration = SignedDuration::from_mins(5);

/// What answers are judged by.
pub(super) struct Needs<'a> {
    /// Whether nothing went wrong on purpose: then all is to be prompt.
    pub(super) calm: bool,
    /// How much longer all may take, as cues go to so many at once: Webex takes some messages a second, and no more.
    pub(super) slack: SignedDuration,
    pub(super) event: &'a Event,
    pub(super) world: &'a World<'a>,
    pub(super) rooms: &'a Rooms<'a>,
    /// When things were to be as planned and after each slip, since when.
    pub(super) schedules: &'a [(Timestamp, Times)],
}

impl<'a> Needs<'a> {
    /// What these answers lack. What is on changes: they may be right when it was asked or when the
    /// first of them was written.
    pub(super) fn lacking(&self, asked: &Asked, answers: &[Message<'_>]) -> Option<String> {
        let lacks = self.lacking_at(asked, answers, asked.at)?;
        let written = answers.iter().map(|it| it.at).min();
        self.lacking_at(asked, answers, written?)?;
        (!self.points_above(asked, answers)).then_some(lacks)
    }

    /// Whether it names, in quotes, an answer above, where all is that was asked for.
    fn points_above(&self, asked: &Asked, answers: &[Message<'_>]) -> bool {
        let (&[text], Some(room)) = (answers, &asked.room) else {
            return false;
        };
        let stays = match &asked.about {
            About::Agenda | About::Day(_) | About::Meeting(_) | About::Link(_) | About::Who => true,
            About::Remind
            | About::Now
            | About::Next
            | About::Help
            | About::Human
            | About::HostKey(_)
            | About::NoDay
            | About::Reply(_)
            | About::Slip(..)
            | About::Command
            | About::Nothing => false,
        };
        let is_above = |it: &&Message<'_>| {
            let before = text.at.duration_since(it.at);
            it.is_bot && it.id != text.id && (SignedDuration::ZERO..ABOVE).contains(&before)
        };
        let above = self.world.in_id(room).iter().filter(is_above).copied();
        let above: Vec<Message<'_>> = above.collect();
        let waited = text.at.duration_since(asked.at) >= FLOOD;
        stays
            && waited
            && text.words().contains(['“', '«'])
            && !text.holds("://")
            && self.missing(asked, &above, text.at).is_none()
    }

    /// Whether it asks for something that an answer at this time has to hold.
    pub(super) fn has_need(&self, asked: &Asked, at: Timestamp) -> bool {
        match &asked.about {
            About::Link(name) => !self.links_of(asked, name).is_empty(),
            About::Who => true,
            _ => !self.wanted(asked, at).is_empty(),
        }
    }

    /// Whether two questions ask for the same: today's agenda is that of a day.
    pub(super) fn are_same(&self, one: &Asked, other: &Asked) -> bool {
        let day = |asked: &Asked| self.day(&asked.about, asked.at).map(|day| &day.id);
        one.about == other.about || day(one).is_some() && day(one) == day(other)
    }

    fn lacking_at(&self, asked: &Asked, answers: &[Message<'_>], at: Timestamp) -> Option<String> {
        if asked.about == About::Human && !self.is_human_called(asked) {
            return Some("no organiser was told".to_owned());
        }
        let holds = |words: &str| answers.iter().any(|it| it.says(words));
        if let About::Reply(words) = &asked.about {
            return (!holds(words)).then(|| format!("it does not say «{words}»"));
        }
        if asked.about == About::Who {
            let missing = self.team_of(asked).find(|name| !holds(name));
            return missing.map(|name| format!("{name} is missing"));
        }
        if let About::HostKey(meeting) = &asked.about
            && self.may_read_keys(asked)
        {
            let host_key = self.world.host_keys.get(meeting);
            let holds = |key: &str| answers.iter().any(|it| it.has_word(&|word| word == key));
            let is_missing = host_key.is_some_and(|key| !holds(key));
            return is_missing.then(|| format!("the host key of {meeting} is missing"));
        }
        if asked.about == About::Help {
            let mut given = self.given_there(asked);
            let missing = given.find(|answer| !answer.words.iter().any(|word| holds(word)));
            return missing.map(|answer| format!("it does not tell of {}", answer.id));
        }
        if asked.about == About::Remind && !self.is_reminded(asked, at) {
            return Some("no reminder followed".to_owned());
        }
        if asked.about == About::Remind {
            let next = self.next_of(asked, at).into_iter();
            let due = next
                .filter_map(|it| Some(self.times_at(at).of(&it.key)?.0 - self.event.bot.remind));
            let due = due
                .filter(|due| *due > at + TOGETHER)
                .map(|it| self.local(it));
            let mut due = due.map(|it| it.strftime("%H:%M").to_string());
            if let Some(missing) = due.find(|it| !holds(it)) {
                return Some(format!(
                    "it does not say that the reminder comes at {missing}"
                ));
            }
        }
        let missing = self.missing(asked, answers, at);
        missing
            .or_else(|| self.extra(asked, answers, at))
            .or_else(|| self.unsaid(asked, answers, at))
    }

    /// A link that is not there.
    fn missing(&self, asked: &Asked, answers: &[Message<'_>], at: Timestamp) -> Option<String> {
        if let About::Link(name) = &asked.about {
            let links = self.links_of(asked, name);
            let holds = |link: &str| answers.iter().any(|it| it.holds(link));
            let is_missing = !links.is_empty() && !links.iter().any(|link| holds(link));
            return is_missing.then(|| format!("the link {name} is missing"));
        }
        let given = self.given(answers);
        let wanted = self.wanted(asked, at).into_iter().map(|it| &it.key);
        let wanted: BTreeSet<&MeetingKey> = wanted.collect();
        let missing = wanted.difference(&given).next();
        missing.map(|missing| format!("the link of {missing} is missing"))
    }

    /// A link that is there without need.
    fn extra(&self, asked: &Asked, answers: &[Message<'_>], at: Timestamp) -> Option<String> {
        // A name may be that of several meetings.
        if let About::Link(_) | About::Meeting(_) = &asked.about {
            return None;
        }
        let given = self.given(answers);
        let wanted: Vec<&MeetingKey> = self.wanted(asked, at).iter().map(|it| &it.key).collect();
        let extra = given.iter().find(|it| !wanted.contains(*it));
        extra.map(|extra| format!("it was given the link of {extra}"))
    }

    /// What an answer lacks of its meetings' titles and times, by the slips until then.
    fn unsaid(&self, asked: &Asked, answers: &[Message<'_>], at: Timestamp) -> Option<String> {
        let holds = |words: &str| answers.iter().any(|it| it.says(words));
        let times = self.times_at(at);
        if let Some(next) = self
            .after_today(asked, at)
            .iter()
            .find(|it| !holds(&it.title))
        {
            return Some(format!("it does not say that {} comes next", next.key));
        }
        for meeting in self.wanted(asked, at) {
            let (start, end) = times.of(&meeting.key)?;
            let clock = |at| self.local(at).strftime("%H:%M").to_string();
            let range = format!("{}–{}", clock(start), clock(end));
            if let Some(missing) = [&meeting.title, &range].into_iter().find(|it| !holds(it)) {
                return Some(format!("it does not say {missing} of {}", meeting.key));
            }
            let password = self
                .world
                .passwords
                .get(&meeting.key)
                .filter(|_| asked.about.gives_password());
            if password.is_some_and(|password| !holds(password)) {
                return Some(format!("the password of {} is missing", meeting.key));
            }
            let until = |at| (start.duration_since(at).as_millis() + 59_999).div_euclid(60_000);
            // It was decided at some time between the question and the answer, which may be another's before it.
            let (one, other) = (until(at), until(asked.at));
            let mut minutes = one.min(other)..=one.max(other);
            let is_soon =
                asked.about == About::Next && minutes.clone().all(|it| (2..60).contains(&it));
            if is_soon && !minutes.any(|it| holds(&format!(" {it} min"))) {
                let (minutes, key) = (until(at), &meeting.key);
                return Some(format!(
                    "it does not say that it is {minutes} min until {key}"
                ));
            }
        }
        None
    }

    /// What comes next, where today's agenda is asked for and all of it has ended.
    fn after_today(&self, asked: &Asked, at: Timestamp) -> Vec<&'a Meeting> {
        if asked.about != About::Agenda {
            return Vec::new();
        }
        let day = self
            .day(&asked.about, at)
            .filter(|day| day.date <= self.date(at));
        let has_ended = |it: &&Meeting| {
            self.times_at(at)
                .of(&it.key)
                .is_some_and(|(_, end)| end <= at)
        };
        let is_over = day.is_some_and(|day| !self.is_over(day, at))
            && self.wanted(asked, at).iter().all(has_ended);
        let known = self
            .event
            .meetings
            .iter()
            .filter(|it| self.may_know(asked, it));
        if is_over {
            self.next(known, at)
        } else {
            Vec::new()
        }
    }

    /// When things were to be at that time.
    pub(super) fn times_at(&self, at: Timestamp) -> &'a Times {
        let begun = self.schedules.partition_point(|(since, _)| *since <= at);
        &self.schedules[begun - 1].1
    }

    /// When a cue was due for a recipient by what was in force then.
    pub(super) fn due(&self, cue: &Cue, to: &CueTo) -> Option<Timestamp> {
        let ends = self.schedules.iter().skip(1).map(|(since, _)| *since);
        let mut turns = self.schedules.iter().zip(ends.chain([Timestamp::MAX]));
        turns.find_map(|((_, times), until)| times.due(cue, to).filter(|due| *due <= until))
    }

    /// When they were to be at last.
    pub(super) fn times(&self) -> &'a Times {
        self.times_at(Timestamp::MAX)
    }

    /// The meetings whose links these hold.
    fn given(&self, answers: &[Message<'_>]) -> BTreeSet<&'a MeetingKey> {
        // Most answers without buttons hold no link at all, and there are many meetings.
        let linked = answers.iter().filter(|it| it.holds("://"));
        let linked: Vec<&Message<'_>> = linked.collect();
        let links = self.world.links();
        let held = links.filter(|(link, _)| linked.iter().any(|it| it.holds(link)));
        held.map(|(_, meeting)| &meeting.key).collect()
    }

    /// The meetings whose links an answer has to hold; no others, unless it names one.
    fn wanted(&self, asked: &Asked, at: Timestamp) -> Vec<&'a Meeting> {
        let known = self.event.meetings.iter();
        let known = known.filter(|it| self.may_know(asked, it));
        let state = |meeting: &Meeting| self.times_at(at).of(&meeting.key);
        let day = self.day(&asked.about, at);
        let day = day.filter(|day| !self.is_over(day, at));
        match &asked.about {
            About::Meeting(key) => known
                .filter(|it| it.key == *key && state(it).is_some_and(|(_, end)| at < end))
                .collect(),
            About::Agenda | About::Day(_) => known
                .filter(|it| day.is_some_and(|day| day.id == it.day))
                .collect(),
            About::Now => {
                let is_on = |it: &&Meeting| {
                    state(it).is_some_and(|(start, end)| (start..end).contains(&at))
                };
                let on: Vec<_> = known.clone().filter(is_on).collect();
                match on.is_empty() {
                    true => self.next(known, at),
                    false => on,
                }
            }
            About::Next => self.next(known, at),
            About::Remind => {
                let mut theirs = self.next_of(asked, at);
                theirs.retain(|it| self.may_know(asked, it));
                theirs
            }
            About::Link(_)
            | About::Help
            | About::Human
            | About::Who
            | About::HostKey(_)
            | About::NoDay
            | About::Reply(_)
            | About::Slip(..)
            | About::Command
            | About::Nothing => Vec::new(),
        }
    }

    /// The asker's own meetings that begin next.
    fn next_of(&self, asked: &Asked, at: Timestamp) -> Vec<&'a Meeting> {
        let private = Asked {
            place: Place::Private,
            ..asked.clone()
        };
        let known = self.event.meetings.iter();
        self.next(known.filter(|it| self.may_know(&private, it)), at)
    }

    /// Whether the asker was given the links of these in private, as long before as the file says.
    fn is_reminded(&self, asked: &Asked, at: Timestamp) -> bool {
        self.next_of(asked, at).iter().all(|meeting| {
            let Some(link) = self.world.link_of(meeting) else {
                return true;
            };
            let of_it = |message: &&Message<'_>| {
                let Some((start, _)) = self.times_at(message.at).of(&meeting.key) else {
                    return false;
                };
                // Once for each start: who asks again after it hears no more.
                let due = start - self.event.bot.remind;
                let until = due.max(asked.at) + SLOW;
                message.is_bot && (due - TOGETHER..until).contains(&message.at)
            };
            let written = self.world.with(&asked.who).iter().filter(of_it);
            { written }.any(|message| message.holds(link))
        })
    }

    /// The names of those in the team of the room, or in private of the asker; of those in a room without.
    fn team_of(&self, asked: &Asked) -> impl Iterator<Item = &'a str> + use<'a> {
        let (room, person) = match &asked.place {
            Place::Room(room) => (self.event.room(room), None),
            Place::Private => (None, self.event.person(&asked.who)),
        };
        let of_room = room.and_then(|room| room.team.as_ref());
        let of_person = person.into_iter().flat_map(|person| &person.teams);
        let teams: Vec<&TeamId> = of_room.into_iter().chain(of_person).collect();
        let is_in = move |person: &&Person| match room {
            Some(room) if teams.is_empty() => {
                room.members.iter().any(|it| it.email == person.email)
            }
            _ => teams.iter().any(|team| person.teams.contains(team)),
        };
        let people = self.event.people.iter().filter(is_in);
        people.map(|it| it.name.as_str())
    }

    /// Whether the organisers' room was told who needs help, if there is one.
    fn is_human_called(&self, asked: &Asked) -> bool {
        let told = |message: &Message<'_>| {
            let after = message.at.duration_since(asked.at);
            names(message, asked) && after > -TOGETHER && after < SLOW
        };
        let room = self.event.bot.organisers.room.as_ref();
        room.is_none_or(|room| self.world.in_room(room).iter().any(told))
    }

    /// Those that begin at the next instant.
    fn next(&self, known: impl Iterator<Item = &'a Meeting>, at: Timestamp) -> Vec<&'a Meeting> {
        let start = |it: &Meeting| self.times_at(at).of(&it.key).map(|(start, _)| start);
        let mut later: Vec<&Meeting> = known.filter(|it| start(it) > Some(at)).collect();
        let first = later.iter().filter_map(|it| start(it)).min();
        later.retain(|it| start(it) == first);
        later
    }

    /// The day of which the meetings are asked for, if it is a day's.
    fn day(&self, about: &About, at: Timestamp) -> Option<&'a Day> {
        let mut days = self.event.days.iter();
        match about {
            // A day lasts past midnight until its last meeting ends.
            About::Agenda => days.find(|day| day.date >= self.date(at) || !self.has_ended(day, at)),
            About::Day(named) => days.find(|day| day.id == *named),
            _ => None,
        }
    }

    /// Whether a day is today, the last, and over: then nothing is told of it.
    fn is_over(&self, day: &Day, at: Timestamp) -> bool {
        let is_last = self.event.days.last() == Some(day) && day.date == self.date(at);
        is_last && self.has_ended(day, at)
    }

    fn has_ended(&self, day: &Day, at: Timestamp) -> bool {
        let of_day = self.event.meetings.iter().filter(|it| it.day == day.id);
        let mut ends = of_day.filter_map(|it| self.times_at(at).of(&it.key));
        ends.all(|(_, end)| end <= at)
    }

    fn date(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// An instant as the report's readers see it: in the event's zone.
    pub(super) fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.event.zone())
    }

    /// The same as in `Fri 1 Oct 12:07:29`.
    pub(super) fn clock(&self, at: Timestamp) -> String {
        self.local(at).strftime("%a %-d %b %H:%M:%S").to_string()
    }

    /// Whether an organiser asks where only organisers read.
    fn may_read_keys(&self, asked: &Asked) -> bool {
        let organisers = &self.event.bot.organisers;
        let is_one = |email: &Email| organisers.people.contains(email);
        let among_them = match &asked.place {
            Place::Private => true,
            Place::Room(room) => self.event.room(room).is_some_and(|it| {
                organisers.room.as_ref() == Some(room)
                    && it.members.iter().all(|it| is_one(&it.email))
            }),
        };
        is_one(&asked.who) && among_them
    }

    fn may_know(&self, asked: &Asked, meeting: &Meeting) -> bool {
        let is_of = |room: &RoomKey| meeting.rooms.contains(room);
        match &asked.place {
            Place::Room(room) => is_of(room),
            Place::Private => {
                let is_asker = |email: &Email| *email == asked.who;
                self.rooms.of_person(asked.who.as_str()).any(is_of)
                    || meeting.invitees.iter().any(|it| is_asker(&it.email))
                    || meeting.host.as_ref().is_some_and(is_asker)
            }
        }
    }

    /// The file's answers for those who read there.
    fn given_there(&self, asked: &Asked) -> impl Iterator<Item = &'a Answer> {
        self.event.answers.iter().filter(move |answer| {
            let mut rooms = answer.rooms.iter();
            rooms.any(|(room, _)| match &asked.place {
                Place::Room(here) => here == room,
                Place::Private => self
                    .rooms
                    .of_person(asked.who.as_str())
                    .any(|it| it == room),
            })
        })
    }

    /// Links of this name of the teams that the question is about.
    fn links_of(&self, asked: &Asked, name: &str) -> Vec<&str> {
        let of_room = |key: &RoomKey| {
            let room = self.event.rooms.iter().find(|it| it.key == *key)?;
            let team = room.team.as_ref()?;
            let team = self.event.teams.iter().find(|it| it.id == *team)?;
            team.links.get(name).map(String::as_str)
        };
        match &asked.place {
            Place::Room(room) => of_room(room).into_iter().collect(),
            Place::Private => {
                let rooms = self.rooms.of_person(asked.who.as_str());
                rooms.filter_map(of_room).collect()
            }
        }
    }
}

/// Whether the bot tells others that it is this person who asks.
pub(super) fn names(message: &Message<'_>, asked: &Asked) -> bool {
    message.is_bot && message.words().contains(asked.who.as_str())
}
