//! The one door through which every request leaves: sent, classified, repeated where harmless.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, WARNING};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use jiff::SignedDuration;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

use crate::client::Webex;
use crate::error::{Error, Fault};
use crate::mask::{self, Secrets};
use crate::pacer::{Answered, Family, Shut};
use crate::retry::{Came, Course, Next};
use crate::transport::TransportError;
use crate::{reply, tolerant};

/// What is asked of Webex, before it is a request.
#[derive(Debug)]
pub(crate) struct Call {
    method: Method,
    resource: &'static str,
    segments: Vec<String>,
    query: Vec<(&'static str, String)>,
    headers: HeaderMap,
    body: Bytes,
    /// Why no request can be made of it.
    flaw: Option<String>,
}

impl Call {
    pub(crate) fn get(resource: &'static str) -> Self {
        Self::new(Method::GET, resource)
    }

    pub(crate) fn delete(resource: &'static str) -> Self {
        Self::new(Method::DELETE, resource)
    }

    pub(crate) fn post(resource: &'static str, body: &impl Serialize) -> Self {
        Self::new(Method::POST, resource).json(body)
    }

    pub(crate) fn put(resource: &'static str, body: &impl Serialize) -> Self {
        Self::new(Method::PUT, resource).json(body)
    }

    pub(crate) fn patch(resource: &'static str, body: &impl Serialize) -> Self {
        Self::new(Method::PATCH, resource).json(body)
    }

    /// `resource` is the path below the base URL, without slashes at its ends.
    fn new(method: Method, resource: &'static str) -> Self {
        Self {
            method,
            resource,
            segments: resource.split('/').map(str::to_owned).collect(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            flaw: None,
        }
    }

    /// Adds an id to the path.
    pub(crate) fn at(mut self, id: &str) -> Self {
        // Such a "name" would make the call mean the whole collection.
        if matches!(id, "" | "." | "..") {
            self.flaw = Some(format!("{id:?} is not an id"));
        }
        self.segments.push(id.to_owned());
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub(crate) fn query_if(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    pub(crate) fn header_if(mut self, name: &'static str, value: Option<&str>) -> Self {
        match value.map(HeaderValue::try_from) {
            Some(Ok(value)) => {
                self.headers.insert(name, value);
            }
            Some(Err(_)) => self.flaw = Some(format!("the {name} cannot be a header")),
            None => {}
        }
        self
    }

    pub(crate) fn content_type(mut self, content_type: &'static str) -> Self {
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        self
    }

    fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = bytes.into(),
            Err(error) => self.flaw = Some(mask::without_quoted(&error.to_string())),
        }
        self.content_type("application/json")
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// The path below the base URL, as errors and logs show it.
    pub(crate) fn path(&self) -> String {
        format!("/{}", self.segments.join("/"))
    }

    /// The value of a query parameter, if it was given.
    pub(crate) fn asked(&self, name: &str) -> Option<&str> {
        let (_, value) = self.query.iter().find(|(key, _)| *key == name)?;
        Some(value)
    }

    /// The full address below `base`, which ends in a slash.
    pub(crate) fn url(&self, base: &Url) -> Result<Url, Error> {
        let mut url = base.clone();
        let flaw = match url.path_segments_mut() {
            Ok(mut path) => {
                path.pop_if_empty().extend(&self.segments);
                self.flaw.clone()
            }
            Err(()) => Some("the base URL takes no path".to_owned()),
        };
        if let Some(flaw) = flaw {
            return Err(self.error(&self.course(), Fault::NotARequest(flaw)));
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    pub(crate) fn error(&self, course: &Course, fault: Fault) -> Error {
        let doubtful = course.doubtful;
        Error::new(&self.method, &self.path(), course.sent, doubtful, fault)
    }

    /// What must not show in an error about it.
    fn secrets<'a>(&self, token: &'a str) -> Secrets<'a> {
        Secrets::of(token, &self.body)
    }

    fn course(&self) -> Course {
        Course::new(&self.method, &self.path())
    }

    fn family(&self) -> Family {
        (self.method.clone(), self.resource)
    }

    fn request(&self, url: &Url, authorization: &HeaderValue) -> Result<Request<Bytes>, Error> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(url.as_str())
            .body(self.body.clone())
            .map_err(|error| self.error(&self.course(), Fault::NotARequest(error.to_string())))?;
        let headers = request.headers_mut();
        headers.clone_from(&self.headers);
        headers.insert(AUTHORIZATION, authorization.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Ok(request)
    }
}

/// A success, with what is known about how it came about.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How often the request was sent.
    sent: u32,
}

impl Webex {
    /// Makes `call` and reads its answer.
    pub(crate) async fn object<T: DeserializeOwned>(&self, call: Call) -> Result<T, Error> {
        let url = call.url(self.base_url())?;
        let answer = self.exchange(&call, &url).await?;
        let mut value = self.json(&call, &answer)?;
        // Serde would take an array for an object, and whatever text comes first in it for an id.
        if value.is_array() {
            let error = serde::de::Error::custom("an array instead of an object");
            return Err(self.odd(&call, &answer, &error));
        }
        tolerant::drop_unreadable(&mut value);
        self.typed(&call, &answer, value)
    }

    /// Makes `call`, whose answer says nothing.
    pub(crate) async fn nothing(&self, call: Call) -> Result<(), Error> {
        let url = call.url(self.base_url())?;
        self.exchange(&call, &url).await.map(drop)
    }

    /// The answer as JSON of whatever shape.
    pub(crate) fn json(&self, call: &Call, answer: &Answer) -> Result<Value, Error> {
        serde_json::from_slice(&answer.body).map_err(|error| self.odd(call, answer, &error))
    }

    /// A part of the answer as what it should be.
    pub(crate) fn typed<T: DeserializeOwned>(
        &self,
        call: &Call,
        answer: &Answer,
        value: Value,
    ) -> Result<T, Error> {
        serde_json::from_value(value).map_err(|error| self.odd(call, answer, &error))
    }

    fn odd(&self, call: &Call, answer: &Answer, error: &serde_json::Error) -> Error {
        let secrets = call.secrets(self.token());
        let fault = Fault::Undecodable {
            reason: mask::without_quoted(&error.to_string()),
            excerpt: mask::excerpt(&answer.body, &secrets),
            tracking_id: reply::tracking_id(&answer.headers, None, &secrets),
        };
        // Webex has acted, but what it made is not known.
        Error::new(call.method(), &call.path(), answer.sent, true, fault)
    }

    /// Sends `call` to `url` until it succeeds or must not be repeated.
    pub(crate) async fn exchange(&self, call: &Call, url: &Url) -> Result<Answer, Error> {
        self.tally().call();
        let mut course = call.course();
        let family = call.family();
        loop {
            let patience = self.max_wait().saturating_sub(course.waited);
            let passage = self.door().pass(self.lane(), &family, patience);
            let passage = passage
                .await
                .map_err(|Shut(wait)| self.too_long(call, &course, wait))?;
            let came = self.attempt(call, url, &mut course).await?;
            let next = course.decide(came.as_seen(), self.now());
            passage.answered(self.pacing(&next, &came));
            match (next, came) {
                (Next::Accept, Attempt::Answered(_, answer)) => return Ok(answer),
                // Gone after a deletion whose answer was lost: it was that deletion, or somebody
                // else's. Either way it is as asked.
                (Next::GiveUp, Attempt::Answered(StatusCode::NOT_FOUND, answer))
                    if course.doubtful && call.method == Method::DELETE =>
                {
                    return Ok(answer);
                }
                // The wait itself is the door's: everybody has to.
                (Next::Pause(wait), _) => self.bear(call, &mut course, wait)?,
                (Next::Wait(wait), _) => {
                    self.bear(call, &mut course, wait)?;
                    self.clock().sleep(wait).await;
                }
                (Next::BackOff(wait), came) => {
                    self.begins_to_wait(wait, came.why());
                    self.clock().sleep(wait).await;
                }
                (Next::Accept | Next::GiveUp, came) => {
                    return Err(call.error(&course, came.fault(&call.secrets(self.token()))));
                }
            }
        }
    }

    /// What an attempt tells about the owner's limits. A wait that is longer than any call may wait
    /// is a quota used up, and shuts only calls of the same family.
    fn pacing(&self, next: &Next, came: &Attempt) -> Answered {
        match (next, came) {
            (Next::Pause(wait), _) => Answered::Refused {
                wait: *wait,
                quota: *wait > self.max_wait(),
            },
            (_, Attempt::Answered(..)) => Answered::Passed,
            (_, Attempt::Failed(_)) => Answered::Nothing,
        }
    }

    /// Sends the request once, and tells the log and the counters.
    async fn attempt(&self, call: &Call, url: &Url, course: &mut Course) -> Result<Attempt, Error> {
        let request = call.request(url, self.authorization())?;
        self.tally().request(call.body.len(), course.sent > 0);
        course.sent += 1;
        let (wall, monotonic) = (self.clock().now(), self.clock().monotonic());
        let came = self.send(request).await;
        // The monotonic clock stands while the machine sleeps.
        let took = self.clock().now().duration_since(wall);
        let took = Duration::try_from(took).unwrap_or_default();
        let took = took.max(self.clock().monotonic().saturating_sub(monotonic));
        let millis = took.as_millis();
        let (owner, method, path) = (self.owner(), &call.method, call.path());
        let sent = course.sent;
        match came {
            Ok(answer) => {
                let (head, body) = answer.into_parts();
                self.remember_date(&head.headers, took);
                let throttled = head.status == StatusCode::TOO_MANY_REQUESTS;
                self.tally().answer(body.len(), throttled);
                let status = head.status.as_u16();
                let secrets = || call.secrets(self.token());
                tracing::debug!(
                    owner, %method, path, sent, status, millis,
                    tracking_id = reply::tracking_id(&head.headers, None, &secrets()),
                    "answered"
                );
                if let Some(warning) = head.headers.get(WARNING) {
                    // A site that cannot do something leaves it out and says so (meetings §2).
                    let warning = String::from_utf8_lossy(warning.as_bytes());
                    let warning = secrets().hide(&warning);
                    tracing::info!(owner, %method, path, warning, "Webex warns");
                }
                let answer = Answer {
                    headers: head.headers,
                    body,
                    sent,
                };
                Ok(Attempt::Answered(head.status, answer))
            }
            Err(error) => {
                tracing::debug!(owner, %method, path, sent, millis, %error, "no answer");
                Ok(Attempt::Failed(error))
            }
        }
    }

    /// Sends a request, once the handle's permit lets it go.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if let Some(permit) = self.permit() {
            let may_send = permit.may_send().await;
            may_send.map_err(TransportError::NotSent)?;
        }
        self.transport().send(request).await
    }

    /// Adds to what a call has waited because Webex asked it to, if that is not too long in total.
    fn bear(&self, call: &Call, course: &mut Course, wait: SignedDuration) -> Result<(), Error> {
        let (owner, method, path) = (self.owner(), &call.method, call.path());
        tracing::info!(owner, %method, path, seconds = wait.as_secs(), "Webex asks to wait");
        let total = course.waited.saturating_add(wait);
        if total > self.max_wait() {
            return Err(self.too_long(call, course, wait));
        }
        course.waited = total;
        self.begins_to_wait(wait, "Webex asks to wait".to_owned());
        Ok(())
    }

    fn too_long(&self, call: &Call, course: &Course, wait: SignedDuration) -> Error {
        let limit = self.max_wait();
        call.error(course, Fault::Throttled { wait, limit })
    }
}

/// What came of one request.
enum Attempt {
    Answered(StatusCode, Answer),
    Failed(TransportError),
}

impl Attempt {
    fn as_seen(&self) -> Came<'_> {
        match self {
            Self::Answered(status, answer) => Came::Answer(*status, &answer.headers),
            Self::Failed(error) => Came::Nothing(error),
        }
    }

    /// Why it is to be repeated, for people.
    fn why(&self) -> String {
        match self {
            Self::Answered(status, _) => format!("Webex answers {}", status.as_u16()),
            Self::Failed(TransportError::NotSent(reason)) => {
                Fault::Unreachable(reason.clone()).to_string()
            }
            Self::Failed(TransportError::Lost(reason)) => Fault::Lost(reason.clone()).to_string(),
        }
    }

    fn fault(self, secrets: &Secrets<'_>) -> Fault {
        match self {
            Self::Answered(status, answer) => {
                Fault::Refused(reply::refusal(status, &answer, secrets))
            }
            Self::Failed(TransportError::NotSent(reason)) => Fault::Unreachable(reason),
            Self::Failed(TransportError::Lost(reason)) => Fault::Lost(reason),
        }
    }
}
