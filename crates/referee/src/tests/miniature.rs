//! Facts of our own, a few lines long, on which the referee's own workings are tried.

use serde_json::json;

use crate::Referee;

/// A referee for a library: shelves and books.
pub(super) fn referee() -> Referee {
    let facts = serde_json::from_value(facts()).expect("facts");
    Referee::by(&facts, |_| true)
}

fn facts() -> serde_json::Value {
    json!({
        "errors": [404, 429, 502],
        "operations": {
            "GET /books": {
                "query": {
                    "shelf!": "string", "limit": "number", "old": "boolean", "order": ["title", "year"],
                    "words": {"list of": "string"},
                },
                "answers": {"200": {"items": {"list of": "#Book"}}},
                "paged": true,
            },
            "POST /books": {
                "media": "application/json", "request": "#Book", "answers": {"200": "#Book"},
            },
            "GET /books/best": {"answers": {"200": "#Book"}},
            "GET /books/{bookId}": {"answers": {"200": "#Book"}},
            "DELETE /books/{bookId}": {"answers": {"204": null}},
        },
        "schemas": {"Book": {
            "title!": "string", "password": "string", "kind": ["novel", "poem"],
            "authors": {"list of": {"name": "string"}},
        }},
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
