//! An answer on its way out.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

use crate::refusal::Refusal;

/// The spelling of messaging §1.1.
const JSON: &str = "application/json;charset=UTF-8";

/// Status, headers and body.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(&'static str, String)>,
    pub(super) body: ReplyBody,
}

#[derive(Debug)]
pub(super) enum ReplyBody {
    Empty,
    Json(Value),
    Html(String),
    /// No JSON, although it says so.
    Spoiled(Vec<u8>),
}

impl Reply {
    /// 200; creations too (messaging §1.1).
    pub(super) fn json(body: Value) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: ReplyBody::Json(body),
        }
    }

    /// 204, for what was deleted.
    pub(super) fn no_content() -> Self {
        Self {
            status: 204,
            headers: Vec::new(),
            body: ReplyBody::Empty,
        }
    }

    pub(super) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// One more member of the body.
    pub(super) fn add(&mut self, name: &str, value: Value) {
        if let ReplyBody::Json(body) = &mut self.body {
            body[name] = value;
        }
    }

    /// The answer to a call that was refused, in HTML or in JSON.
    pub(super) fn refusing(refusal: &Refusal, tracking_id: &str) -> Self {
        let reply = Self {
            status: refusal.status,
            headers: Vec::new(),
            body: if refusal.html {
                ReplyBody::Html(page(refusal.status))
            } else {
                ReplyBody::Json(refusal.body(tracking_id))
            },
        };
        let reply = match refusal.allow {
            Some(methods) => reply.with_header("allow", methods),
            None => reply,
        };
        let seconds = refusal
            .retry_after_seconds
            .map(|seconds| seconds.to_string());
        match seconds.or_else(|| refusal.retry_after_date.clone()) {
            Some(wait) => reply.with_header("retry-after", &wait),
            None => reply,
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        match &self.body {
            ReplyBody::Empty => Vec::new(),
            ReplyBody::Json(value) => value.to_string().into_bytes(),
            ReplyBody::Html(page) => page.as_bytes().to_vec(),
            ReplyBody::Spoiled(bytes) => bytes.clone(),
        }
    }

    /// All headers, but for those that tell of findings.
    pub(super) fn headers(&self, tracking_id: &str) -> http::HeaderMap {
        let mut headers = http::HeaderMap::new();
        let mut put = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        match &self.body {
            ReplyBody::Empty => {}
            ReplyBody::Json(_) | ReplyBody::Spoiled(_) => put("content-type", JSON),
            ReplyBody::Html(_) => put("content-type", "text/html"),
        }
        put("cache-control", "no-cache");
        put("trackingid", tracking_id);
        for (name, value) in &self.headers {
            put(name, value);
        }
        headers
    }

    /// The response, with notes of the simulator's own about findings and faults.
    pub(super) fn into_response(
        self,
        tracking_id: &str,
        findings: &[String],
        faults: &[String],
    ) -> Response {
        let mut response = Response::new(Body::from(self.bytes()));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers(tracking_id);
        for (name, notes) in [
            ("x-simulator-finding", findings),
            ("x-simulator-fault", faults),
        ] {
            for note in notes {
                if let Ok(value) = HeaderValue::from_str(&ascii(note)) {
                    response
                        .headers_mut()
                        .append(HeaderName::from_static(name), value);
                }
            }
        }
        if self.status == 401 {
            let realm = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, realm);
        }
        response
    }
}

fn page(status: u16) -> String {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    format!("<html><body><h1>{status}</h1></body></html>\n")
}

/// The text as a header may hold it.
fn ascii(text: &str) -> String {
    let fits = |c: char| c.is_ascii_graphic() || c == ' ';
    text.chars()
        .map(|c| if fits(c) { c } else { '?' })
        .collect()
}
