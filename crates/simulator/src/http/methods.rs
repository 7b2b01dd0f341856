//! Which methods a path has, for those who try another.

use super::page::Place;
use crate::refusal::Refusal;

/// Paths as their parts, `*` for an id, and the methods that are understood there. A path with a
/// name comes before the same with an id.
const METHODS: &[(&[&str], &str)] = &[
    (&["people"], "GET, POST"),
    (&["people", "me"], "GET"),
    (&["people", "*"], "GET, PUT, DELETE"),
    (&["teams"], "GET, POST"),
    (&["teams", "*"], "GET, PUT, DELETE"),
    (&["team", "memberships"], "GET, POST"),
    (&["team", "memberships", "*"], "GET, PUT, DELETE"),
    (&["rooms"], "GET, POST"),
    (&["rooms", "*"], "GET, PUT, DELETE"),
    (&["memberships"], "GET, POST"),
    (&["memberships", "*"], "GET, PUT, DELETE"),
    (&["room", "tabs"], "GET, POST"),
    (&["room", "tabs", "*"], "GET, PUT, DELETE"),
    (&["messages"], "GET, POST"),
    (&["messages", "direct"], "GET"),
    (&["messages", "*"], "GET, PUT, DELETE"),
    (&["webhooks"], "GET, POST"),
    (&["webhooks", "*"], "GET, PUT, DELETE"),
    (&["attachment", "actions"], "POST"),
    (&["attachment", "actions", "*"], "GET"),
    (&["meetings"], "GET, POST"),
    (&["meetings", "*"], "GET, PATCH, PUT, DELETE"),
    (&["meetings", "*", "end"], "POST"),
    (&["meetingInvitees"], "GET, POST"),
    (&["meetingInvitees", "bulkInsert"], "POST"),
    (&["meetingInvitees", "*"], "GET, PUT, DELETE"),
    (&["meetingParticipants"], "GET"),
    (&["meetingParticipants", "query"], "POST"),
    (&["meetingParticipants", "admit"], "POST"),
    (&["meetingParticipants", "*"], "GET, PUT"),
    (&["meetingPreferences", "sites"], "GET, PUT"),
];

/// The answer to a call that no route takes: 405 with the methods that the path has, or 404 where
/// there is nothing at all.
pub(super) fn wrong_method(place: &Place<'_>) -> Refusal {
    let path = place.call.segments();
    let fits = |parts: &[&str]| {
        let pairs = parts.iter().zip(&path);
        parts.len() == path.len()
            && pairs
                .into_iter()
                .all(|(part, own)| *part == "*" || part == own)
    };
    match METHODS.iter().find(|(parts, _)| fits(parts)) {
        Some((_, methods)) => Refusal::wrong_method(methods),
        None => Refusal::not_found(),
    }
}
