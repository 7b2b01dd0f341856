//! Reading: the facts of Webex's OpenAPI documents, nothing decided yet.
//!
//! The file is written by `examples/documents`, which also compares it with the documents.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What the documents say, but for their text.
#[derive(Deserialize)]
pub(crate) struct Facts {
    /// Statuses of errors, which each operation may be answered with.
    pub(crate) errors: Vec<u16>,
    /// By name, as `POST /memberships`.
    pub(crate) operations: BTreeMap<String, OperationFacts>,
    /// What `#Name` stands for in a schema.
    pub(crate) schemas: BTreeMap<String, Schema>,
}

#[derive(Deserialize)]
pub(crate) struct OperationFacts {
    /// Query parameters; those that end in `!` are required.
    #[serde(default)]
    pub(crate) query: BTreeMap<String, Schema>,
    /// The media type of request bodies.
    pub(crate) media: Option<String>,
    pub(crate) request: Option<Schema>,
    /// By status: the body of an answer. A media type is one that is not JSON.
    pub(crate) answers: BTreeMap<u16, Option<Schema>>,
    /// Whether answers come in pages, with a `Link` header.
    #[serde(default)]
    pub(crate) paged: bool,
}

/// What a value may be.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Schema {
    /// `string`, `number`, `boolean`, or a reference such as `#Room`.
    Named(String),
    /// One of these texts.
    OneOf(Vec<String>),
    /// Items of one kind.
    List {
        #[serde(rename = "list of")]
        items: Box<Schema>,
    },
    /// An object with these members and no others; those that end in `!` are required.
    Members(BTreeMap<String, Schema>),
}

impl Facts {
    /// The facts that the program comes with.
    pub(crate) fn of_webex() -> Facts {
        serde_json::from_str(include_str!("../data/webex.json")).expect("the facts are well-formed")
    }
}

/// A name without its mark, and whether it had one.
pub(crate) fn required(name: &str) -> (&str, bool) {
    match name.strip_suffix('!') {
        Some(name) => (name, true),
        None => (name, false),
    }
}
