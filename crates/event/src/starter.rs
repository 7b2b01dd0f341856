//! Something to begin with.

/// An event file and a roster to begin one's own event with: small, explained line by line, and
/// checked without a finding. They belong beside each other, as `event.yaml` and `people.csv`.
#[must_use]
pub const fn starter() -> (&'static str, &'static str) {
    (
        include_str!("starter/event.yaml"),
        include_str!("starter/people.csv"),
    )
}
