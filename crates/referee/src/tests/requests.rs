//! Requests, judged by a document.

use http::{HeaderMap, Method};
use rstest::rstest;

use super::miniature;
use crate::{Finding, Request};

/// Judges `METHOD target` with a JSON body, if it has one.
fn judge(line: &str, body: &str) -> Vec<Finding> {
    judge_as(line, Some("application/json"), body)
}

fn judge_as(line: &str, media: Option<&str>, body: &str) -> Vec<Finding> {
    let (method, target) = line.split_once(' ').unwrap();
    let method: Method = method.parse().unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("authorization", "Bearer token".parse().unwrap());
    if let (Some(media), false) = (media, body.is_empty()) {
        headers.insert("content-type", media.parse().unwrap());
    }
    miniature::referee().judge_request(&Request {
        method: &method,
        target,
        headers: &headers,
        body: body.as_bytes(),
    })
}

fn lines(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    lines.join("\n")
}

#[rstest]
#[case("GET /books?shelf=a", "")]
#[case("GET /v1/books?shelf=a&limit=2&old=false&order=year", "")]
#[case("GET /books?shelf=a&words=x&words=y", "")]
#[case("GET /books/best", "")]
#[case("GET /books/17", "")]
#[case("DELETE /books/17", "")]
#[case(
    "POST /books",
    r#"{"title": "Emma", "kind": "novel", "authors": [{"name": "Austen"}]}"#
)]
fn a_request_that_the_document_describes_passes(#[case] line: &str, #[case] body: &str) {
    assert_eq!(lines(&judge(line, body)), "");
}

#[rstest]
#[case(
    "GET /boks",
    "GET /boks, target: no document names this path [unknown-operation]"
)]
#[case(
    "PUT /books/17",
    "PUT /books/17, target: no document names this method here, only DELETE, GET [unknown-operation]"
)]
#[case(
    "DELETE /books/best",
    "DELETE /books/best, target: no document names this method here, only GET [unknown-operation]"
)]
#[case(
    "GET /books/",
    "GET /books/, target: no document names this path [unknown-operation]"
)]
#[case(
    "GET /books?shelf=a&sort=year",
    "GET /books, query sort: the document names no such query parameter [unknown-query]"
)]
#[case(
    "GET /books",
    "GET /books, query shelf: this query parameter is required [missing-query]"
)]
#[case("GET /books?shelf=", "GET /books, query shelf: is empty [query-value]")]
#[case(
    "GET /books?shelf=a&shelf=b",
    "GET /books, query shelf: given more than once [repeated-query]"
)]
#[case(
    "GET /books?shelf=a&limit=two",
    "GET /books, query limit: is not a number [query-value]"
)]
#[case(
    "GET /books?shelf=a&old=1",
    "GET /books, query old: is neither true nor false [query-value]"
)]
#[case(
    "GET /books?shelf=a&order=size",
    r#"GET /books, query order: "size" is none of title, year [query-value]"#
)]
fn a_target_that_the_document_does_not_describe_is_flagged(
    #[case] line: &str,
    #[case] finding: &str,
) {
    assert_eq!(lines(&judge(line, "")), finding);
}

#[rstest]
#[case("", r#"body: the member "title" is required [missing-member]"#)]
#[case("{}", r#"body: the member "title" is required [missing-member]"#)]
#[case(
    r#"{"title": "Emma", "titel": "Emma"}"#,
    "body /titel: the document names no such member [unknown-member]"
)]
#[case(
    r#"{"title": "Emma", "authors": [{"name": "Austen"}, {"nmae": "Austen"}]}"#,
    "body /authors/1/nmae: the document names no such member [unknown-member]"
)]
#[case(
    r#"{"title": "Emma", "a/b~c": 1}"#,
    "body /a~1b~0c: the document names no such member [unknown-member]"
)]
#[case(
    r#"{"title": 1}"#,
    r#"body /title: a number is not of type "string" [wrong-type]"#
)]
#[case(
    r#"{"title": null}"#,
    r#"body /title: null is not of type "string" [wrong-type]"#
)]
#[case(
    r#"{"title": "Emma", "kind": "essay"}"#,
    r#"body /kind: "essay" is none of ["novel","poem"] [unknown-value]"#
)]
#[case("[]", "body: the body is JSON but not an object [body-not-object]")]
#[case(
    "{\n  \"title\": ",
    "body: the body is not JSON, at line 2 column 11 [body-not-json]"
)]
fn a_body_that_the_document_does_not_describe_is_flagged(
    #[case] body: &str,
    #[case] finding: &str,
) {
    let said = lines(&judge("POST /books", body));
    assert_eq!(said, format!("POST /books, {finding}"));
}

#[test]
fn a_body_where_the_document_has_none_is_flagged() {
    let said = lines(&judge("DELETE /books/17", "{}"));
    assert_eq!(
        said,
        "DELETE /books/17, body: the document gives this operation no body [unexpected-body]"
            .replace("/books/17", "/books/{bookId}")
    );
}

#[rstest]
#[case(Some("application/json"), "")]
#[case(Some("Application/JSON; charset=utf-8"), "")]
#[case(
    None,
    "header content-type: a body needs a content type [content-type]"
)]
#[case(
    Some("text/plain"),
    "header content-type: text/plain is none of application/json [content-type]"
)]
#[case(
    Some("application/json;charset=latin1"),
    "header content-type: JSON is UTF-8 [content-type]"
)]
fn a_body_says_what_it_is(#[case] media: Option<&str>, #[case] finding: &str) {
    let said = lines(&judge_as("POST /books", media, r#"{"title": "Emma"}"#));
    assert_eq!(said.trim_start_matches("POST /books, "), finding);
}

#[test]
fn every_mistake_is_told_in_one_go() {
    let findings = judge(
        "POST /books?sort=a",
        r#"{"kind": "essay", "authors": [{"born": 1775}]}"#,
    );
    let mut rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    assert_eq!(
        rules,
        [
            "missing-member",
            "unknown-member",
            "unknown-query",
            "unknown-value"
        ]
    );
}

#[rstest]
#[case(r#"{"title": "Emma", "password": {"is": "marked-secret"}}"#)]
#[case(r#"{"title": {"is": "marked-secret"}}"#)]
#[case(r#"{"title": "marked-secret""#)]
#[case(r#"["marked-secret"]"#)]
fn what_a_finding_says_does_not_quote_a_value(#[case] body: &str) {
    let findings = judge("POST /books", body);
    assert!(!findings.is_empty());
    let said = format!("{} {findings:?}", lines(&findings));
    assert!(!said.contains("marked-secret"), "{said}");
}

#[test]
fn a_bad_token_is_not_quoted() {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", "Token marked-secret".parse().unwrap());
    let findings = miniature::referee().judge_request(&Request {
        method: &Method::GET,
        target: "/books/17",
        headers: &headers,
        body: b"",
    });
    assert_eq!(findings.len(), 1);
    assert!(!format!("{findings:?}").contains("marked-secret"));
}
