//! The remote control as OpenAPI describes it. Tests hold it against the routes and the states of cues, and
//! every answer against its schemas.

use serde_json::Value;

/// The document, which names this version.
pub(super) fn document() -> Value {
    let document = include_str!("../../data/openapi.json");
    let mut document: Value = serde_json::from_str(document).expect("the document is JSON");
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document
}
