//! What can be set on a room, a membership, a tab or a meeting, and how two settings differ.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_secret::Secret;

/// One thing that can be set.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Field {
    /// Of a team.
    Name,
    /// Of a room or a meeting.
    Title,
    /// Of a meeting.
    Start,
    /// Of a meeting.
    End,
    /// Of a meeting.
    Agenda,
    /// Of a meeting.
    Password,
    /// Of a meeting.
    AutoRecord,
    /// Of a meeting.
    #[strum(to_string = "any-user-co-host")]
    AnyUserCohost,
    /// Of a meeting: minutes, or −1 for not at all.
    JoinBeforeHost,
    /// Of a meeting: `join`, `lobby`, `refused`.
    Uninvited,
    /// Of a meeting.
    MuteOnEntry,
    /// Of a meeting: the tag that finds it again.
    Tag,
    /// Of a room.
    Locked,
    /// Of a room.
    AnnouncementOnly,
    /// Of a room.
    Public,
    /// Of a room.
    Description,
    /// Of a membership.
    Moderator,
    /// Of an invitee.
    #[strum(to_string = "co-host")]
    Cohost,
    /// Of an invitee: whether Webex was to write to them. It is remembered, and never compared.
    Mailed,
    /// Of a tab.
    #[strum(to_string = "address")]
    Url,
}

/// What it is set to. Times are instants: two ways to write one instant are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Words.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A count.
    Number(i64),
    /// An instant.
    Time(Timestamp),
    /// Words that are never shown, stored or compared in the open: only their digest.
    Hidden(#[serde(with = "showcaller_secret::withheld")] Secret),
}

/// Settings by name.
pub type Fields = BTreeMap<Field, Value>;

/// One setting that has to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which.
    pub field: Field,
    /// What Webex has; `None` where it does not say.
    pub from: Option<Value>,
    /// What the file asks for.
    pub to: Value,
}

/// What was asked of Webex the last time, and what it made of that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// As the file asked.
    pub asked: Fields,
    /// As Webex answered.
    pub answered: Fields,
}

/// The settings in which `seen` differs from `wanted`.
///
/// Sites drop or bend what they do not support (meetings §2, `Warning` header). A setting that was
/// asked for before, that Webex then answered in its own way, and that still is as Webex answered,
/// is therefore no difference: asking again would change nothing.
pub(crate) fn changes(wanted: &Fields, seen: &Fields, settled: Option<&Settled>) -> Vec<Change> {
    wanted
        .iter()
        .filter_map(|(field, want)| {
            let have = seen.get(field);
            if have == Some(want) {
                return None;
            }
            let asked_before = settled.is_some_and(|settled| {
                settled.asked.get(field) == Some(want)
                    && (have.is_none() || settled.answered.get(field) == have)
            });
            (!asked_before).then(|| Change {
                field: *field,
                from: have.cloned(),
                to: want.clone(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(Field, Value)]) -> Fields {
        pairs.iter().cloned().collect()
    }

    #[test]
    fn what_webex_bent_once_is_not_asked_for_again() {
        let wanted = fields(&[(Field::MuteOnEntry, Value::Flag(true))]);
        let seen = fields(&[(Field::MuteOnEntry, Value::Flag(false))]);
        assert_eq!(changes(&wanted, &seen, None).len(), 1);
        let settled = Settled {
            asked: wanted.clone(),
            answered: seen.clone(),
        };
        assert_eq!(changes(&wanted, &seen, Some(&settled)), []);
        let by_hand = Settled {
            asked: wanted.clone(),
            answered: wanted.clone(),
        };
        assert_eq!(changes(&wanted, &seen, Some(&by_hand)).len(), 1);
    }

    #[test]
    fn a_hidden_value_leaves_no_trace_when_written() {
        let value = Value::Hidden(Secret::new("s3cret"));
        let written = serde_json::to_string(&value).expect("a value");
        assert_eq!(written, r#"{"hidden":null}"#);
        assert!(!format!("{value:?}").contains("s3cret"));
    }
}
