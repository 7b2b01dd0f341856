//! The columns that sheets for programs have.

use strum::VariantArray as _;

use super::Audience;
use super::row::Row;

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "lowercase")]
pub(super) enum Column {
    Day,
    Date,
    Start,
    End,
    #[strum(serialize = "time zone")]
    Timezone,
    Title,
    Rooms,
    #[strum(serialize = "co-hosts")]
    Cohosts,
    Host,
    Link,
    Number,
    Password,
    #[strum(serialize = "host key")]
    HostKey,
    #[strum(serialize = "room systems")]
    Sip,
    State,
    Meeting,
}

impl Column {
    /// What a sheet for these people has, from left to right.
    pub(super) fn of(audience: Audience) -> Vec<Self> {
        let is_shown = |column: &&Self| match column {
            Self::Host | Self::HostKey | Self::Sip | Self::Meeting => {
                audience == Audience::Organiser
            }
            _ => true,
        };
        Self::VARIANTS.iter().filter(is_shown).copied().collect()
    }

    pub(super) fn head(self) -> &'static str {
        self.into()
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
