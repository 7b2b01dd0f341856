use insta::assert_snapshot;
use showcaller_event::model::{
    Anchor, Counts, Cue, CueId, CueKey, CueRecipient, CueTo, DayId, Email, Late, MeetingKey,
    RoomKey, Say, Sending, Text,
};
use showcaller_event::{Event, Schedule};

use super::super::{AsOf, Audience, RunSheet};
use crate::facts::Told;
use crate::page::{hash, quoted};
use crate::sample;

/// The words of a page: a line for a row of the table, a heading, a paragraph or a block.
fn words(page: &str) -> String {
    let (_, body) = page.split_once("<body>").expect("a body");
    let (body, _) = body.split_once("<script>").expect("a script");
    let mut lines = body.to_owned();
    for tag in ["<tr", "<h1", "<h2", "<h3", "<p", "<div", "<nav"] {
        lines = lines.replace(tag, &format!("\n{tag}"));
    }
    for tag in ["<td", "<th "] {
        lines = lines.replace(tag, &format!(" | {tag}"));
    }
    let mut text = String::new();
    let mut inside = false;
    for letter in lines.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    let lines = text.lines().map(|line| line.trim_matches([' ', '|']));
    let lines = lines.filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn cue(
    name: &str,
    day: Option<&str>,
    send: Sending,
    to: Vec<(CueRecipient, Option<Anchor>)>,
) -> Cue {
    Cue {
        key: CueKey {
            cue: CueId::new(name),
            day: day.map(DayId::new),
        },
        previously: Vec::new(),
        send,
        late: Late::Ask,
        counts: Counts::Planned,
        two_people: false,
        mention_all: false,
        fixed: false,
        card: false,
        to: to
            .into_iter()
            .map(|(recipient, anchor)| CueTo {
                recipient,
                anchor,
                say: Say::only(Text::new(Vec::new())),
            })
            .collect(),
    }
}

fn with_cues() -> Event {
    let mut event = sample::event();
    let room = |room: &str| CueRecipient::Room(RoomKey::new(room));
    let before = |meeting: &str| {
        Some(Anchor::Before {
            meeting: MeetingKey::new(meeting),
            lead: jiff::SignedDuration::from_mins(5),
        })
    };
    let day = Some("warm-up");
    let everyone = event.people.iter().map(|person| person.email.clone());
    let everyone =
        everyone.map(|email: Email| (CueRecipient::Person(email), before("opening/warm-up")));
    event.cues = vec![
        cue("good-morning", day, Sending::ByClock, everyone.collect()),
        cue(
            "start",
            day,
            Sending::ByCall,
            vec![
                (room("team-1"), before("breakout/team-1/warm-up")),
                (room("jury"), before("opening/warm-up")),
            ],
        ),
        cue("thanks", None, Sending::ByCall, vec![(room("jury"), None)]),
    ];
    event
}

fn sheet(event: &Event, audience: Audience) -> RunSheet {
    as_of(event, None, RunSheet::of(event, &sample::told(), audience))
}

fn as_of(event: &Event, before: Option<&Event>, sheet: RunSheet) -> RunSheet {
    let state = AsOf {
        revision: Some(4),
        made: sample::zoned("2027-09-30T17:05[Europe/Brussels]"),
        schedule: &Schedule::planned(event),
        before,
    };
    sheet.as_of(event, state)
}

#[test]
fn a_day_is_read_from_top_to_bottom() {
    let event = with_cues();
    let sheet = sheet(&event, Audience::Organiser);
    assert_snapshot!(words(&sheet.to_html()), @r"
    Innovation Challenge
    Run sheet for organisers. All times are in Europe/Brussels. Revision 4, made 30 September 2027, 17:05.
    Confidential: it has host keys, keep it to yourselves.
    Day 0Day 1Day 2
    Day 0 · Friday 1 October 2027
    Time | Length | Meeting | For | Co-hosts | Number | Password | Host key (confidential)
    08:55 |  | Cue good-morning/warm-up | all 3 people | by clock
    08:55 |  | Cue start/warm-up | Jury | by call
    09:00–10:00 | 1 h | Opening: Grüße an alle Teams, herzlich willkommen zum Aufwärmen | all rooms | Ann Ångström, Ben, Cid +1 | Join 2555 000 0003 | =PLANTED-PASSWORD-3 | PLANTED-HOST-FACT-3
    09:55 |  | Cue start/warm-up | Team 1 | by call
    10:00–11:30 | 1 h 30 min | Team 1 - Day 0 - Breakout | Team 1 | Ann Ångström | Join 2555 000 0001 | =PLANTED-PASSWORD-1 | PLANTED-HOST-FACT-1
    Day 0 at a glance
    Jury, Team 2, Team 3 +1 Team 1
    Jury, Team 2, Team 3 +1
    Team 1
    09:00
    10:00
    11:00
    09:00–10:00 Opening: Grüße an alle Teams, herzlich willkommen zum Aufwärmen
    10:00–11:30 Team 1 - Breakout
    Day 1 · Saturday 30 October 2027
    Time | Length | Meeting | For | Co-hosts | Number | Password | Host key (confidential)
    22:00–01:30+1 day | 3 h 30 min | Jury: deliberation | Jury |  | Join 2555 000 0002 | =PLANTED-PASSWORD-2 | PLANTED-HOST-FACT-2
    Day 2 · Sunday 31 October 2027
    Time | Length | Meeting | For | Co-hosts | Number | Password | Host key (confidential)
    20:00–21:00 | 1 h | Late show | Team 1 | zoe@example.com | not on Webex yet
    Cues without a time
    thanks, by call, to Jury
    Every meeting: how to join, and who runs it
    Opening: Grüße an alle Teams, herzlich willkommen zum Aufwärmen
    Day 0, 09:00–10:00
    Co-hosts: Ann Ångström, Ben, Cid, Dot
    Host: events@example.com
    Room systems: PLANTED-HOST-FACT-3@example.webex.com
    Team 1 - Day 0 - Breakout
    Day 0, 10:00–11:30
    Co-hosts: Ann Ångström
    Host: events@example.com
    Room systems: PLANTED-HOST-FACT-1@example.webex.com
    Jury: deliberation
    Day 1, 22:00–01:30 (+1)
    Host: events@example.com
    Room systems: PLANTED-HOST-FACT-2@example.webex.com
    Late show
    Day 2, 20:00–21:00
    Co-hosts: zoe@example.com
    ");
}

#[test]
fn attendees_see_neither_cues_nor_what_makes_a_host() {
    let page = words(&sheet(&with_cues(), Audience::Attendee).to_html());
    for word in ["Cue", "by call", "Host", "onfidential", sample::HOST_MARKER] {
        assert!(!page.contains(word), "{word}: {page}");
    }
    assert!(page.contains("Opening") && page.contains(sample::PASSWORD_MARKER));
}

#[test]
fn a_room_s_page_has_the_cues_that_it_gets() {
    let jury = sheet(&with_cues(), Audience::Organiser).for_room(&RoomKey::new("jury"));
    let page = words(&jury.to_html());
    assert!(
        page.contains("Cue start/warm-up") && page.contains("thanks"),
        "{page}"
    );
    assert!(
        !page.contains("good-morning") && !page.contains("09:55"),
        "{page}"
    );
}

#[test]
fn what_changed_since_the_revision_before_is_marked() {
    let event = sample::event();
    let mut before = event.clone();
    let was = |event: &mut Event, key: &str| {
        let place = event.meetings.iter().position(|it| it.key.as_str() == key);
        place.expect("a meeting")
    };
    let place = was(&mut before, "opening/warm-up");
    let moved = &mut before.meetings[place];
    moved.start = sample::zoned("2027-10-01T08:40[Europe/Brussels]");
    moved.title = "Opening".to_owned();
    let place = was(&mut before, "late-show");
    let gone = &mut before.meetings[place];
    gone.key = MeetingKey::new("later-show");
    gone.title = "Later show".to_owned();
    let place = was(&mut before, "jury-night");
    before.meetings[place].rooms.clear();
    let sheet = RunSheet::of(&event, &Told::default(), Audience::Attendee);
    let page = words(&as_of(&event, Some(&before), sheet).to_html());
    for words in [
        "Aufwärmen moved, was 08:40–10:00; renamed, was Opening | all rooms",
        "Jury: deliberation for other rooms than before | Jury",
        "Late show new | Team 1",
        "Later show cancelled | Team 1\n",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Breakout moved"), "{page}");
}

#[test]
fn the_policy_lets_in_the_page_s_own_style_and_script_alone() {
    let mut event = sample::event();
    event.title = "</style><script>alert(1)</script>".to_owned();
    event.meetings[0].title = "\"><img src=x onerror=alert(1)>".to_owned();
    event.days[0].title = "\"; } * { color: red; } </style>".to_owned();
    let mut told = sample::told();
    let facts = told.facts.get_mut(&event.meetings[1].key).expect("facts");
    facts.link = Some("javascript:alert(1)".into());
    let page = RunSheet::of(&event, &told, Audience::Organiser).to_html();
    for element in ["style", "script"] {
        let (begin, end) = (format!("<{element}>"), format!("</{element}>"));
        assert_eq!(page.matches(&format!("<{element}")).count(), 1, "{page}");
        let (_, rest) = page.split_once(&begin).expect("an element");
        let (content, _) = rest.split_once(&end).expect("its end");
        let known = format!("{element}-src '{}'", hash(content));
        assert!(page.contains(&known), "{known}");
    }
    assert!(!page.contains("<img") && !page.contains("href=\"javascript"));
    assert_eq!(page.matches("href=\"https://").count(), 2);
}

#[test]
fn a_string_of_a_style_sheet_holds_any_text() {
    assert_eq!(quoted("Day 1"), "\"Day\\20 1\"");
    assert_eq!(
        quoted("\"\\\n</style>é"),
        "\"\\22 \\5c \\a \\3c \\2f style\\3e é\""
    );
}
