//! The one time-zone database: the one that travels with the program.
//!
//! A machine's own zone data may be older or newer. Were it asked anywhere, two outputs of one
//! program could show two times for the same meeting.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone of this IANA name (`Europe/Brussels`), whatever the machine's own zone data say.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    DATABASE.get(name).ok()
}

/// The names of all zones.
pub(crate) fn names() -> impl Iterator<Item = String> {
    DATABASE.available().map(|name| name.as_str().to_owned())
}
