//! A document of our own, a few lines long, so that the referee's own workings
//! are tried where the official documents are not at hand.

use serde_json::json;

use crate::document::Document;
use crate::{LoadError, Referee};

/// A referee for a library: shelves and books.
pub(super) fn referee() -> Referee {
    let document = serde_json::from_value(document()).expect("a document");
    Referee::from_documents(&[document], |_| true).expect("a usable document")
}

fn document() -> serde_json::Value {
    let book = json!({"$ref": "#/components/schemas/Book"});
    let json_of = |schema| json!({"application/json": {"schema": schema}});
    let many = json!({"type": "object", "properties": {"items": {"type": "array", "items": book}}});
    json!({
        "openapi": "3.0.0",
        "paths": {
            "/books": {
                "get": {
                    "parameters": [
                        {"name": "shelf", "in": "query", "required": true, "schema": {"type": "string"}},
                        {"name": "limit", "in": "query", "schema": {"type": "number"}},
                        {"name": "old", "in": "query", "schema": {"type": "boolean"}},
                        {"name": "order", "in": "query", "schema": {"type": "string", "enum": ["title", "year"]}},
                        {"name": "words", "in": "query", "schema": {"type": "array"}},
                    ],
                    "responses": {
                        "200": {"headers": {"Link": {}}, "content": json_of(many)},
                        "429": {"description": "later"}, "404": {}, "502": {},
                    },
                },
                "post": {
                    "requestBody": {"content": json_of(book.clone())},
                    "responses": {"200": {"content": json_of(book.clone())}},
                },
            },
            "/books/best": {"get": {"responses": {"200": {"content": json_of(book.clone())}}}},
            "/books/{bookId}": {
                "get": {"responses": {"200": {"content": json_of(book)}}},
                "delete": {"responses": {"204": {}}},
            },
        },
        "components": {"schemas": {"Book": {
            "type": "object",
            "required": ["title"],
            "properties": {
                "title": {"type": "string"},
                "password": {"type": "string"},
                "kind": {"type": "string", "enum": ["novel", "poem"]},
                "authors": {"type": "array", "items": {
                    "type": "object", "properties": {"name": {"type": "string"}}}},
            },
        }}},
    })
}

#[test]
fn a_referee_can_be_shared_between_threads() {
    let referee = referee();
    let names = |referee: &Referee| referee.operations().collect::<Vec<_>>();
    let copy = referee.clone();
    let told = std::thread::spawn(move || names(&copy)).join().unwrap();
    assert_eq!(told, names(&referee));
    assert_eq!(told.len(), 5);
}

#[test]
fn a_reference_that_leads_nowhere_is_named_with_its_operation() {
    let document: Document = serde_json::from_value(json!({"paths": {"/books": {"get": {
        "responses": {"200": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Gone"}}}}}}}}}))
    .unwrap();
    let error = Referee::from_documents(&[document], |_| true).unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /books: the schema reference `#/components/schemas/Gone` leads nowhere"
    );
}

#[test]
fn a_folder_without_documents_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = Referee::load(folder.path()).unwrap_err();
    assert!(matches!(error, LoadError::Read { .. }));
    assert!(error.to_string().contains("messaging.json"), "{error}");
}

#[test]
fn a_file_that_is_no_document_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["messaging.json", "meetings.json"] {
        std::fs::write(folder.path().join(file), "{}").unwrap();
    }
    let error = Referee::load(folder.path()).unwrap_err();
    assert!(matches!(error, LoadError::Parse { .. }));
    assert!(error.to_string().contains("messaging.json"), "{error}");
}
