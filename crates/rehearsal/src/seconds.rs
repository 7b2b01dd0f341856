//! Durations as whole seconds, in reports.

use jiff::SignedDuration;
use serde::Serializer;

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
pub(crate) fn serialize<S: Serializer>(
    duration: &SignedDuration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(duration.as_secs())
}
