//! Who asks the bot what and when.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use showcaller_event::model::{Email, Meeting, Person, Room, RoomKey};
use showcaller_event::{Event, Language, Schedule};

use super::act::{About, Act, Doing, Edge, Place, When};
use super::deck::Deck;
use super::drill::operator;
use super::guests::{Attended, Guest};
use super::wording::Wording;
use crate::dice::Dice;

/// What is asked for, without saying which day, meeting or answer.
#[derive(Clone, Copy)]
enum Subject {
    Agenda,
    Day,
    Now,
    Next,
    Meeting,
    Link,
    Help,
    Human,
    NoDay,
    Nothing,
}

/// When a question comes, seen from a meeting.
#[derive(Clone, Copy)]
enum Moment {
    /// Ten minutes before to five after its start.
    Beginning,
    /// While it goes on.
    During,
    /// At its end and in the break after it.
    Break,
    /// Within the hour after their last of its day.
    Evening,
    /// In the night after its day; after the last day, in the evening.
    Night,
}

/// What comes with a question.
#[derive(Clone, Copy)]
enum Turn {
    Alone,
    /// The same again within five seconds.
    Twice,
    /// Others ask at the same instant.
    Burst,
    /// Another one beneath the answer.
    Beneath,
    /// A press on a button of the answer.
    Press,
}

const MOMENTS: &[(Moment, usize)] = &[
    (Moment::Beginning, 24),
    (Moment::During, 4),
    (Moment::Break, 10),
    (Moment::Evening, 2),
    (Moment::Night, 1),
];
const TURNS: &[(Turn, usize)] = &[
    (Turn::Alone, 12),
    (Turn::Twice, 2),
    (Turn::Burst, 1),
    (Turn::Beneath, 2),
    (Turn::Press, 3),
];
const SUBJECTS: &[(Subject, usize)] = &[
    (Subject::Now, 5),
    (Subject::Next, 4),
    (Subject::Agenda, 3),
    (Subject::Day, 2),
    (Subject::Meeting, 4),
    (Subject::Link, 3),
    (Subject::Help, 2),
    (Subject::Human, 1),
    (Subject::NoDay, 1),
    (Subject::Nothing, 2),
];
/// At most so many ask in one burst.
const BURST: usize = 6;
/// In a script with so many questions somebody asks faster than people read: so many, each a second after another.
const LONG: usize = 100;
const FAST: i64 = 8;

/// At least so many questions, and what is pressed after some of them.
pub(super) fn acts(
    event: &Event,
    meetings: &[Attended<'_>],
    questions: usize,
    dice: &mut Dice,
) -> Vec<Act> {
    let hearing: Vec<Vec<&Guest<'_>>> = meetings
        .iter()
        .map(|attended| attended.guests.iter().filter(|guest| guest.hears()))
        .map(Iterator::collect)
        .collect();
    let sums = hearing.iter().scan(0, |sum, guests| {
        *sum += guests.len();
        Some(*sum)
    });
    let mut asking = Asking {
        event,
        meetings,
        sums: sums.collect(),
        hearing,
        languages: languages(event, dice),
        moments: Deck::new(MOMENTS),
        turns: Deck::new(TURNS),
        subjects: Deck::new(SUBJECTS),
        wording: Wording::default(),
        planned: Schedule::planned(event),
        dice,
        asked: 0,
        helps: 0,
        acts: Vec::new(),
    };
    if questions >= LONG {
        asking.fast();
    }
    for _ in 0..questions {
        if asking.asked < questions {
            asking.turn();
        }
    }
    asking.acts
}

/// On each day the host key of one of its meetings is asked for: by an organiser in private and in the organisers'
/// room, and by another person, who is told nothing. The meeting's title is no other's, nor part of one, and has no
/// word of the file's answers.
pub(super) fn host_keys(event: &Event, meetings: &[Attended<'_>], dice: &mut Dice) -> Vec<Act> {
    let titled = |it: &&Attended<'_>| {
        let title = &it.meeting.title;
        let with = event
            .meetings
            .iter()
            .filter(|other| other.title.contains(title));
        let title = title.to_lowercase();
        let mut words = event.answers.iter().flat_map(|it| &it.words);
        with.count() == 1 && !words.any(|word| title.contains(&word.to_lowercase()))
    };
    let organisers = &event.bot.organisers.people;
    let organiser = organisers.iter().find(|it| event.person(it).is_some());
    let mut wording = Wording::default();
    let mut acts = Vec::new();
    for day in &event.days {
        let of_day = meetings
            .iter()
            .filter(|it| it.meeting.day == day.id)
            .filter(titled);
        let of_day: Vec<&Attended<'_>> = of_day.collect();
        let Some(Attended { meeting, guests }) = dice.one_of(&of_day).copied() else {
            continue;
        };
        let guests = guests.iter().map(|it| &it.person.email);
        let guests: Vec<&Email> = guests.filter(|it| !organisers.contains(it)).collect();
        let others = dice.one_of(&guests).copied();
        let in_private = [organiser, others]
            .into_iter()
            .flatten()
            .map(|who| (who, Place::Private));
        let in_room = operator(event).map(|(who, room)| (who, Place::Room(room.clone())));
        let elsewhere = in_room.as_ref().and_then(|(who, of_organisers)| {
            let is_there = |room: &&Room| room.members.iter().any(|it| it.email == **who);
            let mut rooms = event
                .rooms
                .iter()
                .filter(is_there)
                .map(|it| Place::Room(it.key.clone()));
            Some((*who, rooms.find(|it| it != of_organisers)?))
        });
        for (who, place) in in_private.chain(in_room.clone()).chain(elsewhere.clone()) {
            let (about, language) = (About::HostKey(meeting.key.clone()), event.bot.language);
            let words = wording.words(event, &about, language, None, dice);
            acts.push(Act {
                when: When::around(&meeting.key, Edge::Start, -dice.between(60, 600)),
                who: who.clone(),
                what: Doing::Ask {
                    place,
                    words,
                    language,
                    about,
                    beneath: false,
                },
            });
        }
    }
    acts
}

/// In which language each person writes: the roster's if the bot speaks it; others mostly the event's.
pub(super) fn languages<'e>(event: &'e Event, dice: &mut Dice) -> BTreeMap<&'e Email, Language> {
    let language = |person: &Person, dice: &mut Dice| {
        let own = person.language.as_deref().and_then(Language::of_tag);
        let other = *dice.one_of(&Language::ALL).unwrap_or(&event.bot.language);
        let usual = match dice.one_in(3) {
            true => other,
            false => event.bot.language,
        };
        own.unwrap_or(usual)
    };
    let people = event.people.iter();
    people
        .map(|person| (&person.email, language(person, dice)))
        .collect()
}

struct Asking<'a, 'e> {
    event: &'e Event,
    /// By start.
    meetings: &'a [Attended<'e>],
    /// Of each meeting, those who hear of it.
    hearing: Vec<Vec<&'a Guest<'e>>>,
    /// How many they are, with those of all meetings before.
    sums: Vec<usize>,
    languages: BTreeMap<&'e Email, Language>,
    moments: Deck<Moment>,
    turns: Deck<Turn>,
    subjects: Deck<Subject>,
    wording: Wording,
    /// As the file has it.
    planned: Schedule,
    dice: &'a mut Dice,
    asked: usize,
    helps: usize,
    acts: Vec<Act>,
}

/// Where a question stands.
struct Occasion<'a, 'e> {
    when: When,
    place: Place,
    /// Who asks.
    guest: &'a Guest<'e>,
    /// The place of the meeting around which it is asked.
    at: usize,
    /// The meeting that it may name.
    names: Option<&'e Meeting>,
}

impl<'a, 'e> Asking<'a, 'e> {
    /// One question and what comes with it.
    fn turn(&mut self) {
        let Some(occasion) = self.occasion() else {
            return;
        };
        let subject = self.subjects.deal(self.dice);
        let about = self.about(&occasion, subject);
        self.ask(
            occasion.guest,
            occasion.when.clone(),
            &occasion.place,
            &about,
            false,
        );
        match self.turns.deal(self.dice) {
            Turn::Alone => {}
            Turn::Twice => self.again(&occasion),
            Turn::Burst => self.burst(&occasion, &about),
            Turn::Beneath => {
                let subject = self.subjects.deal(self.dice);
                let about = self.about(&occasion, subject);
                let when = occasion.when.later(self.dice.between(40, 90));
                self.ask(occasion.guest, when, &occasion.place, &about, true);
            }
            Turn::Press => {
                let (nth, later) = (self.dice.place(5), self.dice.between(20, 90));
                self.acts.push(Act {
                    when: occasion.when.later(later),
                    who: occasion.guest.person.email.clone(),
                    what: Doing::Press {
                        place: occasion.place,
                        nth,
                    },
                });
            }
        }
    }

    /// A meeting, drawn by how many people hear of it.
    fn meeting(&mut self) -> Option<usize> {
        let all = *self.sums.last()?;
        let drawn = self.dice.place(all);
        let place = self.sums.partition_point(|sum| *sum <= drawn);
        (place < self.meetings.len()).then_some(place)
    }

    fn occasion(&mut self) -> Option<Occasion<'a, 'e>> {
        let mut at = self.meeting()?;
        let guest = self.dice.one_of(&self.hearing[at]).copied()?;
        let day = &self.meetings[at].meeting.day;
        let is_last = self.event.days.last().is_some_and(|last| last.id == *day);
        let moment = match self.moments.deal(self.dice) {
            Moment::Night if is_last => Moment::Evening,
            moment => moment,
        };
        if let Moment::Evening | Moment::Night = moment {
            at = self.last_of_day(at, guest);
        }
        let meeting = self.meetings[at].meeting;
        let when = self.when(meeting, moment);
        let place = match self.dice.one_of(&guest.writable) {
            Some(room) if !self.dice.one_in(3) => Place::Room((*room).clone()),
            _ => Place::Private,
        };
        let names = match moment {
            Moment::Beginning | Moment::During => Some(meeting),
            Moment::Break | Moment::Evening | Moment::Night => self.next(at, guest, &place),
        };
        Some(Occasion {
            when,
            place,
            guest,
            at,
            names,
        })
    }

    /// Those who could ask as well: in the same room, or each in private.
    fn others(&self, occasion: &Occasion<'a, 'e>) -> Vec<&'a Guest<'e>> {
        let others = self.hearing[occasion.at].iter().filter(|other| {
            let reads = match &occasion.place {
                Place::Room(room) => other.writable.contains(&room),
                Place::Private => true,
            };
            reads && other.person.email != occasion.guest.person.email
        });
        others.copied().collect()
    }

    fn when(&mut self, meeting: &Meeting, moment: Moment) -> When {
        let length = meeting.end.duration_since(&meeting.start).as_secs();
        let (edge, least, most) = match moment {
            Moment::Beginning => (Edge::Start, -600, 300),
            Moment::During => (Edge::Start, 300, (length - 120).max(300)),
            Moment::Break => (Edge::End, -60, 600),
            Moment::Evening => (Edge::End, 300, 3000),
            Moment::Night => {
                let ten = meeting.start.date().at(22, 0, 0, 0);
                let seconds = SignedDuration::from_secs(self.dice.between(0, 8 * 3600));
                let zone = meeting.start.time_zone().clone();
                return ten.to_zoned(zone).map_or_else(
                    |_| When::around(&meeting.key, Edge::End, 0),
                    |ten| When::At(ten.timestamp() + seconds),
                );
            }
        };
        When::around(&meeting.key, edge, self.dice.between(least, most))
    }

    /// The last meeting of which a guest hears on the day of this one.
    fn last_of_day(&self, at: usize, guest: &Guest<'_>) -> usize {
        let day = &self.meetings[at].meeting.day;
        let later = (at..self.meetings.len()).filter(|place| {
            let attended = &self.meetings[*place];
            attended.meeting.day == *day && attended.hears(&guest.person.email)
        });
        let last = later.max_by_key(|place| self.meetings[*place].meeting.end.timestamp());
        last.unwrap_or(at)
    }

    /// What begins next for those who read the answer, after a meeting.
    fn next(&self, at: usize, guest: &Guest<'_>, place: &Place) -> Option<&'e Meeting> {
        let ended = &self.meetings[at].meeting.end;
        let told = |attended: &&Attended<'_>| match place {
            Place::Room(room) => attended.meeting.rooms.contains(room),
            Place::Private => attended.hears(&guest.person.email),
        };
        let later = self.meetings[at..].iter();
        let mut later = later.filter(|attended| attended.meeting.start >= *ended);
        later.find(told).map(|attended| attended.meeting)
    }

    /// What a subject means here.
    fn about(&mut self, occasion: &Occasion<'_, '_>, subject: Subject) -> About {
        match subject {
            Subject::Agenda => About::Agenda,
            Subject::Now => About::Now,
            Subject::Next => About::Next,
            // What the help offers beside all this is asked for as often.
            Subject::Help => {
                self.helps += 1;
                match self.helps % 3 {
                    0 => About::Who,
                    1 => About::Help,
                    _ => About::Remind,
                }
            }
            Subject::Human => About::Human,
            Subject::NoDay => About::NoDay,
            Subject::Nothing => About::Nothing,
            Subject::Day => {
                let day = self.dice.one_of(&self.event.days);
                day.map_or(About::Agenda, |day| About::Day(day.id.clone()))
            }
            Subject::Meeting => occasion
                .names
                .map_or(About::Next, |meeting| About::Meeting(meeting.key.clone())),
            Subject::Link => {
                let given = |room: &RoomKey| match &occasion.place {
                    Place::Room(here) => here == room,
                    Place::Private => occasion.guest.rooms.contains(&room),
                };
                let answers = self.event.answers.iter();
                let here: Vec<_> = answers
                    .filter(|answer| answer.rooms.iter().any(|(room, _)| given(room)))
                    .collect();
                let answer = self.dice.one_of(&here);
                answer.map_or(About::Now, |answer| About::Link(answer.id.clone()))
            }
        }
    }

    fn ask(&mut self, guest: &Guest<'_>, when: When, place: &Place, about: &About, beneath: bool) {
        let who = guest.person.email.clone();
        let usual = self.event.bot.language;
        let language = self.languages.get(&who).copied().unwrap_or(usual);
        // In private people have days in their own zone, and at night another one begins.
        let on = match (place, &when) {
            (Place::Room(_), When::Around { meeting, .. }) => self.event.meeting(meeting),
            _ => None,
        };
        let on = on.and_then(|meeting| {
            let at = when.at(&self.planned)?.to_zoned(self.event.zone()).date();
            Some(at).filter(|at| {
                self.event
                    .day(&meeting.day)
                    .is_some_and(|day| day.date == *at)
            })
        });
        let wording = &mut self.wording;
        let what = Doing::Ask {
            place: place.clone(),
            words: wording.words(self.event, about, language, on, self.dice),
            language,
            about: about.clone(),
            beneath,
        };
        self.asked += 1;
        self.acts.push(Act { when, who, what });
    }

    /// A person asks one thing after another, without a look at what is answered.
    fn fast(&mut self) {
        // At night nothing may answer at once.
        let by_day = (0..20).find_map(|_| {
            let occasion = self.occasion()?;
            matches!(occasion.when, When::Around { .. }).then_some(occasion)
        });
        let Some(occasion) = by_day else { return };
        for second in 0..FAST {
            let subject = self.subjects.deal(self.dice);
            let (about, when) = (self.about(&occasion, subject), occasion.when.later(second));
            self.ask(occasion.guest, when, &Place::Private, &about, false);
        }
    }

    /// The last question within five seconds once more, in a room perhaps by another person.
    fn again(&mut self, occasion: &Occasion<'a, 'e>) {
        let Some(mut again) = self.acts.last().cloned() else {
            return;
        };
        again.when = again.when.later(self.dice.between(1, 4));
        let others = self.others(occasion);
        let other = self.dice.one_of(&others);
        if let (Some(other), Place::Room(_), true) = (other, &occasion.place, self.dice.one_in(2)) {
            again.who = other.person.email.clone();
        }
        self.asked += 1;
        self.acts.push(again);
    }

    /// Others ask at the same instant: for the same in a room, in private for what runs.
    fn burst(&mut self, occasion: &Occasion<'a, 'e>, about: &About) {
        let about = match occasion.place {
            Place::Room(_) => about,
            Place::Private => &About::Now,
        };
        let others = self.others(occasion);
        let many = (2 + self.dice.place(BURST - 2)).min(others.len());
        let first = self.dice.place(others.len());
        for guest in others.iter().cycle().skip(first).take(many) {
            self.ask(guest, occasion.when.clone(), &occasion.place, about, false);
        }
    }
}
