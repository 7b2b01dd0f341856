//! Each rule by the smallest event that breaks it, and by one that just does not.

mod live;
mod sample;
mod shape;
mod whole;

use crate::diagnostic::{Diagnostic, Severity, Source};
use crate::diagnostics::Diagnostics;
use crate::model::Event;
use crate::places::Places;

use super::{Input, RULES, all};

fn places() -> Places {
    let source = |name: &str| Source {
        name: name.into(),
        text: "".into(),
    };
    let mut places = Places::new(source("event.yaml"), source("people.csv"));
    places.roles.named = ["coach", "jury"].map(str::to_owned).into();
    places
}

fn judge_at(event: &Event, places: &Places, now: Option<jiff::Timestamp>) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::new();
    all(&Input::new(event, places, now), &mut diagnostics);
    diagnostics.sorted(&["event.yaml".into(), "people.csv".into()])
}

fn judge(event: &Event) -> Vec<Diagnostic> {
    judge_at(event, &places(), None)
}

/// The one finding.
fn only(event: &Event) -> (Severity, &'static str, String) {
    let found = judge(event);
    let [one] = found.as_slice() else {
        panic!("{found:#?}")
    };
    assert!(one.hint.as_ref().is_some_and(|hint| !hint.is_empty()));
    (one.severity, one.code, one.message.clone())
}

#[track_caller]
fn error(event: &Event, code: &str) -> String {
    let (severity, found, message) = only(event);
    assert_eq!((severity, found), (Severity::Error, code), "{message}");
    message
}

#[track_caller]
fn note(event: &Event, code: &str) -> String {
    let (severity, found, message) = only(event);
    assert_eq!((severity, found), (Severity::Note, code), "{message}");
    message
}

#[track_caller]
fn clean(event: &Event) {
    let found = judge(event);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_sample_event_breaks_no_rule() {
    clean(&sample::event());
}

#[test]
fn every_rule_has_a_name_of_its_own() {
    let mut names: Vec<_> = RULES.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), RULES.len());
}
