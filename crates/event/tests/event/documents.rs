//! What is generated from the grammar is committed as it would be generated now.

use std::path::Path;

use showcaller_event::{reference, schema};

use crate::support::{check_with, root, shown};

/// Compares a file with what it should be; with `UPDATE_DOCS=1` in the environment, writes it.
fn fresh(path: &Path, wanted: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == wanted,
        "{} is stale: run with UPDATE_DOCS=1",
        path.display()
    );
}

#[test]
fn the_committed_schema_is_that_of_the_grammar() {
    fresh(&root().join("schema/event.schema.json"), &schema());
}

const BEGIN: &str = "<!-- made from the grammar: begin -->\n\n";
const END: &str = "\n<!-- made from the grammar: end -->";

fn page() -> String {
    std::fs::read_to_string(root().join("docs/event-file.md")).unwrap()
}

#[test]
fn the_reference_page_lists_every_key_as_it_is_now() {
    let page = page();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let wanted = format!("{before}{BEGIN}{}{END}{after}", reference());
    fresh(&root().join("docs/event-file.md"), &wanted);
}

/// What a snippet of the page needs around it to be a whole event.
const FRAME: &str = "\
event: snippet
title: Snippet
timezone: Europe/Brussels
people: people.csv
webex: { hosts: { events@example.com: { parallel: 9 } } }
days:
  day-1: { title: Day 1, date: 2027-10-06 }
  day-2: { title: Day 2, date: 2027-10-07 }
teams:
  team-1: { title: Team 1, links: { board: \"https://boards.example.com/1\" } }
  team-2: { title: Team 2, links: { board: \"https://boards.example.com/2\" } }
groups:
  pair-a: { title: Teams 1 and 2, teams: [team-1, team-2] }
rooms:
  team-room:
    one-per: team
    title: \"{{ team.title }}\"
    members: [people of this team]
    moderators: [coach of this team]
  staff: { title: Staff, members: [coach], moderators: [organiser] }
meetings:
  opening:
    one-per: day
    title: \"{{ day.title }} - Opening\"
    time: \"09:00-09:30\"
    rooms: [all rooms]
  breakout:
    one-per: [team, day]
    title: \"{{ team.title }} - {{ day.title }}\"
    time: \"10:00-16:30\"
    rooms: [room of this team]
    cohosts: [coach of this team]
";

const PEOPLE: &str = "\
email,name,team,role
ann@example.com,Ann,team-1,coach
bob@example.com,Bob,team-2,coach
cid@example.com,Cid,team-1,participant
dot@example.com,Dot,team-2,participant
eve@example.com,Eve,,organiser
";

/// The frame with its sections replaced by those of the snippet.
fn complete(snippet: &str) -> String {
    let sections = |text: &str| {
        let mut found: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            let key = line.split(':').next().unwrap_or_default();
            let starts = line.starts_with(|c: char| c.is_ascii_lowercase());
            match found.last_mut() {
                Some((_, lines)) if !starts => *lines += &format!("{line}\n"),
                _ => found.push((key.to_owned(), format!("{line}\n"))),
            }
        }
        found
    };
    let own = sections(snippet);
    let mut whole = String::new();
    for (key, lines) in sections(FRAME) {
        if !own.iter().any(|(known, _)| *known == key) {
            whole += &lines;
        }
    }
    own.iter().fold(whole, |whole, (_, lines)| whole + lines)
}

#[test]
fn every_snippet_of_the_reference_page_checks_without_an_error() {
    let page = page();
    let snippets: Vec<_> = page
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(snippet, _)| snippet))
        .collect();
    assert!(
        snippets.len() >= 7,
        "the page has {} snippets",
        snippets.len()
    );
    for snippet in snippets {
        let checked = check_with(&complete(snippet), PEOPLE);
        let found = shown(&checked.diagnostics);
        assert!(checked.event.is_some(), "{snippet}\n{found}");
    }
}
