//! A question in words.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use showcaller_event::model::{Day, DayId, MeetingKey};
use showcaller_event::{Event, Language};

use super::act::About;
use super::typo::mistyped;
use crate::dice::Dice;

/// One question in so many is mistyped.
const MISTYPED: u64 = 6;
/// The event has no day so long after its last.
const AFTERWARDS: SignedDuration = SignedDuration::from_hours(100 * 24);
/// What begins so is written just as it is: with a letter less or a word more it means something else.
pub(super) const AS_IT_IS: char = '=';
/// One in so many begins with a greeting or ends with thanks.
const POLITE: u64 = 6;
/// One in so many is shouted.
const SHOUTED: u64 = 20;

/// What people write. Each phrase is used before another one is used again, so that a short script has most of them.
#[derive(Default)]
pub(super) struct Wording {
    left: BTreeMap<(&'static str, &'static str), Vec<&'static str>>,
}

impl Wording {
    /// What a person writes who asks for this, `on` a date by which they may name another day.
    pub(super) fn words(
        &mut self,
        event: &Event,
        about: &About,
        language: Language,
        on: Option<Date>,
        dice: &mut Dice,
    ) -> String {
        let phrase = self.phrase(about.tag(), language, dice);
        let typed = match phrase.strip_prefix(AS_IT_IS) {
            Some(phrase) => phrase.to_owned(),
            None if dice.one_in(MISTYPED) => mistyped(phrase, dice),
            None if dice.one_in(POLITE) && *about != About::Nothing => {
                let around = self.phrase("around", language, dice);
                around.replace("{}", phrase)
            }
            None => phrase.to_owned(),
        };
        let names = names(event, about, language, on);
        let name = dice.one_of(&names).map_or("", String::as_str);
        let words = typed.replace("{}", name);
        match dice.one_in(SHOUTED) {
            true => words.to_uppercase(),
            false => words,
        }
    }

    pub(super) fn phrase(
        &mut self,
        tag: &'static str,
        language: Language,
        dice: &mut Dice,
    ) -> &'static str {
        let left = self.left.entry((tag, language.tag())).or_default();
        if left.is_empty() {
            left.extend(phrases(tag, language));
        }
        match left.len() {
            0 => "",
            many => left.swap_remove(dice.place(many)),
        }
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
pub(super) fn names(
    event: &Event,
    about: &About,
    language: Language,
    on: Option<Date>,
) -> Vec<String> {
    match about {
        About::Day(day) => names_of_day(event, day, language, on),
        About::NoDay => {
            let last = event.days.last().map(|day| day.date);
            let none = last.and_then(|last| last.checked_add(AFTERWARDS).ok());
            let dates = none.map(|date| written(date, language));
            let is_none = |date: Date| event.days.iter().all(|day| day.date != date);
            let is_of = |number| {
                let mut days = event.days.iter().map(|day| day.date.weekday());
                days.any(|it| it.to_monday_one_offset() == number)
            };
            let weekdays = (1..=7).filter(|number| !is_of(*number)).flat_map(|number| {
                let tag = format!("weekday {number}");
                let names: Vec<String> = phrases(&tag, language).map(str::to_owned).collect();
                names
            });
            { dates.into_iter().flatten() }
                .chain(weekdays)
                .chain(relative(language, on, is_none))
                .collect()
        }
        About::Meeting(meeting) => names_of_meeting(event, meeting),
        // What follows a meeting.
        About::Next => { event.meetings.first().into_iter() }
            .flat_map(|meeting| names_of_meeting(event, &meeting.key))
            .take(1)
            .collect(),
        About::HostKey(meeting) => { event.meeting(meeting).into_iter() }
            .map(|meeting| meeting.title.clone())
            .collect(),
        About::Link(answer) => {
            let given = event.answers.iter().find(|given| given.id == *answer);
            given.map_or_else(Vec::new, |answer| answer.words.clone())
        }
        _ => Vec::new(),
    }
}

/// Its title, its number, its date, its weekday if no other day has the same, and what it is seen from the day on which
/// it is spoken of.
fn names_of_day(event: &Event, day: &DayId, language: Language, on: Option<Date>) -> Vec<String> {
    let Some(day) = event.day(day) else {
        return Vec::new();
    };
    let date = day.date;
    let mut names = vec![day.title.clone()];
    names.extend(written(date, language));
    let same = |other: &&Day| other.date.weekday() == day.date.weekday();
    if event.days.iter().filter(same).count() == 1 {
        let number = day.date.weekday().to_monday_one_offset();
        names.extend(phrases(&format!("weekday {number}"), language).map(str::to_owned));
    }
    if let Some((_, number)) = day.title.rsplit_once(' ') {
        names.extend(phrases(&format!("numbered {number}"), language).map(str::to_owned));
    }
    if event.days.last() == Some(day) {
        names.extend(phrases("last day", language).map(str::to_owned));
    }
    names.extend(relative(language, on, |it| it == date));
    names
}

/// A date in every form that people write, in which `{}` is each name of its month.
fn written(date: Date, language: Language) -> Vec<String> {
    let month = format!("month {}", date.month());
    let forms = phrases("date", language).map(|form| date.strftime(form).to_string());
    let names = forms.flat_map(|form| match form.contains("{}") {
        true => phrases(&month, language)
            .map(|month| form.replace("{}", month))
            .collect(),
        false => vec![form],
    });
    names.collect()
}

/// Such days as people call them on a date: tomorrow.
fn relative(
    language: Language,
    on: Option<Date>,
    is_it: impl Fn(Date) -> bool,
) -> impl Iterator<Item = String> {
    let days = [-1_i64, 1, 2].into_iter().filter(move |days| {
        let date = on.and_then(|on| on.checked_add(days.days()).ok());
        date.is_some_and(&is_it)
    });
    days.flat_map(move |days| {
        let tag = format!("relative {days}");
        let names: Vec<String> = phrases(&tag, language).map(str::to_owned).collect();
        names
    })
}

/// Its title without the name of its day, which people leave out, as that of its team: "Day 2 - Breakout Team 3".
fn names_of_meeting(event: &Event, meeting: &MeetingKey) -> Vec<String> {
    let Some(meeting) = event.meeting(meeting) else {
        return Vec::new();
    };
    let day = event.day(&meeting.day).map(|day| &day.title);
    let team = meeting.team.as_ref().and_then(|team| event.team(team));
    let mut groups = event.groups.iter();
    let group = groups.find(|group| Some(&group.id) == meeting.group.as_ref());
    let owners = [team.map(|team| &team.title), group.map(|it| &it.title)];
    let without = |name: &str, known: Option<&String>| match known {
        Some(known) => name.replace(known, ""),
        None => name.to_owned(),
    };
    let long = without(&meeting.title, day);
    let short = owners
        .iter()
        .fold(long.clone(), |name, it| without(&name, *it));
    let names = [short, long].map(|name| {
        let parts = name.split(" - ").filter(|part| !part.trim().is_empty());
        let name = parts.collect::<Vec<_>>().join(" - ");
        let name = name.trim_matches(|letter: char| !letter.is_alphanumeric());
        match name {
            "" => meeting.title.clone(),
            name => name.to_owned(),
        }
    });
    // People say whose it is, and when, before or after.
    let owners = owners.into_iter().flatten().chain(day);
    let turned = owners.flat_map(|owner| {
        let name = &names[0];
        [format!("{name} {owner}"), format!("{owner} {name}")]
    });
    let turned: Vec<String> = turned.collect();
    { names.into_iter() }
        .chain(turned)
        .chain([meeting.title.clone()])
        .collect()
}
