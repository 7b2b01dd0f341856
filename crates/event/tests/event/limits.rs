//! Files that are no event files are refused quickly, and never bring the program down.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use showcaller_event::{Checked, Input, LARGEST_FILE, check};

use crate::support::{check_with, shown};

/// Refusing takes moments, even unoptimised; a bomb would take hours. This lies so far from both that
/// a busy machine does not matter.
const QUICKLY: Duration = Duration::from_secs(120);

/// The first finding of this kind, which there must be, soon.
fn refused(yaml: &str, code: &str) -> String {
    let start = Instant::now();
    let checked = check_with(yaml, "email,name\nann@example.com,Ann\n");
    assert!(start.elapsed() < QUICKLY, "took {:?}", start.elapsed());
    assert!(checked.event.is_none());
    let telling = checked.diagnostics.iter().position(|d| d.code == code);
    let telling = telling.unwrap_or_else(|| panic!("{}", shown(&checked.diagnostics)));
    shown(&checked.diagnostics[telling..=telling])
}

fn check_bytes(bytes: &[u8]) -> Checked {
    let load = |_: &str| Err("there is none".to_owned());
    check(&Input {
        name: "event.yaml",
        bytes,
        load: &load,
        now: None,
    })
}

#[test]
fn a_file_of_a_hundred_megabytes_is_refused_unread() {
    let huge = vec![b'a'; 100 * 1024 * 1024];
    let start = Instant::now();
    let checked = check_bytes(&huge);
    assert!(start.elapsed() < QUICKLY);
    insta::assert_snapshot!(shown(&checked.diagnostics), @"event.yaml:1:1: yaml/size the file has 100 MB; event files have at most 4 | is it the right file? People belong into the roster");
    assert!(checked.sources[0].text.is_empty());
}

#[test]
fn a_bomb_of_aliases_does_not_go_off() {
    let mut yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..40 {
        let before = vec![format!("*a{}", n - 1); 9].join(", ");
        yaml += &format!("a{n}: &a{n} [{before}]\n");
    }
    insta::assert_snapshot!(refused(&yaml, "yaml/alias"), @"event.yaml:2:10: yaml/alias this would be a YAML alias; event files have none | is it a text that begins with `*`? Put it in quotes, or below `say: |`");
}

#[test]
fn a_merge_bomb_does_not_go_off() {
    let mut yaml = "a0: &a0 { x: y }\n".to_owned();
    for n in 1..60 {
        yaml += &format!("a{n}: &a{n} {{ <<: [*a{0}, *a{0}] }}\n", n - 1);
    }
    insta::assert_snapshot!(refused(&yaml, "yaml/alias"), @"event.yaml:2:16: yaml/alias this would be a YAML alias; event files have none | is it a text that begins with `*`? Put it in quotes, or below `say: |`");
}

#[test]
fn deep_nesting_is_refused() {
    insta::assert_snapshot!(refused(&"[".repeat(100_000), "yaml/syntax"), @"event.yaml:1:27: yaml/syntax values are nested too deep | this does not look like an event file");
    insta::assert_snapshot!(refused(&format!("a: {}x{}", "[".repeat(30), "]".repeat(30)), "yaml/syntax"), @"event.yaml:1:30: yaml/syntax values are nested too deep | this does not look like an event file");
    let steps: String = (0..2_000)
        .map(|n| format!("{}a:\n", " ".repeat(n)))
        .collect();
    insta::assert_snapshot!(refused(&steps, "yaml/size"), @"event.yaml:25:25: yaml/size values are nested more than 24 deep | this does not look like an event file");
}

#[test]
fn very_many_values_are_refused() {
    let yaml = format!("days: [{}]", "a,".repeat(LARGEST_FILE / 2 - 10));
    insta::assert_snapshot!(refused(&yaml, "yaml/size"), @"event.yaml:1:800002: yaml/size the file has more than 400000 values | this does not look like an event file");
}

#[test]
fn very_many_mistakes_are_cut_short() {
    let yaml: String = (0..20_000).map(|n| format!("key{n}: 1\n")).collect();
    let start = Instant::now();
    let checked = check_with(&yaml, "");
    assert!(start.elapsed() < QUICKLY, "took {:?}", start.elapsed());
    assert_eq!(checked.diagnostics.len(), 1_001);
    assert!(checked.event.is_none());
    let last = shown(&checked.diagnostics[1_000..]);
    assert!(last.contains("more findings are not shown"), "{last}");
}

#[test]
fn a_million_meetings_are_refused_and_not_made() {
    let teams: String = (0..10_000)
        .map(|n| format!("  t{n}: {{ title: T }}\n"))
        .collect();
    let days: String = (0..300)
        .map(|n| {
            format!(
                "  d{n}: {{ title: D, date: 2027-{:02}-{:02} }}\n",
                n % 12 + 1,
                n % 28 + 1
            )
        })
        .collect();
    let yaml = format!(
        "event: x\ntitle: X\ntimezone: UTC\npeople: p.csv\nwebex: {{ hosts: {{ h@example.com: {{}} }} }}\n\
         days:\n{days}teams:\n{teams}meetings:\n  m: {{ one-per: [team, day], title: M, time: \"10:00-11:00\" }}\n"
    );
    insta::assert_snapshot!(refused(&yaml, "event/size"), @"event.yaml:10309:3: event/size with this, the event has more than 100000 meetings | events of this size are not supported: make several of it");
}

#[test]
fn other_encodings_are_named() {
    let utf16: Vec<u8> = "\u{FEFF}event: x"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    insta::assert_snapshot!(shown(&check_bytes(&utf16).diagnostics), @"event.yaml:1:1: yaml/encoding the file is written in UTF-16 | save it as UTF-8");
    insta::assert_snapshot!(shown(&check_bytes(b"event: x\ntitle: caf\xe9\n").diagnostics), @"event.yaml:2:11: yaml/encoding this character is not UTF-8 | save the file as UTF-8");
    insta::assert_snapshot!(shown(&check_bytes(b"event: x\ntitle: a\0b\n").diagnostics), @"event.yaml:2:9: yaml/character there is a control character here (U+0000) | delete it; it is invisible in most editors");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let checked = check_bytes(&bytes);
        prop_assert!(checked.event.is_none());
    }

    #[test]
    fn no_damaged_file_brings_it_down(cut in 0usize..2_600, put in "[\\[\\]{}:\\-\"'|>*&!@%#\t\n é]{0,4}", drop in 0usize..30) {
        let base = include_str!("base.yaml");
        let mut start = cut.min(base.len());
        while !base.is_char_boundary(start) {
            start -= 1;
        }
        let end = (start + drop).min(base.len());
        let yaml = format!("{}{put}{}", &base[..start], base.get(end..).unwrap_or_default());
        let checked = check_with(&yaml, "email,name,role,team\nann@example.com,Ann,coach,team-1\n");
        for diagnostic in &checked.diagnostics {
            let (line, _) = diagnostic.position();
            prop_assert!(line <= diagnostic.source.text.matches('\n').count() + 1);
            prop_assert!(diagnostic.source.text.get(diagnostic.span.clone()).is_some());
        }
    }
}
