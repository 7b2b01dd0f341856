//! Phrases that mean something at an event already, or nothing by themselves: an answer that is asked for
//! with them would be the answer to other questions.

use std::collections::{HashMap, HashSet};

use crate::language::{Concept, Entry, Language, Vocabulary, normalise, reserved};
use crate::model::Event;

/// What an event's own names say.
pub(super) struct Names {
    /// What each phrase is.
    phrases: HashMap<Vec<String>, String>,
    /// The same of what meetings are often called, whatever the language: opening.
    concepts: HashMap<Concept, String>,
}

impl Names {
    pub(super) fn of(event: &Event) -> Self {
        let mut names = Self {
            phrases: HashMap::new(),
            concepts: HashMap::new(),
        };
        for day in &event.days {
            names.add("day", day.id.as_str(), &day.title);
        }
        for team in &event.teams {
            names.add("team", team.id.as_str(), &team.title);
        }
        for group in &event.groups {
            names.add("group", group.id.as_str(), &group.title);
        }
        let others: HashSet<Vec<String>> = names.phrases.keys().cloned().collect();
        for room in &event.rooms {
            names.add("room", room.key.as_str(), &room.title);
        }
        for meeting in &event.meetings {
            let pattern = meeting.pattern.as_str();
            names.add("meeting", pattern, &meeting.title);
            for name in [pattern, &meeting.title] {
                names.add_words_of_meeting(pattern, without(words(name), &others));
            }
        }
        names
    }

    /// What this phrase is at the event.
    pub(super) fn what(&self, phrase: &str) -> Option<&str> {
        let words = words(phrase);
        let concepts = entries(&words).filter(|entry| entry.words == words);
        let mut concepts = concepts.filter_map(|entry| self.concepts.get(&entry.concept));
        let found = self.phrases.get(&words).or_else(|| concepts.next());
        found.map(String::as_str)
    }

    fn add(&mut self, kind: &str, id: &str, title: &str) {
        for name in [id, title] {
            let what = || format!("{kind} `{id}`");
            self.phrases.entry(words(name)).or_insert_with(what);
        }
    }

    /// A meeting is asked for by each word of its name that says something.
    fn add_words_of_meeting(&mut self, pattern: &str, name: Vec<String>) {
        let what = || format!("a word for meeting `{pattern}`");
        for place in 0..name.len() {
            for entry in entries(&name[place..]) {
                if matches!(entry.concept, Concept::Name(_)) {
                    self.concepts.entry(entry.concept).or_insert_with(what);
                }
            }
        }
        for word in name.into_iter().filter(|word| !says_nothing(word)) {
            self.phrases.entry(vec![word]).or_insert_with(what);
        }
    }
}

/// Whether a phrase is one that is in many questions (`my`, `to the`), or has only such words, or only
/// these and numbers beside a word of the bot (`day 2`, `team 1`). A phrase that a language has as a
/// whole is more than its words: `post-its`.
pub(super) fn is_common(phrase: &str) -> bool {
    let words = words(phrase);
    let whole: Vec<&Entry> = entries(&words)
        .filter(|entry| entry.words == words)
        .collect();
    if !whole.is_empty() {
        return whole.iter().any(|entry| is_function(entry.concept));
    }
    let telling: Vec<String> = words
        .into_iter()
        .filter(|word| !says_nothing(word))
        .collect();
    telling.is_empty() || reserved(&telling.join(" ")).is_some()
}

fn words(text: &str) -> Vec<String> {
    normalise(text).into_iter().map(|word| word.text).collect()
}

/// What a text can begin with that a language knows.
fn entries(words: &[String]) -> impl Iterator<Item = &'static Entry> {
    let first = words.first().map_or("", String::as_str);
    Language::ALL
        .into_iter()
        .flat_map(move |language| Vocabulary::of(language).starting_with(first))
        .filter(move |entry| words.starts_with(&entry.words))
}

/// Whether a word is a number, or one that some language uses to build sentences.
fn says_nothing(word: &String) -> bool {
    word.chars().all(char::is_numeric)
        || entries(std::slice::from_ref(word)).any(|entry| is_function(entry.concept))
}

fn is_function(concept: Concept) -> bool {
    matches!(
        concept,
        Concept::Filler
            | Concept::Own
            | Concept::Ask
            | Concept::Polite
            | Concept::Be
            | Concept::Not
            | Concept::Start
            | Concept::Before
            | Concept::Day
            | Concept::Number(_)
    )
}

/// The words without these phrases, of which the longest is taken first.
fn without(words: Vec<String>, phrases: &HashSet<Vec<String>>) -> Vec<String> {
    let mut rest = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let mut ends = (at + 1..=words.len()).rev();
        let phrase = ends.find(|end| phrases.contains(&words[at..*end]));
        if phrase.is_none() {
            rest.push(word.clone());
        }
        at = phrase.unwrap_or(at + 1);
    }
    rest
}
