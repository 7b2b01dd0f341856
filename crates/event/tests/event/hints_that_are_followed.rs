//! A hint that proposes a text is followed here, to the letter: then its finding is gone.

use proptest::prelude::*;
use showcaller_event::Diagnostic;

use crate::support::{check_with, root, shown};

/// An event file and its roster.
#[derive(Debug, Clone)]
struct Files {
    yaml: String,
    people: String,
}

impl Files {
    fn of(folder: &str) -> Self {
        let read = |name| std::fs::read_to_string(root().join(folder).join(name)).unwrap();
        Self {
            yaml: read("event.yaml"),
            people: read("people.csv"),
        }
    }

    fn findings(&self) -> Vec<Diagnostic> {
        check_with(&self.yaml, &self.people).diagnostics
    }

    fn file(&mut self, finding: &Diagnostic) -> &mut String {
        match &*finding.source.name {
            "event.yaml" => &mut self.yaml,
            _ => &mut self.people,
        }
    }

    /// Follows every hint that proposes a text, each by itself; how many there were.
    fn follow(&self) -> Result<usize, String> {
        let findings = self.findings();
        for finding in &findings {
            let hint = finding.hint.as_deref().unwrap_or_default();
            let Some(replacement) = &finding.replacement else {
                let proposes = ["did you mean `", "write `", "write \""];
                if proposes.iter().any(|words| hint.starts_with(words)) {
                    return Err(format!("no text is proposed:\n{finding} | {hint}"));
                }
                continue;
            };
            let mut mended = self.clone();
            let text = mended.file(finding);
            text.replace_range(replacement.span.clone(), &replacement.text);
            let after = mended.findings();
            let same = |other: &&Diagnostic| {
                other.code == finding.code
                    && other.source.name == finding.source.name
                    && other.span.start == finding.span.start
            };
            if let Some(same) = after.iter().find(same) {
                let hint_after = same.hint.as_deref().unwrap_or_default();
                return Err(format!("{finding} | {hint}\nbecame\n{same} | {hint_after}"));
            }
        }
        Ok(findings
            .iter()
            .filter(|it| it.replacement.is_some())
            .count())
    }
}

const BASE: &str = include_str!("base.yaml");

const PEOPLE: &str = "\
email,name,team,role,language,timezone
ann@example.com,Ann Peters,team-1,coach,en,Europe/Brussels
bob@example.com,Bob Okoye,team-2,coach,nl-BE,
cid@example.com,Cid Marin,team-1,participant,,
dot@example.com,Dot Evans,team-2,participant,,
eve@example.com,Eve Sommer,,organiser,,
";

fn base(changes: &[(&str, &str)]) -> Files {
    let mut files = Files {
        yaml: BASE.to_owned(),
        people: PEOPLE.to_owned(),
    };
    for (old, new) in changes {
        let file = match files.yaml.contains(old) {
            true => &mut files.yaml,
            false => &mut files.people,
        };
        assert!(file.contains(old), "`{old}` is nowhere any more");
        *file = file.replacen(old, new, 1);
    }
    files
}

#[test]
fn each_kind_of_proposal_is_right() {
    let changes = [
        ("title: Base", "titel: Base"),
        ("title: Base", "title: 2027"),
        ("event: base", "event: 2027 Base"),
        ("timezone: Europe/Brussels", "timezone: europe/brussels"),
        ("timezone: Europe/Brussels", "timezone: Brussels"),
        ("people: people.csv", "people: 'lists\\people.csv'"),
        ("date: 2027-10-06", "date: 6.10.2027"),
        ("date: 2027-10-06", "date: '2027-10-6'"),
        ("time: \"10:00-16:30\"", "time: 10 AM - 4:30 PM"),
        ("time: \"10:00-16:30\"", "time: '22:00-06:00'"),
        ("time: \"10:00-16:30\"", "time: \"10:00-4:30\""),
        ("time: \"10:00-16:30\"", "time: \"10:00\u{2212}16:30\""),
        ("at: \"12:00\"", "at: 720"),
        ("at: \"12:00\"", "at: 12pm"),
        ("lead: 5 min", "lead: 5"),
        ("lead: 5 min", "lead: 1h30"),
        ("    send: by-call", "    send: by call"),
        ("    send: by-call", "    send: on-time"),
        (
            "    members: [everyone]",
            "    members: [everyone]\n    locked: yes",
        ),
        (
            "    members: [everyone]",
            "    members: [everyone]\n    locked: \"true\"",
        ),
        (
            "moderators: [coach of this team]",
            "moderators: [Coahc of this team]",
        ),
        (
            "moderators: [coach of this team]",
            "moderators: [coach of this group]",
        ),
        ("moderators: [coach of this team]", "moderators: [team-1]"),
        ("members: [everyone]", "members: [anne@example.com]"),
        ("rooms: [room of this team]", "rooms: [room of team-l]"),
        ("rooms: [staff]", "rooms: [stuff]"),
        ("before: breakout", "before: break-out"),
        ("day: day-2\n    after", "day: dya-2\n    after"),
        ("teams: [team-1, team-2]", "teams: [team-1, taem-2]"),
        ("    except: { day-2:", "    except: { team-1/dya-2:"),
        (
            "title: \"{{ team.title }}\"",
            "title: \"{{ team.tittle }}\"",
        ),
        (
            "title: \"{{ team.title }}\"",
            "title: \"{{ team.title | uper }}\"",
        ),
        ("{{ breakout.start }}", "{{ break-out.start }}"),
        ("ann@example.com", "Ann <ann@example.com>"),
        ("ann@example.com", "mailto:ann@example.com"),
        ("ann@example.com", "ann@example.com."),
        ("ann@example.com,", "\"ann@example,com\","),
        ("Ann Peters,team-1", "Ann Peters,Team 1"),
        ("Ann Peters,team-1", "Ann Peters,taem-1"),
        ("coach,en,", "coach,English,"),
        ("en,Europe/Brussels", "en,Brussels"),
        ("en,Europe/Brussels", "en,Europe/Brusels"),
    ];
    for change in changes {
        let files = base(&[change]);
        match files.follow() {
            Ok(0) => panic!("{change:?} has no proposal:\n{}", shown(&files.findings())),
            Ok(_) => {}
            Err(trouble) => panic!("{change:?}: {trouble}"),
        }
    }
}

/// What fingers do to a word.
fn slip(word: &str, kind: u8) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    match kind {
        0 => _ = letters.remove(middle),
        1 => letters.insert(middle, letters[middle]),
        2 => letters.swap(middle, middle.saturating_sub(1)),
        3 => letters[0] = letters[0].to_ascii_uppercase(),
        4 => letters.extend(" 2".chars()),
        _ => letters[middle] = '-',
    }
    letters.into_iter().collect()
}

/// The words of a file, by where they stand.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    for piece in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if !piece.is_empty() {
            words.push(start..start + piece.len());
        }
        start += piece.len() + 1;
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_files_with_slips_of_the_fingers(
        workshop in any::<bool>(),
        slips in proptest::collection::vec((any::<prop::sample::Index>(), 0u8..6, any::<bool>()), 1..4),
    ) {
        let mut files = if workshop { Files::of("examples/workshop") } else { base(&[]) };
        for (place, kind, roster) in slips {
            let file = if roster { &mut files.people } else { &mut files.yaml };
            let words = words(file);
            let word = words[place.index(words.len())].clone();
            let slipped = slip(&file[word.clone()], kind);
            file.replace_range(word, &slipped);
        }
        if let Err(trouble) = files.follow() {
            prop_assert!(false, "{}\n{}", trouble, files.yaml);
        }
    }
}
