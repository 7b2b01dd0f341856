//! How much of what people write is understood.

#![expect(clippy::print_stdout, reason = "figures are read with --nocapture")]

use std::path::Path;

use showcaller_event::{Event, Input, Schedule, check};
use showcaller_show::{EventWords, Place, Question, Scene, understand};

fn event() -> Event {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/innovation-challenge");
    let bytes = std::fs::read(folder.join("event.yaml")).unwrap();
    let load = |path: &str| std::fs::read(folder.join(path)).map_err(|error| error.to_string());
    check(&Input {
        name: "event.yaml",
        bytes: &bytes,
        load: &load,
        now: None,
    })
    .event
    .unwrap()
}

/// The intents that are right, and what was written.
type Line = (Vec<String>, String);

fn corpus(file: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(file).unwrap();
    let line = |line: &str| {
        let (intents, text) = line.split_once('\t').unwrap();
        (
            intents.split('/').map(str::to_owned).collect(),
            text.to_owned(),
        )
    };
    text.lines()
        .filter(|text| !text.is_empty())
        .map(line)
        .collect()
}

#[derive(Debug, Default)]
struct Figures {
    questions: usize,
    right: usize,
    others: usize,
    answered: usize,
    confusions: Vec<String>,
}

impl Figures {
    fn right(&self) -> f64 {
        ratio(self.right, self.questions)
    }
    fn answered(&self) -> f64 {
        ratio(self.answered, self.others)
    }

    fn add(&mut self, other: &Self) {
        self.questions += other.questions;
        self.right += other.right;
        self.others += other.others;
        self.answered += other.answered;
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn measure(event: &Event, lines: &[Line], change: impl Fn(&str, usize) -> String) -> Figures {
    let schedule = Schedule::planned(event);
    let scene = Scene {
        words: &EventWords::default(),
        event,
        schedule: &schedule,
        facts: &|_| None,
        organisers_only: false,
        now: "2027-10-06T10:30:00Z".parse().unwrap(),
    };
    let mut figures = Figures::default();
    for (place, (wanted, text)) in lines.iter().enumerate() {
        let text = change(text, place);
        let question = Question {
            text: &text,
            place: Place::Private,
            asker: None,
            fallback: None,
        };
        let got = understand(&scene, &question).intent.to_string();
        let right = wanted.contains(&got);
        if wanted == &["none"] {
            figures.others += 1;
            figures.answered += usize::from(!right);
        } else {
            figures.questions += 1;
            figures.right += usize::from(right);
        }
        if !right {
            figures
                .confusions
                .push(format!("{} → {got}: {text}", wanted.join("/")));
        }
    }
    figures
}

fn report(name: &str, figures: &Figures) {
    println!(
        "{name}: {:.1} % of {} questions right, {:.1} % of {} others answered",
        figures.right(),
        figures.questions,
        figures.answered(),
        figures.others
    );
    for confusion in &figures.confusions {
        println!("  {confusion}");
    }
}

/// The figures of each language's file in a folder of `tests/`, as written and with a typo in each line;
/// nothing if the folder is not there.
fn measured(folder: impl AsRef<Path>) -> Vec<(String, Figures, Figures)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let event = event();
    let mut all = Vec::new();
    for language in ["en", "nl", "fr"] {
        let file = folder.join(language).with_extension("tsv");
        if !file.exists() {
            println!("{} is not there", file.display());
            continue;
        }
        let lines = corpus(&file);
        let name = format!("{language} {}", folder.file_name().unwrap().display());
        let plain = measure(&event, &lines, |text, _| text.to_owned());
        report(&name, &plain);
        let mistyped = measure(&event, &lines, mistyped);
        report(&format!("{name}, mistyped"), &mistyped);
        all.push((name, plain, mistyped));
    }
    all
}

/// The text with one random edit in a word of six letters or more, or else two letters of a word of
/// five swapped; as it is if it has no such word.
fn mistyped(text: &str, seed: usize) -> String {
    let mut random = Random(seed as u64);
    let words: Vec<&str> = text.split(' ').collect();
    let letters = |word: &str| word.chars().filter(|letter| letter.is_alphabetic()).count();
    let long = |least: usize| {
        let long = (0..words.len()).filter(|place| letters(words[*place]) >= least);
        long.collect::<Vec<_>>()
    };
    let (places, only_swap) = match (long(6), long(5)) {
        (edits, _) if !edits.is_empty() => (edits, false),
        (_, swaps) if !swaps.is_empty() => (swaps, true),
        _ => return text.to_owned(),
    };
    let place = places[random.below(places.len())];
    let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    words[place] = edited(&words[place], only_swap, &mut random);
    words.join(" ")
}

fn edited(word: &str, only_swap: bool, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let inner: Vec<usize> = (0..letters.len() - 1)
        .filter(|at| letters[*at].is_alphabetic() && letters[at + 1].is_alphabetic())
        .collect();
    let Some(at) = inner.get(random.below(inner.len().max(1))).copied() else {
        return word.to_owned();
    };
    let letter = char::from(b'a' + u8::try_from(random.below(26)).unwrap());
    match if only_swap { 0 } else { random.below(4) } {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letter),
        _ => letters[at] = letter,
    }
    letters.into_iter().collect()
}

/// SplitMix64: the same seed gives the same typos.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % bound as u64).unwrap()
    }
}

#[test]
fn what_people_write_is_understood() {
    for (name, plain, mistyped) in measured("corpus") {
        assert!(plain.right() >= 95.0, "{name}: {:.1}", plain.right());
        assert!(plain.answered() <= 2.0, "{name}: {:.1}", plain.answered());
        assert!(
            mistyped.right() >= 85.0,
            "{name}, mistyped: {:.1}",
            mistyped.right()
        );
        assert!(
            mistyped.answered() <= 5.0,
            "{name}, mistyped: {:.1}",
            mistyped.answered()
        );
    }
}

/// Lines that were not looked at before the matcher was as it is, their three languages together.
#[test]
fn what_was_held_back_is_understood() {
    let measured = measured("corpus/held-back");
    let mut total = Figures::default();
    for (_, plain, _) in &measured {
        total.add(plain);
    }
    let (right, answered) = (total.right(), total.answered());
    println!("together: {right:.1} % right, {answered:.1} % of others answered");
    assert!(total.questions > 0, "the held-back lines are there");
    assert!(right >= 95.0, "{right:.1} % right");
    assert!(answered <= 2.0, "{answered:.1} % of others answered");
}

/// Any other corpus: `SHOWCALLER_CORPUS=FOLDER cargo test -p showcaller-show --test corpus -- --ignored
/// --nocapture`.
#[test]
#[ignore = "reads the folder that SHOWCALLER_CORPUS names"]
fn another_corpus_is_measured() {
    let folder = std::env::var_os("SHOWCALLER_CORPUS").unwrap();
    measured(std::path::absolute(folder).unwrap());
}
