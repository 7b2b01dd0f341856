//! Whatever we hand out checks without a finding, and editors accept it.

use serde_json::Value;
use showcaller_event::{schema, starter};

use crate::support::{check_folder, check_with, root, shown};

/// YAML as JSON, as an editor sees it.
fn json(yaml: &str) -> Value {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(yaml, options).unwrap()
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn example(name: &str) -> String {
    std::fs::read_to_string(root().join("examples").join(name).join("event.yaml")).unwrap()
}

#[test]
fn the_small_example_checks_without_a_finding() {
    let checked = check_folder("examples/workshop");
    assert_eq!(shown(&checked.diagnostics), "");
    let event = checked.event.unwrap();
    assert_eq!(
        (event.rooms.len(), event.meetings.len(), event.people.len()),
        (2, 1, 10)
    );
}

#[test]
fn the_file_to_begin_with_checks_without_a_finding() {
    let (yaml, people) = starter();
    let checked = check_with(yaml, people);
    assert_eq!(shown(&checked.diagnostics), "");
    assert_eq!(checked.event.unwrap().meetings.len(), 6);
}

#[test]
fn editors_accept_every_example() {
    let validator = validator();
    let (begin, _) = starter();
    for yaml in [
        &example("innovation-challenge"),
        &example("workshop"),
        &example("summer-school"),
        begin,
    ] {
        let errors: Vec<_> = validator
            .iter_errors(&json(yaml))
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn editors_find_typos() {
    let validator = validator();
    let yaml = example("innovation-challenge");
    let typos = [
        ("title: Logistic Issues", "titel: Logistic Issues"),
        ("date: 2027-10-06", "date: tomorrow"),
        ("auto-record: false", "auto-record: no"),
        ("one-per: team\n", "one-per: teams\n"),
        ("send: by-call", "send: by call"),
        ("lead: 15 min", "lead: 15"),
        ("09:00-09:30", "9 to 9:30"),
        ("timezone: Europe/Brussels", "time-zone: Europe/Brussels"),
        ("  team-room:", "  Team Room:"),
        ("language: en", "language: english"),
        ("remind: 5 min", "remind: 5"),
        ("      nl: ", "      de: "),
        ("room: organisation", "rooms: organisation"),
        ("late: skip", "late: skipped"),
        ("to-people: [coach]", "to-person: [coach]"),
        ("ends: \"14:00\"", "ends: at two"),
        (
            "    one-per: day\n    days: [day-1, day-2]",
            "    one-per: team\n    days: [day-1, day-2]",
        ),
    ];
    for (right, wrong) in typos {
        let broken = yaml.replacen(right, wrong, 1);
        assert_ne!(broken, yaml, "{right} is not in the example");
        assert!(!validator.is_valid(&json(&broken)), "{wrong}");
    }
}

#[test]
fn examples_name_the_schema_in_their_first_line() {
    for name in ["innovation-challenge", "workshop", "summer-school"] {
        let first = "# yaml-language-server: $schema=../../schema/event.schema.json";
        assert_eq!(example(name).lines().next(), Some(first));
    }
}
