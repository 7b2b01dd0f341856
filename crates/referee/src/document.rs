//! Reading: the OpenAPI documents as they are written, nothing decided yet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

/// Why the documents could not be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file is missing or unreadable.
    #[error("cannot read the OpenAPI document {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file is not an OpenAPI 3.0 document.
    #[error("{} is not an OpenAPI 3.0 document: {source}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What the JSON reader said.
        source: serde_json::Error,
    },
    /// A `$ref` that leads nowhere, or back to itself.
    #[error("{operation}: the schema reference `{reference}` {trouble}")]
    Reference {
        /// The operation whose schema is meant.
        operation: String,
        /// The reference as written.
        reference: String,
        /// What is wrong with it.
        trouble: &'static str,
    },
}

/// The parts of an OpenAPI 3.0 document that the referee uses.
#[derive(Deserialize)]
pub(crate) struct Document {
    pub(crate) paths: BTreeMap<String, PathItem>,
    #[serde(default)]
    pub(crate) components: Components,
}

#[derive(Default, Deserialize)]
pub(crate) struct Components {
    #[serde(default)]
    pub(crate) schemas: Map<String, Value>,
}

#[derive(Deserialize)]
pub(crate) struct PathItem {
    #[serde(default)]
    pub(crate) parameters: Vec<RawParameter>,
    pub(crate) get: Option<RawOperation>,
    pub(crate) post: Option<RawOperation>,
    pub(crate) put: Option<RawOperation>,
    pub(crate) patch: Option<RawOperation>,
    pub(crate) delete: Option<RawOperation>,
}

#[derive(Deserialize)]
pub(crate) struct RawOperation {
    #[serde(default)]
    pub(crate) parameters: Vec<RawParameter>,
    #[serde(rename = "requestBody")]
    pub(crate) request_body: Option<RawBody>,
    pub(crate) responses: BTreeMap<String, RawBody>,
}

#[derive(Clone, Deserialize)]
pub(crate) struct RawParameter {
    pub(crate) name: String,
    #[serde(rename = "in")]
    pub(crate) place: String,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) schema: Map<String, Value>,
}

/// A request body or a response: both are media types with a schema each.
#[derive(Default, Deserialize)]
pub(crate) struct RawBody {
    #[serde(default)]
    pub(crate) content: BTreeMap<String, RawMedia>,
    #[serde(default)]
    pub(crate) headers: Map<String, Value>,
}

#[derive(Deserialize)]
pub(crate) struct RawMedia {
    pub(crate) schema: Option<Value>,
}

/// Reads one document from a file.
pub(crate) fn read(path: &Path) -> Result<Document, LoadError> {
    let bytes = std::fs::read(path).map_err(|source| LoadError::Read {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_slice(&bytes).map_err(|source| LoadError::Parse {
        path: path.to_owned(),
        source,
    })
}
