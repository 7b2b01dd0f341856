//! The Webex client: typed calls, pages, retries, tolerant answers.
//!
//! One [`Webex`] stands for one *owner*, the account behind a token; Webex counts its limits per
//! owner, so a client does too. What the client sends is strict (no member that Webex does not
//! document, nothing sent that was not set); what it reads is tolerant (almost every member may
//! be missing, unknown ones are ignored), because Webex's own documents and its live answers
//! disagree in places.
//!
//! ```no_run
//! use std::sync::Arc;
//! use showcaller_webex::{HttpTransport, NewRoom, Settings, Webex};
//!
//! # async fn example(token: showcaller_secret::Secret) -> Result<(), Box<dyn std::error::Error>> {
//! let webex = Webex::new(Settings::new(
//!     "https://webexapis.com/v1".parse()?,
//!     token,
//!     Arc::new(HttpTransport::new()?),
//!     Arc::new(showcaller_clock::SystemClock),
//! ))?;
//! let room = webex.create_room(&NewRoom { title: "Jury".into(), ..NewRoom::default() }).await?;
//! println!("{} is {}", room.title.unwrap_or_default(), room.id);
//! # Ok(())
//! # }
//! ```
//!
//! The way of a call: a resource file (`rooms`, `meetings`, …) says what is asked; `call` sends
//! it, again and again where that is harmless; `retry` decides whether it is; `pacer` when, and who
//! goes first; `page` turns the pages of a list; a [`Transport`] carries single requests. Every wait goes through the clock
//! that the client was given.

mod announced;
mod attachment_actions;
mod call;
mod client;
mod counters;
mod delivery;
mod error;
mod http_transport;
mod ids;
mod link;
mod mask;
mod meeting;
mod meeting_invitees;
mod meeting_participants;
mod meeting_sites;
mod meetings;
mod memberships;
mod messages;
mod pacer;
mod page;
mod people;
mod permit;
mod reply;
mod retry;
mod retry_after;
mod room_tabs;
mod rooms;
mod signature;
mod slot;
mod team_memberships;
mod teams;
mod tolerant;
mod transport;
mod webhooks;

pub use announced::Announced;
pub use attachment_actions::AttachmentAction;
pub use client::{PatchContentType, Settings, SettingsError, Wait, Webex};
pub use counters::Counters;
pub use delivery::{Delivery, Pressed};
pub use error::{Error, Fault, Outcome, Refusal};
pub use http_transport::{HttpTransport, HttpTransportError, TimeOuts, travels_in_the_clear};
pub use ids::{
    ActionId, InviteeId, MeetingId, MembershipId, MessageId, OrganizationId, ParticipantId,
    PersonId, RoomId, RoomTabId, TeamId, TeamMembershipId, WebhookId, Who,
};
pub use meeting::{AudioOptions, JoinSecurity, Meeting, MeetingKind, MeetingState};
pub use meeting_invitees::{Invitee, InviteeUpdate, InviteesToAdd, NewInvitee};
pub use meeting_participants::{MeetingParticipant, ParticipantState};
pub use meeting_sites::MeetingSite;
pub use meetings::{
    MeetingChange, MeetingFilter, MeetingRemoval, MeetingSettings, MeetingView, NewMeeting,
    NewMeetingInvitee,
};
pub use memberships::{Membership, NewMembership};
pub use messages::{Destination, EditedMessage, Message, MessageFilter, NewMessage};
pub use pacer::Lane;
pub use people::{Person, PersonKind};
pub use permit::SendPermit;
pub use room_tabs::{NewRoomTab, RoomTab};
pub use rooms::{NewRoom, Room, RoomFilter, RoomKind, RoomUpdate};
pub use signature::{SIGNATURE_HEADER, is_signed};
pub use slot::Slot;
pub use team_memberships::{NewTeamMembership, TeamMembership};
pub use teams::{NewTeam, Team};
pub use transport::{Transport, TransportError};
pub use webhooks::{NewWebhook, Webhook, WebhookStatus, WebhookUpdate};
