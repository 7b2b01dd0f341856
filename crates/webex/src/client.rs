//! The client itself: whose it is, where Webex is, and what it has learnt.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use http::header::DATE;
use http::{HeaderMap, HeaderValue, Request, Response};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use showcaller_clock::SharedClock;
use showcaller_secret::Secret;
use thiserror::Error;
use tokio::sync::watch;
use url::Url;

use crate::counters::{Counters, Tally};
use crate::pacer::{Door, Lane};
use crate::permit::SendPermit;
use crate::transport::{Transport, TransportError};

/// Makes calls in the name of one owner. Cheap to clone; clones share their pace and counters, so
/// there should be one per token.
#[derive(Clone)]
pub struct Webex {
    inner: Arc<Inner>,
    lane: Lane,
    permit: Option<Arc<dyn SendPermit>>,
}

struct Inner {
    owner: String,
    base_url: Url,
    token: Secret,
    authorization: HeaderValue,
    transport: Arc<dyn Transport>,
    clock: SharedClock,
    max_wait: SignedDuration,
    door: Door,
    tally: Tally,
    waits: watch::Sender<Option<Wait>>,
    /// Whether Webex was found to insist on the documents' content type for PATCH.
    merges_as_json_patch: AtomicBool,
    /// How far Webex's clock was ahead of ours at its last answer, in milliseconds.
    ahead: AtomicI64,
}

/// Why a call of a client stands still, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Until when.
    pub until: Timestamp,
    /// Why, as in `Webex asks to wait`.
    pub why: String,
}

/// What a client is made of.
#[derive(Clone)]
pub struct Settings {
    /// Names the owner in logs, never a secret: `bot`, or the host's address.
    pub owner: String,
    /// `https://webexapis.com/v1`, with or without a slash at its end.
    pub base_url: Url,
    /// The access token. White space around it, which pasting brings along, does not count.
    pub token: Secret,
    /// What carries requests.
    pub transport: Arc<dyn Transport>,
    /// What tells the time and waits.
    pub clock: SharedClock,
    /// How long one call may wait in total because Webex asks to (429, 423): 10 minutes unless
    /// set. Beyond it the call fails with [`Fault::Throttled`](crate::Fault::Throttled). So do at
    /// once all that wait when the owner has had nothing but 429s for longer than that.
    pub max_wait: SignedDuration,
    /// How many calls may be under way at once: 32 unless set. How many are is found out.
    pub in_flight: usize,
    /// Under which name a partial meeting is sent.
    pub patch_content_type: PatchContentType,
}

/// Under which content type `PATCH /meetings/{id}` is sent. Which one Webex insists on is not
/// known (meetings §6, §17); the client tries the other if one is refused, and remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PatchContentType {
    /// `application/json`, as SDKs do.
    #[default]
    Json,
    /// `application/json-patch+json`, as the documents say, although the body is a partial object.
    JsonPatch,
}

/// The settings cannot work.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// The base URL is not one of a web server, or carries a query or a password.
    #[error("{0} cannot be Webex's base URL: expected something like https://webexapis.com/v1")]
    BaseUrl(String),
    /// The token is empty or holds characters that no token has.
    #[error("the token of {0} is empty or has characters that no token has: was it pasted whole?")]
    Token(String),
}

impl Settings {
    /// Settings with the defaults for all that has one.
    #[must_use]
    pub fn new(
        base_url: Url,
        token: Secret,
        transport: Arc<dyn Transport>,
        clock: SharedClock,
    ) -> Self {
        Self {
            owner: "owner".to_owned(),
            base_url,
            token,
            transport,
            clock,
            max_wait: SignedDuration::from_mins(10),
            in_flight: Webex::IN_FLIGHT,
            patch_content_type: PatchContentType::default(),
        }
    }
}

/// Clocks that differ by less are taken for the same.
const COUNTS: SignedDuration = SignedDuration::from_secs(5);

impl Webex {
    /// Calls of one owner that may be under way at once, unless told otherwise. Webex's limits are
    /// per owner and not published (messaging §1.4).
    pub const IN_FLIGHT: usize = 32;

    /// A client that has not called yet.
    ///
    /// # Errors
    ///
    /// When the base URL or the token cannot be right.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let base_url = checked_base(&settings.base_url)?;
        let token = settings.token.expose().trim();
        let no_token = || SettingsError::Token(settings.owner.clone());
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(no_token());
        }
        let mut authorization =
            HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| no_token())?;
        authorization.set_sensitive(true);
        let inner = Inner {
            base_url,
            token: Secret::new(token),
            authorization,
            transport: settings.transport,
            door: Door::new(
                Arc::clone(&settings.clock),
                settings.in_flight,
                settings.max_wait,
            ),
            clock: settings.clock,
            max_wait: settings.max_wait,
            tally: Tally::default(),
            waits: watch::Sender::new(None),
            merges_as_json_patch: AtomicBool::new(
                settings.patch_content_type == PatchContentType::JsonPatch,
            ),
            ahead: AtomicI64::new(0),
            owner: settings.owner,
        };
        Ok(Self {
            inner: Arc::new(inner),
            lane: Lane::default(),
            permit: None,
        })
    }

    /// The same client, whose calls wait on this lane: the next call that may go is the first one of
    /// the most urgent lane. A client is on [`Lane::Provisioning`] unless told otherwise.
    #[must_use]
    pub fn on_lane(&self, lane: Lane) -> Self {
        Self {
            lane,
            ..self.clone()
        }
    }

    /// The same client, whose requests ask for this permit before they leave, repeated ones too. A
    /// request that is refused it was not sent.
    #[must_use]
    pub fn guarded(&self, permit: Arc<dyn SendPermit>) -> Self {
        Self {
            permit: Some(permit),
            ..self.clone()
        }
    }

    /// The most urgent lane on which a call is announced, waits or is under way, on any handle of this client;
    /// `None` while there is none. It can be waited on.
    #[must_use]
    pub fn busiest_lane(&self) -> watch::Receiver<Option<Lane>> {
        self.inner.door.busiest_lane()
    }

    /// The last wait that a call of any handle began because Webex asked for it or did not answer.
    #[must_use]
    pub fn waits(&self) -> watch::Receiver<Option<Wait>> {
        self.inner.waits.subscribe()
    }

    pub(crate) fn begins_to_wait(&self, wait: SignedDuration, why: String) {
        let until = self.clock().now().checked_add(wait);
        let until = until.unwrap_or(Timestamp::MAX);
        self.inner.waits.send_replace(Some(Wait { until, why }));
    }

    /// How many calls it makes sense to have in hand now: what is on its way at the present pace,
    /// and what may go next. At least one, at most what is allowed in flight.
    #[must_use]
    pub fn width(&self) -> usize {
        self.inner.door.ask(|pacer| pacer.width())
    }

    /// For how long a call of this handle would wait before it goes, as far as can be known: for the end
    /// of a pause that Webex asked for, and for the calls that go before it at the present pace.
    #[must_use]
    pub fn wait_ahead(&self) -> SignedDuration {
        let now = self.inner.clock.now();
        let lane = self.lane;
        self.inner.door.ask(|pacer| pacer.wait_ahead(lane, now))
    }

    /// At most so many calls under way from now on, for all clones; at least one.
    pub fn limit_in_flight(&self, most: usize) {
        self.inner.door.change(|pacer| pacer.limit(most));
    }

    /// So many calls under way from the first one on, for all clones: somebody knows that Webex takes
    /// them, and it need not be found out.
    pub fn assume_in_flight(&self, calls: usize) {
        self.inner.door.change(|pacer| pacer.assume(calls));
    }

    /// What the owner may do, in calls per minute and for all processes together, once 429s have
    /// taught it.
    #[must_use]
    pub fn learnt_per_minute(&self) -> Option<f64> {
        self.inner.door.ask(|pacer| pacer.per_minute())
    }

    /// This process has this part (above 0, at most 1) of what the owner may do; others have the
    /// rest. `known` is what they know of the whole, in calls per minute; returns what they are to
    /// know from now on, when this client's own experience is added.
    pub fn take_part(&self, part: f64, known: Option<f64>) -> Option<f64> {
        self.inner.door.change(|pacer| pacer.share(part, known))
    }

    /// In other processes with this owner's token calls of this lane wait: less urgent ones of all clones do
    /// not begin until something else is said.
    pub fn yield_to(&self, elsewhere: Option<Lane>) {
        self.inner.door.change(|pacer| pacer.yield_to(elsewhere));
    }

    /// The name of the owner in logs.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.inner.owner
    }

    /// Where this client's Webex is; ends in a slash.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.inner.base_url
    }

    /// What went over the wire so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.inner.tally.read()
    }

    /// Gets something that is not Webex's, over the same network: without the token, and neither paced
    /// nor repeated.
    ///
    /// # Errors
    ///
    /// No complete answer came.
    pub async fn get_elsewhere(&self, url: &Url) -> Result<Response<Bytes>, TransportError> {
        let request = Request::get(url.as_str()).body(Bytes::new());
        let request = request.map_err(|error| TransportError::NotSent(error.to_string()))?;
        self.inner.transport.send(request).await
    }

    /// How far Webex's clock is ahead of ours, by its last answer; zero where that may be the way of the
    /// answer, up to five seconds.
    #[must_use]
    pub fn offset(&self) -> SignedDuration {
        let ahead = SignedDuration::from_millis(self.inner.ahead.load(Relaxed));
        match ahead.abs() < COUNTS {
            true => SignedDuration::ZERO,
            false => ahead,
        }
    }

    /// What time it is by Webex's clock, to which everything that it says of times is to be compared.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = self.inner.clock.now();
        now.checked_add(self.offset()).unwrap_or(now)
    }

    /// Takes note of when an answer was given that was received just now, `took` after its question was
    /// sent. It may have been on its way for as long: of what is possible, the least counts.
    pub(crate) fn remember_date(&self, headers: &HeaderMap, took: Duration) {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
        if let Some(date) = date {
            // It has whole seconds.
            let half = SignedDuration::from_millis(500);
            let least = date.duration_since(self.inner.clock.now()) + half;
            let took = SignedDuration::try_from(took).unwrap_or(SignedDuration::MAX);
            let ahead = SignedDuration::ZERO.clamp(least, least.saturating_add(took));
            let millis = i64::try_from(ahead.as_millis()).unwrap_or_default();
            self.inner.ahead.store(millis, Relaxed);
        }
    }

    pub(crate) fn token(&self) -> &str {
        self.inner.token.expose()
    }

    pub(crate) fn authorization(&self) -> &HeaderValue {
        &self.inner.authorization
    }

    pub(crate) fn permit(&self) -> Option<&dyn SendPermit> {
        self.permit.as_deref()
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.inner.transport
    }

    pub(crate) fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    pub(crate) fn max_wait(&self) -> SignedDuration {
        self.inner.max_wait
    }

    pub(crate) fn door(&self) -> &Door {
        &self.inner.door
    }

    pub(crate) fn lane(&self) -> Lane {
        self.lane
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.inner.tally
    }

    pub(crate) fn patch_content_type(&self) -> PatchContentType {
        if self.inner.merges_as_json_patch.load(Relaxed) {
            PatchContentType::JsonPatch
        } else {
            PatchContentType::Json
        }
    }

    pub(crate) fn remember_patch_content_type(&self, works: PatchContentType) {
        let json_patch = works == PatchContentType::JsonPatch;
        self.inner.merges_as_json_patch.store(json_patch, Relaxed);
    }
}

fn checked_base(url: &Url) -> Result<Url, SettingsError> {
    let plain = url.has_host()
        && matches!(url.scheme(), "http" | "https")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !plain {
        let mut shown = url.clone();
        let _ = shown.set_password(None);
        shown.set_query(None);
        return Err(SettingsError::BaseUrl(shown.to_string()));
    }
    let mut base = url.clone();
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", url.path()));
    }
    Ok(base)
}

impl fmt::Debug for Webex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webex")
            .field("owner", &self.inner.owner)
            .field("base_url", &self.inner.base_url.as_str())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("owner", &self.owner)
            .field("max_wait", &self.max_wait)
            .field("in_flight", &self.in_flight)
            .field("patch_content_type", &self.patch_content_type)
            .finish_non_exhaustive()
    }
}
