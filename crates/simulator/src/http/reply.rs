//! An answer on its way out.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

use crate::refusal::Refusal;
use crate::switches::RateLimitBody;

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
    Html(&'static str),
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

    /// The answer to a call that was refused. A 429 may come in HTML.
    pub(super) fn refusing(refusal: &Refusal, tracking_id: &str, limit: RateLimitBody) -> Self {
        let html = refusal.status == 429 && limit == RateLimitBody::Html;
        let reply = Self {
            status: refusal.status,
            headers: Vec::new(),
            body: if html {
                ReplyBody::Html("<html><body><h1>429 Too Many Requests</h1></body></html>\n")
            } else {
                ReplyBody::Json(refusal.body(tracking_id))
            },
        };
        match refusal.retry_after_seconds {
            Some(seconds) => reply.with_header("retry-after", &seconds.to_string()),
            None => reply,
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        match &self.body {
            ReplyBody::Empty => Vec::new(),
            ReplyBody::Json(value) => value.to_string().into_bytes(),
            ReplyBody::Html(page) => page.as_bytes().to_vec(),
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
            ReplyBody::Json(_) => put("content-type", JSON),
            ReplyBody::Html(_) => put("content-type", "text/html"),
        }
        put("cache-control", "no-cache");
        put("trackingid", tracking_id);
        for (name, value) in &self.headers {
            put(name, value);
        }
        headers
    }

    pub(super) fn into_response(self, tracking_id: &str, findings: &[String]) -> Response {
        let mut response = Response::new(Body::from(self.bytes()));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers(tracking_id);
        for finding in findings {
            let ascii: String = finding
                .chars()
                .map(|c| {
                    if c.is_ascii_graphic() || c == ' ' {
                        c
                    } else {
                        '?'
                    }
                })
                .collect();
            if let Ok(value) = HeaderValue::from_str(&ascii) {
                response
                    .headers_mut()
                    .append(HeaderName::from_static("x-simulator-finding"), value);
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
