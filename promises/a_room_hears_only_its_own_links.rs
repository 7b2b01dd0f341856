//! A room hears only its own links: whatever a text names, nothing is filled in for a room, a tab
//! or a person that lets them into a meeting which is not theirs.

mod answers;

use std::collections::BTreeSet;

use showcaller_event::model::{
    Event, Meeting, MeetingFact, MeetingFacts, MeetingKey, Part, RoomKey, ScheduleFact, Text,
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
        let mut own = BTreeSet::new();
        for room in &event.rooms {
            if room
                .members
                .iter()
                .any(|member| member.email == person.email)
            {
                own.extend(of_room(event, &room.key));
            }
        }
        let meetings = event.meetings.iter().filter(|meeting| {
            let mut guests = meeting.invitees.iter();
            guests.any(|guest| guest.email == person.email)
                || meeting.host.as_ref() == Some(&person.email)
        });
        own.extend(meetings.map(|meeting| meeting.key.clone()));
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

/// What the file says to a room is for this room, in every room that gets it.
#[test]
fn whatever_the_file_says() {
    let files = Files::of_example("innovation-challenge");
    let event = files.event();
    let schedule = Schedule::planned(&event);
    let facts = Facts {
        event: &event,
        schedule: &schedule,
        webex: &webex,
    };
    let cues = event.cues.iter().flat_map(|cue| &cue.to);
    let cues = cues.map(|to| (to.recipient.audience(), &to.say));
    let answers = event.answers.iter().flat_map(|answer| &answer.rooms);
    let answers = answers.map(|(room, say)| (Audience::Room(room), say));
    let welcome = event.bot.welcome.iter();
    let welcome = welcome.map(|(room, say)| (Audience::Room(room), say));
    let says = cues.chain(answers).chain(welcome);
    for (audience, text) in says.flat_map(|(to, say)| say.texts().map(move |text| (to, text))) {
        let filled = fill(text, Language::English, &facts, audience).expect("a text for this room");
        let Audience::Room(room) = audience else {
            continue;
        };
        let own = of_room(&event, room);
        assert!(
            opened(&event, &filled)
                .into_iter()
                .all(|meeting| own.contains(meeting))
        );
    }
}
