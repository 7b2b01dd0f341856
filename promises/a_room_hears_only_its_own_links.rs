//! A room hears only its own links: whatever a text names, nothing is filled in for a room, a tab
//! or a person that lets them into a meeting which is not theirs.

mod answers;

use std::collections::BTreeSet;

use showcaller_event::model::{
    Email, Event, Meeting, MeetingFact, MeetingFacts, MeetingKey, Part, Room, RoomKey,
    ScheduleFact, Text,
};
use showcaller_event::{Audience, Facts, Language, Schedule, fill};
use showcaller_secret::Secret;

use crate::files::Files;
use crate::random::{check, events};

/// What opens each meeting, told apart from all others.
fn webex(meeting: &MeetingKey) -> Option<MeetingFacts> {
    Some(MeetingFacts {
        link: Some(Secret::new(format!("<link {meeting}>"))),
        number: Some(format!("<number {meeting}>")),
        password: Some(Secret::new(format!("<password {meeting}>"))),
        host_key: Some(Secret::new(format!("<host key {meeting}>"))),
        sip: Some(format!("<sip {meeting}>")),
    })
}

/// Texts that name one meeting, or one beside another, in every way there is.
fn texts<'a>(one: &'a Meeting, other: &'a Meeting) -> impl Iterator<Item = Text> + 'a {
    let decided = [
        MeetingFact::Link,
        MeetingFact::Password,
        MeetingFact::Join,
        MeetingFact::Number,
    ];
    let named = |meeting: &Meeting, fact| Part::Meeting {
        meeting: meeting.key.clone(),
        fact,
    };
    let when = Part::Scheduled {
        meeting: other.key.clone(),
        fact: ScheduleFact::Start,
        filters: Vec::new(),
    };
    decided.into_iter().flat_map(move |fact| {
        let alone = vec![named(one, fact)];
        let beside = vec![named(one, fact), named(other, fact)];
        let timed = vec![when.clone(), named(one, fact)];
        [alone, beside, timed].map(Text::new)
    })
}

/// The meetings whose keys stand in a text that was filled in.
fn opened<'e>(event: &'e Event, text: &str) -> BTreeSet<&'e MeetingKey> {
    let keys = event.meetings.iter().map(|meeting| &meeting.key);
    keys.filter(|key| text.contains(&format!(" {key}>")))
        .collect()
}

fn of_room(event: &Event, room: &RoomKey) -> BTreeSet<MeetingKey> {
    let own = event.meetings_of_room(room);
    own.iter().map(|meeting| meeting.key.clone()).collect()
}

/// The meetings of a person's rooms, and those that they are invited to or host.
fn of_person(event: &Event, person: &Email) -> BTreeSet<MeetingKey> {
    let is_member = |room: &&Room| room.members.iter().any(|member| member.email == *person);
    let rooms = event.rooms.iter().filter(is_member);
    let mut own: BTreeSet<_> = rooms.flat_map(|room| of_room(event, &room.key)).collect();
    let meetings = event.meetings.iter().filter(|meeting| {
        let mut guests = meeting.invitees.iter();
        guests.any(|guest| guest.email == *person) || meeting.host.as_ref() == Some(person)
    });
    own.extend(meetings.map(|meeting| meeting.key.clone()));
    own
}

/// Checks one event, and counts the texts that were filled in and those that were refused.
fn trouble(event: &Event) -> Result<[usize; 2], String> {
    let schedule = Schedule::planned(event);
    let facts = Facts {
        event,
        schedule: &schedule,
        webex: &webex,
    };
    let rooms = event.rooms.iter().flat_map(|room| {
        let own = of_room(event, &room.key);
        let pinned = Audience::Pinned(&room.key);
        [(Audience::Room(&room.key), own.clone()), (pinned, own)]
    });
    let people = event.people.iter().map(|person| {
        let own = of_person(event, &person.email);
        (Audience::Person(&person.email), own)
    });
    let mut counts = [0, 0];
    for (audience, own) in rooms.chain(people) {
        for (place, one) in event.meetings.iter().enumerate() {
            let other = &event.meetings[(place + 1) % event.meetings.len()];
            for text in texts(one, other) {
                let Ok(filled) = fill(&text, Language::English, &facts, audience) else {
                    counts[1] += 1;
                    continue;
                };
                counts[0] += 1;
                let pinned = matches!(audience, Audience::Pinned(_));
                let open = filled.contains("host key") || (pinned && filled.contains("password"));
                let opened = opened(event, &filled);
                if open || !opened.into_iter().all(|meeting| own.contains(meeting)) {
                    return Err(format!("{audience:?} reads {filled:?} of {text:?}"));
                }
            }
        }
    }
    Ok(counts)
}

#[test]
fn whatever_a_text_names() {
    let mut counts = [0, 0];
    check(48, events(), async |sketch| {
        let [filled, refused] = trouble(&sketch.event(0)?)?;
        counts[0] += filled;
        counts[1] += refused;
        Ok(())
    });
    assert!(counts.iter().all(|count| *count > 1_000), "{counts:?}");
}

/// A message that the file has the bot say: a cue, an answer, the welcome.
struct Said<'e> {
    audience: Audience<'e>,
    /// As it is sent.
    message: String,
    is_cue: bool,
}

/// Everything that the file says, to each who gets it, in each of its languages.
fn said(event: &Event) -> Result<Vec<Said<'_>>, String> {
    let schedule = Schedule::planned(event);
    let facts = Facts {
        event,
        schedule: &schedule,
        webex: &webex,
    };
    let mut said = Vec::new();
    for cue in &event.cues {
        for (to, text) in cue
            .to
            .iter()
            .flat_map(|to| to.say.texts().map(move |t| (to, t)))
        {
            let message = cue.message(&to.recipient, text, Language::English, &facts);
            said.push(Said {
                audience: to.recipient.audience(),
                message: message
                    .map_err(|why| format!("cue {} to {}: {why}", cue.key, to.recipient))?,
                is_cue: true,
            });
        }
    }
    let answers = event.answers.iter().flat_map(|answer| &answer.rooms);
    let answers = answers.map(|answer| (&answer.0, &answer.1));
    for (room, text) in answers
        .chain(&event.bot.welcome)
        .flat_map(|(room, say)| say.texts().map(move |text| (room, text)))
    {
        let audience = Audience::Room(room);
        let message = fill(text, Language::English, &facts, audience);
        said.push(Said {
            audience,
            message: message.map_err(|why| format!("{room}: {why}"))?,
            is_cue: false,
        });
    }
    Ok(said)
}

/// Checks everything that the file says, and counts the cues that open a meeting to rooms and to
/// people.
fn said_trouble(event: &Event) -> Result<[usize; 2], String> {
    let mut counts = [0, 0];
    for said in said(event)? {
        let own = match said.audience {
            Audience::Room(room) | Audience::Pinned(room) => of_room(event, room),
            Audience::Person(person) => of_person(event, person),
        };
        let opened = opened(event, &said.message);
        if said.message.contains("host key") || !opened.iter().all(|meeting| own.contains(meeting))
        {
            return Err(format!("{:?} reads {:?}", said.audience, said.message));
        }
        if said.is_cue && !opened.is_empty() {
            counts[usize::from(matches!(said.audience, Audience::Person(_)))] += 1;
        }
    }
    Ok(counts)
}

/// What the file says to a room or to a person is for them.
#[test]
fn whatever_the_file_says() {
    for (example, wanted) in [("innovation-challenge", [96, 48]), ("workshop", [1, 0])] {
        let event = Files::of_example(example).event();
        assert_eq!(said_trouble(&event), Ok(wanted), "{example}");
    }
}

#[test]
fn whatever_a_random_file_says() {
    let mut counts = [0, 0];
    check(200, events(), async |sketch| {
        let [rooms, people] = said_trouble(&sketch.event(0)?)?;
        counts[0] += rooms;
        counts[1] += people;
        Ok(())
    });
    assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
}
