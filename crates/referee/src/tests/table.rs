//! Every rule about requests, with one request that keeps it and one that breaks
//! it.

use std::collections::BTreeSet;

use http::{HeaderMap, Method};
use serde_json::Value;

use super::{table_meetings, table_messaging};
use crate::address::{Target, route};
use crate::finding::Findings;
use crate::operation::Operation;
use crate::rules::{self, Asked, Check, rules};
use crate::{Finding, Referee, Request};

/// One request as a test table writes it: `PUT /rooms/room-id`, and a body.
pub(super) struct Try {
    pub(super) line: &'static str,
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) body: Option<Value>,
}

/// A rule, a request that keeps it and one that breaks it.
pub(super) struct Row {
    pub(super) rule: &'static str,
    pub(super) keeps: Try,
    pub(super) breaks: Try,
}

/// A request that carries a token, as all do.
pub(super) fn ask(line: &'static str, body: impl Into<Option<Value>>) -> Try {
    Try {
        line,
        headers: &[("authorization", "Bearer token")],
        body: body.into(),
    }
}

/// A row of the table.
pub(super) fn row(rule: &'static str, keeps: Try, breaks: Try) -> Row {
    Row {
        rule,
        keeps,
        breaks,
    }
}

fn all_rows() -> Vec<Row> {
    let mut rows = table_messaging::rows();
    rows.extend(table_messaging::webhook_rows());
    rows.extend(table_meetings::rows());
    rows.extend(table_meetings::list_rows());
    rows
}

#[test]
fn each_rule_lets_a_good_request_pass_and_flags_a_bad_one() {
    let operations = known_operations();
    for row in all_rows() {
        let kept = by_rules_alone(&operations, &row.keeps);
        assert!(kept.is_empty(), "{}: {kept:?}", row.keeps.line);
        let broken = by_rules_alone(&operations, &row.breaks);
        let flagged: BTreeSet<&str> = broken.iter().map(|finding| finding.rule).collect();
        assert_eq!(
            flagged,
            BTreeSet::from([row.rule]),
            "{}: {broken:?}",
            row.breaks.line
        );
    }
}

#[test]
fn by_the_facts_too_the_good_ones_pass_and_the_bad_ones_are_flagged() {
    let referee = Referee::of_webex();
    for row in all_rows() {
        let kept = by_referee(&referee, &row.keeps);
        assert!(kept.is_empty(), "{}: {kept:?}", row.keeps.line);
        let broken = by_referee(&referee, &row.breaks);
        assert!(
            broken.iter().any(|finding| finding.rule == row.rule),
            "{} {}: {broken:?}",
            row.rule,
            row.breaks.line
        );
    }
}

#[test]
fn no_rule_about_requests_is_left_untried() {
    let tried: BTreeSet<&str> = all_rows().iter().map(|row| row.rule).collect();
    let about_requests = rules().filter(|rule| !matches!(rule.check, Check::Answer(_)));
    let stated: BTreeSet<&str> = about_requests.map(|rule| rule.name).collect();
    assert_eq!(stated, tried);
}

#[test]
fn every_rule_names_operations_that_the_documents_have() {
    let referee = Referee::of_webex();
    let known: BTreeSet<String> = referee.operations().collect();
    for rule in rules() {
        for operation in rule.on {
            assert!(known.contains(*operation), "{}: {operation}", rule.name);
        }
    }
}

/// The operations that rules name, without any document.
fn known_operations() -> Vec<Operation> {
    let names: BTreeSet<&str> = rules().flat_map(|rule| rule.on).copied().collect();
    names.into_iter().map(bare_operation).collect()
}

fn bare_operation(name: &str) -> Operation {
    let (method, template) = name.split_once(' ').expect("METHOD path");
    Operation {
        method: method.parse().expect("a method"),
        template: template.to_owned(),
        query: Vec::new(),
        request_media: Vec::new(),
        request: None,
        answers: Default::default(),
        paged: false,
    }
}

fn by_rules_alone(operations: &[Operation], tried: &Try) -> Vec<Finding> {
    let (method, target) = method_and_target(tried);
    let target = Target::parse(target);
    let route = route(operations, &method, &target.path).expect("an operation of the rules");
    let name = route.operation.name();
    let headers = headers(tried);
    let asked = Asked {
        operation: &name,
        values: &route.values,
        query: &target.query,
        headers: &headers,
        body: tried.body.as_ref(),
    };
    let mut findings = Findings::about(&name);
    rules::judge_request(&asked, &mut findings);
    findings.into_vec()
}

pub(super) fn by_referee(referee: &Referee, tried: &Try) -> Vec<Finding> {
    let (method, target) = method_and_target(tried);
    let body = tried.body.as_ref().map(|body| body.to_string());
    referee.judge_request(&Request {
        method: &method,
        target,
        headers: &headers(tried),
        body: body.unwrap_or_default().as_bytes(),
    })
}

fn method_and_target(tried: &Try) -> (Method, &str) {
    let (method, target) = tried.line.split_once(' ').expect("METHOD target");
    (method.parse().expect("a method"), target)
}

/// The headers of the table, and the content type of JSON unless they name one.
fn headers(tried: &Try) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if tried.body.is_some() {
        headers.insert("content-type", "application/json".parse().unwrap());
    }
    for (name, value) in tried.headers {
        headers.insert(*name, value.parse().unwrap());
    }
    headers
}
