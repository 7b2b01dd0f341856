//! Judges HTTP traffic by the official OpenAPI documents.
