//! The database beside the event: remote ids, intents, revisions.
