//! A question in words.

use showcaller_event::model::{Day, DayId, MeetingKey};
use showcaller_event::{Event, Language};

use super::act::About;
use super::typo::mistyped;
use crate::dice::Dice;

/// One question in so many is mistyped.
const MISTYPED: u64 = 6;
/// One in so many is shouted.
const SHOUTED: u64 = 20;

/// What a person writes who asks for this.
pub(super) fn words(event: &Event, about: &About, language: Language, dice: &mut Dice) -> String {
    let phrases: Vec<_> = phrases(about.tag(), language).collect();
    let phrase = dice.one_of(&phrases).copied().unwrap_or_default();
    let typed = match dice.one_in(MISTYPED) {
        true => mistyped(phrase, dice),
        false => phrase.to_owned(),
    };
    let names = names(event, about, language);
    let name = dice.one_of(&names).map_or("", String::as_str);
    let words = typed.replace("{}", name);
    match dice.one_in(SHOUTED) {
        true => words.to_uppercase(),
        false => words,
    }
}

/// What is written under a tag in a language: phrases, in which `{}` stands for a name.
pub(super) fn phrases<'t>(
    tag: &'t str,
    language: Language,
) -> impl Iterator<Item = &'static str> + use<'t> {
    let file = match language {
        Language::English => include_str!("phrases/en.tsv"),
        Language::Dutch => include_str!("phrases/nl.tsv"),
        Language::French => include_str!("phrases/fr.tsv"),
    };
    let lines = file.lines().filter_map(|line| line.split_once('\t'));
    lines
        .filter(move |(of, _)| *of == tag)
        .map(|(_, phrase)| phrase)
}

/// What people may call that which they ask for.
pub(super) fn names(event: &Event, about: &About, language: Language) -> Vec<String> {
    match about {
        About::Day(day) => names_of_day(event, day, language),
        About::Meeting(meeting) => vec![name_of_meeting(event, meeting)],
        About::Link(answer) => {
            let given = event.answers.iter().find(|given| given.id == *answer);
            given.map_or_else(Vec::new, |answer| answer.words.clone())
        }
        _ => Vec::new(),
    }
}

/// Its title, its date in numbers, and its weekday if no other day has the same.
fn names_of_day(event: &Event, day: &DayId, language: Language) -> Vec<String> {
    let Some(day) = event.day(day) else {
        return Vec::new();
    };
    let mut names = vec![
        day.title.clone(),
        format!("{}/{}", day.date.day(), day.date.month()),
    ];
    let same = |other: &&Day| other.date.weekday() == day.date.weekday();
    if event.days.iter().filter(same).count() == 1 {
        let number = day.date.weekday().to_monday_one_offset();
        names.extend(phrases(&format!("weekday {number}"), language).map(str::to_owned));
    }
    names
}

/// Its title without the names of its day and its team, which people leave out: "Day 2 - Opening".
fn name_of_meeting(event: &Event, meeting: &MeetingKey) -> String {
    let Some(meeting) = event.meeting(meeting) else {
        return String::new();
    };
    let day = event.day(&meeting.day).map(|day| &day.title);
    let team = meeting.team.as_ref().and_then(|team| event.team(team));
    let mut groups = event.groups.iter();
    let group = groups.find(|group| Some(&group.id) == meeting.group.as_ref());
    let mut name = meeting.title.clone();
    for known in [
        day,
        team.map(|team| &team.title),
        group.map(|group| &group.title),
    ] {
        name = known.map_or_else(|| name.clone(), |known| name.replace(known, ""));
    }
    let name = name.trim_matches(|letter: char| !letter.is_alphanumeric());
    match name {
        "" => meeting.title.clone(),
        name => name.to_owned(),
    }
}
