//! A request, taken apart.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use jiff::Timestamp;
use url::form_urlencoded;
use uuid::Uuid;

use crate::journal::What;
use crate::refusal::{Refusal, Served};
use crate::switches::{PatchContentType, Switches};
use crate::world::fields::Fields;
use crate::world::meetings::read_instant;

const PATCH_JSON: &str = "application/json-patch+json";

/// A call to something below `/v1`.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// Relative to `/v1`, with a leading slash, as it came.
    pub(super) path: String,
    /// The parts of the path, without their percent signs.
    segments: Vec<String>,
    pub(super) query: Query,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Scheme and authority by which the caller reached us.
    origin: String,
}

impl Call {
    /// `None` is for what lies outside of `/v1`.
    pub(super) fn new(parts: &Parts, body: Bytes) -> Option<Self> {
        let path = parts.uri.path().strip_prefix("/v1")?;
        if !path.starts_with('/') {
            return None;
        }
        let host = parts
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let host = parts
            .uri
            .authority()
            .map(|authority| authority.as_str())
            .or(host);
        let scheme = parts.uri.scheme_str().unwrap_or("http");
        Some(Self {
            method: parts.method.clone(),
            path: path.trim_end_matches('/').to_owned(),
            segments: path
                .trim_end_matches('/')
                .split('/')
                .skip(1)
                .map(decoded)
                .collect(),
            query: Query::new(parts.uri.query().unwrap_or_default()),
            headers: parts.headers.clone(),
            body,
            origin: format!("{scheme}://{}", host.unwrap_or("localhost")),
        })
    }

    pub(super) fn segments(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// The call as a journal keeps it.
    pub(super) fn written(&self) -> What {
        let query = self.query.text();
        let mark = if query.is_empty() { "" } else { "?" };
        let content_type = self.header(header::CONTENT_TYPE.as_str());
        What::Call {
            method: self.method.to_string(),
            target: format!("{}{mark}{query}", self.path),
            content_type: content_type.unwrap_or_default().to_owned(),
            // What is no text is refused like no body at all; mended, it might be accepted.
            body: str::from_utf8(&self.body).unwrap_or_default().to_owned(),
        }
    }

    /// The resource it is about: `rooms`, `team/memberships`, `meetings`.
    pub(super) fn family(&self) -> String {
        match self.segments().as_slice() {
            [first @ ("team" | "room" | "attachment"), second, ..] => format!("{first}/{second}"),
            [first, ..] => (*first).to_owned(),
            [] => String::new(),
        }
    }

    /// The base address as the caller knows it.
    pub(super) fn base(&self) -> String {
        format!("{}/v1", self.origin)
    }

    /// The body as a JSON object.
    pub(super) fn fields(&self) -> Served<Fields> {
        Fields::read(&self.body)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn content_type(&self) -> String {
        let header = self
            .header(header::CONTENT_TYPE.as_str())
            .unwrap_or_default();
        header
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// Bodies are JSON; a PATCH of a meeting has two ways to say so (meetings §6).
    pub(super) fn check_content_type(&self, switches: &Switches) -> Served<()> {
        let given = self.content_type();
        if self.body.is_empty() || matches!(self.method, Method::GET | Method::DELETE) {
            return Ok(());
        }
        if self.method == Method::PATCH {
            let allowed = match switches.patch_content_type {
                PatchContentType::Any => given == "application/json" || given == PATCH_JSON,
                PatchContentType::JsonPatchOnly => given == PATCH_JSON,
                PatchContentType::JsonOnly => given == "application/json",
            };
            return if allowed {
                Ok(())
            } else {
                Err(unsupported(&given))
            };
        }
        match given.as_str() {
            "application/json" => Ok(()),
            "multipart/form-data" => Err(Refusal::not_simulated("uploads of files")),
            _ if switches.wrong_content_type_code == 415 => Err(unsupported(&given)),
            _ => Err(Refusal::malformed()),
        }
    }

    /// The caller's own tracking id, or a new one in the spelling of the service that answers
    /// (messaging §1.2, meetings §11).
    pub(super) fn tracking_id(&self, new: impl FnOnce() -> Uuid, now: Timestamp) -> String {
        match self.header("trackingid") {
            Some(own) if !own.is_empty() => own.to_owned(),
            _ if self.path.starts_with("/meeting") => {
                format!("{:X}_{}", new().simple(), now.as_millisecond())
            }
            _ => format!("ROUTERGW_{}", new()),
        }
    }
}

/// A part of a path as it was meant: SDKs write `%3D` for the `=` of a padded id. A `+` is itself.
fn decoded(segment: &str) -> String {
    let escaped = segment.replace('+', "%2B").replace('&', "%26");
    let mut pairs = form_urlencoded::parse(escaped.as_bytes());
    // Without a `=` all of it is the name of one parameter.
    match segment.contains('=') {
        true => segment.to_owned(),
        false => pairs
            .next()
            .map_or_else(String::new, |(name, _)| name.into_owned()),
    }
}

fn unsupported(given: &str) -> Refusal {
    Refusal::new(415, format!("Content type '{given}' not supported"))
}

/// The query of an address.
#[derive(Debug)]
pub(super) struct Query {
    text: String,
    pairs: Vec<(String, String)>,
}

impl Query {
    fn new(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes())
            .into_owned()
            .collect();
        Self {
            text: text.to_owned(),
            pairs,
        }
    }

    /// As it came.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// A parameter; an empty one counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(own, _)| own == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Yes or no. SDKs in Python write `True` and `False`.
    pub(super) fn flag(&self, name: &str) -> Served<Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some("true" | "True") => Ok(Some(true)),
            Some("false" | "False") => Ok(Some(false)),
            Some(_) => Err(Refusal::invalid(format!("'{name}' must be true or false."))),
        }
    }

    /// A whole number above zero.
    pub(super) fn number(&self, name: &str) -> Served<Option<usize>> {
        let read = |text: &str| text.parse().ok().filter(|number| *number > 0);
        match self.get(name) {
            None => Ok(None),
            Some(text) => match read(text) {
                Some(number) => Ok(Some(number)),
                None => Err(Refusal::invalid(format!(
                    "'{name}' must be a whole number above zero."
                ))),
            },
        }
    }

    pub(super) fn time(&self, name: &str) -> Served<Option<Timestamp>> {
        self.get(name).map(read_instant).transpose()
    }
}
