pub(crate) mod sample;

use insta::assert_snapshot;
use proptest::prelude::*;
use showcaller_event::model::Address;

use self::sample::MARKER;
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

mod lists_are_by_kind {
    use super::*;
    use crate::plan::Quota;
    use crate::read::calls_by_owner;
    use crate::read::meetings::on_days;
    use crate::read::zone::Zone;
    use crate::step::{Action, Owner};
    use showcaller_event::model::Email;

    const PLACES: [&str; 4] = [
        "team-membership",
        "membership/jury",
        "membership/mc",
        "invitee/pitch",
    ];

    fn waiting(plan: &Plan) -> Vec<String> {
        let page = at_width(plan, 200);
        let lines = page.lines().skip_while(|line| *line != "Waiting").skip(2);
        lines.map(|line| line.trim().to_owned()).collect()
    }

    #[test]
    fn who_leaves_is_a_line_each_wherever_they_were() {
        let mut plan = sample::empty();
        for person in ["ann", "bob", "cid"] {
            for place in &PLACES[..if person == "cid" { 1 } else { 4 }] {
                plan.held.push(Held {
                    address: Address::new(format!("{place}/{person}@example.com")),
                    what: format!("take {person}@example.com out of the team"),
                    reason: HeldReason::Removal,
                });
            }
        }
        assert_eq!(
            waiting(&plan),
            [
                "ann@example.com: 1 place in the team, 2 places in rooms and 1 invitation",
                "bob@example.com: 1 place in the team, 2 places in rooms and 1 invitation",
                "take cid@example.com out of the team",
            ]
        );
    }

    #[test]
    fn what_is_taken_away_is_told_by_person_or_by_meeting_whichever_are_fewer() {
        let off = |meeting: &str, person: usize| {
            let address = format!("invitee/{meeting}/p{person}@example.com");
            sample::step(
                address,
                Action::RemoveInvitee {
                    id: String::new(),
                    mail: false,
                },
            )
        };
        let told = |steps| {
            let mut plan = sample::empty();
            plan.steps = steps;
            let page = at_width(&plan, 80);
            let lines = page
                .lines()
                .skip_while(|line| *line != "Invitations")
                .skip(2);
            let lines = lines.take_while(|line| !line.is_empty());
            lines.collect::<Vec<_>>().join("\n")
        };
        let meetings = ["opening/day-1", "pitch", "one", "two", "three"];
        let two_people = meetings
            .iter()
            .flat_map(|meeting| [off(meeting, 1), off(meeting, 2)]);
        assert_snapshot!(told(two_people.collect()), @r"
        p1@example.com  comes off the lists of 5 meetings: Opening, The pitch, one
                        and 2 more
        p2@example.com  comes off the lists of 5 meetings: Opening, The pitch, one
                        and 2 more
        ");
        let many_people = (1..=60).map(|person| off("pitch", person));
        assert_snapshot!(told(many_people.collect()), @r"
        The pitch  60 people: p1@example.com, p2@example.com, p3@example.com and
                   57 more
        ");
    }

    #[test]
    fn what_is_not_possible_for_one_reason_is_one_paragraph() {
        let mut plan = sample::empty();
        plan.cannot = (1..=15)
            .map(|number| Cannot {
                address: Address::new(format!("meeting/t{number:02}")),
                reason: CannotReason::NoToken,
                sentence: "There is no usable token for its host.".to_owned(),
            })
            .collect();
        let page = at_width(&plan, 80);
        assert_snapshot!(page, @r"
        Innovation Challenge (innovation-challenge)
        Nothing to do now: what differs is told below.

        Not possible
          15 meetings (meeting/t01, meeting/t02, meeting/t03 and 12 more): There is no
            usable token for its host.
        ");
    }

    #[test]
    fn days_with_others_between_them_are_no_span_of_days() {
        let zone = Zone::of(&sample::empty());
        let first = jiff::civil::date(2027, 4, 7);
        let told = |every: i64| {
            let days = (0..9).map(|n| first + jiff::Span::new().days(n * every));
            on_days(&days.collect(), &zone).replace('\u{a0}', " ")
        };
        assert_eq!(told(1), "Wed 7 Apr to Thu 15 Apr (9 days)");
        assert_eq!(told(7), "9 days between Wed 7 Apr and Wed 2 Jun");
    }

    #[test]
    fn many_hosts_are_told_together() {
        let host = |number: usize| Email::new(format!("h{number}@example.com"));
        let mut calls: std::collections::BTreeMap<Owner, usize> = (1..=32)
            .map(|number| (Owner::Host(host(number)), 159 + number % 3))
            .collect();
        calls.insert(Owner::Bot, 158);
        assert_snapshot!(calls_by_owner(&calls), @"158 by the bot and 5,121 by 32 hosts, 159 to 161 each");
        let mut plan = sample::first();
        plan.budget.calls = calls;
        let day = |number| Quota {
            host: host(number),
            ..plan.budget.quotas[0].clone()
        };
        plan.budget.quotas = (1..=32).map(day).collect();
        let account = |number| crate::plan::AccountLine {
            owner: Owner::Host(host(number)),
            email: Some(host(number)),
            ..plan.accounts[1].clone()
        };
        let hosts: Vec<_> = (1..=32).map(account).collect();
        plan.accounts.splice(1.., hosts);
        let page = at_width(&plan, 80);
        assert!(page.matches("h7@example.com").count() == 0, "{page}");
    }
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
