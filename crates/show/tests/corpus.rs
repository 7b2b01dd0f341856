//! How much of what people write is understood.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use showcaller_event::{Event, Input, Schedule, check};
use showcaller_show::{Place, Question, Scene, understand};

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
}

fn ratio(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn measure(event: &Event, lines: &[Line], change: impl Fn(&str, usize) -> String) -> Figures {
    let (schedule, running) = (Schedule::planned(event), BTreeSet::new());
    let scene = Scene {
        event,
        schedule: &schedule,
        facts: &|_| None,
        running: &running,
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

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
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

#[test]
fn what_people_write_is_understood() {
    let event = event();
    let mut all = BTreeMap::new();
    for language in ["en", "nl", "fr"] {
        let lines = corpus(&folder("corpus").join(format!("{language}.tsv")));
        let figures = measure(&event, &lines, |text, _| text.to_owned());
        report(language, &figures);
        all.insert(language, figures);
    }
    for (language, figures) in all {
        assert!(figures.right() >= 95.0, "{language}");
        assert!(figures.answered() <= 2.0, "{language}");
    }
}

#[test]
fn dev() {
    let event = event();
    for language in ["en", "nl", "fr"] {
        let lines = corpus(&PathBuf::from(format!("/tmp/dev/{language}.tsv")));
        let figures = measure(&event, &lines, |text, _| text.to_owned());
        report(language, &figures);
    }
}
