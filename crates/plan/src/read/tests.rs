use insta::assert_snapshot;
use proptest::prelude::*;
use showcaller_event::model::Address;

use super::sample::{self, MARKER};
use super::{TextStyle, json, markdown, text};
use crate::plan::{Cannot, CannotReason, Held, HeldReason, Note, Plan};

fn at_width(plan: &Plan, width: usize) -> String {
    let verbose = false;
    text(plan, &TextStyle { width, verbose }).to_string()
}

fn verbose(plan: &Plan) -> String {
    let style = TextStyle {
        verbose: true,
        ..TextStyle::default()
    };
    text(plan, &style).to_string()
}

#[test]
fn a_first_plan_reads_well_at_80_columns() {
    assert_snapshot!(at_width(&sample::first(), 80));
}

#[test]
fn a_later_plan_reads_well_at_80_columns() {
    assert_snapshot!(at_width(&sample::later(), 80));
}

#[test]
fn a_later_plan_reads_well_at_60_columns() {
    assert_snapshot!(at_width(&sample::later(), 60));
}

#[test]
fn a_first_plan_shows_everybody_when_asked() {
    assert_snapshot!(verbose(&sample::first()));
}

#[test]
fn a_later_plan_reads_well_in_a_pull_request() {
    assert_snapshot!(markdown(&sample::later()));
}

#[test]
fn a_first_plan_reads_well_in_a_pull_request() {
    assert_snapshot!(markdown(&sample::first()));
}

#[test]
fn an_empty_plan_says_so_and_what_was_not_looked_at() {
    let mut plan = sample::empty();
    plan.unseen = sample::later().unseen;
    assert_snapshot!(at_width(&plan, 80), @r"
    Innovation Challenge (innovation-challenge)
    Nothing to do: Webex is as the file asks.

    Not looked at
      9 of 12 rooms' pinned tabs
      40 of 44 meetings' invitation lists
      They are taken to be as last recorded. Each look takes a share of them; --full
      takes all.
    ");
}

#[test]
fn a_lost_world_waits_in_a_few_lines() {
    let mut plan = sample::empty();
    plan.held = (1..=45)
        .map(|number| Held {
            address: Address::new(format!("meeting/breakout/team-{number:02}")),
            what: format!("schedule «Breakout {number}» anew, with a new link"),
            reason: HeldReason::Recreation,
        })
        .collect();
    let page = at_width(&plan, 200);
    let told: Vec<&str> = page
        .lines()
        .filter(|line| line.contains("Breakout"))
        .collect();
    assert_eq!(
        told,
        [
            "      45 meetings; the first: schedule «Breakout 1» anew, with a new link: --recreate \
             meeting/breakout/team-01"
        ]
    );
    assert_eq!(verbose(&plan).matches("Breakout").count(), 45);
}

#[test]
fn a_plan_that_only_waits_does_not_claim_that_all_is_well() {
    let mut plan = sample::empty();
    plan.held = sample::later().held;
    for page in [at_width(&plan, 80), markdown(&plan)] {
        assert!(!page.contains("as the file asks"), "{page}");
        assert!(page.contains("--remove"), "{page}");
    }
}

#[test]
fn json_names_its_format_and_every_step() {
    let plan = sample::later();
    let value: serde_json::Value = serde_json::from_str(&json(&plan)).expect("JSON");
    assert_eq!(value["format"], "showcaller-plan/1");
    assert_eq!(value["empty"], false);
    assert_eq!(value["summary"]["recreate"], 1);
    assert_eq!(value["summary"]["held"], plan.held.len());
    assert_eq!(value["event"], "innovation-challenge");
    let steps = value["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), plan.steps.len());
    let summary = &value["summary"];
    let counted: u64 = ["add", "change", "remove", "recreate"]
        .iter()
        .map(|key| summary[key].as_u64().expect("a count"))
        .sum();
    assert_eq!(counted, steps.len() as u64);
}

#[test]
fn json_gives_the_plan_back_but_for_what_is_hidden() {
    let plan = sample::first();
    let read: Plan = serde_json::from_str(&json(&plan)).expect("the plan's own fields");
    assert_eq!(read.steps.len(), plan.steps.len());
    assert_eq!(read.budget, plan.budget);
    assert_eq!(json(&read), json(&plan));
}

#[test]
fn passwords_are_in_no_form_of_a_plan() {
    for plan in [sample::first(), sample::later()] {
        for page in [
            at_width(&plan, 80),
            verbose(&plan),
            markdown(&plan),
            json(&plan),
        ] {
            assert!(!page.contains(MARKER), "{page}");
        }
        assert!(!format!("{plan:?}").contains(MARKER));
    }
    assert!(at_width(&sample::later(), 80).contains("(hidden) → (hidden)"));
}

#[test]
fn long_lists_are_shortened_unless_everything_is_asked_for() {
    let plan = sample::later();
    assert!(at_width(&plan, 80).contains("… and 3 more (--verbose shows all)"));
    let all = verbose(&plan);
    assert!(!all.contains("--verbose"), "{all}");
    assert!(all.contains("guest-18@example.com"), "{all}");
}

#[test]
fn every_symbol_has_a_word_beside_it() {
    for line in at_width(&sample::later(), 80).lines() {
        if let Some(rest) = line.strip_prefix("  ")
            && rest.starts_with(['+', '~', '-', '!'])
        {
            let words = rest[1..].trim_start();
            assert!(words.starts_with(char::is_alphanumeric), "{line}");
        }
    }
}

#[test]
fn a_zone_that_this_machine_does_not_know_is_shown_as_utc_and_says_so() {
    let mut plan = sample::first();
    plan.timezone = "Atlantis/Centre".to_owned();
    let page = at_width(&plan, 80);
    assert!(page.contains("Times are in UTC."), "{page}");
    assert!(page.contains("08:00–09:30"), "{page}");
}

#[test]
fn titles_cannot_command_a_terminal_or_a_page() {
    let mut plan = sample::first();
    plan.title = "\u{1b}[2J\nEvil | <script>alert(1)</script> @everybody `x`".to_owned();
    let page = at_width(&plan, 80);
    assert!(
        page.chars().all(|c| c == '\n' || !c.is_control()),
        "{page:?}"
    );
    let page = markdown(&plan);
    assert!(!page.contains("<script"), "{page}");
    assert!(!page.contains(" @everybody"), "{page}");
    assert!(page.contains("\\`x\\`"), "{page}");
}

/// Any text, often with what wraps badly: long words, no words, line breaks.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,120}",
        "[a-zé😀]{0,200}",
        "([a-z|*]{1,12}[ \n\t\u{a0}]){0,30}",
        Just(String::new()),
    ]
}

prop_compose! {
    fn any_plan()(
        title in any_text(),
        texts in prop::collection::vec(any_text(), 0..25),
        rich in any::<bool>(),
    ) -> Plan {
        let mut plan = if rich { sample::later() } else { sample::first() };
        plan.title = title;
        for (place, text) in texts.into_iter().enumerate() {
            let address = Address::new(format!("room/{text}"));
            match place % 3 {
                0 => plan.notes.push(Note { address: None, sentence: text }),
                1 => plan.cannot.push(Cannot {
                    address,
                    reason: CannotReason::Past,
                    sentence: text,
                }),
                _ => plan.held.push(Held {
                    address,
                    what: text,
                    reason: HeldReason::Unclear,
                }),
            }
        }
        for step in plan.steps.iter_mut().step_by(3) {
            let name = plan.notes.first().map_or("", |note| note.sentence.as_str());
            step.address = Address::new(format!("{}{name}", step.address));
        }
        plan
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_is_wider_than_asked(plan in any_plan(), width in 0usize..140, verbose: bool) {
        let page = text(&plan, &TextStyle { width, verbose }).to_string();
        for line in page.lines() {
            let length = line.chars().count();
            prop_assert!(length <= width.max(TextStyle::NARROWEST), "{length}: {line:?}");
            prop_assert_eq!(line.trim_end_matches(' '), line);
        }
    }

    #[test]
    fn every_table_row_has_as_many_cells_as_its_head(plan in any_plan()) {
        let page = markdown(&plan);
        let mut cells = None;
        for line in page.lines() {
            if !line.starts_with("| ") && !line.starts_with("| |") {
                cells = None;
                continue;
            }
            let borders = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
            prop_assert_eq!(*cells.get_or_insert(borders), borders, "{}", line);
        }
    }
}
