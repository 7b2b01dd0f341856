//! The order in which things stand in the file decides in which order people see them, and nothing
//! else.

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::{check_with, good, root};

/// A key for shuffling: the same seed gives the same order.
fn rank(seed: u64, word: &str) -> u64 {
    word.bytes().fold(
        seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
        |hash, byte| {
            (hash ^ u64::from(byte))
                .wrapping_mul(0x0100_0000_01B3)
                .rotate_left(17)
        },
    )
}

/// The same file with the keys of every block in another order, as flow style YAML. Cues, answers,
/// tabs and hosts are in the file's order on purpose, so they keep it; so do the days of equal
/// dates.
fn shuffled(value: &Value, seed: u64, keep: bool) -> Value {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            if !keep {
                entries.sort_by_key(|(key, _)| rank(seed, key));
            }
            let inner = |key: &str, value: &Value| {
                let keep = matches!(key, "tabs" | "hosts" | "cues" | "answers");
                shuffled(value, seed.wrapping_add(1), keep)
            };
            Value::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| (key.clone(), inner(key, value)))
                    .collect::<Map<_, _>>(),
            )
        }
        other => other.clone(),
    }
}

/// The same value whatever the order of its lists.
fn unordered(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<_> = items.into_iter().map(unordered).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(entries) => {
            let inner = entries
                .into_iter()
                .map(|(key, value)| (key, unordered(value)));
            Value::Object(inner.collect())
        }
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_else_depends_on_it(seed in any::<u64>()) {
        let folder = root().join("examples/innovation-challenge");
        let yaml = std::fs::read_to_string(folder.join("event.yaml")).unwrap();
        let people = std::fs::read_to_string(folder.join("people.csv")).unwrap();
        let mut lines: Vec<_> = people.lines().collect();
        lines[1..].sort_by_key(|line| rank(seed, line));
        let tree: Value = serde_saphyr::from_str(&yaml).unwrap();
        // JSON is YAML; only its long lines are unusual.
        let other = format!("{:#}", shuffled(&tree, seed, false));
        let before = check_with(&yaml, &people);
        let after = check_with(&other, &lines.join("\n"));
        let read = |checked| unordered(serde_json::to_value(good(checked)).unwrap());
        prop_assert_eq!(read(&before), read(&after));
    }
}
