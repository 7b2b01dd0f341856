//! The words of each language, read once.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::Language;
use super::concept::Concept;
use super::words::normalise;

/// The words that the bot knows in one language.
#[derive(Debug)]
pub struct Vocabulary {
    language: Language,
    entries: Vec<Entry>,
    common: HashSet<String>,
}

/// A word or phrase, and what it says.
#[derive(Debug)]
pub struct Entry {
    /// Its words, as [`normalise`] gives them.
    pub words: Vec<String>,
    /// What it says.
    pub concept: Concept,
}

impl Vocabulary {
    /// That of a language.
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        static ALL: OnceLock<[Vocabulary; 3]> = OnceLock::new();
        let all = ALL.get_or_init(|| Language::ALL.map(Self::read));
        &all[match language {
            Language::English => 0,
            Language::Dutch => 1,
            Language::French => 2,
        }]
    }

    /// Whose words these are.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Its words and phrases, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether this is an everyday word of the language, which is never taken for a typo.
    #[must_use]
    pub fn is_common(&self, word: &str) -> bool {
        self.common.contains(word)
    }

    fn read(language: Language) -> Self {
        let (entries, common) = match language {
            Language::English => (include_str!("en.txt"), include_str!("en.common.txt")),
            Language::Dutch => (include_str!("nl.txt"), include_str!("nl.common.txt")),
            Language::French => (include_str!("fr.txt"), include_str!("fr.common.txt")),
        };
        Self {
            language,
            entries: read_entries(entries),
            common: common
                .split_whitespace()
                .flat_map(normalise)
                .map(|word| word.text)
                .collect(),
        }
    }
}

/// Every phrase of a language file with its section.
fn phrases(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut section = "";
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(move |line| {
        let header = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some(name) = header {
            section = name;
        }
        let phrases = if header.is_some() { "" } else { line };
        let section = section;
        phrases
            .split(',')
            .map(str::trim)
            .filter(|phrase| !phrase.is_empty())
            .map(move |phrase| (section, phrase))
    })
}

fn read_entries(file: &'static str) -> Vec<Entry> {
    phrases(file)
        .filter_map(|(section, phrase)| {
            Some(Entry {
                words: normalise(phrase)
                    .into_iter()
                    .map(|word| word.text)
                    .collect(),
                concept: Concept::of_section(section)?,
            })
        })
        .collect()
}

/// Whether a word or phrase is one of the bot's own in any language, alone or among words that say
/// nothing (`the agenda, please`): then in which, and the intent that it asks for. The names of the
/// intents themselves are its own, too.
#[must_use]
pub fn reserved(phrase: &str) -> Option<(Language, &'static str)> {
    let words: Vec<String> = normalise(phrase)
        .into_iter()
        .map(|word| word.text)
        .collect();
    if words == ["none"] {
        // No words ask for it, but it is the name of an intent.
        return Some((Language::English, "none"));
    }
    Language::ALL.into_iter().find_map(|language| {
        let vocabulary = Vocabulary::of(language);
        let says_nothing = |word: &String| {
            vocabulary.entries.iter().any(|entry| {
                matches!(entry.concept, Concept::Filler | Concept::Own | Concept::Ask)
                    && entry.words == [word.as_str()]
            })
        };
        let leading = words.iter().take_while(|word| says_nothing(word)).count();
        let trailing = words[leading..]
            .iter()
            .rev()
            .take_while(|word| says_nothing(word))
            .count();
        let core = &words[leading..words.len() - trailing];
        let intent = vocabulary.entries.iter().find_map(|entry| {
            let own = entry.words == words || entry.words == core;
            own.then(|| entry.concept.alone()).flatten()
        });
        intent.map(|intent| (language, intent))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn every_section_is_a_concept_and_no_phrase_stands_twice() {
        for (language, file) in [
            ("en", include_str!("en.txt")),
            ("nl", include_str!("nl.txt")),
            ("fr", include_str!("fr.txt")),
        ] {
            let mut seen = HashMap::new();
            for (section, phrase) in phrases(file) {
                assert!(
                    Concept::of_section(section).is_some(),
                    "{language}: [{section}]"
                );
                let words: Vec<String> = normalise(phrase)
                    .into_iter()
                    .map(|word| word.text)
                    .collect();
                assert!(!words.is_empty(), "{language}: {phrase:?} has no words");
                let first = seen.insert(words, section);
                assert_eq!(first, None, "{language}: {phrase:?} in [{section}]");
            }
        }
    }

    #[test]
    fn the_bot_s_own_words_are_reserved_in_every_language() {
        for (phrase, language, intent) in [
            ("agenda", Language::English, "agenda"),
            ("The Agenda, please", Language::English, "agenda"),
            ("vergaderingen", Language::Dutch, "agenda"),
            ("à suivre", Language::French, "next"),
            ("what can you do?", Language::English, "help"),
            ("wie", Language::Dutch, "who"),
            ("merci beaucoup", Language::French, "thanks"),
            ("host key", Language::English, "details"),
            ("morgen", Language::Dutch, "agenda"),
        ] {
            assert_eq!(reserved(phrase), Some((language, intent)), "{phrase}");
        }
        for intent in [
            "agenda", "now", "next", "where", "meeting", "who", "details", "remind", "help", "sos",
            "hello", "thanks",
        ] {
            assert!(reserved(intent).is_some(), "{intent}");
        }
    }

    #[test]
    fn other_words_are_free() {
        for phrase in [
            "board",
            "whiteboard",
            "canvas",
            "lunch",
            "pitch",
            "wifi",
            "dress code",
            "prizes",
            "jury",
            "bord",
            "tableau",
            "",
            "the",
        ] {
            assert_eq!(reserved(phrase), None, "{phrase}");
        }
    }
}
