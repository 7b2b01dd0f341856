//! Refusals, as RFC 9457 has them.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    title: &'static str,
    #[serde(serialize_with = "number")]
    status: StatusCode,
    /// For programs.
    pub(crate) code: &'static str,
    /// A sentence for people.
    detail: String,
    /// What to do, where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

fn number<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            title: status.canonical_reason().unwrap_or("Refused"),
            status,
            code,
            detail: detail.into(),
            next: None,
        }
    }

    pub(crate) fn next(self, next: impl Into<Option<String>>) -> Self {
        Self {
            next: next.into(),
            ..self
        }
    }

    /// The ledger, or what was applied, is not there.
    pub(crate) fn unavailable(error: &dyn std::error::Error) -> Self {
        tracing::warn!(%error, "the remote control cannot be answered");
        let detail = "The show cannot be read at this moment; the log of `serve` says why.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        let content_type = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, content_type);
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"showcaller\"");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}
