//! What Webex decides about a meeting.

use showcaller_secret::Secret;

/// What Webex decides about a meeting and people need to get in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeetingFacts {
    /// The durable link.
    pub link: Option<Secret>,
    /// The number to dial or type.
    pub number: Option<String>,
    /// What people type to get in.
    pub password: Option<Secret>,
    /// What makes a person the host.
    pub host_key: Option<Secret>,
    /// The address for room systems.
    pub sip: Option<String>,
}
