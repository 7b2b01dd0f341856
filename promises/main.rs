//! The promises that Showcaller keeps, one module each. All stay green for ever.
//!
//! One test binary, because linking is what costs. `stage` sets an event up on a simulated Webex
//! with the referee watching, where `SHOWCALLER_OPENAPI` says where the official documents are.

mod stage;

mod plan_after_apply_is_empty;
