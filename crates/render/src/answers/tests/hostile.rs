//! Titles, names and words by people who try.

use proptest::prelude::*;
use showcaller_secret::Secret;
use showcaller_show::{
    Body, DetailsFor, Intent, Link, Listing, Member, Reply, Running, Span, State, TeamList,
};

use super::rules::findings;
use super::samples::{self, WARM_UP};
use crate::answers::{Message, Notice, messages, notice, see_above, sos_ticket, transcript};
use showcaller_event::Language;

/// What each of a few attacks would do if it were Markdown.
pub(super) const REPLIES: [&str; 12] = [
    "<@all> <@personEmail:ann@example.com|Ann> <@personId:Y2lz|x>",
    "[click me](https://evil.example) ![x](https://evil.example/x.png)",
    "**bold** _italic_ __b__ *i* ~~gone~~ `code` ```fence```",
    "](https://evil.example) [a]: https://evil.example",
    "https://evil.example http://evil.example www.evil.example evil.com ann@evil.com //evil.com",
    "line\nbreak\r\n\r\n# heading\n- item\n1. item\n> quote\n\n---\n| a | b |\n|---|---|",
    "1. first",
    "- dash",
    "# heading",
    "\u{202e}txt.exe\u{2066} \u{1b}[2J \u{0} \u{200f}x",
    "{{DATE(2027-10-01T09:00:00Z,SHORT)}} &lt;b&gt; &#60;@all&#62; <b>x</b> <https://evil.example>",
    "\\*x\\* \\[x\\](https://evil.example) \\",
];

/// A reply with such a text wherever one by others may be.
pub(super) fn reply(text: &str) -> Reply {
    let mut day = samples::warm_up();
    day.title = text.to_owned();
    day.meetings = (1..=4)
        .map(|number| hostile_meeting(number, text))
        .collect();
    samples::agenda(Span::Today, vec![day])
}

fn hostile_meeting(number: u8, text: &str) -> Listing {
    let mut meeting = samples::meeting(number, text, (WARM_UP, 36, 38), State::ToCome);
    meeting.rooms = vec![text.to_owned(), format!("{number}{text}")];
    meeting
}

fn replies(text: &str) -> Vec<Reply> {
    let meetings: Vec<Listing> = (1..=7)
        .map(|number| hostile_meeting(number, text))
        .collect();
    let one = meetings[0].clone();
    let member = || Member {
        name: text.to_owned(),
        roles: vec![text.to_owned()],
    };
    let team = TeamList {
        title: text.to_owned(),
        members: vec![member(), member()],
        staff: vec![member()],
    };
    let custom = || vec![text.to_owned()];
    let bodies = vec![
        Body::Now(Running {
            meetings: meetings.clone(),
            next: Default::default(),
        }),
        Body::Meeting(meetings.clone()),
        Body::Reminder(meetings),
        Body::NoSuchMeeting {
            asked: text.to_owned(),
        },
        Body::Who(vec![team]),
        Body::Details(DetailsFor::Which(custom())),
        Body::Details(DetailsFor::One {
            listing: Box::new(one),
            host_key: None,
        }),
        Body::Help {
            custom: custom(),
            organiser: true,
        },
        Body::Hello {
            name: Some(text.to_owned()),
        },
        Body::NotUnderstood { custom: custom() },
        Body::Stranger {
            event: text.to_owned(),
        },
    ];
    let mut replies: Vec<Reply> = bodies
        .into_iter()
        .map(|body| samples::reply(Intent::Meeting, body))
        .collect();
    replies.push(reply(text));
    replies
}

/// The links that a reply may hold.
pub(super) fn links(reply: &Reply) -> Vec<&str> {
    let listings = reply.listings().into_iter();
    listings
        .filter_map(|listing| match &listing.link {
            Link::Known { url, .. } => Some(url.expose()),
            Link::Follows => None,
        })
        .collect()
}

/// Everything in a message that some client could read as formatting, a link or a mention: the
/// marks of Markdown are counted, so that a text by others adds none.
fn marks(text: &str) -> Vec<String> {
    let mut marks = Vec::new();
    for mark in [
        "**", "*", "_", "`", "~", "<", "](", "![", "\\", "://", "{{", "&lt", "&#", "www.e", "l.com",
    ] {
        marks.push(format!("{} × {mark}", text.matches(mark).count()));
    }
    let begin = |line: &str| {
        let line = line.trim_start();
        let digits = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
        line.starts_with(['-', '#', '+', '>', '|', '='])
            || (digits != line && digits.starts_with(['.', ')']))
    };
    let lines = text.lines().filter(|line| begin(line)).count();
    marks.push(format!(
        "{lines} × a line that begins a block of {}",
        text.lines().count()
    ));
    marks
}

/// All texts of a message.
fn texts(message: &Message) -> Vec<String> {
    fn walk(value: &serde_json::Value, texts: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => texts.push(text.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, texts)),
            serde_json::Value::Object(object) => object.values().for_each(|item| walk(item, texts)),
            _ => {}
        }
    }
    let mut texts = vec![message.markdown.expose().to_owned()];
    if let Some(card) = &message.card {
        walk(&card.content, &mut texts);
    }
    texts
}

fn is_inert(text: &str, languages: &[Language]) {
    let calm = replies("Calm");
    for (reply, calm) in replies(text).iter().zip(&calm) {
        for &language in languages {
            let draw =
                |reply: &Reply| messages(&samples::in_language(language, reply.clone()), "k");
            let hostile = draw(reply);
            for message in &hostile {
                assert_eq!(findings(message, "k"), Vec::<String>::new());
            }
            let count = |messages: &[Message]| -> Vec<Vec<String>> {
                messages
                    .iter()
                    .flat_map(texts)
                    .map(|text| marks(&text))
                    .collect()
            };
            let calm = draw(calm);
            // Long texts make more messages; then those of each cannot be compared.
            if hostile.len() == calm.len() || text.len() < 500 {
                assert_eq!(count(&hostile), count(&calm), "{text:?}");
            }
        }
    }
}

#[test]
fn texts_by_others_add_no_formatting_no_link_and_no_mention() {
    for text in REPLIES {
        is_inert(text, &Language::ALL);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nor_do_random_ones(
        text in proptest::collection::vec(
            prop_oneof![
                proptest::sample::select(vec![
                    "*", "_", "`", "[", "]", "(", ")", "<@all>", "<", ">", "\\", "\n", "\r", "~~",
                    "https://evil.example", "![", "](", "# ", "- ", "1. ", "&lt;", "&#60;", "{{",
                    "\u{202e}", "\u{0}", " ", "   ", "www.evil.example", "|", "@", "e", "é", "👩‍🚀",
                ]).prop_map(str::to_owned),
                "\\PC{1,8}",
            ],
            1..40,
        )
    ) {
        is_inert(&text.concat(), &[Language::French]);
    }
}

#[test]
fn huge_texts_fit_into_messages() {
    for text in ["x".repeat(20_000), "👩‍🚀*".repeat(5_000), "\n".repeat(9_000)] {
        is_inert(&text, &[Language::English]);
    }
}

#[test]
fn what_the_organisers_are_told_is_inert_too() {
    let notices = |text: &str| {
        vec![
            sos_ticket(Language::French, text, None, Some(text), text),
            sos_ticket(Language::English, text, None, None, text),
            notice(Language::Dutch, Notice::Removed, text),
            notice(Language::English, Notice::NoModerator, text),
            see_above(
                Language::English,
                &Intent::Custom("board".to_owned()),
                Some(text),
            ),
        ]
    };
    for text in REPLIES {
        for (message, calm) in notices(text).iter().zip(notices("Calm")) {
            let text = message.markdown.expose();
            assert_eq!(marks(text), marks(calm.markdown.expose()), "{text}");
        }
    }
}

#[test]
fn a_password_is_shown_letter_by_letter_or_not_on_a_card() {
    for (password, markdown, on_card) in [
        ("Lunch2027", "password\u{a0}`Lunch2027`", true),
        ("a-b#c!", "password\u{a0}`a-b#c!`", true),
        ("*a_b*", "password\u{a0}`*a_b*`", false),
        ("a`b", "password\u{a0}`` a`b ``", false),
        ("[x](y)", "password\u{a0}`[x](y)`", false),
    ] {
        let mut meeting = samples::meeting(1, "Opening", (WARM_UP, 36, 38), State::ToCome);
        meeting.link = Link::Known {
            url: Secret::new("https://example.webex.com/m/1"),
            number: None,
            password: Some(Secret::new(password)),
        };
        let reply = samples::reply(Intent::Meeting, Body::Meeting(vec![meeting]));
        let message = messages(&reply, "k").remove(0);
        assert!(
            message.markdown.expose().contains(markdown),
            "{}",
            message.markdown.expose()
        );
        assert_eq!(message.card.is_some(), on_card, "{password}");
        if on_card {
            assert!(
                transcript(&message)
                    .expose()
                    .contains(&format!("password {password}"))
            );
        }
    }
}

#[test]
fn debug_shows_neither_link_nor_password() {
    let shown = format!("{:?}", messages(&samples::today(), "k"));
    assert!(!shown.contains("example.webex.com"), "{shown}");
    assert!(!shown.contains("Lunch"), "{shown}");
}
