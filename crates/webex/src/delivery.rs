//! What a webhook tells (messaging §9.3).

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::ids::{ActionId, PersonId, RoomId};
use crate::meeting::Meeting;
use crate::meeting_participants::MeetingParticipant;
use crate::memberships::Membership;
use crate::messages::Message;
use crate::tolerant;

/// What happened on Webex, as a delivery tells it: with ids, and without what is sensitive, such as
/// texts and inputs.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// A message was written.
    Message(Box<Message>),
    /// A button of a card was pressed.
    Action(Pressed),
    /// A person joined a room.
    Joined(Membership),
    /// A person's membership of a room changed.
    MemberChanged(Membership),
    /// A person left a room, or was put out.
    Left(Membership),
    /// An instance of a meeting began. Webex names neither title nor series (meetings §9).
    MeetingStarted(Box<Meeting>),
    /// An instance of a meeting has ended.
    MeetingEnded(Box<Meeting>),
    /// A person joined an instance of a meeting. Who it is may have to be read from the list: Webex
    /// documents only the members that filters name, and Cisco's own sample reads the address there.
    ParticipantJoined(Box<MeetingParticipant>),
    /// A person left an instance of a meeting.
    ParticipantLeft(Box<MeetingParticipant>),
    /// An event that nothing here needs.
    Other,
}

/// A press of a button.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pressed {
    /// The id.
    pub id: ActionId,
    /// The room.
    pub room_id: Option<RoomId>,
    /// Who pressed.
    pub person_id: Option<PersonId>,
    /// When.
    pub created: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Envelope {
    resource: String,
    event: String,
    #[serde(default)]
    data: Value,
}

impl Delivery {
    /// Reads the body of a delivery, whose signature was checked.
    ///
    /// # Errors
    ///
    /// It is not JSON, is nested too deeply, or has no member that every delivery has.
    pub fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        let Envelope {
            resource,
            event,
            data,
        } = serde_json::from_slice(body)?;
        Ok(match (&*resource, &*event) {
            ("messages", "created") => Self::Message(serde_json::from_value(data)?),
            ("attachmentActions", "created") => Self::Action(serde_json::from_value(data)?),
            ("memberships", "created") => Self::Joined(serde_json::from_value(data)?),
            ("memberships", "updated") => Self::MemberChanged(serde_json::from_value(data)?),
            ("memberships", "deleted") => Self::Left(serde_json::from_value(data)?),
            ("meetings", "started") => Self::MeetingStarted(serde_json::from_value(data)?),
            ("meetings", "ended") => Self::MeetingEnded(serde_json::from_value(data)?),
            ("meetingParticipants", "joined") => {
                Self::ParticipantJoined(serde_json::from_value(data)?)
            }
            ("meetingParticipants", "left") => Self::ParticipantLeft(serde_json::from_value(data)?),
            _ => Self::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::MeetingId;
    use crate::meeting_participants::ParticipantState;

    fn read(resource: &str, event: &str, data: Value) -> Result<Delivery, serde_json::Error> {
        let body = json!({"id": "W", "resource": resource, "event": event, "data": data});
        Delivery::read(body.to_string().as_bytes())
    }

    #[test]
    fn each_event_is_read_with_its_resource() {
        let member = json!({"id": "MS", "roomId": "R", "personId": "P", "isModerator": true});
        let read = |resource, event, data: &Value| read(resource, event, data.clone());
        let joined = read("memberships", "created", &member).expect("a delivery");
        let Delivery::Joined(membership) = &joined else {
            panic!("{joined:?}");
        };
        assert_eq!(membership.is_moderator, Some(true));
        let changed = read("memberships", "updated", &member).expect("a delivery");
        assert_eq!(changed, Delivery::MemberChanged(membership.clone()));
        let left = read("memberships", "deleted", &member).expect("a delivery");
        assert_eq!(left, Delivery::Left(membership.clone()));
        let message = json!({"id": "M", "roomId": "R", "roomType": "direct", "personId": "P"});
        let message = read("messages", "created", &message).expect("a delivery");
        assert!(matches!(message, Delivery::Message(message) if message.id.as_str() == "M"));
        let pressed = json!({"id": "A", "roomId": "R", "personId": "P", "inputs": {"key": 1}});
        let pressed = read("attachmentActions", "created", &pressed).expect("a delivery");
        assert!(matches!(pressed, Delivery::Action(pressed) if pressed.id.as_str() == "A"));
        let meeting = json!({"id": "870f_I_12", "meetingType": "meeting", "state": "ended",
            "start": "2027-10-06T08:00:00Z", "end": "2027-10-06T09:00:00Z", "timezone": "UTC"});
        let ended = read("meetings", "ended", &meeting).expect("a delivery");
        let Delivery::MeetingEnded(meeting) = &ended else {
            panic!("{ended:?}");
        };
        assert_eq!(
            meeting.id.series().as_ref().map(MeetingId::as_str),
            Some("870f")
        );
        assert!(meeting.start() < meeting.end());
        let other = read("messages", "deleted", &json!({})).expect("a delivery");
        assert_eq!(other, Delivery::Other);
    }

    #[test]
    fn a_person_joins_and_leaves_a_meeting_however_little_is_said() {
        let joined = json!({"id": "870f_I_12_P", "meetingId": "870f_I_12", "state": "joined",
            "email": "ann@example.com", "host": false, "coHost": true,
            "joinedTime": "2027-10-06T08:00:00Z", "leftTime": "1970-01-01T00:00:00.000Z"});
        let joined = read("meetingParticipants", "joined", joined).expect("a delivery");
        let Delivery::ParticipantJoined(ann) = &joined else {
            panic!("{joined:?}");
        };
        assert_eq!(ann.email.as_deref(), Some("ann@example.com"));
        assert_eq!((ann.host, ann.co_host), (Some(false), Some(true)));
        assert_eq!(ann.state, Some(ParticipantState::Joined));
        assert_eq!(ann.joined_time, "2027-10-06T08:00:00Z".parse().ok());
        assert_eq!(ann.left_time, None);
        let left = read(
            "meetingParticipants",
            "left",
            json!({"id": "P", "state": 7}),
        );
        let left = left.expect("a delivery");
        let Delivery::ParticipantLeft(someone) = &left else {
            panic!("{left:?}");
        };
        let unsaid = (
            &someone.email,
            &someone.meeting_id,
            someone.state,
            someone.left_time,
        );
        assert_eq!(unsaid, (&None, &None, None, None));
    }

    #[test]
    fn what_is_no_delivery_is_an_error() {
        for body in ["", "7", "[]", "{}", r#"{"resource": "messages"}"#] {
            assert!(Delivery::read(body.as_bytes()).is_err(), "{body}");
        }
        for data in [Value::Null, json!([]), json!({"id": 7}), json!({})] {
            let message = read("messages", "created", data.clone());
            assert!(message.is_err(), "{data}");
        }
        let deep = "[".repeat(100_000);
        assert!(Delivery::read(deep.as_bytes()).is_err());
    }
}
