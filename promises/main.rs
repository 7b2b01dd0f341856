//! The promises that Showcaller keeps, one module each. All stay green for ever.
//!
//! One test binary, because linking is what costs. `stage` sets an event up on a simulated Webex
//! with the referee watching, where `SHOWCALLER_OPENAPI` says where the official documents are.

mod by_hand;
mod files;
mod stage;
mod wire;

mod a_moved_meeting_keeps_its_identity;
mod calls_are_counted;
mod no_meeting_mail_unless_asked;
mod plan_after_apply_is_empty;
mod the_two_waves;
