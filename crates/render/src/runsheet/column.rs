//! The columns that sheets for programs have.

use super::Audience;
use super::row::Row;

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Day,
    Date,
    Start,
    End,
    Timezone,
    Title,
    Rooms,
    Cohosts,
    Host,
    Link,
    Number,
    Password,
    HostKey,
    Sip,
    State,
    Meeting,
}

impl Column {
    /// What a sheet for these people has, from left to right.
    pub(super) fn of(audience: Audience) -> &'static [Self] {
        match audience {
            Audience::Organiser => &[
                Self::Day,
                Self::Date,
                Self::Start,
                Self::End,
                Self::Timezone,
                Self::Title,
                Self::Rooms,
                Self::Cohosts,
                Self::Host,
                Self::Link,
                Self::Number,
                Self::Password,
                Self::HostKey,
                Self::Sip,
                Self::State,
                Self::Meeting,
            ],
            Audience::Attendee => &[
                Self::Day,
                Self::Date,
                Self::Start,
                Self::End,
                Self::Timezone,
                Self::Title,
                Self::Rooms,
                Self::Cohosts,
                Self::Link,
                Self::Number,
                Self::Password,
                Self::State,
            ],
        }
    }

    pub(super) fn head(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Date => "date",
            Self::Start => "start",
            Self::End => "end",
            Self::Timezone => "time zone",
            Self::Title => "title",
            Self::Rooms => "rooms",
            Self::Cohosts => "co-hosts",
            Self::Host => "host",
            Self::Link => "link",
            Self::Number => "number",
            Self::Password => "password",
            Self::HostKey => "host key",
            Self::Sip => "room systems",
            Self::State => "state",
            Self::Meeting => "meeting",
        }
    }

    /// What stands in it, as text.
    pub(super) fn cell(self, row: &Row, timezone: &str) -> String {
        let or_nothing = |text: Option<&str>| text.unwrap_or_default().to_owned();
        match self {
            Self::Day => row.day.clone(),
            Self::Date => row.start.date().to_string(),
            Self::Start => row.start.strftime("%H:%M").to_string(),
            Self::End if row.start.date() == row.end.date() => {
                row.end.strftime("%H:%M").to_string()
            }
            Self::End => row.end.strftime("%Y-%m-%d %H:%M").to_string(),
            Self::Timezone => timezone.to_owned(),
            Self::Title => row.title.clone(),
            Self::Rooms => row.rooms.join(", "),
            Self::Cohosts => row.cohosts.join(", "),
            Self::Host => or_nothing(row.host.as_ref().map(|host| host.as_str())),
            Self::Link => or_nothing(row.link.as_ref().map(|secret| secret.expose())),
            Self::Number => or_nothing(row.number.as_deref()),
            Self::Password => or_nothing(row.password.as_ref().map(|secret| secret.expose())),
            Self::HostKey => or_nothing(row.host_key.as_ref().map(|secret| secret.expose())),
            Self::Sip => or_nothing(row.sip.as_deref()),
            Self::State => row.state.to_string(),
            Self::Meeting => row.key.to_string(),
        }
    }
}
