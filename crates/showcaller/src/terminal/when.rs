//! Times as people on this machine read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `23 Nov 14:03:22`, in the machine's zone.
pub(crate) fn local(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::system());
    at.strftime("%-d %b %H:%M:%S").to_string()
}
