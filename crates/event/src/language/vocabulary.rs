//! The words of each language, read once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use super::Language;
use super::concept::Concept;
use super::words::normalise;

/// The words that the bot knows in one language.
#[derive(Debug)]
pub struct Vocabulary {
    language: Language,
    /// By first word; longer phrases first.
    entries: HashMap<String, Vec<Entry>>,
    words: BTreeSet<String>,
    by_length: BTreeMap<usize, Vec<String>>,
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
        let [english, dutch, french] = ALL.get_or_init(|| Language::ALL.map(Self::read));
        match language {
            Language::English => english,
            Language::Dutch => dutch,
            Language::French => french,
        }
    }

    /// Whose words these are.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The words and phrases that begin with this word, longer ones first.
    #[must_use]
    pub fn starting_with(&self, word: &str) -> &[Entry] {
        self.entries.get(word).map_or(&[], Vec::as_slice)
    }

    /// Every word of every entry, in the order of the alphabet.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Those of so many letters.
    pub fn words_of_length(&self, letters: usize) -> impl Iterator<Item = &str> {
        let words = self.by_length.get(&letters);
        words.into_iter().flatten().map(String::as_str)
    }

    /// Whether this is a word of the language: one of an entry, or an everyday word, which is never
    /// taken for a typo.
    #[must_use]
    pub fn is_word(&self, word: &str) -> bool {
        self.words.contains(word) || self.common.contains(word)
    }

    fn read(language: Language) -> Self {
        let (file, common) = match language {
            Language::English => (include_str!("en.txt"), include_str!("en.common.txt")),
            Language::Dutch => (include_str!("nl.txt"), include_str!("nl.common.txt")),
            Language::French => (include_str!("fr.txt"), include_str!("fr.common.txt")),
        };
        let mut entries: HashMap<String, Vec<Entry>> = HashMap::new();
        let mut words = BTreeSet::new();
        for (section, phrase) in phrases(file) {
            let phrase = texts(phrase);
            if let (Some(first), Some(concept)) = (phrase.first(), Concept::of_section(section)) {
                words.extend(phrase.iter().cloned());
                entries.entry(first.clone()).or_default().push(Entry {
                    words: phrase,
                    concept,
                });
            }
        }
        for entries in entries.values_mut() {
            entries.sort_by_key(|entry| Reverse(entry.words.len()));
        }
        let mut by_length: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for word in &words {
            let same_length = by_length.entry(word.chars().count()).or_default();
            same_length.push(word.clone());
        }
        Self {
            language,
            entries,
            words,
            by_length,
            common: common.split_whitespace().flat_map(texts).collect(),
        }
    }

    /// What exactly these words say.
    fn entry(&self, words: &[String]) -> Option<Concept> {
        let same_start = self.starting_with(words.first()?);
        let entry = same_start.iter().find(|entry| entry.words == words)?;
        Some(entry.concept)
    }
}

fn texts(phrase: &str) -> Vec<String> {
    normalise(phrase)
        .into_iter()
        .map(|word| word.text)
        .collect()
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

/// Whether a word or phrase is one of the bot's own in any language, alone or among words that say
/// nothing (`the agenda, please`): then in which, and the intent that it asks for. The names of the
/// intents themselves are its own, too.
#[must_use]
pub fn reserved(phrase: &str) -> Option<(Language, &'static str)> {
    let words = texts(phrase);
    if words == ["none"] {
        // No words ask for it, but it is the name of an intent.
        return Some((Language::English, "none"));
    }
    Language::ALL.into_iter().find_map(|language| {
        let vocabulary = Vocabulary::of(language);
        let says_nothing = |word: &&String| {
            let concept = vocabulary.entry(std::slice::from_ref(word));
            matches!(
                concept,
                Some(
                    Concept::Filler
                        | Concept::Own
                        | Concept::Ask
                        | Concept::Polite
                        | Concept::Be
                        | Concept::Not
                )
            )
        };
        let leading = words.iter().take_while(says_nothing).count();
        let trailing = words[leading..]
            .iter()
            .rev()
            .take_while(says_nothing)
            .count();
        let core = &words[leading..words.len() - trailing];
        let concept = vocabulary.entry(&words).or_else(|| vocabulary.entry(core));
        concept
            .and_then(Concept::alone)
            .map(|intent| (language, intent))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn no_everyday_word_is_one_of_the_bot_s_own() {
        for language in Language::ALL {
            let vocabulary = Vocabulary::of(language);
            let own = |word: &&String| vocabulary.words.contains(*word);
            let both: Vec<&String> = vocabulary.common.iter().filter(own).collect();
            assert!(both.is_empty(), "{language}: {both:?}");
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
