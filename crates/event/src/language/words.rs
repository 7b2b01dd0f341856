//! How a text falls into words.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// It, in lower case and without accents.
    pub text: String,
    /// Where it stands in the text, in bytes.
    pub at: Range<usize>,
}

/// The words of a text, in order: runs of letters and digits, in lower case, without accents, a letter
/// that is repeated three times or more (`heeelp`) standing once. An English or Dutch `'s` at the end of a
/// word is left out. A text without letters and digits consists of its symbols (`?`, `👋`), each once.
#[must_use]
pub fn normalise(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, letter) in ends {
        let within = is_combining_mark(letter) || is_invisible(letter);
        if letter.is_alphanumeric() || (start.is_some() && within) {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            let possessive = text[start..at].eq_ignore_ascii_case("s")
                && text[..start].ends_with(['\'', '’', '`', '´'])
                && text[..start]
                    .trim_end_matches(['\'', '’', '`', '´'])
                    .ends_with(char::is_alphanumeric);
            if !possessive {
                words.push(Word {
                    text: plain(&text[start..at]),
                    at: start..at,
                });
            }
        }
    }
    if words.is_empty() {
        symbols(text)
    } else {
        words
    }
}

/// The symbols of a text without words, each once.
fn symbols(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (at, letter) in text.char_indices() {
        // U+FE0F only asks for the coloured form of the symbol before it.
        let seen = words.iter().any(|word| word.text.starts_with(letter));
        let shows = !letter.is_whitespace() && !is_invisible(letter) && letter != '\u{fe0f}';
        if shows && !seen {
            words.push(Word {
                text: letter.to_string(),
                at: at..at + letter.len_utf8(),
            });
        }
    }
    words
}

/// Whether a character takes no room: clients put it around mentions.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// A word in lower case, without accents and without letters that are held down.
fn plain(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    let (mut last, mut run) = (None, 0);
    for letter in word
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter) && !is_invisible(*letter))
        .flat_map(char::to_lowercase)
    {
        run = if last == Some(letter) { run + 1 } else { 1 };
        last = Some(letter);
        if run == 3 && letter.is_alphabetic() {
            plain.pop();
        } else if run < 3 || !letter.is_alphabetic() {
            match letter {
                'œ' => plain.push_str("oe"),
                'æ' => plain.push_str("ae"),
                'ß' => plain.push_str("ss"),
                'ø' => plain.push('o'),
                letter => plain.push(letter),
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        normalise(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        assert_eq!(texts("À QUELLE heure?!"), ["a", "quelle", "heure"]);
        assert_eq!(texts("re\u{301}union, cœur"), ["reunion", "coeur"]);
        assert_eq!(texts("check-out 🎉 now"), ["check", "out", "now"]);
    }

    #[test]
    fn an_s_after_an_apostrophe_is_no_word() {
        assert_eq!(
            texts("the agenda's of today’s team"),
            ["the", "agenda", "of", "today", "team"]
        );
        assert_eq!(texts("s'il 's morgens"), ["s", "il", "s", "morgens"]);
        assert_eq!(texts("I don't"), ["i", "don", "t"]);
    }

    #[test]
    fn letters_that_are_held_down_stand_once() {
        assert_eq!(
            texts("heeeelp pleaaase, meet zoo"),
            ["help", "please", "meet", "zoo"]
        );
        assert_eq!(texts("in 10000"), ["in", "10000"]);
    }

    #[test]
    fn without_words_the_symbols_are_the_words() {
        assert_eq!(texts(" ??? "), ["?"]);
        assert_eq!(texts("👋👋"), ["👋"]);
        assert_eq!(texts("❤️"), ["❤"]);
        assert!(texts("  ").is_empty());
    }

    #[test]
    fn spaces_that_do_not_show_are_no_letters() {
        assert_eq!(
            texts("\u{200b}age\u{200b}nda\u{a0}now\u{200b}"),
            ["agenda", "now"]
        );
        assert!(texts("\u{200b} \u{a0}\u{feff}").is_empty());
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "où est l’Été ?";
        let spans: Vec<&str> = normalise(text)
            .into_iter()
            .map(|word| &text[word.at])
            .collect();
        assert_eq!(spans, ["où", "est", "l", "Été"]);
    }
}
