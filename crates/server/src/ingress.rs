//! The router for the internet.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use async_trait::async_trait;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use showcaller_clock::SharedClock;
use showcaller_engine::hooks::{HOOKS_PATH, Identity};
use showcaller_ledger::{
    Attendance, Error as LedgerError, Incoming, IncomingKind, MeetingInstance,
};
use showcaller_secret::Secret;
use showcaller_webex::{
    ActionId, Delivery, MeetingId, MeetingParticipant, Membership, MembershipId, MessageId,
    ParticipantId, ParticipantState, PersonId, RoomId, RoomKind, SIGNATURE_HEADER, is_signed,
};

/// The largest body that is read. Webex's are below 2 KB.
pub(crate) const LARGEST_BODY: usize = 64 * 1024;

/// Where events go that Webex tells.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Returns once the event is durably kept; one that is there already is kept once.
    ///
    /// # Errors
    ///
    /// It is not certain that it is kept.
    async fn take_in(&self, incoming: Incoming) -> Result<(), LedgerError>;

    /// The same for a meeting that began or ended. The answer is `false` for one that is not needed.
    ///
    /// # Errors
    ///
    /// It is not certain that it is kept.
    async fn take_in_meeting(&self, _: MeetingInstance) -> Result<bool, LedgerError> {
        Ok(false)
    }

    /// The same for a person who joined or left a meeting.
    ///
    /// # Errors
    ///
    /// It is not certain that it is kept.
    async fn take_in_attendance(&self, _: Attendance) -> Result<bool, LedgerError> {
        Ok(false)
    }
}

/// The ways in of a process that answers questions and watches meetings.
#[derive(Debug)]
pub struct Inboxes {
    /// For what may need an answer.
    pub answers: showcaller_engine::Inbox,
    /// For meetings.
    pub live: showcaller_engine::LiveInbox,
}

#[async_trait]
impl Inbox for Inboxes {
    async fn take_in(&self, incoming: Incoming) -> Result<(), LedgerError> {
        self.answers.take_in(incoming).await
    }

    async fn take_in_meeting(&self, instance: MeetingInstance) -> Result<bool, LedgerError> {
        self.live.take_in(&instance).await
    }

    async fn take_in_attendance(&self, attendance: Attendance) -> Result<bool, LedgerError> {
        self.live.take_in_attendance(attendance).await
    }
}

#[async_trait]
impl Inbox for showcaller_engine::Inbox {
    async fn take_in(&self, incoming: Incoming) -> Result<(), LedgerError> {
        Self::take_in(self, incoming).await
    }
}

/// What the public router works on.
pub struct Ingress {
    /// Whose webhooks are served.
    pub identity: Identity,
    /// The key with which Webex signs.
    pub secret: Secret,
    /// Where events go.
    pub inbox: Arc<dyn Inbox>,
    /// Tells when an event was heard of.
    pub clock: SharedClock,
    /// What came in so far.
    pub counters: Arc<Counters>,
}

/// What came in over the public router.
#[derive(Debug, Default)]
pub struct Counters {
    /// Deliveries that are durably kept.
    pub accepted: AtomicU64,
    /// Deliveries that Webex signed and that nothing here needs or understands.
    pub ignored: AtomicU64,
    /// Requests to the webhooks' address without Webex's signature.
    pub forged: AtomicU64,
    /// Deliveries that could not be kept.
    pub failed: AtomicU64,
}

/// The router for the internet: `POST /hooks/EVENT` takes deliveries in, `GET /healthz` says which event
/// and ledger answer here. Everything else is 404.
pub fn public(ingress: Ingress) -> Router {
    let hooks = format!("{HOOKS_PATH}{}", ingress.identity.event);
    Router::new()
        .route(&hooks, post(deliver))
        .route("/healthz", get(healthz))
        .method_not_allowed_fallback(async || StatusCode::NOT_FOUND)
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(Arc::new(ingress))
}

async fn healthz(State(ingress): State<Arc<Ingress>>) -> Json<Identity> {
    Json(ingress.identity.clone())
}

/// A delivery is answered with a 2xx only once its event is durably kept. What is signed and useless is
/// a success, too: Webex shuts a webhook off after 100 failures (messaging §9.3).
async fn deliver(
    State(ingress): State<Arc<Ingress>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let counters = &ingress.counters;
    let signature = headers.get(SIGNATURE_HEADER);
    let signature = signature.map_or(&b""[..], |value| value.as_bytes());
    if !is_signed(&ingress.secret, &body, signature) {
        counters.forged.fetch_add(1, Relaxed);
        tracing::debug!(bytes = body.len(), "a delivery that Webex did not sign");
        return StatusCode::FORBIDDEN;
    }
    let Some(understood) = understood(&body, ingress.clock.now()) else {
        counters.ignored.fetch_add(1, Relaxed);
        return StatusCode::NO_CONTENT;
    };
    let kept = match understood {
        Understood::Event(incoming) => ingress.inbox.take_in(incoming).await.map(|()| true),
        Understood::Meeting(instance) => ingress.inbox.take_in_meeting(instance).await,
        Understood::Attendance(one) => ingress.inbox.take_in_attendance(one).await,
    };
    match kept {
        Ok(false) => {
            counters.ignored.fetch_add(1, Relaxed);
            StatusCode::NO_CONTENT
        }
        Ok(true) => {
            counters.accepted.fetch_add(1, Relaxed);
            StatusCode::NO_CONTENT
        }
        Err(error) => {
            counters.failed.fetch_add(1, Relaxed);
            tracing::warn!(%error, "a delivery could not be kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// What a delivery tells that may be needed.
enum Understood {
    /// What may need an answer.
    Event(Incoming),
    /// That a meeting began or ended.
    Meeting(MeetingInstance),
    /// That a person joined a meeting or left it.
    Attendance(Attendance),
}

fn understood(body: &[u8], heard_at: Timestamp) -> Option<Understood> {
    let delivery = match Delivery::read(body) {
        Ok(delivery) => delivery,
        Err(error) => {
            tracing::debug!(%error, "a signed delivery is not understood");
            return None;
        }
    };
    let understood = match delivery {
        Delivery::MeetingStarted(meeting) => {
            let started_at = meeting.start().unwrap_or(heard_at);
            instance(&meeting.id, started_at, None)
        }
        Delivery::MeetingEnded(meeting) => {
            let ended_at = meeting.end().unwrap_or(heard_at);
            let started_at = meeting.start().unwrap_or(ended_at);
            instance(&meeting.id, started_at, Some(ended_at))
        }
        Delivery::ParticipantJoined(person) => {
            let joined_at = person.joined_time.unwrap_or(heard_at);
            attendance(*person, joined_at, None)
        }
        Delivery::ParticipantLeft(person) => {
            let left_at = person.left_time.unwrap_or(heard_at);
            let joined_at = person.joined_time.unwrap_or(left_at);
            attendance(*person, joined_at, Some(left_at))
        }
        other => incoming(other, heard_at).map(Understood::Event),
    };
    if understood.is_none() {
        tracing::debug!("a signed delivery tells nothing that is needed");
    }
    understood
}

fn instance(
    id: &MeetingId,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
) -> Option<Understood> {
    Some(Understood::Meeting(MeetingInstance {
        id: id.to_string(),
        series: id.series()?.into(),
        started_at,
        ended_at,
    }))
}

/// Who waits in the lobby does not attend yet.
fn attendance(
    person: MeetingParticipant,
    joined_at: Timestamp,
    left_at: Option<Timestamp>,
) -> Option<Understood> {
    let instance = person.meeting_id?;
    let in_lobby = person.state == Some(ParticipantState::Lobby);
    let series = instance.series().filter(|_| !in_lobby)?.into();
    Some(Understood::Attendance(Attendance {
        id: ParticipantId::into(person.id),
        instance: MeetingId::into(instance),
        series,
        email: person.email,
        joined_at,
        left_at,
        seen_late: false,
    }))
}

fn incoming(delivery: Delivery, heard_at: Timestamp) -> Option<Incoming> {
    match delivery {
        Delivery::Message(message) => Some(Incoming {
            kind: IncomingKind::Message,
            remote_id: MessageId::into(message.id),
            room: RoomId::into(message.room_id?),
            direct: message.room_type == Some(RoomKind::Direct),
            person: PersonId::into(message.person_id?),
            moderator: false,
            at: message.created.unwrap_or(heard_at),
        }),
        Delivery::Action(pressed) => Some(Incoming {
            kind: IncomingKind::Action,
            remote_id: ActionId::into(pressed.id),
            room: RoomId::into(pressed.room_id?),
            // Webex does not say; the message that the card is in tells.
            direct: false,
            person: PersonId::into(pressed.person_id?),
            moderator: false,
            at: pressed.created.unwrap_or(heard_at),
        }),
        Delivery::Joined(membership) => {
            let at = membership.created.unwrap_or(heard_at);
            member(IncomingKind::Joined, membership, at)
        }
        // A membership's only time is that of its beginning.
        Delivery::MemberChanged(membership) => {
            member(IncomingKind::MemberChanged, membership, heard_at)
        }
        Delivery::Left(membership) => member(IncomingKind::Left, membership, heard_at),
        Delivery::MeetingStarted(_)
        | Delivery::MeetingEnded(_)
        | Delivery::ParticipantJoined(_)
        | Delivery::ParticipantLeft(_)
        | Delivery::Other => None,
    }
}

fn member(kind: IncomingKind, membership: Membership, at: Timestamp) -> Option<Incoming> {
    Some(Incoming {
        kind,
        remote_id: MembershipId::into(membership.id),
        room: RoomId::into(membership.room_id?),
        direct: membership.room_type == Some(RoomKind::Direct),
        person: PersonId::into(membership.person_id?),
        moderator: membership.is_moderator.unwrap_or(false),
        at,
    })
}
