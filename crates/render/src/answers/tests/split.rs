use showcaller_secret::Secret;
use showcaller_show::{Body, Custom, DayAgenda, Intent, Reply, Span, State};

use super::rules::findings;
use super::samples::{self, DAY_1, DAY_2, WARM_UP};
use crate::answers::{Message, apologising, messages};
use showcaller_event::Language;

fn day_of(count: u8, date: jiff::civil::Date) -> DayAgenda {
    let meetings = (0..count).map(|index| {
        let title = format!("Meeting {index}");
        let start = i8::try_from(index).expect("a small number");
        samples::meeting(index, &title, (date, start, start + 1), State::ToCome)
    });
    DayAgenda {
        meetings: meetings.collect(),
        date,
        ..samples::warm_up()
    }
}

fn meetings_of(message: &Message) -> usize {
    message.markdown.expose().matches("- **").count()
}

fn parts(days: Vec<DayAgenda>) -> Vec<usize> {
    let messages = messages(&samples::agenda(Span::All, days), "k");
    messages.iter().map(meetings_of).collect()
}

#[test]
fn a_long_agenda_is_divided_between_days_and_no_part_is_longer_than_a_screen() {
    assert_eq!(parts(vec![day_of(6, WARM_UP)]), [6]);
    assert_eq!(parts(vec![day_of(3, WARM_UP), day_of(3, DAY_1)]), [6]);
    assert_eq!(parts(vec![day_of(4, WARM_UP), day_of(3, DAY_1)]), [4, 3]);
    assert_eq!(
        parts(vec![day_of(2, WARM_UP), day_of(3, DAY_1), day_of(4, DAY_2)]),
        [5, 4]
    );
}

#[test]
fn a_long_day_is_divided_evenly_under_its_heading() {
    assert_eq!(parts(vec![day_of(7, WARM_UP)]), [4, 3]);
    assert_eq!(
        parts(vec![day_of(2, WARM_UP), day_of(13, DAY_1)]),
        [2, 5, 5, 3]
    );
    let messages = messages(&samples::agenda(Span::Today, vec![day_of(7, WARM_UP)]), "k");
    for (part, message) in (1..).zip(&messages) {
        let text = message.markdown.expose();
        assert!(
            text.starts_with(&format!("**Today · part {part} of 2**")),
            "{text}"
        );
        assert!(text.contains("**Warm-up, Friday 1 October**"), "{text}");
        assert!(text.contains("Times in Europe/Brussels"), "{text}");
    }
}

#[test]
fn only_the_last_part_has_buttons_that_ask() {
    let messages = messages(&samples::all_days(), "k");
    let keys: Vec<usize> = messages
        .iter()
        .map(|message| message.card.as_ref().map_or(0, |card| card.keys.len()))
        .collect();
    assert_eq!(keys, [0, 2]);
}

#[test]
fn an_answer_of_the_file_goes_through_as_it_is() {
    let markdown = "# [Board](https://boards.example.com) <@all>\n\n```\n*x*\n```";
    let answer = Custom {
        room: None,
        markdown: Some(Secret::new(markdown)),
        ..Custom::default()
    };
    let reply = samples::reply(
        Intent::Custom("board".to_owned()),
        Body::Custom(vec![answer]),
    );
    let messages = messages(&reply, "k");
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].markdown.expose(), markdown);
    assert_eq!(messages[0].card, None);
}

#[test]
fn long_answers_of_many_rooms_are_divided_and_nothing_is_lost() {
    let answer = |room: usize| Custom {
        room: Some(format!("Team {room}")),
        markdown: Some(Secret::new("é word\n".repeat(400 * room))),
        ..Custom::default()
    };
    let reply = Reply {
        body: Body::Custom((1..6).map(answer).collect()),
        ..samples::boards()
    };
    let messages = messages(&reply, "k");
    let words: usize = messages
        .iter()
        .map(|message| message.markdown.expose().matches("é word").count())
        .sum();
    assert_eq!(words, 400 * (1 + 2 + 3 + 4 + 5));
    for message in &messages {
        assert_eq!(findings(message, "k"), Vec::<String>::new());
    }
}

#[test]
fn one_word_without_an_end_is_divided_too() {
    let answer = Custom {
        room: None,
        markdown: Some(Secret::new("é".repeat(10_000))),
        ..Custom::default()
    };
    let reply = Reply {
        body: Body::Custom(vec![answer]),
        ..samples::boards()
    };
    let messages = messages(&reply, "k");
    let text: String = messages
        .iter()
        .map(|message| message.markdown.expose())
        .collect();
    assert_eq!(text, "é".repeat(10_000));
    assert!(
        messages
            .iter()
            .all(|message| findings(message, "k").is_empty())
    );
}

#[test]
fn an_apology_that_does_not_fit_goes_first_by_itself() {
    let answer = Custom {
        room: None,
        markdown: Some(Secret::new("x".repeat(7_439))),
        ..Custom::default()
    };
    let reply = samples::reply(
        Intent::Custom("board".to_owned()),
        Body::Custom(vec![answer]),
    );
    let late = apologising(messages(&reply, "k"), Language::English);
    let sizes: Vec<usize> = late
        .iter()
        .map(|message| message.markdown.expose().len())
        .collect();
    assert_eq!(sizes, ["Sorry that this comes late.".len(), 7_439]);
}
